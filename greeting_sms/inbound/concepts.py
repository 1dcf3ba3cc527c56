"""Words that mean the same thing in a reply: what the model counts beside runs of letters.

`data/inbound/concepts.yaml` names some fifty things a reply may speak of (refusing, sending, texts, falling, fire) with
their words in Mandarin, in dialects and in English. A text becomes the things it names and the ordered pairs of those
that stand close together (refuse>send), so that what was learned with one word holds for the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

from greeting_sms.errors import InboundRulesError

FILE = "data/inbound/concepts.yaml"
MARK = "§§§§"
"""Stands before a concept among the features of the model; as long as the longest run of letters: none is one."""
NEIGHBOURS = 3
"""So many of the words that follow make a pair with one."""
NEAR_CHARACTERS = 8
"""And no further apart than this."""


@dataclass(frozen=True)
class Found:
    """A word of the lexicon in a text."""

    concepts: tuple[str, ...]
    begin: int
    end: int


class Lexicon:
    """The words of every concept."""

    def __init__(self, concepts: Mapping[str, tuple[str, ...]]) -> None:
        self._concepts: dict[str, tuple[str, ...]] = {}
        for name, words in concepts.items():
            for word in words:
                self._concepts[word] = (*self._concepts.get(word, ()), name)
        self._by_first: dict[str, list[str]] = {}
        for word in sorted(self._concepts, key=len, reverse=True):
            self._by_first.setdefault(word[0], []).append(word)

    def find(self, words: str) -> Iterator[Found]:
        """The words of a folded text that name something, the longest at each place, none over another."""
        at = 0
        while at < len(words):
            word = next((each for each in self._by_first.get(words[at], ()) if _stands(words, each, at)), None)
            if word:
                yield Found(self._concepts[word], at, at + len(word))
            at += len(word) if word else 1


def features(words: str, lexicon: Lexicon | None = None) -> Iterator[str]:
    """What a folded text names, and which things it names close together and in which order, each with the mark."""
    found = list((lexicon or shipped_lexicon()).find(words))
    for number, first in enumerate(found):
        for name in first.concepts:
            yield MARK + name
            for second in found[number + 1 : number + 1 + NEIGHBOURS]:
                if second.begin - first.end <= NEAR_CHARACTERS:
                    yield from (f"{MARK}{name}>{other}" for other in second.concepts)


@cache
def shipped_lexicon() -> Lexicon:
    """The lexicon that comes with the program. Raises `InboundRulesError`."""
    return read_lexicon(files("greeting_sms").joinpath(FILE).read_text(encoding="utf-8"), source=FILE)


def read_lexicon(text: str, *, source: str) -> Lexicon:
    """A lexicon from YAML: concept and its words, ` / ` between two. Raises `InboundRulesError` naming the concept."""
    try:
        told = yaml.safe_load(text)
        concepts = {str(name): _words(str(written)) for name, written in told.items()}
    except (yaml.YAMLError, AttributeError) as error:
        raise InboundRulesError(f"{source}: needs concepts with their words: {error}") from error
    if empty := [name for name, words in concepts.items() if not words]:
        raise InboundRulesError(f"{source}: concept {empty[0]} has no words")
    return Lexicon(concepts)


def _words(written: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for each in written.split("/") if (word := each.strip())))


def _stands(words: str, word: str, at: int) -> bool:
    """Whether a word stands at a place; one of Latin letters not inside of a longer one."""
    if not words.startswith(word, at):
        return False
    end = at + len(word)
    inside = _latin(word[0]) and at > 0 and _latin(words[at - 1])
    return not inside and not (_latin(word[-1]) and end < len(words) and _latin(words[end]))


def _latin(character: str) -> bool:
    return character.isascii() and character.isalnum()
