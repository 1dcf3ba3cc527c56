"""Two languages in one utterance: asked piece by piece, only where both are likely."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from dialects.audio.resample import to_recognizer_rate
from dialects.recognizers.mixed_languages import MixedLanguages
from dialects.recognizers.port import Capabilities, Recognition
from tests.fakes.bad_sounds import mixed_languages, voice


class Writer:
    """Hears Chinese in the first half of the mixed sound and English in the second, by its length alone."""

    capabilities = Capabilities("writer", frozenset({"zh", "en"}), reports_language=True)

    def __init__(self, whole: dict[str, float], second: str = "en") -> None:
        self.whole, self.second = whole, second
        self.asked: list[int] = []

    def recognize(
        self, utterances: Sequence[np.ndarray], *, languages: Sequence[str] = ("zh", "en")
    ) -> list[Recognition]:
        self.asked.append(len(utterances))
        if len(self.asked) == 1:
            return [Recognition("全部", "zh", self.whole, seconds=9.0) for _ in utterances]
        codes = ["zh"] * (len(utterances) - len(utterances) // 2) + [self.second] * (len(utterances) // 2)
        return [Recognition(f"{code}{place}", code, {code: 0.9}) for place, code in enumerate(codes)]


@pytest.mark.parametrize(
    ("whole", "second", "asked", "text"),
    [
        pytest.param({"zh": 0.98, "en": 0.01}, "en", 1, "全部", id="Chinese"),
        pytest.param({"zh": 0.6, "en": 0.3}, "en", 3, "zh0 en1", id="both"),
        pytest.param({"zh": 0.6, "en": 0.3}, "zh", 2, "全部", id="only seemed so"),
    ],
)
def test_only_what_is_in_both_is_put_together(whole: dict[str, float], second: str, asked: int, text: str) -> None:
    """Language, sound and length stay those of the whole utterance."""
    writer = Writer(whole, second)
    (heard,) = MixedLanguages(writer).recognize([to_recognizer_rate(mixed_languages())])
    assert (heard.text, heard.language_posterior, heard.seconds) == (text, whole, 9.0)
    assert len(writer.asked) == asked


def test_one_word_cannot_be_in_two_languages() -> None:
    """There is nothing to take apart."""
    writer = Writer({"zh": 0.5, "en": 0.4})
    (heard,) = MixedLanguages(writer).recognize([to_recognizer_rate(voice("zh_hello"))])
    assert heard.text == "全部"
    assert writer.asked[1:] == [1]


def test_who_asks_for_one_language_gets_one() -> None:
    """A recognizer told to write Chinese writes Chinese."""
    writer = Writer({"zh": 0.5, "en": 0.4})
    assert MixedLanguages(writer).recognize([np.zeros(16_000, np.float32)], languages=("zh",))[0].text == "全部"
    assert MixedLanguages(writer).capabilities is writer.capabilities
