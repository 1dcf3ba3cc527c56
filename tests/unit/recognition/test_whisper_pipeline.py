"""Which language a Whisper checkpoint is asked to write."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dialects.audio.decode import decode_audio
from dialects.recognizers.port import RATE_HZ
from dialects.recognizers.whisper_pipeline import WhisperPipeline
from dialects.recognizers.whisper_runtime import Written

VOICE = Path(__file__).parents[3] / "elder_channel" / "data" / "demo" / "zh_hello.flac"


class Runtime:
    """Says that everything is Cantonese, and writes the language it was asked for."""

    mel_bins = 80
    time_stamp_begin = 100

    def __init__(self, languages: frozenset[str]) -> None:
        self.languages = languages
        self.asked: list[str] = []

    def encode(self, mels: np.ndarray) -> Any:
        return mels

    def language_posteriors(self, encoded: Any) -> list[dict[str, float]]:
        return [{"yue": 0.9, "zh": 0.08, "en": 0.02}] * len(encoded)

    def write(
        self, encoded: Any, languages: Sequence[str], *, max_tokens: int, no_repeat_ngram_size: int = 0
    ) -> list[Written]:
        self.asked += languages
        return [Written([1], -0.1, 0.0) for _ in languages]

    def text(self, tokens: Sequence[int]) -> str:
        return "喂"


@pytest.mark.parametrize(
    ("known", "written", "offered"),
    [
        (frozenset({"zh", "en", "de"}), "zh", {"zh", "en"}),
        (frozenset({"zh", "en", "yue"}), "yue", {"zh", "en", "yue"}),
    ],
    ids=["no yue in the checkpoint", "yue in the checkpoint"],
)
def test_cantonese_is_written_only_where_the_checkpoint_can(known: frozenset[str], written: str, offered: set) -> None:
    """Only large-v3 and turbo have a token for it; the others are never asked for what they do not know."""
    runtime = Runtime(known)
    recognizer = WhisperPipeline(runtime, name="x")
    sound = decode_audio(VOICE, rate_hz=RATE_HZ).samples
    (heard,) = recognizer.recognize([sound], languages=["zh", "en", "yue"])
    assert heard.text == "喂"
    assert runtime.asked == [written]
    assert recognizer.capabilities.languages == offered


def test_a_language_nobody_knows_is_refused() -> None:
    """An error of the caller, told in a sentence."""
    recognizer = WhisperPipeline(Runtime(frozenset({"zh"})), name="x")
    sound = decode_audio(VOICE, rate_hz=RATE_HZ).samples
    with pytest.raises(ValueError, match="none of the languages tlh"):
        recognizer.recognize([sound], languages=["tlh"])
