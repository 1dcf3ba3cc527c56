"""How a reply sounds: toneless syllables of Mandarin, so that 腿丁 and `tui ding` are heard as 退订.

Who speaks into a telephone, picks the wrong character of a row or writes in pinyin sends what sounds like the word.
Each character is read by its first reading (pypinyin), Latin letters that can be read as pinyin are cut into syllables,
other words stand as they are. What many speakers do not tell apart is one: zh and z, ch and c, sh and s, ing and in,
eng and en.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from pypinyin import lazy_pinyin

MARK = "♪♪♪♪"
"""Stands before syllables among the features of the model; as long as the longest run of letters: none is one."""
LONGEST = 3
"""So many syllables make the longest run."""
_HAN = "\u3400-\u9fff"
_TOKEN = re.compile(rf"[{_HAN}]|[a-z']+|[^\W_]")
_SYLLABLE = (
    r"(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?"
    r"(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|ai|an|ao|ei|en|ia|ie|in|iu|ou|ua|ue|ui|un|uo|a|e|i|o|u|v)|er"
)
_ONE_SYLLABLE = re.compile(_SYLLABLE)
_PINYIN = re.compile(rf"(?:{_SYLLABLE})+")
_MERGED = ((re.compile(r"^([zcs])h"), r"\1"), (re.compile(r"(?<=[ie])ng$"), "n"))


def syllables(words: str) -> list[str]:
    """The syllables of a folded text, one after the other; signs are left out."""
    heard: list[str] = []
    for token in _TOKEN.findall(words):
        heard += _of_latin(token) if token[0].isascii() else [_of_character(token)]
    return heard


def spelled(words: str) -> str:
    """The same with a space between, before and behind, as rules of the form `sound` read it."""
    return f" {' '.join(syllables(words))} "


def runs(words: str) -> Iterator[str]:
    """The runs of one to three syllables of a folded text, its beginning and end counted, each with the mark."""
    heard = ["^", *syllables(words), "$"]
    for length in range(1, LONGEST + 1):
        for at in range(len(heard) - length + 1):
            yield MARK + "-".join(heard[at : at + length])


@lru_cache(maxsize=20_000)
def _of_character(character: str) -> str:
    return _merged(lazy_pinyin(character)[0])


def _of_latin(word: str) -> list[str]:
    """`tuiding` in two syllables; `stop` as it is."""
    if _PINYIN.fullmatch(word):
        return [_merged(each) for each in _ONE_SYLLABLE.findall(word)]
    return [word]


def _merged(syllable: str) -> str:
    for sound, heard in _MERGED:
        syllable = sound.sub(heard, syllable)
    return syllable
