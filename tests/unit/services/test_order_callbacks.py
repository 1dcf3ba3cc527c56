"""Calls back that the line itself places."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest

from elder_channel.services.accounts import Account, Role
from elder_channel.services.errors import NotAllowedError, OrderRefusedError, ServiceError
from elder_channel.services.line import LineService
from elder_channel.services.order_callbacks import CallNews, CallState, OrderCallbacks
from elder_channel.services.orders import Orders
from elder_channel.services.situation import to_spare
from elder_channel.services.waiting import Waiting
from elder_channel.workorders.model import THE_LINE, AttemptResult, CallRole, OrderState, Priority, WorkOrder
from tests.fakes.line import LineInMemory, open_test_line
from tests.unit.services.test_orders import ELDER, HOTLINE, LIN, abandoned

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


def promised(at: LineInMemory, sid: str, caller: str) -> WorkOrder:
    """A caller who chose to be called back while waiting."""
    service = LineService(at.line)
    service.arrive(sid, caller, HOTLINE)
    service.gathered(sid, 1, digits="0", speech="")
    at.clock.forward(100)
    assert Waiting(at.line).take_callback(sid)
    order = at.line.work_orders.of_call(sid)
    assert order
    return order


def test_who_was_promised_a_call_is_rung_once_somebody_is_free(
    at: LineInMemory, callbacks: OrderCallbacks, caller: CallerInMemory
) -> None:
    """The oldest place first, one for each free agent; who merely gave up is left to the order's owner."""
    abandoned(at, "CA0", "+8659100000160")
    first, second = promised(at, "CA1", "+8659100000161"), promised(at, "CA2", "+8659100000162")
    assert callbacks.ring_owed(free=0) == 0
    assert callbacks.ring_owed(free=1) == 1
    assert (now(at, first).callback_key, now(at, second).callback_key) == (next(iter(caller.asked)), None)
    assert at.line.work_orders.history(first.id)[-1].by == THE_LINE
    assert (callbacks.ring_owed(free=5), callbacks.ring_owed(free=5)) == (1, 0)
    assert [number for number, _ in caller.asked.values()] == ["+8659100000161", "+8659100000162"]


def test_an_elder_whose_call_was_lost_is_rung_once_somebody_is_free(
    at: LineInMemory, callbacks: OrderCallbacks, caller: CallerInMemory
) -> None:
    """Nobody need choose it; lost again it is still one order and one call; other callers are left to the owner."""
    abandoned(at, "CA0", "+8659100000160")
    lost = abandoned(at)
    at.clock.forward(30)
    abandoned(at, "CA2")
    assert callbacks.ring_owed(free=0) == 0
    assert [callbacks.ring_owed(free=3) for _ in range(2)] == [1, 0]
    assert [number for number, _ in caller.asked.values()] == [ELDER]
    assert at.line.work_orders.history(lost.id)[-1].by == THE_LINE


def test_law_1_who_is_in_danger_is_rung_at_once_by_night_and_with_nobody_free(
    at: LineInMemory, callbacks: OrderCallbacks, caller: CallerInMemory
) -> None:
    """Before elders, whoever is free: picked up, they are first in the queue."""
    abandoned(at, "CA1")
    danger = abandoned(at, "CA2", "+8659100000162", said="救命,我摔倒了起不来")
    assert danger.priority is Priority.URGENT
    at.clock.forward(7 * 3600)
    assert callbacks.ring_owed(free=0) == 1
    assert caller.urgent == set(caller.asked) == {now(at, danger).callback_key}


@pytest.mark.parametrize("done", ["taken", "called again and got through", "in vain"])
def test_an_order_that_somebody_has_begun_is_left_to_its_owner(
    at: LineInMemory, callbacks: OrderCallbacks, caller: CallerInMemory, done: str
) -> None:
    """A colleague is at work on it, the customer has spoken with somebody since, or the line has tried already."""
    order = abandoned(at)
    at.clock.forward(60)
    if done == "taken":
        Orders(at.line).take(order.id, etag=order.etag, by=LIN)
    elif done == "in vain":
        callbacks.ring_owed(free=1)
        caller.told = {key: CallNews(CallState.IN_VAIN) for key in caller.told}
        callbacks.follow()
    else:
        LineService(at.line).arrive("CA2", ELDER, HOTLINE)
        LineService(at.line).agent_answered("CA2", "lin-xiulan")
    before = len(caller.asked)
    assert callbacks.ring_owed(free=3) == 0
    assert len(caller.asked) == before


def test_who_was_served_and_then_lost_again_is_owed_a_call_again(
    at: LineInMemory, callbacks: OrderCallbacks, caller: CallerInMemory
) -> None:
    """The newest call is what counts."""
    abandoned(at)
    at.clock.forward(60)
    LineService(at.line).arrive("CA2", ELDER, HOTLINE)
    LineService(at.line).agent_answered("CA2", "lin-xiulan")
    LineService(at.line).ended("CA2")
    assert callbacks.ring_owed(free=3) == 0
    at.clock.forward(60)
    abandoned(at, "CA3")
    assert callbacks.ring_owed(free=3) == 1
    assert len(caller.asked) == 1


@pytest.mark.parametrize(
    ("whom", "rung"), [("nobody", 0), ("danger", 1), ("elders", 2), ("everybody", 3)], ids=lambda each: str(each)
)
def test_the_setting_says_who_of_the_lost_is_rung(tmp_path: Path, caller: CallerInMemory, whom: str, rung: int) -> None:
    """Danger first, then elders, then the others."""
    at = open_test_line(tmp_path, ELDER_CHANNEL_WORKORDERS__LOST_CALLS=whom)
    abandoned(at, "CA1", "+8659100000161")
    abandoned(at, "CA2")
    abandoned(at, "CA3", "+8659100000163", said="救命,我摔倒了起不来")
    assert OrderCallbacks(at.line, caller).ring_owed(free=9) == rung
    wanted = ["+8659100000163", ELDER, "+8659100000161"][:rung]
    assert [number for number, _ in caller.asked.values()] == wanted
    at.line.databases.dispose()


def test_a_promised_call_waits_for_the_morning(
    at: LineInMemory, callbacks: OrderCallbacks, caller: CallerInMemory
) -> None:
    """Nobody is rung at night."""
    promised(at, "CA1", ELDER)
    at.clock.forward(7 * 3600)
    assert callbacks.ring_owed(free=3) == 0
    at.clock.forward(10 * 3600)
    assert callbacks.ring_owed(free=3) == 1
    assert len(caller.asked) == 1


def test_where_the_setting_says_so_a_person_places_promised_calls(tmp_path: Path, caller: CallerInMemory) -> None:
    """The line rings nobody by itself."""
    at = open_test_line(tmp_path, ELDER_CHANNEL_WORKORDERS__PROMISED_CALLS="false")
    promised(at, "CA1", ELDER)
    assert OrderCallbacks(at.line, caller).ring_owed(free=3) == 0
    at.line.databases.dispose()


def test_a_promised_call_that_cannot_be_placed_is_a_persons_once(
    at: LineInMemory, callbacks: OrderCallbacks, caller: CallerInMemory
) -> None:
    """The refusal stands in the history, and the line does not try for ever."""
    order = promised(at, "CA1", ELDER)
    caller.refuses = True
    assert [callbacks.ring_owed(free=3) for _ in range(3)] == [0, 0, 0]
    assert at.line.work_orders.history(order.id)[-1].why == "系统不能打这个电话"


def test_agents_to_spare_are_those_free_beyond_the_queue(at: LineInMemory) -> None:
    """Nobody is rung for whom nobody would be there."""
    before = to_spare(at.line)
    assert before > 0
    service = LineService(at.line)
    service.arrive("CA1", ELDER, HOTLINE)
    service.gathered("CA1", 1, digits="0", speech="")
    at.clock.forward(100)
    assert to_spare(at.line) == before - 1
