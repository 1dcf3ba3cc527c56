"""Keys are silenced before anybody listens for words, and voices are not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialects.audio.decode import decode_audio
from dialects.audio.keys import without_keys
from dialects.audio.resample import to_recognizer_rate
from dialects.audio.telephone import through_telephone
from tests.fakes.not_speech import NOT_SPEECH

VOICES = sorted((Path(__file__).parents[3] / "elder_channel" / "data" / "demo").glob("*.flac"))


def level_of(sound: np.ndarray) -> float:
    return float(np.sqrt(np.square(sound).mean()))


@given(
    decibels=st.sampled_from(range(-62, -5, 4)),
    seed=st.integers(0, 1000),
    seconds=st.floats(0.5, 4.0),
)
def test_keys_are_silenced_at_any_level(decibels: int, seed: int, seconds: float) -> None:
    """Through a telephone, however faint: little of them is left, at the edges."""
    keys = NOT_SPEECH["keys"](seconds, 10 ** (decibels / 20), np.random.default_rng(seed))
    heard = to_recognizer_rate(through_telephone(keys, rate_hz=16_000))
    assert level_of(without_keys(heard)) < 0.3 * level_of(heard)


@pytest.mark.parametrize("voice", VOICES, ids=lambda path: path.stem)
def test_a_voice_is_left_alone(voice: Path) -> None:
    """Not one sample changes, from a microphone or a telephone."""
    samples = decode_audio(voice, rate_hz=16_000).samples
    for sound in (samples, to_recognizer_rate(through_telephone(samples, rate_hz=16_000))):
        assert without_keys(sound) is sound


@pytest.mark.parametrize("kind", [kind for kind in NOT_SPEECH if kind != "keys"])
def test_other_tones_are_no_keys(kind: str) -> None:
    """A dial tone, music and noise stay: what they are is for others to tell."""
    sound = NOT_SPEECH[kind](3.0, 0.1, np.random.default_rng(7))
    assert without_keys(sound) is sound


def test_a_key_pressed_before_words_takes_nothing_of_them() -> None:
    """Silence where the key was; every sample of the words is there."""
    words = decode_audio(VOICES[0], rate_hz=16_000).samples
    key = NOT_SPEECH["keys"](0.3, 0.1, np.random.default_rng(3)).astype(np.float32)
    gap = np.zeros(1600, dtype=np.float32)
    heard = without_keys(np.concatenate([key, gap, words]))
    assert np.array_equal(heard[-words.size :], words)
    assert level_of(heard[: key.size]) < 0.2 * level_of(key)


@pytest.mark.parametrize("samples", [0, 1, 639])
def test_a_sound_shorter_than_a_key_is_left_alone(samples: int) -> None:
    """Nothing to look at."""
    sound = np.ones(samples, dtype=np.float32)
    assert without_keys(sound) is sound
