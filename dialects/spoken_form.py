"""A transcript as what was said, unit by unit: the form in which two transcripts are compared.

How somebody writes is not how well somebody hears: script, case, punctuation, spaces and numerals are made alike before
anything is counted.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from itertools import groupby
from typing import Final

from pypinyin import lazy_pinyin

from dialects.text import simplified

_HAN = re.compile(r"[㐀-鿿豈-﫿\U00020000-\U0003fffd]")
_UNIT = re.compile(r"[^\W\d_㐀-鿿豈-﫿\U00020000-\U0003fffd]+|[^\W_]")
"""A word of letters, or one character of any other kind."""
_APOSTROPHE = re.compile(r"['’ʼ`]")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)%")
_NUMBER = re.compile(r"(\d+)(?:\.(\d+))?")
_YEAR = re.compile(r"(?<!\d)\d{4}(?=年)")
_ONE_IN_A_NUMBER = re.compile(r"幺(?=[零一二三四五六七八九幺])|(?<=[零一二三四五六七八九])幺")
_TWO_OF_A_SIZE = re.compile(r"两(?=[百千万亿])")
_DIGITS: Final = "零一二三四五六七八九"
_SIZES: Final = ("", "十", "百", "千")
_MYRIADS: Final = ("", "万")
_LONGEST_QUANTITY = 6
"""A row of more digits, or one that begins with 0, is read digit by digit: telephone and policy numbers."""
_ENGLISH_DIGITS: Final = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS: Final = (
    *("ten", "eleven", "twelve", "thirteen", "fourteen"),
    *("fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS: Final = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


def chinese_characters(text: str) -> list[str]:
    """The characters said: simplified, without spaces and punctuation, numbers as they are read (24 is 二十四).

    A word in Latin letters is one unit, lower case. Mind that 110 is taken for a quantity (一百一十).
    """
    plain = _THOUSANDS.sub("", simplified(_folded(text)))
    plain = _YEAR.sub(lambda found: _one_by_one(found[0]), plain)
    plain = _PERCENT.sub(lambda found: f"百分之{_numerals(found[1], _quantity, _one_by_one, '点')}", plain)
    plain = _numerals(plain, _quantity, _one_by_one, "点").replace("〇", "零")
    plain = _ONE_IN_A_NUMBER.sub("一", plain)
    return _UNIT.findall(_APOSTROPHE.sub("", _TWO_OF_A_SIZE.sub("二", plain)))


def chinese_syllables(text: str) -> list[str]:
    """The same in toneless pinyin, Mandarin readings in context (pypinyin): 行长 is hang zhang.

    What has no such reading stays as written: Latin words, and characters that only a dialect uses.
    """
    syllables: list[str] = []
    for is_han, run in groupby(chinese_characters(text), lambda unit: bool(_HAN.fullmatch(unit))):
        units = list(run)
        for syllable in lazy_pinyin("".join(units)) if is_han else units:
            syllables += syllable if has_chinese(syllable) else [syllable]
    return syllables


def english_words(text: str) -> list[str]:
    """The words said: lower case, apostrophes dropped, numbers in words (24 is twenty four).

    A Chinese character counts as a word, so that Chinese written for English is counted as the error it is.
    """
    plain = _THOUSANDS.sub("", _APOSTROPHE.sub("", _folded(text))).replace("%", " percent")
    return _UNIT.findall(_numerals(plain, _in_english, _one_by_one_in_english, " point "))


def has_chinese(text: str) -> bool:
    """Whether there is a Chinese character in it."""
    return _HAN.search(text) is not None


def _folded(text: str) -> str:
    """Lower case, full-width forms made plain, accents composed."""
    return unicodedata.normalize("NFKC", text).lower()


def _numerals(text: str, whole: Callable[[str], str], digits: Callable[[str], str], point: str) -> str:
    def read(found: re.Match[str]) -> str:
        return whole(found[1]) + (point + digits(found[2]) if found[2] else "")

    return _NUMBER.sub(read, text)


def _is_a_row(digits: str) -> bool:
    return len(digits) > _LONGEST_QUANTITY or (len(digits) > 1 and digits[0] == "0")


def _one_by_one(digits: str) -> str:
    return "".join(_DIGITS[int(digit)] for digit in digits)


def _quantity(digits: str) -> str:
    if _is_a_row(digits):
        return _one_by_one(digits)
    value, read, myriad, gap = int(digits), "", 0, False
    if not value:
        return _DIGITS[0]
    while value:
        value, part = divmod(value, 10_000)
        if part:
            read = _up_to_myriad(part) + _MYRIADS[myriad] + (_DIGITS[0] if gap and read else "") + read
        gap = part < 1_000  # 1 0500 is 一万零五百
        myriad += 1
    return read[1:] if read.startswith("一十") else read


def _up_to_myriad(value: int) -> str:
    """1 to 9999; 1005 is 一千零五."""
    read, zero = "", False
    for place, digit in reversed(list(enumerate(map(int, reversed(str(value)))))):
        if digit:
            read += (_DIGITS[0] if zero else "") + _DIGITS[digit] + _SIZES[place]
        zero = not digit
    return read


def _one_by_one_in_english(digits: str) -> str:
    return " ".join(_ENGLISH_DIGITS[int(digit)] for digit in digits)


def _in_english(digits: str) -> str:
    read = _one_by_one_in_english(digits) if _is_a_row(digits) else _quantity_in_english(int(digits))
    return f" {read} "


def _quantity_in_english(value: int) -> str:
    """0 to 999,999; 105 is one hundred five."""
    if value >= 1_000:
        rest = f" {_quantity_in_english(value % 1_000)}" if value % 1_000 else ""
        return f"{_quantity_in_english(value // 1_000)} thousand{rest}"
    if value >= 100:
        rest = f" {_quantity_in_english(value % 100)}" if value % 100 else ""
        return f"{_ENGLISH_DIGITS[value // 100]} hundred{rest}"
    if value >= 20:
        return _TENS[value // 10] + (f" {_ENGLISH_DIGITS[value % 10]}" if value % 10 else "")
    return _TEENS[value - 10] if value >= 10 else _ENGLISH_DIGITS[value]
