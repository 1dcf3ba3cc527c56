"""Whether a caller says that the number was wrong, and nothing else."""

from __future__ import annotations

import re
from functools import cache

from bilingual.heard_words import HeardWords, heard_words

_FILE = "wrong_number_words.yaml"
MAX_CHARACTERS = 60
"""Whoever says more has said something else besides."""
_MARKS = re.compile(r"[\s,.!?;:，。！？；：、…]+")


def says_wrong_number(words: str) -> bool:
    """Whether the words, simplified Chinese or English, are no more than that, with or without an apology."""
    plain = _plain(words[:MAX_CHARACTERS])
    return len(words) <= MAX_CHARACTERS and bool(_pattern().fullmatch(plain))


def _plain(words: str) -> str:
    return _MARKS.sub("", words.lower().replace("’", "'"))


@cache
def _pattern() -> re.Pattern[str]:
    words: HeardWords = heard_words(_FILE)
    polite, wrong = _any_of(words.polite), _any_of((*words.zh, *words.en))
    return re.compile(rf"(?:{polite})*(?:{wrong})(?:{polite}|{wrong})*")


def _any_of(phrases: tuple[str, ...]) -> str:
    return "|".join(re.escape(_plain(phrase)) for phrase in sorted(phrases, key=len, reverse=True))
