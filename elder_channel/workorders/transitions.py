"""The state machine of an order, as a table: what may happen in which state, and what state follows."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from elder_channel.workorders.errors import NotPossibleError
from elder_channel.workorders.model import Action, OrderState

_ALIVE = (OrderState.OPEN, OrderState.TAKEN, OrderState.ATTEMPTED, OrderState.FOLLOW_UP)

TRANSITIONS: Mapping[tuple[OrderState, Action], OrderState] = MappingProxyType(
    {
        **{(state, Action.TAKEN): OrderState.TAKEN for state in (OrderState.OPEN, OrderState.TAKEN)},
        # Who takes over later work goes on where it stands.
        (OrderState.ATTEMPTED, Action.TAKEN): OrderState.ATTEMPTED,
        (OrderState.FOLLOW_UP, Action.TAKEN): OrderState.FOLLOW_UP,
        **{(state, Action.NOTED): state for state in OrderState},
        **{(state, Action.PLACED): state for state in _ALIVE},
        **{(state, Action.PROMISED): OrderState.FOLLOW_UP for state in _ALIVE},
        **{(state, Action.MISSED): OrderState.ATTEMPTED for state in _ALIVE if state is not OrderState.FOLLOW_UP},
        # Reached once, the promise stands, though a later call finds nobody.
        (OrderState.FOLLOW_UP, Action.MISSED): OrderState.FOLLOW_UP,
        **{(state, Action.REACHED): OrderState.FOLLOW_UP for state in _ALIVE},
        # A new owner has not begun; nothing else of what was done is lost.
        **{
            (state, action): OrderState.OPEN if state is OrderState.TAKEN else state
            for state in _ALIVE
            for action in (Action.REASSIGNED, Action.ESCALATED)
        },
        **{(state, action): state for state in _ALIVE for action in (Action.CALL_ADDED, Action.RETURNED)},
        **{(state, Action.CLOSED): OrderState.CLOSED for state in _ALIVE},
        (OrderState.CLOSED, Action.REOPENED): OrderState.OPEN,
    }
)


def state_after(state: OrderState, action: Action) -> OrderState:
    """The state that follows; raises `NotPossibleError` where the table has no line."""
    try:
        return TRANSITIONS[state, action]
    except KeyError:
        raise NotPossibleError(state, action) from None
