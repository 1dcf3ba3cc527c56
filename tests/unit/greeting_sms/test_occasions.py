"""When a birthday is celebrated, and for which year it counts."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greeting_sms.lunar import LunarDay, solar_day
from greeting_sms.occasions import (
    GUARD_DAYS,
    Birthday,
    BirthdayKey,
    Calendar,
    LeapDay,
    birthday_keys,
    celebrated_on,
    exists,
    greeting_year,
    local_day,
    next_birthday,
    solar_birth,
    too_close,
)

SOLAR, LUNAR = Calendar.SOLAR, Calendar.LUNAR
DAYS = st.dates(min_value=date(1902, 3, 1), max_value=date(2099, 1, 1))


def birthdays() -> st.SearchStrategy[Birthday]:
    """Every birthday that exists without its year, of both calendars."""
    drawn = st.builds(
        Birthday, st.sampled_from(Calendar), st.integers(1, 12), st.integers(1, 31), st.booleans()
    )  # fmt: skip
    return drawn.filter(exists)


def days_of(birthday: Birthday, first: date, last: date, leap_day: LeapDay = LeapDay.FEBRUARY_28) -> list[date]:
    """Every day on which somebody who asks the books by the keys of the day finds this birthday."""
    days = (first + timedelta(days=one) for one in range((last - first).days + 1))
    return [day for day in days if birthday.key in birthday_keys(day, leap_day=leap_day)]


@given(birthdays(), DAYS, st.sampled_from(LeapDay))
def test_the_next_birthday_is_the_next_day_whose_keys_find_it(
    birthday: Birthday, after: date, leap_day: LeapDay
) -> None:
    """What is told of one person and what a day asks the books for agree."""
    expected = next_birthday(birthday, after, leap_day=leap_day)
    assert 0 < (expected - after).days <= 400
    assert birthday.key in birthday_keys(expected, leap_day=leap_day)
    assert days_of(birthday, after + timedelta(days=1), expected, leap_day) == [expected]


@given(birthdays(), st.dates(date(1902, 1, 1), date(2094, 12, 31)))  # four birthdays on, within the table
def test_a_birthday_falls_into_every_greeting_year_once(birthday: Birthday, start: date) -> None:
    """Four years on end: one day each, in order, and more than 300 days between them."""
    days, day = [], start
    for _ in range(4):
        day = next_birthday(birthday, day)
        days.append(day)
    years = [greeting_year(birthday.calendar, day) for day in days]
    assert years == list(range(years[0], years[0] + 4))
    assert all(later - earlier >= timedelta(days=GUARD_DAYS) for earlier, later in pairwise(days))


@given(DAYS, st.sampled_from(LeapDay))
def test_a_day_asks_for_few_keys_and_no_key_twice(day: date, leap_day: LeapDay) -> None:
    """Two solar keys at most and four lunar ones, so a day is a handful of index look-ups."""
    keys = birthday_keys(day, leap_day=leap_day)
    assert len(set(keys)) == len(keys)
    by_calendar = Counter(key.calendar for key in keys)
    assert 1 <= by_calendar[SOLAR] <= 2
    assert by_calendar[LUNAR] in (0, 2, 4)


@pytest.mark.parametrize(
    ("birthday", "year", "day"),
    [
        (Birthday(LUNAR, 6, 15, leap=True, year=2025), 2026, date(2026, 7, 28)),
        (Birthday(LUNAR, 6, 15, leap=True, year=1960), 2025, date(2025, 7, 9)),
        (Birthday(LUNAR, 12, 30, year=1950), 2024, date(2025, 1, 28)),
        (Birthday(LUNAR, 12, 30, year=1950), 2023, date(2024, 2, 9)),
        (Birthday(LUNAR, 4, 30, year=1950), 2026, solar_day(LunarDay(2026, 4, 29))),
        (Birthday(LUNAR, 11, 29, leap=True, year=2033), 2034, solar_day(LunarDay(2034, 11, 29))),
        (Birthday(SOLAR, 2, 29, year=1948), 2026, date(2026, 2, 28)),
        (Birthday(SOLAR, 2, 29, year=1948), 2028, date(2028, 2, 29)),
        (Birthday(SOLAR, 2, 29, year=1948), 2100, date(2100, 2, 28)),
    ],
    ids=["闰六月 in a year without", "闰六月 in a year with: the first", "三十 in a short month",
         "三十 in a long month",
         "三十 of a fourth month", "闰十一月", "29 February", "29 February, leap year", "29 February 2100"],
)  # fmt: skip
def test_where_the_day_itself_is_missing(birthday: Birthday, year: int, day: date) -> None:
    """Leap months go to the regular month, 三十 to 廿九, 29 February to the 28th."""
    assert celebrated_on(birthday, year) == day


def test_29_february_can_be_celebrated_in_march() -> None:
    """The group chooses; in leap years it is the 29th either way."""
    born = Birthday(SOLAR, 2, 29)
    assert celebrated_on(born, 2026, leap_day=LeapDay.MARCH_1) == date(2026, 3, 1)
    assert celebrated_on(born, 2028, leap_day=LeapDay.MARCH_1) == date(2028, 2, 29)
    assert born.key in birthday_keys(date(2026, 3, 1), leap_day=LeapDay.MARCH_1)
    assert born.key not in birthday_keys(date(2026, 2, 28), leap_day=LeapDay.MARCH_1)


def test_a_day_of_a_leap_month_is_nobody_s_lunar_birthday() -> None:
    """2025 has 六月 and 闰六月: who was born in either was greeted in the first."""
    assert [key.calendar for key in birthday_keys(date(2025, 8, 8))] == [SOLAR]


def test_the_last_day_of_a_short_month_asks_for_the_thirtieth_too() -> None:
    """Four lunar keys on 2025-01-28, 腊月廿九 of a year without 三十."""
    lunar = [key for key in birthday_keys(date(2025, 1, 28)) if key.calendar == LUNAR]
    assert lunar == [BirthdayKey(LUNAR, 12, day, leap) for day in (29, 30) for leap in (False, True)]


def test_a_gregorian_year_can_hold_a_lunar_birthday_twice_or_never() -> None:
    """腊月初一 comes twice in 2033-2034's neighbours and in some years never, but once in every lunar year."""
    born = Birthday(LUNAR, 12, 1)
    days = days_of(born, date(1950, 1, 1), date(2050, 1, 1))
    by_year = Counter(day.year for day in days)
    assert 2 in by_year.values()
    assert any(year not in by_year for year in range(1950, 2050))
    by_lunar_year = Counter(greeting_year(LUNAR, day) for day in days)
    assert set(by_lunar_year.values()) == {1}


def test_the_greeting_year_of_a_lunar_birthday_is_the_lunar_year() -> None:
    """2026-01-20 lies in the lunar year 2025."""
    assert greeting_year(LUNAR, date(2026, 1, 20)) == 2025
    assert greeting_year(SOLAR, date(2026, 1, 20)) == 2026


@pytest.mark.parametrize(
    ("greeted_on", "close"),
    [(date(2026, 3, 1), True), (date(2025, 5, 5), False), (date(2025, 5, 6), True), (date(2026, 12, 1), True)],
    ids=["the same day", "300 days before", "299 days before", "later, after the birthday was corrected"],
)
def test_nobody_is_greeted_twice_within_300_days(greeted_on: date, close: bool) -> None:
    """Also where a correction moved the birthday into another greeting year."""
    assert too_close(date(2026, 3, 1), [greeted_on]) is close
    assert not too_close(date(2026, 3, 1), [])


@pytest.mark.parametrize(
    ("zone", "day"),
    [("Pacific/Kiritimati", date(2026, 11, 23)), ("Pacific/Pago_Pago", date(2026, 11, 21)),
     ("Asia/Shanghai", date(2026, 11, 22))],
    ids=["UTC+14", "UTC-11", "China"],
)  # fmt: skip
def test_the_day_is_the_recipient_s(zone: str, day: date) -> None:
    """At one moment it is three days on earth."""
    assert local_day(datetime(2026, 11, 22, 10, 30, tzinfo=UTC), zone) == day


@pytest.mark.parametrize(
    ("birthday", "there"),
    [
        (Birthday(SOLAR, 2, 30), False),
        (Birthday(SOLAR, 2, 29), True),
        (Birthday(SOLAR, 2, 29, year=1900), False),
        (Birthday(SOLAR, 6, 1, leap=True), False),
        (Birthday(LUNAR, 6, 30), True),
        (Birthday(LUNAR, 1, 1, leap=True), False),
        (Birthday(LUNAR, 6, 30, leap=True, year=2025), False),
        (Birthday(LUNAR, 13, 1), False),
        (Birthday(LUNAR, 5, 31), False),
        (Birthday(LUNAR, 1, 1, year=1890), False),
    ],
    ids=str,
)
def test_which_birthdays_there_are(birthday: Birthday, there: bool) -> None:
    """30 February never; a leap first month never."""
    assert exists(birthday) is there


def test_the_solar_day_of_a_birth() -> None:
    """Known where the year is."""
    assert solar_birth(Birthday(LUNAR, 5, 30, leap=True, year=1933)) == date(1933, 7, 22)
    assert solar_birth(Birthday(SOLAR, 3, 12, year=1946)) == date(1946, 3, 12)
    assert solar_birth(Birthday(LUNAR, 5, 3)) is None
