"""Everyday words of a dialect with their Mandarin: ten for whoever answers, and substitution word for word.

Both come from the published word lists of the catalogue (`cues_sourced`, lexibank/beidasinitic and liusinitic, CC BY
4.0) and nothing else; no native speaker has checked them. Translation proper is not attempted here.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from dialects.catalogue import PUTONGHUA, Catalogue
from dialects.dialect import Dialect, SourcedCue
from dialects.text import simplified

BANNER_WORDS = 10
LEAST_WEIGHT_ALONE = 0.35
"""A word of one character is read as the dialect's only when it says so much for it: 冇 does, 蛮 does not."""

_NOT_ON_A_DESK = frozenset({"乳房", "吮", "拍马", "秃子"})
"""Meanings the survey asks for that would only raise eyebrows on a service line."""
_NOTE = re.compile(r"[（(].*?[)）]")
_BRACKETS = re.compile(r"[〔〕\[\]]")
_CHINESE = re.compile(r"[一-鿿㐀-䶿\U00020000-\U0003ffff]+")


@dataclass(frozen=True)
class GlossaryWord:
    """A word that differs from Mandarin."""

    word: str
    ipa: str
    mandarin: str
    source: str
    """`beida` or `liu`, as in the catalogue."""


@dataclass(frozen=True)
class Banner:
    """The words to have before one's eyes while talking to a caller."""

    dialect: str
    of: str
    """Whose words they are: the dialect itself, or its nearest relative with a published list."""
    words: tuple[GlossaryWord, ...]


@dataclass(frozen=True)
class InMandarin:
    """A text with the dialect's words replaced one by one."""

    text: str
    replaced: tuple[tuple[str, str], ...]
    """(word, Mandarin) of each replacement, in order."""


def banner(class_id: str, catalogue: Catalogue, *, size: int = BANNER_WORDS) -> Banner | None:
    """Up to `size` words, one for each meaning, the most everyday meanings first; None without a list to take from.

    A meaning is the more everyday the more of the published lists have a word of their own for it; of several words
    for it the weightiest, then the first of the list is taken. A dialect without a list borrows that of a dialect of
    its branch, and the banner says whose it is.
    """
    if class_id == PUTONGHUA or class_id not in catalogue.dialects:
        return None
    lender = _with_list(catalogue.dialects[class_id], catalogue)
    if lender is None:
        return None
    common = _how_common(catalogue)
    best: dict[str, tuple[SourcedCue, GlossaryWord]] = {}
    for cue in lender.cues_sourced:
        word = _as_word(cue)
        if word and (word.mandarin not in best or cue.weight > best[word.mandarin][0].weight):
            best[word.mandarin] = (cue, word)
    ranked = sorted(best.items(), key=lambda item: (-common[item[0]], -item[1][0].weight))
    return Banner(class_id, lender.id, tuple(word for _, (_, word) in ranked[:size]))


def in_mandarin(text: str, class_id: str, catalogue: Catalogue) -> InMandarin | None:
    """The text with the dialect's own words replaced by their Mandarin, longest first; None when nothing was."""
    if class_id not in catalogue.dialects:
        return None
    words = _substitutions(class_id, catalogue)
    if not words:
        return None
    replaced: list[tuple[str, str]] = []

    def swap(found: re.Match[str]) -> str:
        word = found.group()
        replaced.append((word, words[word]))
        return words[word]

    longest_first = sorted(words, key=len, reverse=True)
    swapped = re.sub("|".join(map(re.escape, longest_first)), swap, simplified(text))
    return InMandarin(swapped, tuple(replaced)) if replaced else None


def _with_list(dialect: Dialect, catalogue: Catalogue) -> Dialect | None:
    if dialect.cues_sourced:
        return dialect
    relatives = (other for other in catalogue.dialects.values() if other.branch == dialect.branch)
    return next((other for other in relatives if other.group == dialect.group and other.cues_sourced), None)


def _as_word(cue: SourcedCue) -> GlossaryWord | None:
    """The cue as a word to show; None for what is no clean word or no other word than in Mandarin."""
    word, mandarin = simplified(cue.word), _mandarin(cue)
    clean = _CHINESE.fullmatch(word) and _CHINESE.fullmatch(mandarin)
    differs = word != mandarin and mandarin not in _NOT_ON_A_DESK
    return GlossaryWord(word, cue.ipa, mandarin, cue.source) if clean and differs else None


def _mandarin(cue: SourcedCue) -> str:
    """The gloss in simplified characters, without the lists' remarks: 沒〔有〕(未) is 没有, 怎麽 is 怎么."""
    return _BRACKETS.sub("", _NOTE.sub("", simplified(cue.gloss))).replace("麽", "么").strip()


@lru_cache(maxsize=4)
def _how_common(catalogue: Catalogue) -> Counter[str]:
    """Mandarin word to how many dialects' lists have a word of their own for it."""
    meanings: Counter[str] = Counter()
    for dialect in catalogue.dialects.values():
        meanings.update({word.mandarin for cue in dialect.cues_sourced if (word := _as_word(cue))})
    return meanings


@lru_cache(maxsize=64)
def _substitutions(class_id: str, catalogue: Catalogue) -> dict[str, str]:
    words: dict[str, str] = {}
    for cue in catalogue.dialects[class_id].cues_sourced:
        word = _as_word(cue)
        if word and (len(word.word) > 1 or cue.weight >= LEAST_WEIGHT_ALONE):
            words.setdefault(word.word, word.mandarin)
    return words
