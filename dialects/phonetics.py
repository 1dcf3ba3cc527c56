"""Finds many phrases in one utterance at once, as written or by their sound, so that 专人公 is heard as 转人工.

A recognizer writes dialect in Mandarin look-alikes. The phrases are laid out as a tree of characters and syllables in
which every syllable also leads on from the syllables it is confused with, so that an utterance is walked through once,
whatever the number of phrases. A match by sound counts less than the same words as written, and short ones hardly at
all: two syllables must sound exactly alike, and one syllable never counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from dialects.sounds import Syllable, near, reading, readings_in_context
from dialects.text import simplified

COST_OF_THREE = 0.35
"""What the sounds of a phrase of three syllables may differ by, all together; see `data/sounds.yaml` for the costs."""
COST_A_SYLLABLE = 0.15
"""The same for each syllable of a longer phrase."""
COST_OF_TWO_ALONE = 0.3
"""The same for two syllables when nothing else was said."""
PARTICLES = frozenset("了啊呀哪吧嘛的矣哉哒咯咧罢哩欸喇啦喽仔")
_TOKEN = re.compile(r"[a-z]+(?:'[a-z]+)?|[0-9]+|\w")


@dataclass(frozen=True)
class Token:
    """A Chinese character, or a word or number in other letters."""

    text: str
    syllable: Syllable | None
    begins_clause: bool
    """True after a pause that the recognizer wrote as punctuation."""


@dataclass(frozen=True)
class Match:
    """A phrase found in an utterance."""

    phrase: str
    start: int
    """Index of its first token."""
    end: int
    """Index after its last one."""
    cost: float
    """How far the sounds were from the phrase's own; 0 for the same syllables, whatever the characters."""
    exact: bool
    """True when the characters are those of the phrase."""


@dataclass
class _Node:
    by_text: dict[str, _Node] = field(default_factory=dict)
    by_sound: dict[Syllable, _Node] = field(default_factory=dict)
    near: dict[Syllable, list[tuple[_Node, float]]] = field(default_factory=dict)
    """What was heard, to where it may lead and at what cost."""
    ends: list[str] = field(default_factory=list)
    """Phrases complete here when every character so far is their own."""
    ends_by_sound: list[tuple[str, int]] = field(default_factory=list)
    """Phrases complete here by sound, and their length without particles: 了 is in every other sentence."""


def tokens(text: str) -> list[Token]:
    """The text in simplified characters and lower case, cut into characters and foreign words, without punctuation."""
    said = simplified(text).lower().replace("’", "'")
    found, after = [], 0
    for match in _TOKEN.finditer(said):
        pause = any(not mark.isspace() for mark in said[after : match.start()])
        syllable = None if match[0].isascii() else reading(match[0])
        found.append(Token(match[0], syllable, pause or match.start() == 0))
        after = match.end()
    return found


class PhraseIndex:
    """Phrases laid out for finding; built once, walked for every utterance."""

    def __init__(self, phrases: Iterable[str], *, never_by_sound: Iterable[str] = ()) -> None:
        """`never_by_sound` are phrases that count as written only."""
        self._root = _Node()
        exact_only = frozenset(never_by_sound)
        for phrase in dict.fromkeys(phrases):
            self._add(phrase, by_sound=phrase not in exact_only)

    def _add(self, phrase: str, *, by_sound: bool) -> None:
        units = tokens(phrase)
        node = self._root
        for unit in units:
            node = node.by_text.setdefault(unit.text, _Node())
        if units:
            node.ends.append(phrase)
        if not by_sound or sum(unit.text not in PARTICLES for unit in units) < 2:
            return  # one syllable sounds like too much
        alone = [unit.syllable for unit in units]
        if None in alone:
            return
        in_context = readings_in_context("".join(unit.text for unit in units))
        for read in (alone, in_context) if in_context != alone else (alone,):
            node = self._root
            for syllable in read:
                if syllable is not None:
                    node = _step_by_sound(node, syllable)
            node.ends_by_sound.append((phrase, sum(unit.text not in PARTICLES for unit in units)))

    def find(self, said: Sequence[Token], *, alone: int | None = None) -> list[Match]:
        """Every phrase in the utterance; by sound only where it is not there as written at the same place.

        `alone` is the number of tokens that count as all that was said (particles left out); all of them by default.
        """
        whole = len(said) if alone is None else alone
        found: list[Match] = []
        for start in range(len(said)):
            written = self._as_written(said, start)
            found += written
            places = {(match.phrase, match.end) for match in written}
            found += [match for match in self._by_sound(said, start, whole) if (match.phrase, match.end) not in places]
        return found

    def _as_written(self, said: Sequence[Token], start: int) -> list[Match]:
        found: list[Match] = []
        node = self._root
        for position in range(start, len(said)):
            following = node.by_text.get(said[position].text)
            if following is None:
                break
            node = following
            found += [Match(phrase, start, position + 1, 0.0, exact=True) for phrase in node.ends]
        return found

    def _by_sound(self, said: Sequence[Token], start: int, whole: int) -> list[Match]:
        best: dict[tuple[str, int], float] = {}
        open_: list[tuple[_Node, int, float]] = [(self._root, start, 0.0)]
        while open_:
            node, position, cost = open_.pop()
            for phrase, length in node.ends_by_sound:
                if cost <= _bearable(length, alone=position - start == whole):
                    key = phrase, position
                    best[key] = min(cost, best.get(key, cost))
            if position < len(said) and (heard := said[position].syllable):
                open_ += [(following, position + 1, cost + more) for following, more in node.near.get(heard, ())]
        return [Match(phrase, start, end, round(cost, 3), exact=False) for (phrase, end), cost in best.items()]


def _step_by_sound(node: _Node, syllable: Syllable) -> _Node:
    following = node.by_sound.get(syllable)
    if following is None:
        following = node.by_sound[syllable] = _Node()
        for heard, cost in near(syllable).items():
            node.near.setdefault(heard, []).append((following, cost))
    return following


def _bearable(length: int, *, alone: bool) -> float:
    """The cost up to which a phrase of so many syllables is taken to have been said."""
    if length <= 2:
        return COST_OF_TWO_ALONE if alone and length == 2 else 0.0
    return COST_OF_THREE if length == 3 else COST_A_SYLLABLE * length
