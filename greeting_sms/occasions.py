"""When a birthday is celebrated, in which greeting year, and which people a day concerns. No clock, no books.

A lunar birthday keeps its lunar month and day; one of a leap month is celebrated in the regular month of its number,
once also in a year that has both; a 三十 on the 廿九 of a short month. The greeting year of a lunar birthday is the
lunar year: a Gregorian year holds it twice or never where it lies in months 11 and 12.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from greeting_sms.lunar import FIRST_SOLAR_DAY, LAST_SOLAR_DAY, LunarDay, has_month, lunar_day, month_days, solar_day

GUARD_DAYS: Final = 300
"""Nobody is greeted twice within so many days, whatever became of the birthday in the books. Lunar birthdays of
following years lie 353 days apart at least."""
_FEBRUARY: Final = 2


class Calendar(StrEnum):
    """By which calendar a birthday is celebrated."""

    SOLAR = "solar"
    LUNAR = "lunar"


class LeapDay(StrEnum):
    """When a birthday of 29 February is celebrated in a common year."""

    FEBRUARY_28 = "february_28"
    MARCH_1 = "march_1"


class BirthdayKey(NamedTuple):
    """What the books are asked for: everybody born on this month and day of this calendar."""

    calendar: Calendar
    month: int
    day: int
    leap: bool = False


@dataclass(frozen=True)
class Birthday:
    """A birthday as it is celebrated."""

    calendar: Calendar
    month: int
    day: int
    leap: bool = False
    """Born in a leap month; never with the solar calendar."""
    year: int | None = None
    """Year of birth in the birthday's own calendar; None where nobody knows it."""

    @property
    def key(self) -> BirthdayKey:
        """Under which the books have it."""
        return BirthdayKey(self.calendar, self.month, self.day, self.leap)


def birthday_keys(day: date, *, leap_day: LeapDay = LeapDay.FEBRUARY_28) -> tuple[BirthdayKey, ...]:
    """Which birthdays are celebrated on `day`: one or two solar keys, then none, two or four lunar ones.

    None of the lunar calendar on a day of a leap month. Raises LunarDateError outside 1901 to 2100.
    """
    return (*_solar_keys(day, leap_day), *_lunar_keys(lunar_day(day)))


def greeting_year(calendar: Calendar, day: date) -> int:
    """The year that a greeting on `day` counts for: the lunar year for lunar birthdays."""
    return day.year if calendar == Calendar.SOLAR else lunar_day(day).year


def celebrated_on(birthday: Birthday, year: int, *, leap_day: LeapDay = LeapDay.FEBRUARY_28) -> date:
    """The day of a birthday in a greeting year. Raises LunarDateError outside 1901 to 2100."""
    if birthday.calendar == Calendar.SOLAR:
        if (birthday.month, birthday.day) == (2, 29) and not _is_leap_year(year):
            return date(year, 2, 28) if leap_day == LeapDay.FEBRUARY_28 else date(year, 3, 1)
        return date(year, birthday.month, birthday.day)
    day = min(birthday.day, month_days(year, birthday.month))
    return solar_day(LunarDay(year, birthday.month, day))


def next_birthday(birthday: Birthday, after: date, *, leap_day: LeapDay = LeapDay.FEBRUARY_28) -> date:
    """The first celebration later than `after`. Raises LunarDateError outside 1901 to 2100."""
    year = greeting_year(birthday.calendar, after)
    day = celebrated_on(birthday, year, leap_day=leap_day)
    return day if day > after else celebrated_on(birthday, year + 1, leap_day=leap_day)


def too_close(birthday_on: date, greeted_on: Iterable[date]) -> bool:
    """Whether somebody greeted on those days was greeted less than 300 days before or after this birthday."""
    return any(abs((birthday_on - day).days) < GUARD_DAYS for day in greeted_on)


def local_day(moment: datetime, zone: str) -> date:
    """The day it is at the recipient's, at this moment."""
    return moment.astimezone(ZoneInfo(zone)).date()


def exists(birthday: Birthday) -> bool:
    """Whether there is such a day: 30 February never is; without a year, any year that has it will do."""
    if birthday.calendar == Calendar.SOLAR:
        return not birthday.leap and _solar_exists(birthday)
    if birthday.year is not None:
        return _lunar_exists(birthday, birthday.year)
    return any(_lunar_exists(birthday, year) for year in range(FIRST_SOLAR_DAY.year, LAST_SOLAR_DAY.year))


def solar_birth(birthday: Birthday) -> date | None:
    """The Gregorian day of birth; None where the year is unknown or outside the lunar table."""
    if birthday.year is None or not exists(birthday):
        return None
    if birthday.calendar == Calendar.SOLAR:
        return date(birthday.year, birthday.month, birthday.day)
    return solar_day(LunarDay(birthday.year, birthday.month, birthday.day, birthday.leap))


def _solar_keys(day: date, leap_day: LeapDay) -> Iterator[BirthdayKey]:
    yield BirthdayKey(Calendar.SOLAR, day.month, day.day)
    stand_in = day if leap_day == LeapDay.FEBRUARY_28 else day - timedelta(days=1)
    if not _is_leap_year(day.year) and (stand_in.month, stand_in.day) == (2, 28):
        yield BirthdayKey(Calendar.SOLAR, _FEBRUARY, 29)


def _lunar_keys(lunar: LunarDay) -> Iterator[BirthdayKey]:
    if lunar.leap:  # all whom it concerns were greeted in the regular month
        return
    is_last = lunar.day == month_days(lunar.year, lunar.month)
    for day in range(lunar.day, 31 if is_last else lunar.day + 1):
        yield BirthdayKey(Calendar.LUNAR, lunar.month, day)
        yield BirthdayKey(Calendar.LUNAR, lunar.month, day, leap=True)


def _solar_exists(birthday: Birthday) -> bool:
    try:
        date(birthday.year or 2000, birthday.month, birthday.day)
    except ValueError:
        return False
    return True


def _lunar_exists(birthday: Birthday, year: int) -> bool:
    if not has_month(year, birthday.month, leap=birthday.leap):
        return False
    if not 1 <= birthday.day <= month_days(year, birthday.month, leap=birthday.leap):
        return False
    first = LunarDay(FIRST_SOLAR_DAY.year - 1, 11, 11)  # of the first day of the table
    return LunarDay(year, birthday.month, birthday.day, birthday.leap) >= first


def _is_leap_year(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
