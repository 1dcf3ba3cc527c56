"""Where nobody speaks no recognizer writes anything, whatever the line carries."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dialects.audio.resample import to_recognizer_rate
from dialects.audio.telephone import through_telephone
from dialects.recognizers.openai_whisper import OpenAIWhisperRecognizer
from dialects.recognizers.port import RATE_HZ, Recognizer
from dialects.recognizers.vocabulary import service_vocabulary
from dialects.recognizers.weights import ModelState, model_status
from dialects.recognizers.whisper import WhisperRecognizer
from dialects.recognizers.whisper_jobs import Retries
from tests.fakes.not_speech import NOT_SPEECH

pytestmark = pytest.mark.model
RETRIES = Retries((0.2, 0.4))


@pytest.fixture(scope="module", params=["whisper", "whisper prompted", "openai-whisper", "openai-whisper prompted"])
def recognizer(request: pytest.FixtureRequest) -> Recognizer:
    if model_status().state is ModelState.ABSENT and "pip install" in model_status().text:
        pytest.skip(model_status().text)
    vocabulary = service_vocabulary(["永安保险"]) if request.param.endswith("prompted") else None
    if request.param.startswith("whisper"):
        return WhisperRecognizer(vocabulary=vocabulary, retries=RETRIES)
    pytest.importorskip("whisper", reason="the extra whisper is not installed")
    return OpenAIWhisperRecognizer(vocabulary=vocabulary, retries=RETRIES)


@pytest.mark.parametrize("kind", NOT_SPEECH)
@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seconds=st.floats(0.05, 8), decibels=st.floats(-66, -6), seed=st.integers(0, 2**32 - 1), telephone=st.booleans())
def test_no_words_where_nobody_speaks(
    recognizer: Recognizer, kind: str, seconds: float, decibels: float, seed: int, telephone: bool
) -> None:
    """Silence, tones, keys, noise, music on hold and clicks, at any level, from a microphone or a telephone."""
    sound = NOT_SPEECH[kind](seconds, 10 ** (decibels / 20), np.random.default_rng(seed))
    if telephone:
        sound = to_recognizer_rate(through_telephone(sound, rate_hz=RATE_HZ))
    (recognition,) = recognizer.recognize([sound])
    assert recognition.text == ""
