"""Records of the companies merged into one person: a pure function of the records and the settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
from typing import Any, Final, NamedTuple

from dialects.text import simplified
from greeting_sms.customers.birthday_choice import HOLDING, Beliefs, Choice, Doubt, choose_birthday
from greeting_sms.customers.record import Record
from greeting_sms.customers.values import Status
from greeting_sms.numbers import zone_of_number
from greeting_sms.occasions import Birthday, Calendar
from greeting_sms.recipients import HeldBack

_LONGEST_TOLD: Final = 400


class Recipient(NamedTuple):
    """A person as the planner reads one; the columns of `recipients` in their order."""

    group_customer_id: str
    name: str
    gender: str | None
    number: str | None
    language: str
    dialect: str | None
    region: str | None
    zone: str
    companies: str
    calendar: str
    birth_year: int | None
    birth_month: int | None
    birth_day: int | None
    birth_leap: bool
    held_back: str | None


@dataclass(frozen=True)
class Merging:
    """By which rules records become a person."""

    beliefs: Beliefs
    ranks: Mapping[str, int]
    """Company to its place: the word of the first counts where they differ."""

    def merge(
        self, records: Sequence[Record], decided: Birthday | None = None
    ) -> tuple[Recipient, tuple[tuple[Doubt, str], ...]]:
        """The person of these records, at least one, and what is in doubt. A decided birthday stands above all."""
        ordered = sorted(records, key=self._rank) if len(records) > 1 else records
        choice = Choice(decided) if decided else choose_birthday(ordered, self.beliefs)
        name, name_doubts = _name(ordered)
        number = next((one.number for one in ordered if one.number and not one.landline), None)
        settings = self.beliefs.settings
        held_back = _held_back(ordered, choice, number)
        born = choice.birthday
        person = Recipient(
            ordered[0].group_customer_id,
            name,
            _first(ordered, "gender"),
            number,
            _first(ordered, "language") or settings.default_language,
            _first(ordered, "dialect"),
            _first(ordered, "region"),
            _first(ordered, "zone") or (zone_of_number(number) if number else None) or settings.default_zone,
            ",".join(dict.fromkeys(one.company for one in ordered)),
            born.calendar if born else Calendar.SOLAR,
            born.year if born else None,
            born.month if born else None,
            born.day if born else None,
            bool(born and born.leap),
            held_back,
        )
        doubts = tuple((doubt, told[:_LONGEST_TOLD]) for doubt, told in (*choice.doubts, *name_doubts))
        return person, doubts

    def _rank(self, record: Record) -> tuple[bool, int, str]:
        return record.status != Status.ACTIVE, self.ranks.get(record.company, len(self.ranks)), record.reference


def _held_back(records: Sequence[Record], choice: Choice, number: str | None) -> str | None:
    """The first reason, in the order of `HeldBack`."""
    statuses = {one.status for one in records}
    if Status.DECEASED in statuses:
        return HeldBack.DECEASED
    if Status.COMPLAINT in statuses:
        return HeldBack.COMPLAINT
    if any(one.consented is False for one in records):
        return HeldBack.NO_CONSENT
    if Status.ACTIVE not in statuses:
        return HeldBack.LAPSED
    if any(doubt in HOLDING for doubt, _ in choice.doubts):
        return HeldBack.QUARANTINED
    if choice.birthday is None:
        return HeldBack.NO_BIRTHDAY
    if number is None:
        return HeldBack.LANDLINE if any(one.landline for one in records) else HeldBack.NO_NUMBER
    return None


def _first(records: Sequence[Record], field: str) -> Any:
    get = attrgetter(field)
    return next((value for one in records if (value := get(one))), None)


def _name(records: Sequence[Record]) -> tuple[str, tuple[tuple[Doubt, str], ...]]:
    """The name, empty where companies differ in it: the wrong name is worse than none."""
    if len(records) == 1:
        return records[0].name, ()
    named = [one for one in records if one.name]
    for in_latin in (False, True):  # a name in Latin letters may be the same person's
        if len({_folded(one.name) for one in named if one.name.isascii() is in_latin}) > 1:
            return "", ((Doubt.NAMES, "; ".join(f"{one.company}: {one.name}" for one in named)),)
    return named[0].name if named else "", ()


@lru_cache(maxsize=4096)
def _folded(name: str) -> str:
    return simplified("".join(name.split())).casefold()
