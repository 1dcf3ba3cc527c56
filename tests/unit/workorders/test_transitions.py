"""The table of an order's states."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elder_channel.workorders.errors import NotPossibleError
from elder_channel.workorders.model import Action, OrderState
from elder_channel.workorders.transitions import TRANSITIONS, state_after

O, T, A, F, C = OrderState  # noqa: E741 - the table below is read as columns

# What happens, and the state it leads to from open, taken, attempted, follow-up and closed; None where it may not.
_TABLE = [
    (Action.TAKEN, T, T, A, F, None),
    (Action.REASSIGNED, O, O, A, F, None),
    (Action.NOTED, O, T, A, F, C),
    (Action.PLACED, O, T, A, F, None),
    (Action.PROMISED, F, F, F, F, None),
    (Action.MISSED, A, A, A, F, None),
    (Action.REACHED, F, F, F, F, None),
    (Action.ESCALATED, O, O, A, F, None),
    (Action.CALL_ADDED, O, T, A, F, None),
    (Action.RETURNED, O, T, A, F, None),
    (Action.CLOSED, C, C, C, C, None),
    (Action.REOPENED, None, None, None, None, O),
    (Action.OPENED, None, None, None, None, None),
]


@pytest.mark.parametrize(("action", "after"), [(row[0], row[1:]) for row in _TABLE], ids=lambda value: str(value))
def test_every_state_and_every_action(action: Action, after: tuple[OrderState | None, ...]) -> None:
    """Each place of the table is as written here; what is not in it is refused."""
    for state, expected in zip(OrderState, after, strict=True):
        if expected is None:
            with pytest.raises(NotPossibleError):
                state_after(state, action)
        else:
            assert state_after(state, action) is expected


def test_the_table_above_is_the_whole_table() -> None:
    """No action was forgotten."""
    assert [row[0] for row in _TABLE] != []
    assert {row[0] for row in _TABLE} == set(Action)


@given(st.lists(st.sampled_from(list(Action)), max_size=30))
def test_law_1_no_order_ends_but_by_being_closed(actions: list[Action]) -> None:
    """Whatever happens in whatever order, an order leaves the open ones by `closed` alone, and can come back."""
    state = OrderState.OPEN
    for action in actions:
        if (state, action) in TRANSITIONS:
            before, state = state, state_after(state, action)
            if state is OrderState.CLOSED and before is not OrderState.CLOSED:
                assert action is Action.CLOSED
    assert any(there == state for there, _ in TRANSITIONS)
