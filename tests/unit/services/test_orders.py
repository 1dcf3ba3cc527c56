"""What people may do to work orders, and what the clock does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from elder_channel.calls.tables import readings
from elder_channel.services.accounts import Account, Role
from elder_channel.services.errors import NotAllowedError, OrderRefusedError
from elder_channel.services.knowing import Knowing
from elder_channel.services.line import LineService
from elder_channel.services.order_clock import raise_overdue
from elder_channel.services.orders import Orders, View
from elder_channel.workorders.model import AttemptResult, CloseOutcome, OrderState, Priority, WorkOrder
from tests.fakes.line import LineInMemory

ELDER = "+862000000101"
STRANGER = "+8659100000155"
HOTLINE = "+862100000060"
LIN = Account("lin", Role.AGENT)
CHEN = Account("chen", Role.AGENT)
CHIEF = Account("chief", Role.SUPERVISOR)


@pytest.fixture
def orders(at: LineInMemory) -> Orders:
    """The service."""
    return Orders(at.line)


def abandoned(at: LineInMemory, sid: str = "CA1", caller: str = ELDER, said: str = "我要投诉") -> WorkOrder:
    """A caller who waits, says something and gives up."""
    service = LineService(at.line)
    service.arrive(sid, caller, HOTLINE)
    service.gathered(sid, 1, digits="0", speech="")
    Knowing(at.line).heard(sid, text=said, recognizer="ours", language_posterior={"zh": 0.9}, final=True)
    service.ended(sid)
    order = at.line.work_orders.of_call(sid)
    assert order
    return order


def test_an_order_goes_its_way(at: LineInMemory, orders: Orders) -> None:
    """Taken, called in vain, called again, followed up and closed; every step is in the history."""
    order = abandoned(at)
    assert (order.type, order.priority, order.department) == ("complaint", Priority.ELDER, "complaints")
    order = orders.take(order.id, etag=order.etag, by=LIN)
    order = orders.attempt(order.id, etag=order.etag, by=LIN, result=AttemptResult.NO_ANSWER)
    order = orders.attempt(order.id, etag=order.etag, by=LIN, result=AttemptResult.REACHED, why="已道歉")
    order = orders.note(order.id, etag=order.etag, by=LIN, why="周一给书面答复", due_at=at.clock() + timedelta(days=2))
    order = orders.close(order.id, etag=order.etag, by=LIN, outcome=CloseOutcome.SETTLED, told=True)
    file = orders.open_file(order.id, viewer=LIN)
    assert [(entry.by, entry.action) for entry in file.history] == [
        *(("line", "opened"), ("lin", "taken"), ("lin", "missed"), ("lin", "reached"), ("lin", "promised")),
        ("lin", "closed"),
    ]
    assert [attempt.result for attempt in file.attempts] == ["no_answer", "reached"]


# What is tried -> by whom it may be done to an order that belongs to somebody else.
_DEEDS: list[tuple[str, Callable[[Orders, WorkOrder, Account], WorkOrder], bool]] = [
    ("take", lambda o, x, by: o.take(x.id, etag=x.etag, by=by), True),
    ("note", lambda o, x, by: o.note(x.id, etag=x.etag, by=by, why="x"), True),
    ("attempt", lambda o, x, by: o.attempt(x.id, etag=x.etag, by=by, result=AttemptResult.BUSY), False),
    ("escalate", lambda o, x, by: o.escalate(x.id, etag=x.etag, by=by, why="x"), False),
    ("reassign", lambda o, x, by: o.reassign(x.id, etag=x.etag, by=by, to="chen", why="x"), False),
    ("close", lambda o, x, by: o.close(x.id, etag=x.etag, by=by, outcome=CloseOutcome.SETTLED, told=True), False),
]


@pytest.mark.parametrize(("do", "agents_may"), [row[1:] for row in _DEEDS], ids=[row[0] for row in _DEEDS])
def test_an_agent_works_on_own_orders_and_a_supervisor_on_all(
    at: LineInMemory, orders: Orders, do: Callable[[Orders, WorkOrder, Account], WorkOrder], agents_may: bool
) -> None:
    """Hiding a button is no permission: the service itself refuses."""
    order = orders.take(abandoned(at).id, etag=abandoned(at).etag, by=CHEN)
    if agents_may:
        assert do(orders, order, LIN)
    else:
        with pytest.raises(NotAllowedError):
            do(orders, order, LIN)
        assert do(orders, order, CHIEF)


def test_of_two_people_the_second_is_told_and_changes_nothing(at: LineInMemory, orders: Orders) -> None:
    """The order is shown as it is now, and the second decides anew."""
    order = abandoned(at)
    taken = orders.take(order.id, etag=order.etag, by=LIN)
    with pytest.raises(OrderRefusedError) as refused:
        orders.take(order.id, etag=order.etag, by=CHEN)
    assert (refused.value.code, refused.value.retryable) == ("order_changed", True)
    assert at.line.work_orders.get(order.id) == taken


def test_a_double_click_is_one_attempt(at: LineInMemory, orders: Orders) -> None:
    """The same request twice within moments counts once, and is no quarrel."""
    order = orders.take(abandoned(at).id, etag=abandoned(at).etag, by=LIN)
    for _ in range(2):
        after = orders.attempt(order.id, etag=order.etag, by=LIN, result=AttemptResult.BUSY)
        assert after.attempts == 1
    at.clock.forward(60)
    with pytest.raises(OrderRefusedError):
        orders.attempt(order.id, etag=order.etag, by=LIN, result=AttemptResult.BUSY)


@pytest.mark.parametrize(
    ("close", "code"),
    [
        ({"outcome": CloseOutcome.SETTLED, "told": False}, "customer_not_told"),
        ({"outcome": CloseOutcome.UNREACHABLE, "told": True, "why": "x"}, "told_unreachable"),
        ({"outcome": CloseOutcome.UNREACHABLE, "told": False}, "words_missing"),
        ({"outcome": CloseOutcome.UNREACHABLE, "told": False, "why": "打不通"}, "attempts_left"),
    ],
)
def test_law_1_no_order_is_closed_behind_the_customers_back(
    at: LineInMemory, orders: Orders, close: dict[str, Any], code: str
) -> None:
    """The customer was told, or everything was tried and a supervisor says so."""
    order = abandoned(at)
    with pytest.raises(OrderRefusedError) as refused:
        orders.close(order.id, etag=order.etag, by=CHIEF, **close)
    assert refused.value.code == code


def test_after_all_attempts_a_supervisor_may_give_up_and_an_agent_may_not(at: LineInMemory, orders: Orders) -> None:
    """The last attempt gave the order to the supervisor; who tried in vain does not decide."""
    order = orders.take(abandoned(at).id, etag=abandoned(at).etag, by=LIN)
    for _ in range(3):
        order = orders.attempt(order.id, etag=order.etag, by=LIN, result=AttemptResult.NO_ANSWER)
    assert order.owner == "complaints-supervisor"
    gives_up: dict[str, Any] = {"outcome": CloseOutcome.UNREACHABLE, "told": False, "why": "三次未接通,已寄信"}
    with pytest.raises(NotAllowedError):
        orders.close(order.id, etag=order.etag, by=LIN, **gives_up)
    closed = orders.close(order.id, etag=order.etag, by=CHIEF, **gives_up)
    assert (closed.state, closed.told_customer) == (OrderState.CLOSED, False)


@pytest.mark.parametrize(
    ("do", "code"),
    [
        (lambda o, x: o.note(x.id, etag=x.etag, by=LIN, why="  "), "words_missing"),
        (lambda o, x: o.note(x.id, etag=x.etag, by=LIN, why="长" * 2001), "words_too_long"),
        (lambda o, x: o.note(x.id, etag=x.etag, by=CHIEF, why="x", due_at=x.opened_at), "promise_unfit"),
        (lambda o, x: o.reassign(x.id, etag=x.etag, by=CHIEF, to=" ", why="x"), "owner_unfit"),
        (lambda o, x: o.reopen(x.id, etag=x.etag, by=CHIEF, why="x"), "not_possible"),
        (lambda o, x: o.take(999, etag="999.1", by=LIN), "no_such_order"),
        (lambda o, x: o.add(type_id="tea", note="x", by=LIN), "unknown_type"),
        (lambda o, x: o.add(type_id="complaint", note="x", by=LIN, call_sid="CAnone"), "unknown_call"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(
    at: LineInMemory, orders: Orders, do: Callable[[Orders, WorkOrder], WorkOrder], code: str
) -> None:
    """With a short name the screens choose their sentence by."""
    with pytest.raises(OrderRefusedError) as refused:
        do(orders, abandoned(at))
    assert refused.value.code == code


def test_law_7_the_number_is_whole_for_who_must_call_and_the_reading_is_kept(at: LineInMemory, orders: Orders) -> None:
    """Lists show neither words nor numbers."""
    order = abandoned(at)
    assert orders.open_file(order.id, viewer=LIN).number == "+86200****01"
    taken = orders.take(order.id, etag=order.etag, by=LIN)
    assert orders.open_file(order.id, viewer=LIN).number == ELDER
    assert orders.open_file(taken.id, viewer=CHIEF).number == "+86200****01"
    assert [(each.transcript, each.caller_number) for each in orders.list_orders(View.OPEN, viewer=LIN)] == [
        (None, None)
    ]
    with at.line.databases.calls.connect() as connection:
        assert set(connection.scalars(sa.select(readings.c.reader))) == {"lin", "chief"}


def test_who_speaks_the_customers_dialect_is_named(at: LineInMemory, orders: Orders) -> None:
    """The call back is made in it where somebody can: best speakers first."""
    order = abandoned(at)
    assert order.dialect == "guangzhou"
    assert orders.open_file(order.id, viewer=LIN).speakers[0] == "陈嘉明(5)"


def test_views_show_what_they_say(at: LineInMemory, orders: Orders) -> None:
    """Mine, the elders', what is due today, what is overdue, what is closed."""
    elder, other = abandoned(at), abandoned(at, "CA2", STRANGER)
    mine = orders.take(other.id, etag=other.etag, by=LIN)

    def ids(view: View) -> list[int]:
        return [order.id for order in orders.list_orders(view, viewer=LIN)]

    assert ids(View.OPEN) == [elder.id, mine.id]
    assert ids(View.DUE) == [elder.id, mine.id]
    assert (ids(View.ELDERS), ids(View.MINE), ids(View.OVERDUE)) == ([elder.id], [mine.id], [])
    at.clock.forward(11 * 60)
    assert ids(View.OVERDUE) == [elder.id]
    orders.close(mine.id, etag=mine.etag, by=LIN, outcome=CloseOutcome.NOT_WANTED, told=True)
    assert ids(View.CLOSED) == [mine.id]


def test_the_clock_raises_late_orders_once_a_rung(at: LineInMemory, orders: Orders) -> None:
    """At the due time to the supervisor, an hour later to the head, and then it stays with the head, open."""
    order = abandoned(at)
    assert raise_overdue(at.line) == 0
    owners = []
    for minutes in (10, 30, 30, 600):
        at.clock.forward(minutes * 60)
        raise_overdue(at.line)
        kept = at.line.work_orders.get(order.id)
        assert kept
        owners.append(kept.owner)
    assert owners == ["complaints-supervisor", "complaints-supervisor", "complaints-head", "complaints-head"]
    assert raise_overdue(at.line) == 0


def test_an_order_is_written_down_during_a_call(at: LineInMemory, orders: Orders) -> None:
    """An elder's goes before others by itself, and a second one of the same call is the first."""
    LineService(at.line).arrive("CA1", ELDER, HOTLINE)
    first = orders.add(type_id="policy_service", note="改受益人,材料不全", by=LIN, call_sid="CA1")
    assert (first.priority, first.customer_id, first.opened_by) == (Priority.ELDER, 1, "lin")
    assert orders.add(type_id="complaint", note="x", by=LIN, call_sid="CA1") == first


def test_law_1_settings_without_types_and_departments_leave_an_owner_all_the_same(at: LineInMemory) -> None:
    """Whatever the settings forgot, an unserved caller is somebody's."""
    settings = at.line.settings.model_copy(update={"order_types": (), "departments": ()})
    at.line.source._good = at.line.source._good.__class__(settings, {}, (), ())
    assert abandoned(at).owner
