"""The simulated caller's voice and plan."""

from __future__ import annotations

import base64
import os
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from dialects.audio import mulaw
from dialects.audio.decode import decode_audio
from dialects.audio.telephone import to_telephone
from elder_channel.simulator.caller import CallPlan, Voice, voices_of


def voice(audio: bytes) -> Voice:
    (found,) = said_in(audio_mulaw=base64.b64encode(audio).decode())
    assert found is not None
    return found


def said_in(**plan: str) -> tuple[Voice | None, ...]:
    """What a caller with this plan says, action by action."""
    return voices_of(CallPlan.model_validate({"from": "anonymous", **plan}))


def test_a_recording_becomes_whole_frames() -> None:
    """The last frame is filled with silence."""
    heard = voice(b"\x80" * 400)
    assert [len(frame) for frame in heard.frames] == [160, 160, 160]
    assert heard.frames[-1] == b"\x80" * 80 + b"\xff" * 80
    assert heard.seconds == pytest.approx(0.06)


def test_silence_holds_no_voice() -> None:
    """Nothing is voiced in it."""
    assert voice(b"\xff" * 8000).voiced == frozenset()


def test_a_sound_the_model_takes_for_no_voice_still_counts() -> None:
    """A service that misses it must not go unmeasured."""
    tone = (8000 * np.sin(2 * np.pi * 440 * np.arange(1600) / 8000)).astype(np.int16)
    heard = voice(b"\xff" * 3200 + mulaw.encode(tone) + b"\xff" * 3200)
    assert heard.voiced == frozenset(range(20, 30))
    assert heard.last_voiced == 29


def test_every_reference_recording_is_heard() -> None:
    """Real syllables and sentences, over the telephone band, all have a first voiced frame."""
    root = Path(os.environ.get("ELDER_CHANNEL_REFERENCE", Path(__file__).parents[4] / "shared" / "data"))
    paths = sorted(root.glob("speech/audio/*/*.flac"))[::40]
    if not paths:
        pytest.skip(f"no reference recordings under {root}")
    for path in paths:
        assert voice(to_telephone(decode_audio(path).samples[:32000], rate_hz=8000)).voiced, path.name


def test_words_without_sound_take_the_time_to_say_them() -> None:
    """They are for the carrier's own recognition; the streams stay silent."""
    (said,) = said_in(say="我要找人")
    assert said is not None
    assert (said.frames, said.words) == ((), "我要找人")
    assert said.seconds > 0.5
    assert said_in(key="0") == (None,)


@pytest.mark.parametrize(
    "wrong", [{"key": "A"}, {"speak_at": -1}, {"max_seconds": 0}, {"audio_mulaw": "*"}, {"say": ""}]
)
def test_a_plan_that_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    """Before any call is placed."""
    with pytest.raises(ValidationError):
        CallPlan.model_validate({"from": "anonymous", **wrong})
