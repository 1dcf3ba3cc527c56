"""What callers of scenarios are heard to say."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from pydantic import TypeAdapter, ValidationError

from elder_channel.simulator.scenarios.errors import CannotPlayError
from elder_channel.simulator.scenarios.sounds import Sound, as_mulaw

SOUNDS = TypeAdapter(tuple[Sound, ...])


def seconds(*sounds: dict[str, object], folder: Path = Path()) -> float:
    return len(base64.b64decode(as_mulaw(SOUNDS.validate_python(sounds), folder=folder))) / 8000


@pytest.mark.parametrize(
    ("sound", "expected"),
    [
        ({"silence": 1.5}, 1.5),
        ({"noise": 2}, 2),
        ({"music": 3}, 3),
        ({"tone": {"seconds": 1}}, 1),
        ({"keys": "15"}, 0.7),
        ({"syllable": 0.2}, 0.2),
        ({"without_pause": 4}, 4),
    ],
)
def test_a_sound_is_as_long_as_asked(sound: dict[str, object], expected: float) -> None:
    """Eight thousand bytes a second."""
    assert seconds(sound) == pytest.approx(expected, abs=0.01)


def test_sounds_follow_each_other_or_come_together() -> None:
    """A list is heard one after the other; two together are as long as the longer."""
    voice = {"voice": "zh_hello"}
    alone = seconds(voice)
    assert seconds(voice, {"silence": 2}, voice) == pytest.approx(2 * alone + 2, abs=0.01)
    assert seconds({"together": [voice, {"silence": 9}]}) == pytest.approx(9, abs=0.01)
    assert seconds({"shouted": voice}) == pytest.approx(alone, abs=0.01)
    assert seconds({"quiet": voice}) == pytest.approx(alone, abs=0.01)


@pytest.mark.parametrize("wrong", [{}, {"silence": 1, "music": 1}, {"silence": 1000}, {"whistle": 1}])
def test_a_sound_that_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    """One kind, of a sensible length."""
    with pytest.raises(ValidationError):
        SOUNDS.validate_python([wrong])


def test_a_recording_that_cannot_be_heard_is_told(tmp_path: Path) -> None:
    """By its name: not there, no sound, no such voice."""
    (tmp_path / "note.wav").write_text("not sound", encoding="utf-8")
    for sound, told in (
        ({"file": "gone.wav"}, "gone.wav"),
        ({"file": "note.wav"}, "note.wav"),
        ({"voice": "x"}, "zh_hello"),
    ):
        with pytest.raises(CannotPlayError, match=told):
            seconds(sound, folder=tmp_path)
