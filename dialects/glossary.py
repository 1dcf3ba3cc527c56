"""Words of a dialect with their Mandarin and English: ten for whoever answers, and where they occur in a text.

Single words only, from published lists (`dialects.glossary_words`); translation proper is not attempted here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from dialects.catalogue import PUTONGHUA, Catalogue
from dialects.dialect import Dialect
from dialects.glossary_words import Field, GlossaryWord, english_words, words_of
from dialects.text import simplified

BANNER_WORDS = 10


@dataclass(frozen=True)
class Banner:
    """The words to have before one's eyes while talking to a caller."""

    dialect: str
    of: str
    """Whose words they are: the dialect itself, or its nearest relative with a published list."""
    words: tuple[GlossaryWord, ...]


@dataclass(frozen=True)
class Piece:
    """A stretch of a text: a word of the glossary, or what stands between two of them."""

    text: str
    word: GlossaryWord | None = None


@dataclass(frozen=True)
class InMandarin:
    """A text with the dialect's words replaced one by one."""

    text: str
    replaced: tuple[tuple[str, str], ...]
    """(word, Mandarin) of each replacement, in order."""


def banner(
    class_id: str, catalogue: Catalogue, *, size: int = BANNER_WORDS, field: Field = Field.EVERYDAY
) -> Banner | None:
    """Up to `size` words, one for each meaning, the most everyday meanings first; None without a list to take from.

    Meanings of `meanings.yaml` come before those that only a survey asks for (bull, dragonfly); among them a meaning is
    the more everyday the more of the published lists have a word of their own for it. Of several words for it the
    weightiest, then the first of the list is taken. A dialect without a list borrows that of a dialect of
    its branch, and the banner says whose it is.
    """
    if class_id == PUTONGHUA or class_id not in catalogue.dialects:
        return None
    lender = _with_words(catalogue.dialects[class_id], catalogue, field)
    if lender is None:
        return None
    common = _how_common(catalogue)
    best: dict[str, GlossaryWord] = {}
    for word in _of_field(lender.id, catalogue, field):
        if word.mandarin not in best or word.weight > best[word.mandarin].weight:
            best[word.mandarin] = word
    ranked = sorted(best.values(), key=lambda word: (not word.english, -common[word.mandarin], -word.weight))
    return Banner(class_id, lender.id, tuple(ranked[:size]))


def english_banner(*, size: int = BANNER_WORDS) -> Banner:
    """The English words of insurance to have before one's eyes, with their Chinese; `of` is `en`."""
    words = dict.fromkeys(word for word in english_words().values() if word.field is Field.INSURANCE)
    return Banner("en", "en", tuple(words)[:size])


def mark(text: str, class_id: str, catalogue: Catalogue) -> tuple[Piece, ...]:
    """The text in simplified characters, cut where words of the dialect's own lists stand in it, longest first."""
    return _cut(simplified(text), _marked(class_id, catalogue))


def mark_english(text: str) -> tuple[Piece, ...]:
    """An English text, cut where words of the English glossary stand in it, whole words only, longest first."""
    return _cut(text, _english())


def in_mandarin(text: str, class_id: str, catalogue: Catalogue) -> InMandarin | None:
    """The text with the dialect's own words replaced by their Mandarin, longest first; None when nothing was."""
    pieces = mark(text, class_id, catalogue)
    replaced = tuple((piece.text, piece.word.mandarin) for piece in pieces if piece.word)
    if not replaced:
        return None
    return InMandarin("".join(piece.word.mandarin if piece.word else piece.text for piece in pieces), replaced)


@dataclass(frozen=True)
class _Marked:
    words: Mapping[str, GlossaryWord]
    pattern: re.Pattern[str]


def _cut(text: str, marked: _Marked | None) -> tuple[Piece, ...]:
    if marked is None:
        return (Piece(text),) if text else ()
    pieces: list[Piece] = []
    end = 0
    for found in marked.pattern.finditer(text):
        if found.start() > end:
            pieces.append(Piece(text[end : found.start()]))
        pieces.append(Piece(found.group(), marked.words[found.group().lower()]))
        end = found.end()
    return (*pieces, Piece(text[end:])) if end < len(text) else tuple(pieces)


@lru_cache(maxsize=64)
def _marked(class_id: str, catalogue: Catalogue) -> _Marked | None:
    words: dict[str, GlossaryWord] = {}
    for word in words_of(class_id, catalogue):
        if word.is_marked:
            words.setdefault(word.word, word)
    longest_first = sorted(words, key=len, reverse=True)
    return _Marked(words, re.compile("|".join(map(re.escape, longest_first)))) if words else None


@lru_cache(maxsize=1)
def _english() -> _Marked:
    words = english_words()
    longest_first = sorted(words, key=len, reverse=True)
    return _Marked(words, re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b", re.IGNORECASE))


def _of_field(class_id: str, catalogue: Catalogue, field: Field) -> tuple[GlossaryWord, ...]:
    return tuple(word for word in words_of(class_id, catalogue) if word.field is field)


def _with_words(dialect: Dialect, catalogue: Catalogue, field: Field) -> Dialect | None:
    if _of_field(dialect.id, catalogue, field):
        return dialect
    relatives = (other for other in catalogue.dialects.values() if other.branch == dialect.branch)
    return next(
        (other for other in relatives if other.group == dialect.group and _of_field(other.id, catalogue, field)), None
    )


@lru_cache(maxsize=4)
def _how_common(catalogue: Catalogue) -> Counter[str]:
    """Mandarin word to how many dialects' lists have a word of their own for it."""
    meanings: Counter[str] = Counter()
    for class_id in catalogue.dialects:
        meanings.update({word.mandarin for word in words_of(class_id, catalogue)})
    return meanings
