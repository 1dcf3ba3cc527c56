"""Where a greeting stands, and which word of a carrier may still change it."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import sqlalchemy as sa


class GreetingState(StrEnum):
    """The states of a row of the outbox."""

    PLANNED = "planned"
    CLAIMED = "claimed"  # leased by a sender; nothing has left the house
    POSTING = "posting"  # the attempt is written, the request may be on its way
    ACCEPTED = "accepted"  # the carrier has it and has given it a number
    SENT = "sent"  # the carrier has passed it on
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"  # the phone was not reached
    FAILED = "failed"  # refused, by the carrier or the network
    UNKNOWN = "unknown"  # nobody knows whether the carrier has it: reconciled, never repeated blindly (law 6)
    UNKNOWN_FINAL = "unknown_final"  # the day was over before anybody knew; it is counted, not sent
    SUPPRESSED = "suppressed"  # must not be sent; the reason says why
    EXPIRED = "expired"  # its window passed before it could be sent


RANK = {
    GreetingState.ACCEPTED: 1,
    GreetingState.SENT: 2,
    GreetingState.UNDELIVERED: 3,
    GreetingState.FAILED: 3,
    GreetingState.DELIVERED: 4,
}
"""How much a carrier's word weighs; a row never goes back to a lighter one. Proof of arrival outweighs all."""

MAY_HAVE_REACHED = (
    GreetingState.POSTING,
    GreetingState.ACCEPTED,
    GreetingState.SENT,
    GreetingState.DELIVERED,
    GreetingState.UNDELIVERED,
    GreetingState.UNKNOWN,
    GreetingState.UNKNOWN_FINAL,
)
"""States after which a person may have read the greeting: nothing else is sent to them for 300 days."""

ENDED = (
    GreetingState.DELIVERED,
    GreetingState.UNDELIVERED,
    GreetingState.FAILED,
    GreetingState.UNKNOWN_FINAL,
    GreetingState.SUPPRESSED,
    GreetingState.EXPIRED,
)
"""States in which nothing is left to do."""


def stands_at(table: Any, *states: GreetingState) -> sa.ColumnElement[bool]:
    """The condition that a row of `table` (the outbox, or an alias of it) stands at one of the states.

    Written out and no parameter: only then a database sees that an index of some states is enough.
    """
    terms = [table.c.state == written(state) for state in states]
    return terms[0] if len(terms) == 1 else sa.or_(*terms)


def written(state: GreetingState) -> sa.ColumnElement[str]:
    """A state in the text of a statement."""
    return sa.literal_column(f"'{state.value}'")


def outweighs(new: GreetingState, old: GreetingState) -> bool:
    """Whether a carrier's word `new` changes a row that stands at `old`.

    A row without any word of the carrier has rank 0: even a suppressed or expired one believes a receipt, because a
    receipt proves that it went out before.
    """
    return RANK.get(new, 0) > RANK.get(old, 0)


def weaker_than(new: GreetingState) -> tuple[GreetingState, ...]:
    """The states a carrier's word `new` may change, for the condition of an update."""
    return tuple(state for state in GreetingState if outweighs(new, state))
