"""A greeting on its way: as the planner decides it, and as a sender holds it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple


class PlannedGreeting(NamedTuple):
    """What the planner decided for one person; the fields are the columns of the outbox, in this order.

    A tuple and no dataclass: a million of them a day go to the database as they are.
    """

    group_customer_id: str
    greeting_year: int
    campaign_id: str
    campaign_version: int
    variant: str
    """Which wording of an A/B trial; empty where there is none."""
    birthday_on: date
    number: str
    """E.164."""
    channel: str
    """The name of the channel, by the number's country: `greeting_sms.channel.channel_for`."""
    language: str
    template: str
    salutation: str
    segments: int
    not_before: datetime
    """UTC; the earliest moment at which it may be sent."""
    not_after: datetime
    """UTC; it is never sent at or after this moment."""
    person_id: int | None = None
    """The number by which the outbox knows the person; None where the planner knows none."""


@dataclass(frozen=True)
class Planned:
    """What became of rows given to the outbox."""

    new: int
    already: int
    """Rows whose person and greeting year were there already: they stay as they are."""


class ClaimedGreeting(NamedTuple):
    """What a sender has to know of a row it has leased; the fields are columns of the outbox."""

    id: int
    fence: int
    """Raised by every claim; what a sender writes counts only while the row still has it."""
    group_customer_id: str
    campaign_version: int
    number: str
    template: str
    salutation: str
    segments: int
    birthday_on: date
    not_after: datetime
    channel: str
    campaign_id: str
