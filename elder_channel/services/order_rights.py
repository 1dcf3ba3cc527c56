"""Who may do what to a work order. Hiding a button is no permission: the service asks here each time."""

from __future__ import annotations

from enum import StrEnum

from elder_channel.services.accounts import Account, Role
from elder_channel.services.errors import NotAllowedError
from elder_channel.workorders.model import WorkOrder


class Deed(StrEnum):
    """What a person may want to do."""

    READ = "read"
    ADD = "add"
    TAKE = "take"
    NOTE = "note"
    ATTEMPT = "attempt"
    CLOSE = "close"
    CLOSE_UNREACHABLE = "close_unreachable"
    REOPEN = "reopen"
    ESCALATE = "escalate"
    REASSIGN = "reassign"
    HAND_OVER = "hand_over"  # one of the own, at the end of a shift


_ANY_ORDER = frozenset({Deed.READ, Deed.ADD, Deed.TAKE, Deed.NOTE, Deed.REOPEN})
"""What an agent may do to any order; a note may be the customer's words in somebody else's case."""
_OWN_ORDER = frozenset({Deed.ATTEMPT, Deed.CLOSE, Deed.ESCALATE, Deed.HAND_OVER})
"""What an agent may do to an order that is the agent's own."""
_ONLY_READS = "viewer"


def may(account: Account, deed: Deed, order: WorkOrder | None = None) -> bool:
    """Whether the account's role permits it: who supervises may do everything, who only looks may read."""
    if account.role == _ONLY_READS:
        return deed is Deed.READ
    if account.role is not Role.AGENT:
        return True
    return deed in _ANY_ORDER or (deed in _OWN_ORDER and order is not None and order.owner == account.username)


def demand(account: Account, deed: Deed, order: WorkOrder | None = None) -> None:
    """Raises `NotAllowedError` when the role does not permit it."""
    if not may(account, deed, order):
        raise NotAllowedError(f"{account.username} may not {deed.replace('_', ' ')} this order; take it first.")
