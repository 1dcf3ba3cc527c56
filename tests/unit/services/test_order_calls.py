"""Calls back of work orders through the line's own outbound engine."""

from __future__ import annotations

import pytest

from elder_channel.outbound.model import OutboundState
from elder_channel.services.line import LineService
from elder_channel.services.order_calls import callbacks_of
from elder_channel.services.orders import Orders
from elder_channel.services.outbound import OutboundService
from elder_channel.workorders.model import CallRole, OrderState
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


@pytest.mark.parametrize("enabled", ["true", "false"])
def test_a_line_that_places_no_calls_leaves_them_to_people(tmp_path: object, enabled: str) -> None:
    """Without it nothing on the page offers it."""
    opened = open_test_line(tmp_path, ELDER_CHANNEL_OUTBOUND__ENABLED=enabled)  # type: ignore[arg-type]
    assert (callbacks_of(opened.line) is not None) == (enabled == "true")
    opened.line.databases.dispose()
