"""Kept sound: of whom, how, and how long."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from dialects.audio.decode import decode_audio
from dialects.audio.mulaw import RATE_HZ
from dialects.recognizers.port import Recognition
from elder_channel.services.consents import Consents
from elder_channel.services.corrections import Corrections, Verdict
from elder_channel.services.errors import ConsentRefusedError
from elder_channel.services.sound_keeping import SoundKeeping
from elder_channel.worker import purge
from tests.fakes.learning import (
    AGENT,
    CUSTOMER,
    HEARD,
    NUMBER,
    PEOPLE,
    SOUND,
    STRANGER,
    agreed,
    answered_call,
    kept_utterance,
    learning_line,
)
from tests.fakes.line import LineInMemory, open_test_line


@pytest.fixture
def at(tmp_path: Path) -> Iterator[LineInMemory]:
    """A line that keeps sound where it may."""
    with learning_line(tmp_path) as opened:
        yield opened


def test_law_7_sound_is_kept_for_its_owner_only_at_telephone_quality(at: LineInMemory) -> None:
    """8 kHz, mode 0600, with its provenance."""
    answered_call(at)
    agreed(at)
    clip = kept_utterance(at)
    file = at.line.sound_files.path(clip.id)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert file.is_relative_to(at.line.state)
    assert file.read_bytes()[24:28] == RATE_HZ.to_bytes(4, "little")
    sound = decode_audio(file, rate_hz=RATE_HZ).samples
    assert np.allclose(sound[: SOUND.size], SOUND, atol=1e-4)
    assert (clip.line, clip.engine, clip.head, clip.seconds) == ("hotline", "whisper-base-int8", "all@1", 3.0)


def test_law_7_nothing_is_kept_without_consent(at: LineInMemory, tmp_path: Path) -> None:
    """Not of a stranger, unasked, after a no, too short, without a voice, or while the setting is off."""
    keeping = SoundKeeping(at.line)
    answered_call(at)
    answered_call(at, "CA2", STRANGER)
    assert keeping.keep("CA1", SOUND, HEARD) is None
    agreed(at)
    assert keeping.keep("CA2", SOUND, HEARD) is None
    assert keeping.keep("CA9", SOUND, HEARD) is None
    assert keeping.keep("CA1", SOUND[:4000], HEARD) is None
    assert keeping.keep("CA1", SOUND, Recognition("", "")) is None
    Consents(at.line, PEOPLE).record(70, given=False, basis="", by=AGENT)
    assert keeping.keep("CA1", SOUND, HEARD) is None
    off = open_test_line(tmp_path / "off")
    off.line.customers.load([CUSTOMER])
    agreed(off)
    answered_call(off)
    assert SoundKeeping(off.line).keep("CA1", SOUND, HEARD) is None
    off.line.databases.dispose()
    assert not at.line.sound_files.folder.exists()


def test_law_7_withdrawal_deletes_at_once(at: LineInMemory) -> None:
    """Files and rows of this customer; a no needs no basis and no entry in the books."""
    answered_call(at)
    agreed(at)
    clips = [kept_utterance(at) for _ in range(3)]
    assert Consents(at.line, PEOPLE).kept_of(70, by=AGENT) == 3
    _, deleted = Consents(at.line, PEOPLE).record(70, given=False, basis="", by=AGENT)
    assert deleted == 3
    assert not any(at.line.sound_files.path(clip.id).exists() for clip in clips)
    assert at.line.sound_clips.all() == []
    assert Consents(at.line, PEOPLE).record(999, given=False, basis="", by=AGENT)[1] == 0


def test_law_7_another_voice_on_the_customer_s_number_is_deleted(at: LineInMemory, corrections: Corrections) -> None:
    """Consent is the customer's, not the household's."""
    answered_call(at)
    agreed(at)
    clip = kept_utterance(at)
    corrections.judge(Verdict("CA1", "hakka", None, "t1", somebody_else=True), by=AGENT)
    assert not at.line.sound_files.path(clip.id).exists()
    assert at.line.sound_clips.all() == []


@pytest.mark.parametrize(
    ("given", "basis", "customer", "code"),
    [
        (True, "  ", 70, "consent_basis"),
        (True, "x" * 201, 70, "consent_basis"),
        (True, "form", 999, "consent_customer"),
    ],
)
def test_consents_that_cannot_be_are_refused(
    at: LineInMemory, given: bool, basis: str, customer: int, code: str
) -> None:
    """A yes needs a basis and a customer."""
    with pytest.raises(ConsentRefusedError) as refused:
        Consents(at.line, PEOPLE).record(customer, given=given, basis=basis, by=AGENT)
    assert refused.value.code == code


def test_law_7_the_purge_deletes_what_is_too_old_or_was_never_judged(
    at: LineInMemory, corrections: Corrections
) -> None:
    """Seven days without a verdict, half a year with one."""
    agreed(at)
    for sid in ("CA1", "CA2"):
        answered_call(at, sid)
    judged, unjudged = kept_utterance(at, "CA1"), kept_utterance(at, "CA2")
    corrections.judge(Verdict("CA1", "fuzhou", None, "t1"), by=AGENT)
    assert purge(at.line) == 0
    at.clock.forward(days=8)
    assert purge(at.line) == 1
    assert at.line.sound_files.path(judged.id).exists()
    assert not at.line.sound_files.path(unjudged.id).exists()
    at.clock.forward(days=180)
    assert purge(at.line) == 1
    assert list(at.line.sound_files.folder.iterdir()) == []


def test_law_7_files_nobody_knows_of_are_deleted(at: LineInMemory) -> None:
    """What a crash left; a file that is just being written is let alone."""
    answered_call(at)
    agreed(at)
    clip = kept_utterance(at)
    at.line.sound_files.write("f" * 32, b"left over")
    known = {clip.id}
    assert list(at.line.sound_files.strays(known)) == []
    stray = at.line.sound_files.path("f" * 32)
    assert list(at.line.sound_files.strays(known, now=stray.stat().st_mtime + 601)) == [stray]


def test_law_7_nothing_of_kept_sound_is_logged(at: LineInMemory, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither words nor number nor the name of the file."""
    answered_call(at)
    agreed(at)
    clip = kept_utterance(at)
    Consents(at.line, PEOPLE).record(70, given=False, basis="said so", by=AGENT)
    told = capsys.readouterr()
    for private in (clip.id, "我要报案", NUMBER, "某人", "said so"):
        assert private not in (told.out + told.err).replace(f"number={NUMBER}", "")  # masked in the program
