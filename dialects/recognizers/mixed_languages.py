"""Utterances in two languages, heard piece by piece: a recognizer around another one.

Whisper writes an utterance in one language, and what was said in the other comes out as nonsense in the first. Where
its language posterior is torn between Chinese and English, the utterance is taken apart at its pauses, neighbours of
one language are joined again, each part is written in its own, and the texts are put together. Language and sound stay
judged by the whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dialects.audio.resample import resample
from dialects.audio.vad import RATE_HZ as VAD_HZ
from dialects.audio.vad import voiced_spans
from dialects.recognizers.port import RATE_HZ, Capabilities, Recognition, Recognizer, Stretch

Floats = NDArray[np.float32]

TORN_FROM: Final = 0.1
"""Both languages at least this probable. Of twelve pairs of shipped sentences, one in each language, eleven are."""
_GAP_SECONDS = 0.2  # a pause at which the language may change
_SHORTEST_SECONDS = 1.2  # of less nobody can tell the language
_AROUND_SECONDS = 0.15
_SURE = 0.6  # a part is in a language from this probability on


class MixedLanguages:
    """Asks the recognizer once more, piece by piece, for utterances torn between Chinese and English."""

    def __init__(self, recognizer: Recognizer) -> None:
        self._recognizer = recognizer

    @property
    def capabilities(self) -> Capabilities:
        """Those of the recognizer inside."""
        return self._recognizer.capabilities

    def recognize(self, utterances: Sequence[Floats], *, languages: Sequence[str] = ("zh", "en")) -> list[Recognition]:
        """As the port says; the text may be in both languages."""
        whole = self._recognizer.recognize(utterances, languages=languages)
        if not {"zh", "en"} <= set(languages):
            return whole
        for index, recognition in enumerate(whole):
            if is_torn(recognition):
                parts = self._parts(utterances[index], languages)
                sounds = [_cut(utterances[index], span) for span in parts]
                heard = self._recognizer.recognize(sounds, languages=languages) if len(parts) > 1 else []
                begins = [_begin(start) for start, _ in parts]
                whole[index] = _put_together(recognition, heard, begins)
        return whole

    def _parts(self, utterance: Floats, languages: Sequence[str]) -> list[tuple[float, float]]:
        """Between which seconds the utterance stays in one language."""
        spans = spans_of(utterance)
        pieces = self._recognizer.recognize([_cut(utterance, span) for span in spans], languages=languages)
        joined: list[tuple[float, float]] = []
        before = ""
        for span, piece in zip(spans, pieces, strict=True):
            language = max(("zh", "en"), key=lambda code: piece.language_posterior.get(code, 0.0))
            if joined and language == before:
                joined[-1] = (joined[-1][0], span[1])
            else:
                joined.append(span)
            before = language
        return joined


def is_torn(recognition: Recognition) -> bool:
    """Whether both languages are likely."""
    return bool(recognition.text) and all(
        recognition.language_posterior.get(code, 0.0) >= TORN_FROM for code in ("zh", "en")
    )


def spans_of(utterance: Floats) -> list[tuple[float, float]]:
    """Between which seconds something is said without a pause, each long enough to tell its language.

    `utterance` is mono at 16 kHz.
    """
    spans: list[tuple[float, float]] = []
    for start, end in voiced_spans(resample(utterance, from_hz=RATE_HZ, to_hz=VAD_HZ), min_gap_seconds=_GAP_SECONDS):
        if spans and (spans[-1][1] - spans[-1][0] < _SHORTEST_SECONDS or end - start < _SHORTEST_SECONDS):
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return spans


def _cut(utterance: Floats, span: tuple[float, float]) -> Floats:
    start, end = span
    return utterance[round(_begin(start) * RATE_HZ) : round((end + _AROUND_SECONDS) * RATE_HZ)]


def _begin(start: float) -> float:
    return max(0.0, start - _AROUND_SECONDS)


def _language(heard: Recognition) -> str | None:
    """Chinese or English, where it is surely one of them."""
    return next((code for code in ("zh", "en") if heard.language_posterior.get(code, 0.0) >= _SURE), None)


def _put_together(whole: Recognition, heard: Sequence[Recognition], begins: Sequence[float]) -> Recognition:
    """The parts' text when they are in both languages, each surely; else the text of the whole."""
    written = [each for each in heard if each.text]
    if not {_language(each) for each in written} >= {"zh", "en"}:
        return whole
    return replace(
        whole,
        text=" ".join(each.text for each in written),
        log_probability=min(each.log_probability for each in written),
        stretches=tuple(
            Stretch(each.text, round(begin + each.start_seconds, 2), round(begin + each.end_seconds, 2))
            for one, begin in zip(heard, begins, strict=False)
            for each in one.stretches
        ),
    )
