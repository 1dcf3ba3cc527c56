"""Sounds are brought to one loudness, without clipping, with short quiet ends, at the pace of their manner."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bilingual.errors import PromptAudioError
from bilingual.manner import HEARING, PLAIN, SLOWER, Manner
from bilingual.prompt_audio.shaping import (
    LOUD_LUFS,
    LUFS,
    PEAK,
    QUIET_AFTER_SECONDS,
    QUIET_BEFORE_SECONDS,
    loudness,
    shaped,
    trimmed,
)
from bilingual.prompt_audio.sound import Sound
from tests.fakes.prompt_voice import hum

RATE_HZ = 16_000


def test_a_full_scale_sine_is_as_loud_as_the_standard_says() -> None:
    """1 kHz at full scale on one channel is -3.01 LUFS (ITU-R BS.1770, its own check)."""
    time = np.arange(3 * 48_000) / 48_000
    sine = Sound(np.sin(2 * np.pi * 997 * time).astype(np.float32), 48_000)
    assert loudness(sine) == pytest.approx(-3.01, abs=0.15)


@settings(max_examples=12, deadline=None)
@given(level=st.floats(0.002, 0.999), seconds=st.floats(0.3, 3.0))
def test_every_sound_ends_up_equally_loud_and_never_clips(level: float, seconds: float) -> None:
    """However loud the voice was made: -20 LUFS, 6 dB more for who hears badly, no peak beyond the limit."""
    for manner, wanted in ((PLAIN, LUFS), (HEARING, LOUD_LUFS)):
        made = shaped(hum(seconds, level=level, rate_hz=RATE_HZ), manner)
        assert loudness(made) == pytest.approx(wanted, abs=0.5)
        assert made.peak <= PEAK + 1e-6
        assert made.samples.dtype == np.float32


def test_quiet_ends_are_cut_to_what_is_pleasant() -> None:
    """Half a second before and after becomes a moment; the voice itself is whole."""
    cut = trimmed(hum(1.0, rate_hz=RATE_HZ))
    assert cut.seconds == pytest.approx(1.0 + QUIET_BEFORE_SECONDS + QUIET_AFTER_SECONDS, abs=0.03)


@pytest.mark.parametrize("manner", [SLOWER, HEARING], ids=["slower", "hearing"])
def test_slower_lasts_longer_at_the_same_pitch(manner: Manner) -> None:
    """At 75% the same words take a third longer, and the voice does not become deeper."""
    usual = hum(2.0, rate_hz=RATE_HZ)
    made = shaped(usual, manner, pace_percent=manner.rate_percent)
    assert made.seconds == pytest.approx(trimmed(usual).seconds * 100 / manner.rate_percent, rel=0.05)
    assert pitch_hz(made) == pytest.approx(pitch_hz(usual), abs=4)


def test_silence_is_refused() -> None:
    """An engine that said nothing must not become a prompt of nothing."""
    with pytest.raises(PromptAudioError, match="no voice"):
        shaped(Sound(np.zeros(RATE_HZ, dtype=np.float32), RATE_HZ), PLAIN)


def pitch_hz(sound: Sound) -> float:
    """The strongest frequency."""
    spectrum = np.abs(np.fft.rfft(sound.samples))
    return float(np.fft.rfftfreq(sound.samples.size, 1 / sound.rate_hz)[spectrum.argmax()])
