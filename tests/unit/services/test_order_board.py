"""The board: a column per state, what is due first at its top, bounded, and with honest counts."""

from __future__ import annotations

import pytest

from elder_channel.services.accounts import Account, Role
from elder_channel.services.errors import NotAllowedError
from elder_channel.services.order_board import CARDS_PER_COLUMN
from elder_channel.services.orders import Orders, View
from elder_channel.workorders.model import AttemptResult, CloseOutcome, OrderState, Priority
from tests.fakes.line import LineInMemory
from tests.unit.services.test_orders import CHIEF, ELDER, LIN, STRANGER, abandoned

EMPTY = dict.fromkeys(OrderState, 0)


def counts(orders: Orders, view: View = View.OPEN, viewer: Account = LIN) -> dict[OrderState, int]:
    """How many stand in each column."""
    return {column.state: column.count for column in orders.board(view, viewer=viewer)}


@pytest.fixture
def orders(at: LineInMemory) -> Orders:
    """The service."""
    return Orders(at.line)


def test_an_order_moves_from_column_to_column(at: LineInMemory, orders: Orders) -> None:
    """To be done, being done, not reached, following up, closed: one place at a time."""
    order = abandoned(at)
    assert counts(orders) == EMPTY | {OrderState.OPEN: 1}
    order = orders.take(order.id, etag=order.etag, by=LIN)
    assert counts(orders) == EMPTY | {OrderState.TAKEN: 1}
    order = orders.attempt(order.id, etag=order.etag, by=LIN, result=AttemptResult.BUSY)
    assert counts(orders) == EMPTY | {OrderState.ATTEMPTED: 1}
    order = orders.attempt(order.id, etag=order.etag, by=LIN, result=AttemptResult.REACHED)
    assert counts(orders) == EMPTY | {OrderState.FOLLOW_UP: 1}
    orders.close(order.id, etag=order.etag, by=LIN, outcome=CloseOutcome.SETTLED, told=True)
    assert counts(orders) == EMPTY | {OrderState.CLOSED: 1}
    at.clock.forward(days=8)
    assert counts(orders) == EMPTY
    assert counts(orders, View.CLOSED) == {OrderState.CLOSED: 1}


def test_a_column_is_bounded_counts_all_and_begins_with_what_is_due_first(at: LineInMemory, orders: Orders) -> None:
    """More is shown where it is asked for; the count does not depend on it."""
    added = [orders.add(type_id="complaint", note=f"第 {n} 件", by=LIN) for n in range(CARDS_PER_COLUMN + 3)]
    urgent = orders.add(type_id="complaint", note="急", by=LIN, priority=Priority.URGENT)
    column = orders.board(View.OPEN, viewer=LIN)[0]
    assert (column.count, len(column.orders), column.hidden) == (len(added) + 1, CARDS_PER_COLUMN, 4)
    assert column.orders[0].id == urgent.id
    assert [each.due_at for each in column.orders] == sorted(each.due_at for each in column.orders)
    more = orders.board(View.OPEN, viewer=LIN, shown={OrderState.OPEN: 2 * CARDS_PER_COLUMN})[0]
    assert (more.count, len(more.orders), more.hidden) == (len(added) + 1, len(added) + 1, 0)


def test_views_narrow_the_board(at: LineInMemory, orders: Orders) -> None:
    """Mine are mine; what is overdue is not closed; elders are elders."""
    elder, other = abandoned(at), abandoned(at, "CA2", STRANGER)
    orders.take(other.id, etag=other.etag, by=CHIEF)
    assert counts(orders, View.MINE, CHIEF) == EMPTY | {OrderState.TAKEN: 1}
    assert counts(orders, View.ELDERS) == EMPTY | {OrderState.OPEN: 1}
    assert OrderState.CLOSED not in counts(orders, View.OVERDUE)
    assert sum(counts(orders, View.OVERDUE).values()) == 0
    at.clock.forward(days=2)
    assert sum(counts(orders, View.OVERDUE).values()) == 2
    assert orders.board(View.ELDERS, viewer=LIN)[0].orders[0].id == elder.id


def test_law_7_cards_have_no_words_and_no_whole_number(at: LineInMemory, orders: Orders) -> None:
    """What was said stays in the order; of the number enough to know the customer by."""
    abandoned(at)
    shown = orders.board(View.OPEN, viewer=LIN)[0].orders[0]
    assert shown.transcript is None
    assert shown.caller_number
    assert shown.caller_number != ELDER
    assert "****" in shown.caller_number


def test_who_only_looks_may_see_it_and_nobody_else_takes(at: LineInMemory, orders: Orders) -> None:
    """A viewer sees the board; the act behind a button is asked about again."""
    order = abandoned(at)
    viewer = Account("lo", Role.VIEWER)
    assert counts(orders, viewer=viewer)[OrderState.OPEN] == 1
    with pytest.raises(NotAllowedError):
        orders.take(order.id, etag=order.etag, by=viewer)
