"""The tones of Mandarin as they are spoken: 一, 不 and third tones change with what follows them.

The rules are those that are taught (Hong Kong Polytechnic University, "Introduction to phonetics: tone sandhi",
polyu.edu.hk/bepth); for numbers, ordinals and doubled verbs, and for where a word divides, those of PaddleSpeech's
`tone_sandhi.py` (Apache-2.0), of which misaki has a copy that its reader for Kokoro 1.0 does not use.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_ONE: Final = "一"
_NOT: Final = "不"
_DIGITS: Final = frozenset("零〇一二三四五六七八九幺")
_NUMERALS: Final = _DIGITS | frozenset("十百千万亿点")
_NAMES_A_NUMBER: Final = frozenset("第初按")
"""第一 and 初一 are ordinals; who is told 按一 is told the name of a key."""
_NUMBERED: Final = frozenset("月号")
"""一月 and 一号 are the first of their kind, not one of them."""
_DOUBLE_FOOT: Final = 4
"""A word of four syllables is said as two of two."""


@dataclass(frozen=True)
class Word:
    """A word and how its characters are read on their own."""

    text: str
    syllables: tuple[str, ...]
    """Pinyin with the tone as its last sign, 5 the neutral one: `("yi1", "xia4")`."""


def as_spoken(words: Sequence[Word]) -> tuple[Word, ...]:
    """The words said one after the other without a pause, with the tones they have then."""
    characters = "".join(word.text for word in words)
    tones = [int(syllable[-1]) for word in words for syllable in word.syllables]
    if len(tones) != len(characters):
        raise ValueError(f"{characters} has {len(tones)} syllables")
    at = 0
    for word in words:
        for inside, character in enumerate(word.text):
            if character == _ONE:
                tones[at] = _tone_of_one(characters, at, tones, ends=0 < inside == len(word.text) - 1)
            elif character == _NOT:
                tones[at] = _tone_of_not(characters, at, tones, between=len(word.text) == 3 and inside == 1)
            at += 1
    return _with_tones(words, _thirds([len(word.text) for word in words], tones))


def _tone_of_one(characters: str, at: int, tones: Sequence[int], *, ends: bool) -> int:
    """Of 一: first where it is a number's name or ends a word, else against the tone that follows."""
    before, after = characters[at - 1 : at], characters[at + 1 : at + 2]
    if not after or before in _NUMERALS or before in _NAMES_A_NUMBER or after in _DIGITS | _NUMBERED:
        return 1
    if before == after:  # 等一等
        return 5
    if ends:  # 万一, 统一
        return 1
    return 2 if tones[at + 1] in (4, 5) else 4  # 一个 has lost the fourth tone of 个, and keeps its effect


def _tone_of_not(characters: str, at: int, tones: Sequence[int], *, between: bool) -> int:
    """Of 不: second before a fourth tone, neutral in the middle of 是不是 and 对不起."""
    before, after = characters[at - 1 : at], characters[at + 1 : at + 2]
    if between or (before and before == after):
        return 5
    return 2 if after and tones[at + 1] == 4 else 4


def _thirds(lengths: Sequence[int], tones: Sequence[int]) -> list[int]:
    """A third tone before another is a second: in each word first, then between words of which one is short."""
    spoken = list(tones)
    starts = [sum(lengths[:number]) for number in range(len(lengths))]
    for start, length in zip(starts, lengths, strict=True):
        middle = start + length // 2 if length == _DOUBLE_FOOT else start + length
        _raise(spoken, start, middle)
        _raise(spoken, middle, start + length)
    for number in range(len(lengths) - 1, 0, -1):
        border = starts[number]
        if 1 in lengths[number - 1 : number + 1] and spoken[border - 1] == spoken[border] == 3:
            spoken[border - 1] = 2
    return spoken


def _raise(spoken: list[int], start: int, end: int) -> None:
    for at in range(start, end - 1):
        if spoken[at] == spoken[at + 1] == 3:
            spoken[at] = 2


def _with_tones(words: Sequence[Word], tones: Sequence[int]) -> tuple[Word, ...]:
    left = iter(tones)
    return tuple(
        Word(word.text, tuple(f"{syllable[:-1]}{next(left)}" for syllable in word.syllables)) for word in words
    )
