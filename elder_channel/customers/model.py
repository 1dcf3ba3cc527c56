"""Who is in the books, and who counts as a known elder."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


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
    """Dialect chosen by the customer or noted by an agent."""
    language: str | None = None


def is_elder(customer: Customer | None, *, today: date, elder_age: int) -> bool:
    """Whether the caller is a known elder: flagged, or old enough by the books."""
    if customer is None:
        return False
    if customer.elder_flag is not None:
        return customer.elder_flag
    return customer.born_on is not None and age_on(customer.born_on, today) >= elder_age


def age_on(born_on: date, day: date) -> int:
    """Completed years of age on `day`."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))
