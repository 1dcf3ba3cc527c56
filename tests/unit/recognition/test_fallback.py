"""Several recognizers look like one, and the next listens when one fails."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from dialects.errors import RecognizersFailedError
from dialects.recognizers.fallback import FallbackRecognizer
from dialects.recognizers.port import Capabilities, Recognition

SOUND = [np.zeros(16_000, np.float32)]


class Listener:
    """Answers with its name, or fails while told to."""

    def __init__(self, name: str, *, languages: tuple[str, ...] = ("zh", "en"), text: str = "喂") -> None:
        self.capabilities = Capabilities(
            name, frozenset(languages), reports_language=name == "a", max_seconds=len(name)
        )
        self.failing = False
        self.text = text
        self.asked = 0

    def recognize(
        self, utterances: Sequence[np.ndarray], *, languages: Sequence[str] = ("zh", "en")
    ) -> list[Recognition]:
        self.asked += 1
        if self.failing:
            raise RuntimeError("broken")
        return [Recognition(self.text, "zh", recognizer=self.capabilities.name) for _ in utterances]


def test_the_first_answers_while_it_can() -> None:
    """The others are not asked; silence is an answer too."""
    first, second = Listener("a", text=""), Listener("b")
    assert FallbackRecognizer([first, second]).recognize(SOUND)[0].recognizer == "a"
    assert second.asked == 0


def test_the_next_listens_when_one_fails_and_the_failed_one_rests() -> None:
    """After its rest it is tried again; while it rests nobody waits for it."""
    seconds = 0.0
    first, second = Listener("a"), Listener("b")
    whole = FallbackRecognizer([first, second], rest_seconds=60, now=lambda: seconds)
    first.failing = True
    assert whole.recognize(SOUND)[0].recognizer == "b"
    first.failing = False
    assert whole.recognize(SOUND)[0].recognizer == "b"
    assert first.asked == 1
    seconds = 61.0
    assert whole.recognize(SOUND)[0].recognizer == "a"


def test_one_that_rests_is_asked_before_nobody_is() -> None:
    """When the last one fails too, those that rest get another chance."""
    first, second = Listener("a"), Listener("b")
    whole = FallbackRecognizer([first, second], now=lambda: 0.0)
    first.failing = True
    whole.recognize(SOUND)
    first.failing, second.failing = False, True
    assert whole.recognize(SOUND)[0].recognizer == "a"


def test_when_nobody_can_each_is_named() -> None:
    """One error that says what every one of them said."""
    first, second = Listener("a"), Listener("b")
    first.failing = second.failing = True
    with pytest.raises(RecognizersFailedError, match=r"a: RuntimeError: broken; b: RuntimeError: broken") as caught:
        FallbackRecognizer([first, second]).recognize(SOUND)
    assert caught.value.retryable


def test_who_knows_none_of_the_languages_is_not_asked() -> None:
    """English goes past a recognizer of Wu."""
    wu, both = Listener("wu", languages=("zh",)), Listener("both")
    whole = FallbackRecognizer([wu, both])
    assert whole.recognize(SOUND, languages=["en"])[0].recognizer == "both"
    with pytest.raises(RecognizersFailedError, match="none writes yue"):
        whole.recognize(SOUND, languages=["yue"])


def test_it_promises_what_each_can_keep() -> None:
    """The shortest limit of all, and a language posterior only when all report one."""
    capabilities = FallbackRecognizer([Listener("a"), Listener("bbb")]).capabilities
    assert capabilities.name == "a | bbb"
    assert capabilities.max_seconds == 1
    assert not capabilities.reports_language


def test_an_empty_one_is_refused() -> None:
    """There must be somebody to ask."""
    with pytest.raises(ValueError, match="at least one"):
        FallbackRecognizer([])
