"""Calls back of work orders through the line's own outbound engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from elder_channel.outbound.model import OutboundState, Reason
from elder_channel.services.knowing import Knowing
from elder_channel.services.line import LineService
from elder_channel.services.order_calls import callbacks_of
from elder_channel.services.orders import Orders
from elder_channel.services.outbound import OutboundService
from elder_channel.workorders.model import CallRole, OrderState, Priority
from tests.fakes.line import LineInMemory, open_test_line
from tests.unit.services.test_orders import ELDER, LIN, abandoned


def test_an_order_is_called_back_and_the_elder_is_not_asked_again(at: LineInMemory) -> None:
    """Requested, rung, answered: the call is in the queue with the order in its note, and an attempt of the order."""
    callbacks, outbound = callbacks_of(at.line), OutboundService(at.line, LineService(at.line))
    assert callbacks
    order = abandoned(at)
    order = Orders(at.line).take(order.id, etag=order.etag, by=LIN)
    placed = callbacks.place(order.id, etag=order.etag, by=LIN)
    request = outbound.find(placed.callback_key or "")
    assert request
    assert (request.number, request.state) == (ELDER, OutboundState.WAITING)
    assert callbacks.follow() == 0
    claimed = outbound.tick()
    assert claimed
    outbound.place(claimed)
    outbound.answered(claimed.id, claimed.attempts, "CA7", number=ELDER, answered_by="human")
    assert callbacks.follow() == 1
    kept = at.line.work_orders.get(order.id)
    assert kept
    assert (kept.state, kept.attempts) == (OrderState.FOLLOW_UP, 1)
    assert at.line.work_orders.role_of(order.id, "CA7") is CallRole.CALLED_BACK
    note = at.line.calls.handover("CA7")
    assert note
    assert f"会办单 {order.id} 号" in note.text


@pytest.mark.parametrize("said", ["救命啊", "我受伤了", "家里着火了"])
def test_law_1_who_is_in_danger_is_rung_at_once_at_night(at: LineInMemory, said: str) -> None:
    """Three in the morning: the call is due this minute, and goes before anybody who pressed the button."""
    at.clock.forward(11 * 3600)
    callbacks, outbound = callbacks_of(at.line), OutboundService(at.line, LineService(at.line))
    assert callbacks
    order = abandoned(at, said=said)
    assert order.priority is Priority.URGENT
    order = Orders(at.line).take(order.id, etag=order.etag, by=LIN)
    outbound.request("tap:1", reason=Reason.ONE_TAP, number="+8659100000166")
    placed = callbacks.place(order.id, etag=order.etag, by=LIN)
    claimed = outbound.tick()
    assert claimed
    assert (claimed.key, claimed.reason) == (placed.callback_key, Reason.URGENT_ORDER)
    outbound.place(claimed)
    outbound.answered(claimed.id, claimed.attempts, "CA7", number=ELDER, answered_by="human")
    call = at.line.calls.get("CA7")
    assert call
    assert call.need == order.need, "and is first in the queue for it"


def test_law_1_a_call_that_waits_for_the_morning_becomes_urgent_with_its_order(at: LineInMemory) -> None:
    """The caller rings again in the night, says it is on fire, and is lost: nobody waits for nine o'clock."""
    at.clock.forward(11 * 3600)
    callbacks, outbound = callbacks_of(at.line), OutboundService(at.line, LineService(at.line))
    assert callbacks
    order = abandoned(at)
    order = Orders(at.line).take(order.id, etag=order.etag, by=LIN)
    callbacks.place(order.id, etag=order.etag, by=LIN)
    assert outbound.tick() is None
    at.clock.forward(60)
    abandoned(at, "CA2", said="家里着火了")
    callbacks.follow()
    claimed = outbound.tick()
    assert claimed
    assert claimed.reason is Reason.URGENT_ORDER


def test_an_urgent_call_the_line_could_not_place_opens_no_second_order(tmp_path: Path) -> None:
    """Its order is there, and is raised by its due time."""
    night = {"URGENT_FROM_HOUR": "9", "URGENT_UNTIL_HOUR": "20"}
    opened = open_test_line(tmp_path, **{f"ELDER_CHANNEL_OUTBOUND__{key}": value for key, value in night.items()})
    opened.clock.forward(11 * 3600)
    callbacks, outbound = callbacks_of(opened.line), OutboundService(opened.line, LineService(opened.line))
    assert callbacks
    order = abandoned(opened, said="救命啊")
    order = Orders(opened.line).take(order.id, etag=order.etag, by=LIN)
    callbacks.place(order.id, etag=order.etag, by=LIN)
    opened.clock.forward(3 * 3600)
    assert (outbound.tick(), outbound.look_after()) == (None, 0)
    opened.clock.forward(4 * 3600)
    assert outbound.tick(), "in the hours the site has set"
    opened.line.databases.dispose()


@pytest.mark.parametrize("enabled", ["true", "false"])
def test_a_line_that_places_no_calls_leaves_them_to_people(tmp_path: object, enabled: str) -> None:
    """Without it nothing on the page offers it."""
    opened = open_test_line(tmp_path, ELDER_CHANNEL_OUTBOUND__ENABLED=enabled)  # type: ignore[arg-type]
    assert (callbacks_of(opened.line) is not None) == (enabled == "true")
    opened.line.databases.dispose()


@pytest.mark.parametrize(("said", "language"), [("English please, I want to complain", "en"), ("我要投诉", "zh")])
def test_who_spoke_english_is_called_back_in_english(at: LineInMemory, said: str, language: str) -> None:
    """The greeting, the waiting and the agent: as on the call that was lost, whatever the books say of the number."""
    callbacks, outbound = callbacks_of(at.line), OutboundService(at.line, LineService(at.line))
    assert callbacks
    service, caller = LineService(at.line), "+8659100000155"
    service.arrive("CA1", caller, "+862100000060")
    service.gathered("CA1", 1, digits="0", speech="")
    posterior = {"en": 0.97} if language == "en" else {"zh": 0.97}
    Knowing(at.line).heard("CA1", text=said, recognizer="ours", language_posterior=posterior, final=True)
    service.ended("CA1")
    order = at.line.work_orders.of_call("CA1")
    assert order
    order = Orders(at.line).take(order.id, etag=order.etag, by=LIN)
    callbacks.place(order.id, etag=order.etag, by=LIN)
    claimed = outbound.tick()
    assert claimed
    outbound.place(claimed)
    entered = outbound.answered(claimed.id, claimed.attempts, "CA7", number=caller, answered_by="human")
    call = at.line.calls.get("CA7")
    assert entered
    assert call
    assert (entered.language, call.language) == (language, language)
