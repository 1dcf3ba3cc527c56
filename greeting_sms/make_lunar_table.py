"""Makes the table of lunar years: `python -m greeting_sms.make_lunar_table > greeting_sms/lunar_table.py`.

Needs sxtwl (the dev extra), which agrees with the Hong Kong Observatory on every day of 1901-2100. It is asked here and
not while the line runs: it has no wheel for every Python, and rolls days that do not exist over without a word.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

FIRST_YEAR: Final = 1900
"""The lunar year in which 1901-01-01 lies."""
LAST_YEAR: Final = 2100
_YEARS_A_LINE: Final = 10

_HEADING = '''"""The lunar years {first} to {last}, a number each; made by `greeting_sms.make_lunar_table`.

Bits 13 and up: the number of the month after which a leap month follows, 0 for none. Bits 0 to 12: whether the first,
second … month of the year, the leap month counted where it stands, has 30 days (1) or 29 (0).
"""

from __future__ import annotations

from typing import Final

FIRST_YEAR: Final = {first}
FIRST_DAY: Final = {ordinal}
"""Proleptic ordinal of the first day of that year, {day}."""
# fmt: off
YEARS: Final = (
'''


def lunar_months() -> Iterator[tuple[date, int, int, bool]]:
    """Every lunar month of the years: its first day, lunar year, number, and whether it is a leap month."""
    import sxtwl

    day = _first_day(FIRST_YEAR)
    while True:
        found = sxtwl.fromSolar(day.year, day.month, day.day)
        year, month, leap = found.getLunarYear(), found.getLunarMonth(), bool(found.isLunarLeap())
        if year > LAST_YEAR:
            yield day, year, month, leap
            return
        yield day, year, month, leap
        day += timedelta(days=sxtwl.getLunarMonthNum(year, month, leap))


def table_source() -> str:
    """The module `greeting_sms.lunar_table`, as ruff would format it."""
    packed = _packed_years()
    first = _first_day(FIRST_YEAR)
    lines = [packed[start : start + _YEARS_A_LINE] for start in range(0, len(packed), _YEARS_A_LINE)]
    body = "".join(f"    {', '.join(f'0x{year:05X}' for year in line)},  # {FIRST_YEAR + index * _YEARS_A_LINE}\n"
                   for index, line in enumerate(lines))  # fmt: skip
    heading = _HEADING.format(first=FIRST_YEAR, last=LAST_YEAR, ordinal=first.toordinal(), day=first.isoformat())
    return f"{heading}{body})\n# fmt: on\n"


def _packed_years() -> list[int]:
    months = list(lunar_months())
    packed = [0] * (LAST_YEAR - FIRST_YEAR + 1)
    places = [0] * len(packed)
    for (day, year, month, leap), (following, *_) in pairwise(months):
        index = year - FIRST_YEAR
        if (following - day).days == 30:
            packed[index] |= 1 << places[index]
        if leap:
            packed[index] |= month << 13
        places[index] += 1
    return packed


def _first_day(lunar_year: int) -> date:
    import sxtwl

    found = sxtwl.fromLunar(lunar_year, 1, 1)
    return date(found.getSolarYear(), found.getSolarMonth(), found.getSolarDay())


if __name__ == "__main__":
    sys.stdout.write(table_source())
