"""Orders that a person fills in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from elder_channel.clock import HOTLINE_ZONE
from elder_channel.customers.model import Customer
from elder_channel.services.accounts import Account, Role
from elder_channel.services.errors import NotAllowedError, OrderUnfitError
from elder_channel.services.order_by_hand import HandWritten
from elder_channel.services.orders import Orders, View
from elder_channel.workorders.model import Kind, OrderState, Priority
from tests.fakes.line import LineInMemory
from tests.unit.services.test_orders import LIN

FILLED = HandWritten(type_id="complaint", number="13900001234", note="柜面排队太久,要答复")
EDITOR = Account("bai", Role.EDITOR)


@pytest.fixture
def orders(at: LineInMemory) -> Orders:
    """The service; an elder from Fuzhou without a day of birth is in the books."""
    person = Customer(7070, "林示例", ("+8613900007070",), elder_flag=True, dialect="fuzhou", language="zh")
    at.line.customers.load([person, Customer(7071, "无号", ())])
    return Orders(at.line)


def test_an_order_is_opened_with_the_least_there_is(at: LineInMemory, orders: Orders) -> None:
    """Owner, department and due time follow from its kind; the history says who opened it, and why."""
    order = orders.open_by_hand(FILLED, token="t1", by=EDITOR)
    assert (order.kind, order.state, order.owner, order.department) == (
        Kind.HANDLE,
        OrderState.OPEN,
        "complaints-desk",
        "complaints",
    )
    assert (order.caller_number, order.customer_id, order.priority) == ("+8613900001234", None, Priority.NORMAL)
    file = orders.open_file(order.id, viewer=LIN)
    assert [(each.by, each.action, each.why) for each in file.history] == [("bai", "opened", FILLED.note)]
    assert file.number == "+86139****34"
    assert [each.id for each in orders.list_orders(View.OPEN, viewer=LIN)] == [order.id]
    assert orders.board(View.OPEN, viewer=LIN)[0].orders[0].id == order.id


def test_what_was_filled_in_counts(at: LineInMemory, orders: Orders) -> None:
    """Due time in the hotline's zone, owner, need and priority as they were chosen."""
    day = at.clock().astimezone(HOTLINE_ZONE).date() + timedelta(days=2)
    written = replace(FILLED, need="complaint", due_on=day, due_time=time(9, 30), owner=" lin.fang ", priority="urgent")
    order = orders.open_by_hand(written, token="t1", by=LIN)
    due = datetime.combine(day, time(9, 30), HOTLINE_ZONE)
    assert (order.due_at.astimezone(UTC), order.owner) == (due.astimezone(UTC), "lin.fang")
    assert (order.need, order.priority) == ("complaint", Priority.URGENT)


@pytest.mark.parametrize(
    "written",
    [replace(FILLED, number="139 0000 7070"), replace(FILLED, number="", customer_id="7070")],
    ids=["by number", "by customer"],
)
def test_a_customer_in_the_books_is_known(orders: Orders, written: HandWritten) -> None:
    """An elder goes first, and who speaks the dialect is named: whichever of the two was typed."""
    order = orders.open_by_hand(written, token="t1", by=LIN)
    assert (order.customer_id, order.caller_number, order.dialect) == (7070, "+8613900007070", "fuzhou")
    assert order.priority is Priority.ELDER


def test_a_customer_without_a_number_has_an_order_too(orders: Orders) -> None:
    """The id is enough; and a relative's number beside it does not make it the relative's."""
    order = orders.open_by_hand(replace(FILLED, number="", customer_id="7071"), token="t1", by=LIN)
    assert (order.customer_id, order.caller_number) == (7071, None)
    other = orders.open_by_hand(replace(FILLED, customer_id="7070"), token="t2", by=LIN)
    assert (other.customer_id, other.caller_number) == (7070, "+8613900001234")


@pytest.mark.parametrize(
    ("written", "problems"),
    [
        (HandWritten(), {"type_id": "choice_missing", "number": "order_whom_missing", "note": "words_missing"}),
        (replace(FILLED, type_id="tea"), {"type_id": "unknown_type"}),
        (replace(FILLED, number="一二三"), {"number": "order_number_unfit"}),
        (replace(FILLED, customer_id="9999999"), {"customer_id": "order_customer_unknown"}),
        (replace(FILLED, customer_id="x"), {"customer_id": "order_customer_unknown"}),
        (replace(FILLED, need="tea"), {"need": "order_need_unknown"}),
        (replace(FILLED, note="长" * 2001), {"note": "words_too_long"}),
        (replace(FILLED, priority="high"), {"priority": "order_priority_unknown"}),
        (replace(FILLED, due_time=time(9)), {"due_on": "order_due_half"}),
        (
            replace(FILLED, due_on=datetime(2026, 11, 1, tzinfo=UTC).date(), due_time=time(9)),
            {"due_on": "promise_unfit"},
        ),
        (
            replace(FILLED, due_on=datetime(2027, 11, 1, tzinfo=UTC).date(), due_time=time(9)),
            {"due_on": "promise_unfit"},
        ),
        (replace(FILLED, owner="长" * 65), {"owner": "owner_unfit"}),
    ],
)
def test_every_field_that_does_not_do_is_named_and_nothing_is_kept(
    at: LineInMemory, orders: Orders, written: HandWritten, problems: dict[str, str]
) -> None:
    """All at once: nobody has to send a form five times to learn of five faults."""
    with pytest.raises(OrderUnfitError) as refused:
        orders.open_by_hand(written, token="t1", by=LIN)
    assert refused.value.problems == problems
    assert orders.list_orders(View.OPEN, viewer=LIN) == []


def test_sent_twice_it_is_one_order(orders: Orders) -> None:
    """The token names the act; the next form has another."""
    first = orders.open_by_hand(FILLED, token="t1", by=LIN)
    assert orders.open_by_hand(FILLED, token="t1", by=LIN).id == first.id
    assert orders.open_by_hand(FILLED, token="t2", by=LIN).id != first.id
    assert orders.open_by_hand(FILLED, token="t1", by=EDITOR).id != first.id


def test_who_only_looks_opens_none(orders: Orders) -> None:
    """The service asks, whatever the page shows."""
    with pytest.raises(NotAllowedError):
        orders.open_by_hand(FILLED, token="t1", by=Account("lo", Role.VIEWER))
