"""The lunar calendar, both ways, from a table of months: 1901-01-01 to 2100-12-31.

Equal to the Hong Kong Observatory on every one of those days (tests/unit/greeting_sms/test_lunar.py).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from datetime import date
from typing import Final, NamedTuple

from greeting_sms.errors import LunarDateError
from greeting_sms.lunar_table import FIRST_DAY, FIRST_YEAR, YEARS

FIRST_SOLAR_DAY: Final = date(1901, 1, 1)
LAST_SOLAR_DAY: Final = date(2100, 12, 31)
"""What the Observatory publishes, and so what can be checked."""

_LONG_MONTH_DAYS: Final = 30
_MONTH_NAMES: Final = ("正", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")
_DAY_NAMES: Final = (
    *("初一", "初二", "初三", "初四", "初五", "初六", "初七", "初八", "初九", "初十"),
    *("十一", "十二", "十三", "十四", "十五", "十六", "十七", "十八", "十九", "二十"),
    *("廿一", "廿二", "廿三", "廿四", "廿五", "廿六", "廿七", "廿八", "廿九", "三十"),
)


class LunarDay(NamedTuple):
    """A day of the lunar calendar."""

    year: int
    """The Gregorian year in which this lunar year begins."""
    month: int
    """1 to 12."""
    day: int
    """1 to 30."""
    leap: bool = False
    """Whether the month is a leap month, which follows the month of its number."""

    @property
    def zh(self) -> str:
        """The day as people write it: `2025年闰六月廿九`."""
        return f"{self.year}年{'闰' if self.leap else ''}{_MONTH_NAMES[self.month - 1]}月{_DAY_NAMES[self.day - 1]}"


def lunar_day(day: date) -> LunarDay:
    """The lunar day of a Gregorian one. Raises LunarDateError outside 1901 to 2100."""
    if not FIRST_SOLAR_DAY <= day <= LAST_SOLAR_DAY:
        raise LunarDateError(f"{day} lies outside the lunar table, {FIRST_SOLAR_DAY} to {LAST_SOLAR_DAY}.")
    ordinal = day.toordinal()
    place = bisect_right(_STARTS, ordinal) - 1
    year, month, leap = _MONTHS[place]
    return LunarDay(year, month, ordinal - _STARTS[place] + 1, leap)


def solar_day(lunar: LunarDay) -> date:
    """The Gregorian day of a lunar one. Raises LunarDateError for a day that does not exist or lies outside."""
    days = month_days(lunar.year, lunar.month, leap=lunar.leap)
    if not 1 <= lunar.day <= days:
        raise LunarDateError(f"{_told(lunar)}: the month has {days} days.")
    day = date.fromordinal(_STARTS[_PLACES[lunar.year, lunar.month, lunar.leap]] + lunar.day - 1)
    if not FIRST_SOLAR_DAY <= day <= LAST_SOLAR_DAY:
        raise LunarDateError(f"{_told(lunar)} lies outside the lunar table, {FIRST_SOLAR_DAY} to {LAST_SOLAR_DAY}.")
    return day


def month_days(year: int, month: int, *, leap: bool = False) -> int:
    """How many days a month has, 29 or 30. Raises LunarDateError where the year has no such month."""
    place = _PLACES.get((year, month, leap))
    if place is None:
        told = f"lunar {year}-{'leap ' if leap else ''}{month}"
        outside = not FIRST_YEAR <= year < FIRST_YEAR + len(YEARS)
        raise LunarDateError(f"{told} lies outside the lunar table." if outside else f"{told}: no such month.")
    return _STARTS[place + 1] - _STARTS[place]


def has_month(year: int, month: int, *, leap: bool = False) -> bool:
    """Whether the lunar year has this month; False outside the table."""
    return (year, month, leap) in _PLACES


def _told(lunar: LunarDay) -> str:
    return f"lunar {lunar.year}-{'leap ' if lunar.leap else ''}{lunar.month}-{lunar.day}"


def _months() -> Iterator[tuple[int, tuple[int, int, bool]]]:
    """Every month of the table: how many days it has, and year, number, leap."""
    for index, packed in enumerate(YEARS):
        leap_after = packed >> 13
        names = [(month, leap) for month in range(1, 13) for leap in (False, True) if not leap or month == leap_after]
        for place, (month, leap) in enumerate(names):
            yield _LONG_MONTH_DAYS - 1 + (packed >> place & 1), (FIRST_YEAR + index, month, leap)


def _table() -> tuple[list[int], list[tuple[int, int, bool]]]:
    starts, names, start = [], [], FIRST_DAY
    for days, name in _months():
        starts.append(start)
        names.append(name)
        start += days
    return [*starts, start], names


_STARTS, _MONTHS = _table()
"""Ordinals of the first days of the months, one more than months; and year, number, leap of each month."""
_PLACES: Final = {name: place for place, name in enumerate(_MONTHS)}
