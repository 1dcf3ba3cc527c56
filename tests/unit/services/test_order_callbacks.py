"""Calls back that the line itself places."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import pytest

from elder_channel.services.accounts import Account, Role
from elder_channel.services.errors import NotAllowedError, OrderRefusedError, ServiceError
from elder_channel.services.order_callbacks import CallNews, CallState, OrderCallbacks
from elder_channel.services.orders import Orders
from elder_channel.workorders.model import AttemptResult, CallRole, OrderState, WorkOrder
from tests.fakes.line import LineInMemory
from tests.unit.services.test_orders import ELDER, LIN, abandoned

CHIEF = Account("chief", Role.SUPERVISOR)


@dataclass
class CallerInMemory:
    """Mirrors `CallsCustomers`: one call a key."""

    asked: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    urgent: set[str] = field(default_factory=set)
    told: dict[str, CallNews] = field(default_factory=dict)
    refuses: bool = False

    def call(self, key: str, *, number: str, customer_id: int | None, not_before: datetime, urgent: bool) -> None:
        """Note the call."""
        if self.refuses:
            raise ServiceError("the line places no calls")
        self.asked.setdefault(key, (number, not_before))
        self.told.setdefault(key, CallNews(CallState.UNDER_WAY))
        self.urgent |= {key} if urgent else set()

    def news(self, key: str) -> CallNews | None:
        """What the test says came of it."""
        return self.told.get(key)


@pytest.fixture
def caller() -> CallerInMemory:
    """Who places the calls."""
    return CallerInMemory()


@pytest.fixture
def callbacks(at: LineInMemory, caller: CallerInMemory) -> OrderCallbacks:
    """The service."""
    return OrderCallbacks(at.line, caller)


def taken(at: LineInMemory) -> WorkOrder:
    """An elder's order in the hands of an agent."""
    order = abandoned(at)
    return Orders(at.line).take(order.id, etag=order.etag, by=LIN)


def now(at: LineInMemory, order: WorkOrder) -> WorkOrder:
    """The order as the books have it."""
    kept = at.line.work_orders.get(order.id)
    assert kept
    return kept


def test_the_line_rings_the_customer_and_notes_that_they_were_reached(
    at: LineInMemory, callbacks: OrderCallbacks, caller: CallerInMemory
) -> None:
    """The answered call is the order's, and the promise is still to be kept."""
    order = taken(at)
    placed = callbacks.place(order.id, etag=order.etag, by=LIN)
    assert caller.asked == {placed.callback_key: (ELDER, at.clock())}
    assert callbacks.follow() == 0, "nothing has come of it yet"
    caller.told[placed.callback_key or ""] = CallNews(CallState.ANSWERED, "CA7")
    assert (callbacks.follow(), callbacks.follow()) == (1, 0)
    after = now(at, order)
    assert (after.state, after.attempts, after.callback_key) == (OrderState.FOLLOW_UP, 1, None)
    assert at.line.work_orders.role_of(order.id, "CA7") is CallRole.CALLED_BACK


def test_law_1_three_calls_in_vain_raise_the_order(
    at: LineInMemory, callbacks: OrderCallbacks, caller: CallerInMemory
) -> None:
    """Each is an attempt with its result; after the last a supervisor owns it, and it is not closed."""
    order = taken(at)
    for result in (AttemptResult.BUSY, AttemptResult.NO_ANSWER, AttemptResult.SWITCHED_OFF):
        order = callbacks.place(order.id, etag=order.etag, by=CHIEF)
        caller.told[order.callback_key or ""] = CallNews(CallState.IN_VAIN, None, result)
        assert callbacks.follow() == 1
        order = now(at, order)
    assert [each.result for each in at.line.work_orders.attempts(order.id)] == ["busy", "no_answer", "switched_off"]
    assert (order.owner, order.is_open) == ("complaints-supervisor", True)
    assert len(caller.asked) == 3


def test_at_night_the_call_waits_for_the_morning(
    at: LineInMemory, callbacks: OrderCallbacks, caller: CallerInMemory
) -> None:
    """Eleven in the evening on the hotline: half past eight tomorrow."""
    order = taken(at)
    at.clock.forward(7 * 3600)
    callbacks.place(order.id, etag=order.etag, by=LIN)
    ((_, not_before),) = caller.asked.values()
    assert (not_before - at.clock()).total_seconds() == 9.5 * 3600


def test_what_cannot_be_called_is_given_back_to_a_person(
    at: LineInMemory, callbacks: OrderCallbacks, caller: CallerInMemory
) -> None:
    """Refused at once, or found refused by the clock: the order is as before, and its history says so."""
    order = taken(at)
    caller.refuses = True
    with pytest.raises(OrderRefusedError) as refused:
        callbacks.place(order.id, etag=order.etag, by=LIN)
    assert refused.value.code == "not_called"
    order = now(at, order)
    assert (order.callback_key, order.attempts) == (None, 0)
    caller.refuses = False
    placed = callbacks.place(order.id, etag=order.etag, by=LIN)
    caller.told.clear()  # the process died between the books and the asking
    callbacks.follow()
    assert list(caller.told) == [placed.callback_key], "asked again"
    caller.told[placed.callback_key or ""] = CallNews(CallState.CANCELLED)
    assert callbacks.follow() == 1
    assert now(at, order).callback_key is None


def test_who_may_not_and_what_is_under_way(at: LineInMemory, callbacks: OrderCallbacks) -> None:
    """Another agent's order, an old version, a call that rings already, a number that is none."""
    order = taken(at)
    with pytest.raises(NotAllowedError):
        callbacks.place(order.id, etag=order.etag, by=Account("chen", Role.AGENT))
    with pytest.raises(OrderRefusedError, match="meanwhile"):
        callbacks.place(order.id, etag="1.1", by=LIN)
    placed = callbacks.place(order.id, etag=order.etag, by=LIN)
    with pytest.raises(OrderRefusedError, match="already"):
        callbacks.place(order.id, etag=placed.etag, by=LIN)
    nameless = abandoned(at, "CA9", "anonymous")
    with pytest.raises(OrderRefusedError, match="no number"):
        callbacks.place(nameless.id, etag=nameless.etag, by=CHIEF)
