"""Recognition is measured where there is a text, per dialect and source, and says so where there is none."""

from __future__ import annotations

import wave
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from dialects.recognizers.port import Capabilities, Recognition
from dialects.transcription import recognition_figures, transcribe
from dialects.utterances import Clip


class WritesWhatItIsTold:
    """A recognizer that gives one text after another."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = ["", *texts]  # the first is asked to warm up

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(name="told", languages=frozenset({"zh"}), max_seconds=10.0)

    def recognize(
        self, utterances: Sequence[NDArray[np.float32]], *, languages: Sequence[str] = ("zh", "en")
    ) -> list[Recognition]:
        return [Recognition(text=self._texts.pop(0), language="zh") for _ in utterances]


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """A tenth of a second of silence."""
    file = tmp_path / "a.wav"
    with wave.open(str(file), "wb") as out:
        out.setparams((1, 2, 16_000, 0, "NONE", ""))
        out.writeframes(bytes(3_200))
    return file


def clip(file: Path, dialect_id: str, transcript: str, kind: str, *, source: str = "a/b", seconds: float = 0.1) -> Clip:
    """A clip of that file that says something."""
    return Clip(file, "dev", dialect_id, "sentence", seconds, source, "CC0", transcript, kind)


def test_rates_are_given_per_dialect_and_per_source(recording: Path) -> None:
    """Characters and syllables for Chinese, words for English, with counts; nothing is invented without a text."""
    clips = [
        clip(recording, "shanghai", "侬好，侬是24岁", "hanzi"),
        clip(recording, "shanghai", "侬好", "hanzi", source="c/d"),
        clip(recording, "english", "I need help", "english", source="c/d"),
        clip(recording, "hakka", "ngai5", "romanisation"),
        clip(recording, "henan", "太长", "hanzi", seconds=11.0),
    ]
    recognizer = WritesWhatItIsTold(["農好農是二十四歲", "", "I need the help"])
    done: list[int] = []
    transcribed = transcribe(clips, recognizer, line=lambda sound: sound, progress=done.append)
    figures = recognition_figures(clips, transcribed)
    assert done == [1, 2, 3]
    assert (figures["n"], figures["n_without_text"]) == (3, 2)
    shanghai = figures["per_dialect"]["shanghai"]
    assert (shanghai["n"], shanghai["nothing_written"], shanghai["wer"]) == (2, 1, None)
    assert shanghai["cer"] == pytest.approx(4 / 10)
    assert shanghai["cer_counts"] == {"units": 10, "substitutions": 2, "deletions": 2, "insertions": 0}
    assert shanghai["pinyin_error_rate"] == pytest.approx(0.2), "侬 and 农 sound alike: only what was left out counts"
    assert shanghai["confused"] == {"侬→农": 2}
    assert shanghai["examples"][0] == {"file": "a.wav", "said": "侬好", "written": "", "errors": 2}
    english = figures["per_dialect"]["english"]
    assert (english["cer"], english["pinyin_error_rate"], english["wer"]) == (None, None, pytest.approx(0.3333))
    assert english["wer_counts"]["insertions"] == 1
    for dialect_id in ("hakka", "henan"):
        row = figures["per_dialect"][dialect_id]
        assert (row["n"], row["n_without_text"], row["cer"], row["wer"]) == (0, 1, None, None)
    assert {name: row["n"] for name, row in figures["per_source"].items()} == {"a/b": 1, "c/d": 2}


def test_no_text_at_all_gives_no_figures(recording: Path) -> None:
    """A manifest of sounds alone is evaluated without recognition, and says so."""
    clips = [clip(recording, "hakka", "", "none")]
    figures = recognition_figures(clips, transcribe(clips, WritesWhatItIsTold([]), line=lambda sound: sound))
    assert (figures["n"], figures["per_dialect"]["hakka"]["cer"]) == (0, None)
