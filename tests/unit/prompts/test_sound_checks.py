"""What is found in a recording as sound."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from bilingual.messages import load_messages
from dialects.audio.resample import resample
from dialects.catalogue import load_catalogue
from elder_channel.prompts.findings import SENTENCES, Finding, Severity, finding_from
from elder_channel.prompts.sound_checks import judge_sound, measure
from elder_channel.prompts.voices import Wording, voices, wording_of
from tests.fakes.takes import RATE_HZ, noisy, speech

Floats = NDArray[np.float32]


def wording(message_id: str = "invitation") -> Wording:
    """What is to be said in Cantonese."""
    return wording_of(load_messages()[message_id], voices(load_catalogue())["guangzhou"])


def inside_a_word(samples: Floats) -> int:
    """A sample in the middle of the longest stretch of voice."""
    start, end = max(measure(samples, rate_hz=RATE_HZ).spans, key=lambda span: span[1] - span[0])
    return round((start + end) / 2 * RATE_HZ)


def found(samples: Floats, *, rate_hz: int = RATE_HZ) -> dict[str, Severity]:
    """Code to severity of what is found in a recording of the invitation."""
    return {each.code: each.severity for each in judge_sound(measure(samples, rate_hz=rate_hz), wording())}


def test_a_good_recording_has_no_finding() -> None:
    """A calm voice in a quiet room, as long as the wording."""
    assert found(speech(wording().seconds)) == {}


@pytest.mark.parametrize(
    ("spoil", "code", "severity"),
    [
        (lambda it: it * np.float32(0), "no_voice", Severity.REFUSED),
        (lambda it: np.clip(it * 12, -1, 1), "clipped", Severity.REFUSED),
        (lambda it: noisy(it, 8), "noisy", Severity.REFUSED),
        (lambda it: noisy(it, 17), "rather_noisy", Severity.CAUTION),
        (lambda it: it * np.float32(0.008), "too_quiet", Severity.REFUSED),
        (lambda it: it * np.float32(0.12), "rather_quiet", Severity.CAUTION),
        (lambda it: it[: 2 * RATE_HZ], "too_short", Severity.REFUSED),
        (lambda it: np.tile(it, 4), "too_long", Severity.REFUSED),
        (lambda it: it[round(0.8 * RATE_HZ) :], "starts_at_once", Severity.CAUTION),
        (lambda it: it[: inside_a_word(it)], "ends_at_once", Severity.CAUTION),
        (lambda it: np.pad(it, (2 * RATE_HZ, 0)), "silence_cut", Severity.NOTE),
        (lambda it: np.insert(it, it.size // 2, np.zeros(3 * RATE_HZ, np.float32)), "long_pause", Severity.CAUTION),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_wrong_is_named(spoil: Callable[[Floats], Floats], code: str, severity: Severity) -> None:
    """One fault at a time, each with its weight."""
    assert found(spoil(speech(5.2)).astype(np.float32)).get(code) == severity


def test_a_telephone_s_recording_is_kept_with_a_caution() -> None:
    """8 kHz is what callers hear anyway, but a better one is easy to make."""
    assert found(resample(speech(), from_hz=RATE_HZ, to_hz=8_000), rate_hz=8_000) == {
        "telephone_sound": Severity.CAUTION
    }


def test_speaking_too_fast_for_old_callers_is_told() -> None:
    """More than 270 characters a minute, pauses included."""
    assert found(speech(3.0)).get("too_fast") == Severity.CAUTION


def test_a_clipped_recording_is_clipped_however_quiet_it_was_made_afterwards() -> None:
    """Turning the volume down does not mend a wave that was cut off."""
    cut = np.clip(speech() * 12, -1, 1) * np.float32(0.4)
    assert found(cut.astype(np.float32)).get("clipped") == Severity.REFUSED


@pytest.mark.parametrize("rate_hz", [8_000, 22_050, 48_000])
def test_any_rate_is_measured_alike(rate_hz: int) -> None:
    """Level and noise do not depend on how often the wave was sampled."""
    one = measure(noisy(speech(), 30), rate_hz=RATE_HZ)
    other = measure(resample(noisy(speech(), 30), from_hz=RATE_HZ, to_hz=rate_hz), rate_hz=rate_hz)
    assert other.level_db == pytest.approx(one.level_db, abs=0.5)
    assert other.spoken_seconds == pytest.approx(one.spoken_seconds, abs=0.1)


@pytest.mark.parametrize("code", SENTENCES)
def test_every_finding_is_a_sentence_in_both_languages(code: str) -> None:
    """With what to do; and it comes out of the books as it went in."""
    numbers = dict.fromkeys(("most", "expected", "seconds", "rate", "snr", "least", "good", "level"), 3.0)
    words = dict.fromkeys(("heard", "percent", "why", "other", "other_text"), "x")
    finding = Finding(code, Severity.NOTE, {**numbers, **words, "runs": 4, "leading": 1.0, "trailing": 2.0})
    assert finding.zh.endswith(("。", "）"))
    assert finding.en.endswith((".", "?"))
    assert finding_from(finding.as_json()) == finding
