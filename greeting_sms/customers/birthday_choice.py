"""Which birthday several records of one person agree on, and what they contradict each other in. Nothing is guessed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from greeting_sms.customers.record import BirthdayFrom, Record
from greeting_sms.customers.settings import CustomerSettings
from greeting_sms.errors import LunarDateError
from greeting_sms.lunar import lunar_day
from greeting_sms.occasions import Birthday, Calendar, solar_birth


class Doubt(StrEnum):
    """What a person has to look at."""

    BIRTHDAYS = "birthdays"  # companies have different ones
    CONTRADICTED = "contradicted"  # a record's identity number gives another day than the record
    PLACEHOLDER = "placeholder"  # a date that stands for an unknown one
    SPIKE = "spike"  # 1 January, which too many of the company and year have
    TOO_OLD = "too_old"
    NAMES = "names"  # companies have different ones: a greeting goes without a name


HOLDING: frozenset[Doubt] = frozenset(Doubt) - {Doubt.NAMES}
"""The doubts that hold a greeting back until somebody decides."""


@dataclass(frozen=True)
class Claim:
    """What one record says the birthday is."""

    company: str
    birthday: Birthday
    proven: bool
    """Whether an identity number says so."""

    def __str__(self) -> str:
        return f"{self.company}: {written(self.birthday)}{' (identity number)' if self.proven else ''}"


@dataclass(frozen=True)
class Choice:
    """The birthday to celebrate, or to propose where there are doubts."""

    birthday: Birthday | None
    doubts: tuple[tuple[Doubt, str], ...] = ()


@dataclass(frozen=True)
class Beliefs:
    """What is not believed."""

    settings: CustomerSettings
    today: date
    spiked: Collection[tuple[str, int | None]] = ()
    """Companies and years of birth in which too many are born on 1 January."""

    def disbelieved(self, claim: Claim) -> Doubt | None:
        """Why a claim is not believed; None where it is."""
        born = claim.birthday
        if born.calendar == Calendar.SOLAR and born.year is not None:
            if f"{born.year:04d}-{born.month:02d}-{born.day:02d}" in self.settings.placeholder_dates:
                return Doubt.PLACEHOLDER
            if born.year < self.today.year - self.settings.oldest_years:
                return Doubt.TOO_OLD
        if self._is_new_year(claim) and (claim.company, born.year) in self.spiked:
            return Doubt.SPIKE
        return None

    @staticmethod
    def _is_new_year(claim: Claim) -> bool:
        born = claim.birthday
        return born.calendar == Calendar.SOLAR and (born.month, born.day) == (1, 1) and not claim.proven


def choose_birthday(records: Sequence[Record], beliefs: Beliefs) -> Choice:
    """The one birthday of a person from all records, in the order in which the companies count."""
    claims = [Claim(one.company, birthday, one.birthday_from == BirthdayFrom.IDENTITY)
              for one in records if (birthday := birthday_in(one))]  # fmt: skip
    if not claims:
        return Choice(None)
    judged = [(claim, beliefs.disbelieved(claim)) for claim in claims]
    believed = [claim for claim, doubt in judged if doubt is None]
    if not believed:
        reasons = dict.fromkeys(doubt for _, doubt in judged if doubt)
        return Choice(claims[0].birthday, tuple((doubt, _listed(claims)) for doubt in reasons))
    best = min(believed, key=_order)
    doubts = tuple(_contradictions(records))
    if any(not agree(best.birthday, claim.birthday) for claim in believed):
        doubts = ((Doubt.BIRTHDAYS, _listed(believed)), *doubts)
    return Choice(best.birthday, doubts)


def birthday_in(record: Record) -> Birthday | None:
    """The birthday of a record."""
    if record.birth_month is None or record.birth_day is None:
        return None
    calendar = Calendar(record.calendar)
    return Birthday(calendar, record.birth_month, record.birth_day, record.birth_leap, record.birth_year)


def agree(one: Birthday, other: Birthday) -> bool:
    """Whether two birthdays can be one person's: the same day, by the same calendar or by both."""
    if one.calendar == other.calendar:
        years = {one.year, other.year} - {None}
        return (one.month, one.day, one.leap) == (other.month, other.day, other.leap) and len(years) <= 1
    lunar, solar = (one, other) if one.calendar == Calendar.LUNAR else (other, one)
    born = solar_birth(solar)
    if born is None:  # without its year a solar day says nothing of a lunar one
        return False
    try:
        on = lunar_day(born)
    except LunarDateError:
        return False
    same = (on.month, on.day, on.leap) == (lunar.month, lunar.day, lunar.leap) and lunar.year in (None, on.year)
    return same or (lunar.year in (None, solar.year) and (lunar.month, lunar.day) == (solar.month, solar.day))


def written(birthday: Birthday) -> str:
    """A birthday as reports and commands write it: `1946-03-12`, `lunar 1946-leap 6-29`, `03-12`."""
    year = f"{birthday.year:04d}-" if birthday.year else ""
    lunar = "lunar " if birthday.calendar == Calendar.LUNAR else ""
    return f"{lunar}{year}{'leap ' if birthday.leap else ''}{birthday.month:02d}-{birthday.day:02d}"


def _order(claim: Claim) -> tuple[bool, bool, bool]:
    """A lunar birthday is what the customer asked for; then what is proven, then what has a year."""
    born = claim.birthday
    return born.calendar != Calendar.LUNAR, not claim.proven, born.year is None


def _contradictions(records: Iterable[Record]) -> Iterable[tuple[Doubt, str]]:
    told = [f"{one.company}: its own identity number says {one.contradicted_by}" for one in records
            if one.contradicted_by]  # fmt: skip
    if told:
        yield Doubt.CONTRADICTED, "; ".join(told)


def _listed(claims: Iterable[Claim]) -> str:
    return "; ".join(dict.fromkeys(str(claim) for claim in claims))
