"""The Hong Kong Observatory's own table of the lunar calendar, and whether ours is the same on every day of it.

Its file is no part of the repository: two columns, a Gregorian day and the lunar day's name, where the first day of a
month is named by the month; gzip, one heading line.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from greeting_sms.lunar import LunarDay, lunar_day

FILE = "lunar/hong_kong_observatory_1901_2100.tsv.gz"
"""Where it lies among the reference data."""
_FIRST_MONTH = 1900, 11
"""The table begins within it."""
_MONTHS = ("正月", "二月", "三月", "四月", "五月", "六月", "七月", "八月", "九月", "十月", "十一月", "十二月")
_TENS = ("初", "十", "廿")
_DIGITS = ("一", "二", "三", "四", "五", "六", "七", "八", "九")
_DAYS = {
    **{
        f"{ten}{digit}": 10 * place + value for place, ten in enumerate(_TENS) for value, digit in enumerate(_DIGITS, 1)
    },
    "初十": 10,
    "二十": 20,
    "三十": 30,
}


def compare(file: Path) -> tuple[int, int]:
    """How many days the file has, and on how many of them our table says something else."""
    days = wrong = 0
    for day, observed in read(file):
        days += 1
        wrong += lunar_day(day) != observed
    return days, wrong


def read(file: Path) -> Iterator[tuple[date, LunarDay]]:
    """Every day of the file. Raises OSError, and ValueError with the line of what cannot be read."""
    (year, month), leap = _FIRST_MONTH, False
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        next(lines, None)
        for number, line in enumerate(lines, 2):
            try:
                told, name = line.split()
                if name.endswith("月"):
                    leap, month, day = name.startswith("闰"), _MONTHS.index(name.removeprefix("闰")) + 1, 1
                    year += month == 1 and not leap
                else:
                    day = _DAYS[name]
                yield date.fromisoformat(told), LunarDay(year, month, day, leap)
            except (ValueError, KeyError) as error:
                raise ValueError(f"{file.name}:{number}: {line.strip()[:40]!r} is no day of the table") from error
