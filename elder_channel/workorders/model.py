"""A work order: what a call left unfinished, with an owner and a time by which it is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

THE_LINE = "line"
"""Who did it, where no person did."""


class Kind(StrEnum):
    """What is to be done."""

    CALL_BACK = "call_back"
    LOOK_INTO = "look_into"  # nobody can be called back; somebody reads what was said
    HANDLE = "handle"  # a matter that an agent wrote down for somebody to settle


class OrderState(StrEnum):
    """Where an order stands."""

    OPEN = "open"  # somebody owns it and has not begun
    TAKEN = "taken"  # the owner is at work on it
    ATTEMPTED = "attempted"  # called back in vain; the next attempt has its time
    FOLLOW_UP = "follow_up"  # the customer was reached; what was promised is still to be done
    CLOSED = "closed"


class Action(StrEnum):
    """What may happen to an order; each leaves a line in its history."""

    OPENED = "opened"
    TAKEN = "taken"
    REASSIGNED = "reassigned"
    NOTED = "noted"
    PROMISED = "promised"  # noted, with a new time by which the next step is due
    PLACED = "placed"  # the line was asked to ring the customer
    MISSED = "missed"  # an attempt to call back that reached nobody
    REACHED = "reached"  # an attempt that reached the customer
    ESCALATED = "escalated"
    CALL_ADDED = "call_added"  # another unserved call of the same caller
    RETURNED = "returned"  # the customer is on the line again while the order is open
    CLOSED = "closed"
    REOPENED = "reopened"


class Priority(StrEnum):
    """Who goes first."""

    URGENT = "urgent"  # somebody was heard to be in danger
    ELDER = "elder"
    NORMAL = "normal"

    @property
    def rank(self) -> int:
        """0 goes first."""
        return list(Priority).index(self)


class AttemptResult(StrEnum):
    """What came of calling back."""

    REACHED = "reached"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    SWITCHED_OFF = "switched_off"
    WRONG_NUMBER = "wrong_number"
    CALL_LATER = "call_later"  # somebody answered and asked to be called at another time


class CloseOutcome(StrEnum):
    """How an order ended; there is no end without one."""

    SETTLED = "settled"
    ANSWERED = "answered"
    PASSED_ON = "passed_on"
    NOT_WANTED = "not_wanted"  # the customer needs nothing any more
    UNREACHABLE = "unreachable"  # every attempt failed, or there is no number: a supervisor's decision


class CallRole(StrEnum):
    """What a call has to do with an order."""

    ORIGIN = "origin"
    MERGED = "merged"  # another unserved call of the same caller
    RETURNED = "returned"  # the customer called again while the order was open
    REOPENED = "reopened"  # the customer called again after it was closed
    CALLED_BACK = "called_back"  # the line rang the customer, who answered


@dataclass(frozen=True)
class NewWorkOrder:
    """An order as it is opened."""

    call_sid: str | None
    kind: Kind
    owner: str
    due_at: datetime
    note: str
    type: str = "inquiry"
    department: str = ""
    priority: Priority = Priority.NORMAL
    opened_by: str = THE_LINE
    merge_key: str | None = None
    """Equal for unserved calls of the same caller: while one order is open with it there is no second."""
    caller_number: str | None = None
    """From here to the end: what a person wrote down of the customer; where there is a call, the call tells it."""
    customer_id: int | None = None
    need: str | None = None
    dialect: str | None = None
    language: str = "zh"


@dataclass(frozen=True)
class WorkOrder:
    """An order as it stands in the books."""

    id: int
    kind: Kind
    state: OrderState
    owner: str
    opened_at: datetime
    due_at: datetime
    note: str
    type: str
    department: str
    priority: Priority
    opened_by: str
    call_sid: str | None = None
    need: str | None = None
    transcript: str | None = None
    dialect: str | None = None
    language: str = "zh"
    caller_number: str | None = None
    customer_id: int | None = None
    level: int = 0
    """How many rungs of the ladder it has been raised."""
    calls: int = 1
    attempts: int = 0
    next_attempt_at: datetime | None = None
    callback_key: str | None = None
    """Names the call the line was asked to place, while nothing has come of it."""
    outcome: CloseOutcome | None = None
    told_customer: bool = False
    closed_at: datetime | None = None
    version: int = 1

    @property
    def is_open(self) -> bool:
        """Whether somebody still owes something."""
        return self.state is not OrderState.CLOSED

    @property
    def etag(self) -> str:
        """Travels with a form; a change made with an old one is refused."""
        return f"{self.id}.{self.version}"


@dataclass(frozen=True)
class HistoryEntry:
    """One change: who, when, from what, to what, why."""

    at: datetime
    by: str
    action: Action
    from_state: OrderState | None
    to_state: OrderState
    from_owner: str | None
    to_owner: str
    why: str


@dataclass(frozen=True)
class Attempt:
    """One try to call the customer back."""

    number: int
    at: datetime
    by: str
    result: AttemptResult
    dialect: str | None
    """The dialect in which it was made, where the caller's agent has it."""
    note: str


@dataclass(frozen=True)
class OrderCall:
    """A call an order knows of."""

    call_sid: str
    role: CallRole
    at: datetime


def merge_key(customer_id: int | None, number: str) -> str:
    """What makes two unserved calls the same caller's: the customer in the books, else the number."""
    return f"customer:{customer_id}" if customer_id is not None else f"number:{number}"
