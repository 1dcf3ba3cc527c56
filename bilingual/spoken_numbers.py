"""Numbers as they are said: 两百零三, 幺三八, "two hundred three", "one zero two".

Written here, because the libraries that were looked at (docs/dependencies.md) write Chinese numbers and do not say
them, with 两 before a measure word and 幺 in a telephone number, or take seconds to load while a caller waits.
"""

from __future__ import annotations

from decimal import Decimal

from bilingual.tags import Language

MAX_NUMBER = 10**12 - 1
"""Up to 9999 亿; nothing this line says is larger."""

_DIGITS = "零一二三四五六七八九"
_ENGLISH_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_ENGLISH_GROUPS = ("", " thousand", " million", " billion")
_IRREGULAR = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}
_PLACES = ("", "十", "百", "千")
_GROUPS = ("", "万", "亿")


def quantity(number: int | Decimal, language: Language) -> str:
    """How many of something: 两, 十二, 两百零三; "two", "twelve", "two hundred three".

    Raises `ValueError` for what is negative, not finite, or beyond `MAX_NUMBER`.
    """
    value = Decimal(number)
    if not value.is_finite() or value < 0 or value > MAX_NUMBER:
        raise ValueError(f"{number} is no quantity from 0 to {MAX_NUMBER}")
    whole, _, part = f"{value:f}".partition(".")
    if language is Language.EN:
        said = _english(int(whole))
        return f"{said} point {digits(part, language)}" if part.strip("0") else said
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
    head, dash, last = _english(number).rpartition("-")
    before, space, last = last.rpartition(" ")
    regular = f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th"
    return f"{head}{dash}{before}{space}{_IRREGULAR.get(last, regular)}"


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


def _english(number: int) -> str:
    if not number:
        return _ENGLISH_DIGITS[0]
    groups = []
    while number:
        number, group = divmod(number, 1000)
        groups.append(group)
    return " ".join(
        _english_group(groups[place]) + _ENGLISH_GROUPS[place]
        for place in reversed(range(len(groups)))
        if groups[place]
    )


def _english_group(group: int) -> str:
    hundreds, rest = divmod(group, 100)
    said = [f"{_ENGLISH_DIGITS[hundreds]} hundred"] if hundreds else []
    if rest >= 20:
        tens, ones = divmod(rest, 10)
        said.append(_TENS[tens - 2] + (f"-{_ENGLISH_DIGITS[ones]}" if ones else ""))
    elif rest >= 10:
        said.append(_TEENS[rest - 10])
    elif rest:
        said.append(_ENGLISH_DIGITS[rest])
    return " ".join(said)
