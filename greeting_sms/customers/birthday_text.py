"""Birthdays as people write them in files: 1946-03-12, 1946年3月12日, 03-12, 农历1946年闰六月廿九."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from greeting_sms.errors import LunarDateError
from greeting_sms.lunar import LunarDay, solar_day
from greeting_sms.occasions import Birthday, Calendar, exists

_CACHED: Final = 1 << 16
_TIME: Final = r"(?:[T ]00:00(?::00(?:\.0+)?)?)?"
_WITH_YEAR: Final = re.compile(
    rf"(\d{{4}})(?:([-/.])(\d{{1,2}})\2(\d{{1,2}}){_TIME}|年(\d{{1,2}})月(\d{{1,2}})[日号]?)"
)
_TOGETHER: Final = re.compile(r"(\d{4})(\d\d)(\d\d)")
_NO_YEAR: Final = re.compile(r"(?:--)?(\d{1,2})(?:[-/.]|月)(\d{1,2})[日号]?")
_LUNAR_WORD: Final = re.compile(r"^(?:农历|阴历|農曆|陰曆|旧历|lunar)\s*", re.IGNORECASE)
_SOLAR_WORD: Final = re.compile(r"^(?:公历|阳历|西历|公曆|陽曆|solar)\s*", re.IGNORECASE)
_LUNAR_NAMED: Final = re.compile(
    r"(?:(\d{4})年?)?(闰|閏)?(正|十一|十二|[一二三四五六七八九十冬腊臘]|\d{1,2})月"
    r"(初[一二三四五六七八九十]|[十廿][一二三四五六七八九]|二十[一二三四五六七八九]?|三十|\d{1,2}[日号]?)"
)
_DIGITS: Final = {digit: value for value, digit in enumerate("一二三四五六七八九十", start=1)}
_MONTHS: Final = _DIGITS | {"正": 1, "十一": 11, "冬": 11, "十二": 12, "腊": 12, "臘": 12}
_UNKNOWN_YEAR: Final = 0


class BirthdayTextError(ValueError):
    """The text is no birthday."""


@lru_cache(maxsize=_CACHED)
def read_birthday(text: str, calendar: Calendar | None, leap: bool | None) -> Birthday:
    """The birthday of a cell, with what the columns `calendar` and `leap` say. Raises BirthdayTextError.

    The word 农历 in the cell, a leap month or the name of a lunar day make it lunar. A cell that contradicts its
    columns is refused, as are days that do not exist and years of two digits.
    """
    told, rest = _calendar_word(text.strip())
    year, month, day, leap_told, named = _parts(rest)
    if (told or named) and calendar not in (None, told or Calendar.LUNAR):
        raise BirthdayTextError(f"the column says {calendar}, the birthday itself {told or Calendar.LUNAR}")
    by = calendar or told or (Calendar.LUNAR if named else Calendar.SOLAR)
    if leap is not None and leap_told and not leap:
        raise BirthdayTextError("the column says no leap month, the birthday itself says one")
    birthday = Birthday(by, month, day, bool(leap or leap_told), year or None)
    _check(birthday)
    return birthday


def _calendar_word(text: str) -> tuple[Calendar | None, str]:
    if found := _LUNAR_WORD.match(text):
        return Calendar.LUNAR, text[found.end() :]
    if found := _SOLAR_WORD.match(text):
        return Calendar.SOLAR, text[found.end() :]
    return None, text


def _parts(text: str) -> tuple[int, int, int, bool, bool]:
    """Year (0 unknown), month, day, whether a leap month is written, whether lunar names are."""
    if found := _WITH_YEAR.fullmatch(text):
        return int(found[1]), int(found[3] or found[5]), int(found[4] or found[6]), False, False
    if found := _TOGETHER.fullmatch(text) or None:
        return int(found[1]), int(found[2]), int(found[3]), False, False
    if found := _NO_YEAR.fullmatch(text):
        return _UNKNOWN_YEAR, int(found[1]), int(found[2]), False, False
    if found := _LUNAR_NAMED.fullmatch(text):
        year = int(found[1]) if found[1] else _UNKNOWN_YEAR
        return year, _month(found[3]), _day(found[4]), bool(found[2]), True
    raise BirthdayTextError("not a day; write 1946-03-12, 03-12 where the year is unknown, or 农历1946年三月初九")


def _month(name: str) -> int:
    return int(name) if name.isdigit() else _MONTHS[name]


def _day(name: str) -> int:
    name = name.rstrip("日号")
    if name.isdigit():
        return int(name)
    if name.startswith("初"):
        return _DIGITS[name[1]]
    tens = {"十": 10, "廿": 20, "二十": 20, "三十": 30}
    if name in tens:
        return tens[name]
    return tens[name[:-1]] + _DIGITS[name[-1]]


def _check(birthday: Birthday) -> None:
    if birthday.leap and birthday.calendar == Calendar.SOLAR:
        raise BirthdayTextError("a leap month belongs to the lunar calendar")
    if exists(birthday):
        return
    if birthday.calendar == Calendar.LUNAR and birthday.year is not None:
        try:
            solar_day(LunarDay(birthday.year, birthday.month, birthday.day, birthday.leap))
        except LunarDateError as error:
            raise BirthdayTextError(str(error)) from error
    in_year = f" in {birthday.year}" if birthday.year else ""
    raise BirthdayTextError(
        f"there is no day {birthday.month}-{birthday.day} by the {birthday.calendar} calendar{in_year}"
    )
