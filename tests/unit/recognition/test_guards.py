"""What a decoder invents is told from what people say."""

import numpy as np
import pytest
from faster_whisper.feature_extractor import FeatureExtractor

from dialects.audio.vad import shared_model
from dialects.recognizers.features import log_mel
from dialects.recognizers.guards import is_guessed, is_looped, is_silence, token_limit, without_loops
from dialects.recognizers.speech_part import speech_pieces

SPOKEN = [
    "",
    "喂喂喂，您好",
    "你好你好你好",
    "是是是，对对对，我知道了",
    "我想问一下我的保险到期了没有，我爱人的保险到期了没有",
    "no no no no, I never said that",
    "一三八一三八零零零零零",
]
LOOPED = [
    ("六" + "七" * 40, "六七"),
    ("谢谢大家" * 6, "谢谢大家"),
    ("dc dc dc dc dc dc dc d", "dc"),
    ("B-B-B-B-B", "B-"),
    ("Hamid. Hamid. Hamid. Hamid. Hamid.", "Hamid."),
    ("您好，请您稍等一下，请您稍等一下，请您稍等一下，请您稍等一下，", "您好，请您稍等一下，"),
]


@pytest.mark.parametrize("text", SPOKEN)
def test_what_people_say_is_kept(text: str) -> None:
    """People repeat themselves too, a little."""
    assert not is_looped(text)
    assert without_loops(text) == text


@pytest.mark.parametrize(("text", "kept"), LOOPED, ids=[kept for _, kept in LOOPED])
def test_loops_are_found_and_said_once(text: str, kept: str) -> None:
    """What a decoder repeats is kept once."""
    assert is_looped(text)
    assert without_loops(text) == kept


def test_text_has_at_most_as_many_tokens_as_the_sound_can_hold() -> None:
    """Two seconds cannot hold a page."""
    assert token_limit(0) < token_limit(2) < token_limit(10) < 200


@pytest.mark.parametrize(
    ("text", "no_speech", "log_probability", "silence"),
    [
        ("您好", 0.9, -1.5, True),
        ("您好", 0.9, -0.3, False),
        ("您好", 0.1, -1.5, False),
        ("Thank you.", 0.85, -0.95, True),
        ("起诉", 0.85, -0.85, False),
        ("I'm sorry, " * 6, 0.7, -0.6, True),
    ],
)
def test_an_unsure_decoder_that_hears_nothing_is_believed(
    text: str, no_speech: float, log_probability: float, silence: bool
) -> None:
    """Both signs together mean silence, one alone does not; a loop over nothing is nothing."""
    assert is_silence(text, no_speech_probability=no_speech, log_probability=log_probability) is silence


@pytest.mark.parametrize(
    ("text", "log_probability", "guessed"),
    [
        ("出入", -1.1, False),
        ("Chilli bread", -1.64, True),
        ("B-", -0.9, True),
        ("人", -0.9, False),
        ("OK", -0.9, False),
    ],
)
def test_what_was_guessed_is_no_text(text: str, log_probability: float, guessed: bool) -> None:
    """A decoder far from sure is not quoted, nor is a lone letter; a lone character is a word."""
    assert is_guessed(text, log_probability) is guessed


@pytest.mark.parametrize("seconds", [0.3, 1.0, 2.345])
def test_spectrograms_are_those_of_the_usual_front_end(seconds: float) -> None:
    """Computed for the sound only, they agree with the computation over the padded window."""
    sound = (0.1 * np.random.default_rng(4).standard_normal(int(seconds * 16_000))).astype(np.float32)
    padded = np.pad(sound, (0, 4 * 16_000 - sound.size))
    usual = FeatureExtractor(feature_size=80)(padded, padding=160)[:, :400]
    (ours,) = log_mel([sound], window_seconds=4.0)
    assert ours.shape == usual.shape
    assert ours == pytest.approx(usual, abs=2e-3)


def test_spectrograms_of_nothing_are_finite() -> None:
    """No samples, one sample, silence: no warning, no infinity."""
    sounds = [np.zeros(0, np.float32), np.zeros(1, np.float32), np.zeros(9_000, np.float32)]
    assert np.isfinite(log_mel(sounds, window_seconds=2.0)).all()


def test_no_piece_without_a_voice() -> None:
    """Silence and noise give nothing to decode."""
    noise = (0.1 * np.random.default_rng(5).standard_normal(32_000)).astype(np.float32)
    silence = np.zeros(32_000, np.float32)
    assert speech_pieces([noise, silence, silence[:0]], model=shared_model()) == [[], [], []]
