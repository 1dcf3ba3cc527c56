"""Who waits, over real books: the estimate, the offer, and the order that keeps the place."""

from __future__ import annotations

from datetime import timedelta

import pytest

from elder_channel.calls.model import Call, CallState, Outcome
from elder_channel.services.line import LineService
from elder_channel.services.routing import RoutingService
from elder_channel.services.waiting import Waiting
from elder_channel.workorders.model import WorkOrder
from tests.fakes.line import LineInMemory

ELDER = "+862000000101"
STRANGER = "+8659100000155"
HOTLINE = "+862100000060"


def wait(at: LineInMemory, sid: str, number: str = STRANGER) -> Call:
    """A caller in the carrier's queue."""
    service = LineService(at.line)
    service.arrive(sid, number, HOTLINE)
    if the_call(at, sid).entered_at is None:
        service.gathered(sid, 1, digits="0", speech="")
    at.line.calls.recognition_is_off(sid)
    at.line.calls.queued(sid, at=at.clock())
    return the_call(at, sid)


def the_call(at: LineInMemory, sid: str) -> Call:
    """The call as it stands."""
    call = at.line.calls.get(sid)
    assert call
    return call


def order_of(at: LineInMemory, sid: str) -> WorkOrder:
    """The order the call left."""
    order = at.line.work_orders.of_call(sid)
    assert order
    return order


def test_the_estimate_counts_the_queue_and_the_people(at: LineInMemory) -> None:
    """Sixteen agents at four minutes each: the eighth in line waits two minutes; elders stand before."""
    for number in range(7):
        wait(at, f"CA{number}")
    last = wait(at, "CA7")
    assert Waiting(at.line).estimate_seconds(last) == pytest.approx(8 * 240 / 16)
    wait(at, "CA8", ELDER)
    assert Waiting(at.line).estimate_seconds(last) == pytest.approx(9 * 240 / 16)


def test_a_measured_hour_replaces_the_assumed_length(at: LineInMemory) -> None:
    """Ten calls of one minute each in the last hour: a call lasts one minute."""
    for number in range(10):
        sid = f"CB{number}"
        wait(at, sid)
        at.line.calls.assign(sid, "lin-xiulan", matched="any", at=at.clock())
        at.line.calls.answered(sid, "lin-xiulan", at=at.clock())
        at.line.calls.close(sid, Outcome.SERVED, None, at=at.clock() + timedelta(seconds=60))
    at.clock.forward(120)
    assert Waiting(at.line).estimate_seconds(wait(at, "CA1")) == pytest.approx(60 / 16)


def test_the_wait_document_tells_and_offers_by_the_clock(at: LineInMemory) -> None:
    """An elder like anybody else; a withheld number cannot be called back, and is told how long it takes."""
    stranger, elder, hidden = wait(at, "CA1"), wait(at, "CA2", ELDER), wait(at, "CA3", "anonymous")
    waiting = Waiting(at.line)

    def heard(call: Call) -> list[str | None]:
        return [waiting.message(call, round_) for round_ in (2, 3)]

    def all_hear() -> list[list[str | None]]:
        return [heard(each) for each in (stranger, elder, hidden)]

    at.clock.forward(14)
    assert all_hear() == [[None, None]] * 3
    at.clock.forward(1)
    assert all_hear() == [["callback_offer", None], ["callback_offer", None], [None, None]]
    at.clock.forward(15)
    assert all_hear() == [["wait_one", None]] * 3
    at.clock.forward(60)
    assert heard(stranger) == ["callback_offer", "wait_one"]
    assert waiting.message(wait(at, "CA4"), 0) is None


def test_a_callback_keeps_the_place_in_the_queue(at: LineInMemory) -> None:
    """Who came first is due first, whoever gave up the line first; elders stand before both."""
    wait(at, "CA1")
    at.clock.forward(60)
    wait(at, "CA2", "+8659100000156")
    wait(at, "CA3", ELDER)
    at.clock.forward(100)
    waiting = Waiting(at.line)
    assert [waiting.take_callback(sid) for sid in ("CA2", "CA1", "CA3")] == [True, True, True]
    first, second, elder = (order_of(at, sid) for sid in ("CA1", "CA2", "CA3"))
    assert elder.due_at < first.due_at < second.due_at
    assert "保留排队位置(16:00 起排队)" in first.note
    call = the_call(at, "CA1")
    assert (call.state, call.outcome, call.callback_wanted_at) == (CallState.ENDED, Outcome.CALLBACK, at.clock())


def test_a_caller_for_whom_a_phone_rings_is_not_sent_away(at: LineInMemory) -> None:
    """The key comes as the router has found somebody: the person wins."""
    wait(at, "CA1")
    at.clock.forward(100)
    assert RoutingService(at.line, LineService(at.line)).tick()
    assert not Waiting(at.line).take_callback("CA1")
    assert the_call(at, "CA1").state is CallState.RINGING


def test_the_same_yes_twice_makes_one_order(at: LineInMemory) -> None:
    """The carrier may repeat what it says."""
    wait(at, "CA1")
    waiting = Waiting(at.line)
    assert waiting.take_callback("CA1")
    assert not waiting.take_callback("CA1")
    LineService(at.line).ended("CA1")
    assert the_call(at, "CA1").outcome is Outcome.CALLBACK


def test_an_agent_who_lets_it_ring_is_absent_and_the_place_is_kept(at: LineInMemory) -> None:
    """A call that comes back stands before who entered later; a declined one goes to the next, and nobody is absent."""
    service = LineService(at.line)
    router = RoutingService(at.line, service)
    wait(at, "CA1")
    (move,) = router.tick()
    assert move.agent_id
    at.clock.forward(20)
    wait(at, "CA2")
    entered = the_call(at, "CA1").entered_at
    service.dial_ended("CA1", move.agent_id, dial_status="no-answer", call_status="in-progress", bridged=False)
    assert at.line.agents.states()[move.agent_id].presence == "absent"
    assert the_call(at, "CA1").entered_at == entered
    at.line.calls.queued("CA1", at=at.clock())
    at.clock.forward(5)
    again = router.tick()
    assert [each.sid for each in again] == ["CA1", "CA2"]
    second = again[0].agent_id
    assert second
    assert second != move.agent_id
    service.dial_ended("CA1", second, dial_status="busy", call_status="in-progress", bridged=False)
    assert at.line.agents.states()[second].presence == "idle"
    at.line.calls.queued("CA1", at=at.clock())
    at.clock.forward(5)
    (third,) = router.tick()
    assert third.agent_id not in {move.agent_id, second}
