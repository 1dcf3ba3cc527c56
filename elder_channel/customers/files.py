"""What staff may change of a customer, and the record of who looked and who changed."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum

from elder_channel.customers.model import Customer


class Access(StrEnum):
    """What somebody did with a person's data."""

    SEARCHED = "searched"  # names nobody: what was looked for is not kept
    OPENED = "opened"
    HEARD = "heard"  # kept sound of a call; the reason is the call
    CHANGED = "changed"
    EXPORTED = "exported"
    DELETED = "deleted"


@dataclass(frozen=True)
class CustomerAccess:
    """One line of the record of accesses."""

    customer_id: int | None
    what: Access
    by: str
    reason: str
    at: datetime


@dataclass(frozen=True)
class CustomerChange:
    """One field of a customer that staff changed."""

    customer_id: int
    field: str
    """A field of `Details`."""
    before: str
    after: str
    changed_by: str
    reason: str
    changed_at: datetime


@dataclass(frozen=True)
class Details:
    """The part of a customer that staff may change."""

    elder_flag: bool | None = None
    dialect: str | None = None
    language: str | None = None
    hard_of_hearing: bool | None = None
    family_numbers: tuple[str, ...] = ()
    """E.164, in order."""


FIELDS = tuple(field.name for field in fields(Details))


def details_of(customer: Customer) -> Details:
    """What may be changed, as it stands."""
    family = tuple(sorted(customer.family_numbers))
    return Details(
        customer.elder_flag, customer.dialect, customer.language, customer.hard_of_hearing, family_numbers=family
    )


def changed_fields(base: Details, mine: Details) -> tuple[str, ...]:
    """The fields in which the two differ."""
    return tuple(name for name in FIELDS if getattr(base, name) != getattr(mine, name))


def contested(base: Details, mine: Details, now: Details) -> tuple[str, ...]:
    """Fields that I changed and somebody else has changed meanwhile to something else; the rest merges by itself."""
    theirs = set(changed_fields(base, now))
    return tuple(
        name for name in changed_fields(base, mine) if name in theirs and getattr(now, name) != getattr(mine, name)
    )


def as_text(value: object) -> str:
    """A value as the record of changes keeps it; empty where nothing is known."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(value) if isinstance(value, tuple) else str(value)
