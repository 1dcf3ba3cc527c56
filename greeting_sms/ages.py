"""Ages that are worth a word of their own, and the words that are never printed.

Counted as custom has it, by 虚岁: one at birth, one more every lunar new year. Names of the ages: nongyie.com 51720,
xinb2b 347740; not checked by an expert.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from greeting_sms.errors import LunarDateError
from greeting_sms.lunar import lunar_day, month_days
from greeting_sms.occasions import Birthday, Calendar, solar_birth


class Counting(StrEnum):
    """How an age is counted."""

    NOMINAL = "nominal"  # 虚岁
    COMPLETED = "completed"  # 周岁


@dataclass(frozen=True)
class Milestone:
    """An age with a name of its own."""

    age: int
    zh: str
    en: str


MILESTONES: Final[Mapping[int, Milestone]] = MappingProxyType(
    {
        one.age: one
        for one in (
            Milestone(60, "花甲", "sixtieth"),
            Milestone(70, "古稀", "seventieth"),
            Milestone(77, "喜寿", "seventy-seventh"),
            Milestone(80, "伞寿", "eightieth"),
            Milestone(88, "米寿", "eighty-eighth"),
            Milestone(99, "白寿", "ninety-ninth"),
            Milestone(100, "期颐", "hundredth"),
        )
    }
)
"""90 is left out: its name has the character for dying in it."""

NEVER_PRINTED: Final = ("卒寿", "卒壽", "寿宴", "壽宴")
"""卒 is to die, and carriers refuse texts that speak of a birthday feast (Tencent, 382/39023)."""
UNLUCKY_AGES: Final = frozenset({73, 84})
"""The ages Confucius and Mencius died at: neither these numbers nor a word about age is printed at them."""


def nominal_age(birthday: Birthday, on: date) -> int | None:
    """虚岁 on a day; None where the year of birth is unknown or the day lies outside the lunar table."""
    try:
        born = solar_birth(birthday)
        if born is None:
            return None
        year = birthday.year if birthday.calendar == Calendar.LUNAR else lunar_day(born).year
        return None if year is None else lunar_day(on).year - year + 1
    except LunarDateError:
        return None


def completed_age(birthday: Birthday, on: date) -> int | None:
    """周岁 on a day; None where the year of birth is unknown.

    A lunar birthday counts by lunar years, so that it rises on the day that is celebrated.
    """
    if birthday.calendar == Calendar.LUNAR:
        return _lunar_age(birthday, on)
    if birthday.year is None:
        return None
    return on.year - birthday.year - ((on.month, on.day) < _reached(birthday, on))


def age(birthday: Birthday, on: date, counting: Counting = Counting.NOMINAL) -> int | None:
    """The age on a day, as it is counted; None where the year of birth is unknown."""
    return nominal_age(birthday, on) if counting == Counting.NOMINAL else completed_age(birthday, on)


def milestone(birthday: Birthday, on: date, counting: Counting = Counting.NOMINAL) -> Milestone | None:
    """The age with a name that somebody reaches in this birthday; None at all other ages, and where none is known."""
    reached = age(birthday, on, counting)
    return None if reached is None else MILESTONES.get(reached)


def may_speak_of_age(birthday: Birthday, on: date) -> bool:
    """Whether a text may say anything about the age: not where it is unknown, nor at 73 and 84 by either count."""
    counted = [age(birthday, on, counting) for counting in Counting]
    return None not in counted and not UNLUCKY_AGES & set(counted)


def _lunar_age(birthday: Birthday, on: date) -> int | None:
    if birthday.year is None:
        return None
    try:
        today = lunar_day(on)
    except LunarDateError:
        return None
    if today.leap or today.month != birthday.month:  # a leap month follows the regular one, which counts
        return today.year - birthday.year - (today.month < birthday.month)
    day = min(birthday.day, month_days(today.year, birthday.month))
    return today.year - birthday.year - (today.day < day)


def _reached(birthday: Birthday, on: date) -> tuple[int, int]:
    """The day of `on`'s year from which the age counts: 28 February stands in for the 29th."""
    leap_born = (birthday.month, birthday.day) == (2, 29)
    common = on.year % 4 != 0 or (on.year % 100 == 0 and on.year % 400 != 0)
    return (2, 28) if leap_born and common else (birthday.month, birthday.day)
