"""A request to call somebody: why, when at the earliest, how often it was tried, and how it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Reason(StrEnum):
    """Why somebody is called, the most urgent first."""

    URGENT_ORDER = "urgent_order"  # a work order of somebody in danger says so
    ONE_TAP = "one_tap"  # pressed the button on the page a moment ago and looks at the phone
    URGENT_TEXT = "urgent_text"  # wrote that help is needed
    CALLBACK_ORDER = "callback_order"  # a work order says so

    @property
    def at_any_hour(self) -> bool:
        """Whether the caller asked for it this minute: rung at night too, and not at all once it is too late."""
        return not self.order_owns

    @property
    def order_owns(self) -> bool:
        """Whether a work order is behind it already, so that giving up opens no second one."""
        return self in (Reason.URGENT_ORDER, Reason.CALLBACK_ORDER)


class OutboundState(StrEnum):
    """Where a request stands."""

    WAITING = "waiting"  # for its moment, its turn, or its next attempt
    PLACING = "placing"  # claimed by one process; the carrier is being asked
    RINGING = "ringing"  # the carrier has it
    ANSWERED = "answered"  # from here on it is a call like any other
    GAVE_UP = "gave_up"  # somebody owns a work order instead (law 1)
    CANCELLED = "cancelled"


ACTIVE = (OutboundState.WAITING, OutboundState.PLACING, OutboundState.RINGING)
"""The phone has rung, rings or will ring."""
UNDERWAY = (OutboundState.PLACING, OutboundState.RINGING)


class Tried(StrEnum):
    """How one attempt ended; the first five are the carrier's words."""

    ANSWERED = "answered"
    BUSY = "busy"
    NO_ANSWER = "no-answer"
    FAILED = "failed"
    CANCELED = "canceled"
    REFUSED = "refused"  # the carrier would not place it
    LOST = "lost"  # no word of it ever came
    MACHINE = "machine"  # an answering machine took it
    EXPIRED = "expired"  # it came too late to be placed at all


@dataclass(frozen=True)
class OutboundRequest:
    """One request as it stands in the books."""

    id: int
    key: str
    """Names what it is for; the same key is one request however often it is asked."""
    reason: Reason
    number: str
    customer_id: int | None
    state: OutboundState
    requested_at: datetime
    not_before: datetime
    attempts: int = 0
    call_sid: str | None = None
    """The latest attempt's call, once the carrier has named it."""
    claimed_at: datetime | None = None
    last_outcome: Tried | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True)
class NewRequest:
    """A request as it is asked for."""

    key: str
    reason: Reason
    number: str
    customer_id: int | None
    requested_at: datetime
    not_before: datetime
