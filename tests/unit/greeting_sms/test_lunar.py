"""The lunar calendar is the Hong Kong Observatory's, on every day it publishes."""

from __future__ import annotations

import gzip
import hashlib
import os
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greeting_sms.errors import LunarDateError
from greeting_sms.lunar import FIRST_SOLAR_DAY, LAST_SOLAR_DAY, LunarDay, has_month, lunar_day, month_days, solar_day

ROOT = Path(__file__).parents[3]
REFERENCE = Path(os.environ.get("ELDER_CHANNEL_REFERENCE") or ROOT.parent / "shared" / "data")
OBSERVATORY = REFERENCE / "lunar" / "hong_kong_observatory_1901_2100.tsv.gz"
DIGEST = "6e4944af4bd67301c251f97d69ea23e7104d90f3af78cdedf4f2469925b748a0"
"""SHA-256 of the Observatory's table, a line a day as `written` has it; a test below makes it from the file."""

DAYS = st.dates(min_value=FIRST_SOLAR_DAY, max_value=LAST_SOLAR_DAY)
MONTH_NAMES = ("正月", "二月", "三月", "四月", "五月", "六月", "七月", "八月", "九月", "十月", "十一月", "十二月")
_DAYS = "初一 初二 初三 初四 初五 初六 初七 初八 初九 初十 十一 十二 十三 十四 十五 十六 十七 十八 十九 二十 "
DAY_NAMES = f"{_DAYS}廿一 廿二 廿三 廿四 廿五 廿六 廿七 廿八 廿九 三十".split()


def written(day: date, lunar: LunarDay) -> str:
    """One line of what is digested."""
    return f"{day} {lunar.year}-{'L' if lunar.leap else ''}{lunar.month}-{lunar.day}\n"


def every_day() -> Iterator[date]:
    """Every day of the table."""
    return (FIRST_SOLAR_DAY + timedelta(days=one) for one in range((LAST_SOLAR_DAY - FIRST_SOLAR_DAY).days + 1))


def observed() -> Iterator[tuple[date, LunarDay]]:
    """What the Observatory's file says of every day; it begins within the eleventh month of lunar 1900."""
    year, month, leap = 1900, 11, False
    with gzip.open(OBSERVATORY, "rt", encoding="utf-8") as lines:
        next(lines)
        for line in lines:
            day, name = line.split()
            if name.endswith("月"):
                leap, month, number = name.startswith("闰"), MONTH_NAMES.index(name.removeprefix("闰")) + 1, 1
                year += month == 1 and not leap
            else:
                number = DAY_NAMES.index(name) + 1
            yield date.fromisoformat(day), LunarDay(year, month, number, leap)


def test_every_day_is_the_observatory_s_by_its_digest() -> None:
    """73,049 days, without the file at hand."""
    text = "".join(written(day, lunar_day(day)) for day in every_day())
    assert text.count("\n") == 73_049
    assert hashlib.sha256(text.encode()).hexdigest() == DIGEST


@pytest.mark.skipif(not OBSERVATORY.is_file(), reason="the Observatory's table is not here")
def test_every_day_is_the_observatory_s_both_ways() -> None:
    """The table itself, day by day and back; and it is the one the digest was made of."""
    table = list(observed())
    assert [(day, lunar_day(day), solar_day(lunar)) for day, lunar in table] == [
        (day, lunar, day) for day, lunar in table
    ]
    assert hashlib.sha256("".join(written(*row) for row in table).encode()).hexdigest() == DIGEST


@pytest.mark.parametrize(
    ("day", "lunar"),
    [
        (date(1933, 7, 22), (1933, 5, 30, True)),
        (date(1933, 8, 20), (1933, 6, 29, False)),
        (date(1954, 11, 25), (1954, 11, 1, False)),
        (date(1954, 12, 24), (1954, 11, 30, False)),
        (date(1978, 9, 2), (1978, 7, 30, False)),
        (date(1978, 10, 1), (1978, 8, 29, False)),
        (date(2057, 9, 28), (2057, 9, 1, False)),
        (date(2089, 9, 4), (2089, 8, 1, False)),
        (date(2097, 8, 7), (2097, 7, 1, False)),
        (date(2033, 12, 22), (2033, 11, 1, True)),
        (date(2034, 2, 18), (2033, 12, 30, False)),
    ],
    ids=lambda value: value.isoformat() if isinstance(value, date) else "",
)
def test_the_windows_where_libraries_differ(day: date, lunar: tuple[int, int, int, bool]) -> None:
    """Old tables are wrong in 1933, 1954 and 1978, astronomical ones in 2057, 2089 and 2097; 2033 has 闰十一月."""
    assert lunar_day(day) == LunarDay(*lunar)
    assert solar_day(LunarDay(*lunar)) == day


@given(DAYS)
def test_there_and_back_is_the_same_day(day: date) -> None:
    """No two days share a lunar day."""
    assert solar_day(lunar_day(day)) == day


@given(DAYS.filter(lambda day: day < LAST_SOLAR_DAY))
def test_the_day_after_is_the_next_lunar_day(day: date) -> None:
    """Days count on within a month, and begin again at 1 after its 29th or 30th."""
    today, tomorrow = lunar_day(day), lunar_day(day + timedelta(days=1))
    last = today.day == month_days(today.year, today.month, leap=today.leap)
    assert tomorrow.day == (1 if last else today.day + 1)
    assert last or today[:2] == tomorrow[:2]


@pytest.mark.parametrize(
    ("lunar", "told"),
    [
        (LunarDay(2026, 4, 30), "lunar 2026-4-30: the month has 29 days"),
        (LunarDay(2026, 6, 1, leap=True), "lunar 2026-leap 6: no such month"),
        (LunarDay(2025, 6, 30, leap=True), "the month has 29 days"),
        (LunarDay(2025, 13, 1), "no such month"),
        (LunarDay(2025, 1, 0), "the month has"),
        (LunarDay(1899, 1, 1), "outside the lunar table"),
        (LunarDay(2101, 1, 1), "outside the lunar table"),
        (LunarDay(1900, 1, 1), "outside the lunar table"),
        (LunarDay(2100, 12, 29), "outside the lunar table"),
    ],
    ids=str,
)
def test_days_that_do_not_exist_are_refused(lunar: LunarDay, told: str) -> None:
    """sxtwl rolls 2026-4-30 over to another month; here it is an error that says why."""
    with pytest.raises(LunarDateError, match=told):
        solar_day(lunar)


@pytest.mark.parametrize("day", [date(1900, 12, 31), date(2101, 1, 1)])
def test_days_outside_the_table_are_refused(day: date) -> None:
    """Two centuries are known, no more."""
    with pytest.raises(LunarDateError, match="1901-01-01 to 2100-12-31"):
        lunar_day(day)


def test_a_lunar_day_is_written_as_people_write_it() -> None:
    """闰 before the month, 廿 for the twenties."""
    assert lunar_day(date(2025, 8, 22)).zh == "2025年闰六月廿九"
    assert lunar_day(date(2026, 2, 17)).zh == "2026年正月初一"


def test_the_leap_months_are_the_counted_ones() -> None:
    """73 leap months in the 198 lunar years 1902 to 2099, by number as the Observatory has them."""
    counts = {month: sum(has_month(year, month, leap=True) for year in range(1902, 2100)) for month in range(1, 13)}
    assert counts == {1: 0, 2: 8, 3: 8, 4: 14, 5: 14, 6: 12, 7: 8, 8: 6, 9: 1, 10: 1, 11: 1, 12: 0}


def test_the_committed_table_is_what_the_generator_makes() -> None:
    """Nobody has edited the table by hand."""
    pytest.importorskip("sxtwl", reason="the dev extra is not installed")
    from greeting_sms.make_lunar_table import table_source

    assert (ROOT / "greeting_sms" / "lunar_table.py").read_text(encoding="utf-8") == table_source()
