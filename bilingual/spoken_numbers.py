"""Numbers as they are said: 两百零三, 幺三八, "two hundred three", "one zero two".

The English is inflect's. The Chinese is written here, because the libraries that were looked at (docs/dependencies.md)
write numbers and do not say them: none has 两 before a measure word or 幺 in a telephone number.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

from bilingual.tags import Language

if TYPE_CHECKING:
    import inflect

MAX_NUMBER = 10**12 - 1
"""Up to 9999 亿; nothing this line says is larger."""

_DIGITS = "零一二三四五六七八九"
_ENGLISH_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_PLACES = ("", "十", "百", "千")
_GROUPS = ("", "万", "亿")


def quantity(number: int | Decimal, language: Language) -> str:
    """How many of something: 两, 十二, 两百零三; "two", "twelve", "two hundred three".

    Raises `ValueError` for what is negative, not finite, or beyond `MAX_NUMBER`.
    """
    value = Decimal(number)
    if not value.is_finite() or value < 0 or value > MAX_NUMBER:
        raise ValueError(f"{number} is no quantity from 0 to {MAX_NUMBER}")
    if language is Language.EN:
        return _english_words(f"{value:f}")
    whole, _, part = f"{value:f}".partition(".")
    if part.strip("0"):
        return f"{numeral(int(whole))}点{digits(part)}"
    return _numeral(int(whole), two="两")


def digits(written: str, language: Language = Language.ZH, *, telephone: bool = False) -> str:
    """Digit by digit: 一零二, or 幺零二 in a telephone number; "one zero two". Anything but digits is left out."""
    only = [int(character) for character in written if character.isascii() and character.isdecimal()]
    if language is Language.EN:
        return " ".join(_ENGLISH_DIGITS[digit] for digit in only)
    said = "".join(_DIGITS[digit] for digit in only)
    return said.replace("一", "幺") if telephone else said


def numeral(number: int) -> str:
    """A number that counts nothing, where two is 二: 二月十二日, 二点五."""
    return _numeral(number, two="二")


def ordinal(number: int) -> str:
    """Which of several, in English: "second", "twenty-fifth"."""
    return str(_english().ordinal(_english_words(str(number))))


def _numeral(number: int, *, two: str) -> str:
    """In groups of four digits; a zero is said once for any number of them between two digits."""
    if number in (0, 2):
        return two if number else _DIGITS[0]
    groups = []
    while number:
        number, group = divmod(number, 10_000)
        groups.append(group)
    said, skipped = "", False
    for place in reversed(range(len(groups))):
        group = groups[place]
        if group:
            if said and (group < 1000 or skipped):
                said += _DIGITS[0]
            said += (two if group == 2 and place else _group(group, two=two)) + _GROUPS[place]
        skipped = not group
    return said.removeprefix("一") if said.startswith("一十") else said


def _group(group: int, *, two: str) -> str:
    said, zero = "", False
    for place in (3, 2, 1, 0):
        digit = group // 10**place % 10
        if digit:
            # 两千, 两百, and 二十, 一百零二.
            word = two if digit == 2 and place >= 2 else _DIGITS[digit]
            said += (_DIGITS[0] if zero else "") + word + _PLACES[place]
        zero = not digit and bool(said)
    return said


def _english_words(number: str) -> str:
    return " ".join(str(_english().number_to_words(number, andword="", comma="")).split())


@cache
def _english() -> inflect.engine:
    import inflect  # slow to import, and few processes need it

    return inflect.engine()
