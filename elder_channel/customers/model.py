"""Who is in the books, and who counts as a known elder."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class DialectFrom(StrEnum):
    """Where a customer's dialect in the books comes from, the surest first."""

    CORRECTED = "corrected"  # an agent who spoke with the customer heard it
    CHOSEN = "chosen"  # the customer said so
    LOADED = "loaded"  # the site's own books, by whatever they go

    @property
    def rank(self) -> int:
        """0 for the surest."""
        return list(DialectFrom).index(self)


@dataclass(frozen=True)
class Customer:
    """A customer as far as the line needs to know one."""

    id: int
    name: str
    numbers: tuple[str, ...]
    """E.164 numbers registered for the customer."""
    born_on: date | None = None
    elder_flag: bool | None = None
    """Set by hand: True counts as an elder whatever the age, False never does, None lets the age decide."""
    dialect: str | None = None
    """Dialect of the customer; `dialect_from` says who says so."""
    language: str | None = None
    family_numbers: tuple[str, ...] = ()
    """E.164 numbers from which the family calls for the customer."""
    hard_of_hearing: bool | None = None
    """Whether the line should speak loud and slowly; None where nobody has said."""
    dialect_from: DialectFrom = DialectFrom.LOADED


@dataclass(frozen=True)
class GroupPerson:
    """A person of the group as the line knows one: whom a number belongs to, and how to speak with them."""

    group_customer_id: str
    name: str
    numbers: tuple[str, ...]
    """E.164, landlines too, in order; none of somebody who has died."""
    born_on: date | None
    """None also where the companies' records contradict each other."""
    dialect: str | None
    language: str | None


def dialect_kept(kept: Customer | None, loaded: Customer) -> tuple[str | None, DialectFrom]:
    """The dialect, and its provenance, of a customer who is loaded anew: what is surer stays, equals are replaced."""
    stays = kept is not None and kept.dialect is not None and kept.dialect_from.rank < loaded.dialect_from.rank
    one = kept if kept is not None and stays else loaded
    return one.dialect, one.dialect_from


class ElderWhy(StrEnum):
    """Why a caller counts as a known elder, or does not."""

    MARKED = "marked"  # an agent has noted it of the number
    RELATIVE = "relative"  # an agent has noted that relatives call from it for an elder
    FLAGGED = "flagged"  # set by hand in the books
    OF_AGE = "of_age"
    MARKED_NOT = "marked_not"  # an agent has noted that it is no elder
    FLAGGED_NOT = "flagged_not"
    YOUNG = "young"
    AGE_UNKNOWN = "age_unknown"  # in the books without a day of birth
    NOT_LISTED = "not_listed"  # nobody in the books has this number

    @property
    def is_elder(self) -> bool:
        """Whether the caller counts as one."""
        return self in _ELDERS


_ELDERS = frozenset({ElderWhy.MARKED, ElderWhy.RELATIVE, ElderWhy.FLAGGED, ElderWhy.OF_AGE})


def is_elder(customer: Customer | None, *, today: date, elder_age: int) -> bool:
    """Whether the caller is a known elder: flagged, or old enough by the books."""
    return customer is not None and why_elder(customer, today=today, elder_age=elder_age).is_elder


def why_elder(customer: Customer, *, today: date, elder_age: int) -> ElderWhy:
    """What the books say of the customer's age; a flag wins over it."""
    if customer.elder_flag is not None:
        return ElderWhy.FLAGGED if customer.elder_flag else ElderWhy.FLAGGED_NOT
    if customer.born_on is None:
        return ElderWhy.AGE_UNKNOWN
    return ElderWhy.OF_AGE if age_on(customer.born_on, today) >= elder_age else ElderWhy.YOUNG


def age_on(born_on: date, day: date) -> int:
    """Completed years of age on `day`."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


class Relation(StrEnum):
    """Whose number it is to a customer."""

    OWN = "own"
    FAMILY = "family"  # a relative may be calling


class Mark(StrEnum):
    """What is noted of a number by hand, or by what was keyed and said on it."""

    ELDER = "elder"
    HEARING = "hearing"
    RELATIVE = "relative"  # somebody of the family calls for an elder
    NUISANCE = "nuisance"  # kept as history only: the mark itself ends by itself and stands in a table of its own


@dataclass(frozen=True)
class Listed:
    """A customer as the books have them at a number."""

    customer: Customer
    relation: Relation = Relation.OWN


@dataclass(frozen=True)
class AtNumber:
    """Everybody the books have at a number, and what is noted of the number itself.

    A number in the books twice belongs to all of them: none is picked, and what differs between them is not known.
    """

    people: tuple[Listed, ...] = ()
    elder_mark: bool | None = None
    """Noted by an agent; wins over flags and ages."""
    hearing_mark: bool | None = None
    relative_mark: bool | None = None
    """Whether an agent has noted that relatives call from it for an elder."""

    @property
    def owner(self) -> Customer | None:
        """The customer, when exactly one has the number and for their own, and nobody is known to call for them."""
        if self.relative_mark:
            return None
        return self.people[0].customer if len(self.people) == 1 and self.people[0].relation is Relation.OWN else None

    @property
    def who_calls_is_open(self) -> bool:
        """Whether somebody is in the books here, and only the caller can tell who it is: several people, or family."""
        return bool(self.people) and self.owner is None

    @property
    def hearing(self) -> bool:
        """Whether to speak loud and slowly; too loud for one of several does less harm than too quiet for another."""
        if self.hearing_mark is not None:
            return self.hearing_mark
        return any(listed.customer.hard_of_hearing for listed in self.people)

    @property
    def language(self) -> str | None:
        """The language in the books, where all at the number agree."""
        languages = {listed.customer.language for listed in self.people}
        return languages.pop() if len(languages) == 1 else None

    def elder(self, *, today: date, elder_age: int) -> bool:
        """Whether a known elder, or somebody for one, calls from the number: one elder of several is enough."""
        return self.elder_why(today=today, elder_age=elder_age).is_elder

    def elder_why(self, *, today: date, elder_age: int) -> ElderWhy:
        """Why a known elder calls from the number, or why none does."""
        if self.elder_mark is not None:
            return ElderWhy.MARKED if self.elder_mark else ElderWhy.MARKED_NOT
        if self.relative_mark:
            return ElderWhy.RELATIVE
        reasons = [why_elder(listed.customer, today=today, elder_age=elder_age) for listed in self.people]
        return next((why for why in reasons if why.is_elder), reasons[0] if reasons else ElderWhy.NOT_LISTED)


NOBODY = AtNumber()


@dataclass(frozen=True)
class MarkChange:
    """One change of what is noted of a number."""

    mark: Mark
    call_sid: str
    number: str | None
    """None where the number is not in the books: then it held for that call only."""
    before: bool | None
    after: bool
    changed_by: str
    """An account, or `line` for what was keyed or said."""
    reason: str
    changed_at: datetime
