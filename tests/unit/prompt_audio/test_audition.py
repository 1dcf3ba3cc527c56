"""A take is kept when it is understood in every manner it is heard in, and not by luck."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from bilingual.errors import PromptManifestError
from bilingual.manner import HEARING, PLAIN
from bilingual.prompt_audio.audition import DRAWS, Auditioned, Part, audition
from bilingual.prompt_audio.engine import Phrase
from bilingual.prompt_audio.sound import Sound
from bilingual.prompt_audio.takes import Take, read_takes, write_takes
from dialects.recognizers.port import Capabilities, Recognition
from tests.fakes.prompt_voice import HummingVoice

PART = Part(Phrase("closing", 1, "zh", "有人接。"), (PLAIN, HEARING))
TAKES = (Take(None, 0.9), Take(100, 0.9), Take(60, 1.0))
RIGHT, WRONG, WORSE = "有人接", "有人借", "有鬼借"
ALL = DRAWS * len(PART.manners)


class Hums:
    """Hums whatever is asked for, and remembers the takes."""

    def __init__(self) -> None:
        self.said: list[Take] = []

    def take(self, phrase: Phrase, take: Take) -> Sound:
        self.said.append(take)
        return HummingVoice().speak(phrase, rate_percent=100).sound


class Writes:
    """Writes one text after the other."""

    capabilities = Capabilities(name="writes", languages=frozenset({"zh", "en"}), dialects=frozenset())

    def __init__(self, texts: Iterator[str]) -> None:
        self.texts = texts

    def recognize(
        self, utterances: Sequence[NDArray[np.float32]], *, languages: Sequence[str] = ("zh", "en")
    ) -> list[Recognition]:
        return [Recognition(text=next(self.texts), language=languages[0]) for _ in utterances]


def auditioned(*texts: str) -> tuple[Auditioned, list[Take]]:
    """What becomes of a phrase that is understood as these texts, one after the other."""
    voice = Hums()
    (found,) = audition([PART], lambda _: TAKES, voice, Writes(iter(texts)))
    return found, voice.said


def test_the_first_take_that_is_always_understood_is_kept() -> None:
    """In both manners, twice; no other is tried after it."""
    found, said = auditioned(*[RIGHT] * ALL)
    assert (found.take, found.errors, found.heard, found.tried) == (TAKES[0], 0, RIGHT, 1)
    assert said == [TAKES[0]] * DRAWS


def test_a_take_that_fails_once_is_none() -> None:
    """For who hears badly, or only when the voice says it a second time."""
    found, _ = auditioned(*[RIGHT] * (ALL - 1), WRONG, *[RIGHT] * ALL)
    assert (found.take, found.errors, found.tried) == (TAKES[1], 0, 2)


def test_where_none_is_understood_the_best_is_kept_with_what_was_heard() -> None:
    """The one with the fewest wrong sounds; a worse one is not heard to its end."""
    found, said = auditioned(*[WORSE] * ALL, *[RIGHT] * (ALL - 1), WRONG, WORSE)
    assert (found.take, found.errors, found.heard, found.tried) == (TAKES[1], 1, WRONG, 2)
    assert said == [*[TAKES[0]] * DRAWS, *[TAKES[1]] * DRAWS, TAKES[2]]


def test_without_takes_there_is_nothing_to_choose() -> None:
    """A mistake of whoever asks."""
    with pytest.raises(ValueError, match="no takes"):
        list(audition([PART], lambda _: (), Hums(), Writes(iter(()))))


def test_a_take_may_take_a_breath_but_says_the_same_words(tmp_path: Path) -> None:
    """Kept with the phrase it belongs to; a take of other words is refused with the file's name."""
    file = tmp_path / "takes.yaml"
    takes = {("zh", "这里是热线。"): Take(None, 0.8, "这里是 热线。")}
    write_takes(file, takes)
    assert read_takes(file) == takes
    assert str(takes["zh", "这里是热线。"]) == "row by length at 0.8, with breaths"
    write_takes(file, {("zh", "这里是热线。"): Take(None, 0.8, "那里是 热线。")})
    with pytest.raises(PromptManifestError, match="other words"):
        read_takes(file)
