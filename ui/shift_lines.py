"""Shifts as people write them, one a line: `周一-周五 08:00-17:00` or `mon-fri 08:00-17:00`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pydantic import ValidationError

from elder_channel.agents.hours import WEEK, Hours

_CHINESE = dict(zip("一二三四五六日", WEEK, strict=True)) | {"天": WEEK[-1]}
_DAY = r"(?:周|星期|礼拜)?[一二三四五六日天]|mon|tue|wed|thu|fri|sat|sun"
_DAYS = re.compile(rf"({_DAY})(?:\s*[-–—~～至到]\s*({_DAY}))?", re.IGNORECASE)
_CLOCKS = re.compile(r"(\d{1,2})[:：](\d{2})\s*[-–—~～至到]\s*(\d{1,2})[:：](\d{2})")
_EVERY_DAY = ("每天", "daily")
_LEFT = re.compile(r"[\s,，、和]*")


class ShiftLineError(ValueError):
    """A line that is no shift; `line` counts from 1."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line} is no shift")
        self.line = line


def read_shifts(text: str) -> tuple[Hours, ...]:
    """The shifts that the lines say; raises `ShiftLineError` for the first one that says none."""
    lines = enumerate(text.splitlines(), start=1)
    return tuple(_read(line.strip().lower(), number) for number, line in lines if line.strip())


def write_shifts(shifts: Sequence[Hours]) -> str:
    """The lines for shifts, as `read_shifts` takes them."""
    return "\n".join(f"{_days(hours.days)} {hours.opens}-{hours.closes}" for hours in shifts)


def _read(line: str, number: int) -> Hours:
    clocks = _CLOCKS.search(line)
    if clocks is None or line[clocks.end() :].strip():
        raise ShiftLineError(number)
    said = line[: clocks.start()]
    opens, closes = (f"{int(hour):02d}:{minute}" for hour, minute in (clocks.group(1, 2), clocks.group(3, 4)))
    try:
        return Hours(days=_read_days(said, number), opens=opens, closes=closes)
    except ValidationError as error:
        raise ShiftLineError(number) from error


def _read_days(said: str, number: int) -> tuple[str, ...]:
    if said.strip() in ("", *_EVERY_DAY):
        return WEEK
    days: list[str] = []
    for found in _DAYS.finditer(said):
        first, last = _day(found.group(1)), _day(found.group(2) or found.group(1))
        begin, end = WEEK.index(first), WEEK.index(last)
        days += WEEK[begin : end + 1] if begin <= end else (*WEEK[begin:], *WEEK[: end + 1])
    if not days or not _LEFT.fullmatch(_DAYS.sub("", said)):
        raise ShiftLineError(number)
    return tuple(day for day in WEEK if day in days)


def _day(word: str) -> str:
    return _CHINESE.get(word[-1], word)


def _days(days: Sequence[str]) -> str:
    """`周一-周五` where days follow each other, else one after the other."""
    places = sorted(WEEK.index(day) for day in days)
    chinese = {day: name for name, day in _CHINESE.items() if name != "天"}
    names = [f"周{chinese[WEEK[place]]}" for place in places]
    if len(places) == len(WEEK):
        return "每天"
    in_a_row = places == list(range(places[0], places[0] + len(places)))
    return f"{names[0]}-{names[-1]}" if in_a_row and len(places) > 2 else " ".join(names)
