"""A work order's call, placed by the line's own engine."""

from __future__ import annotations

import pytest

from elder_channel.outbound.model import OutboundState
from elder_channel.services.line import LineService
from elder_channel.services.order_callbacks import OrderCallbacks
from elder_channel.services.order_calls import OrderCalls
from elder_channel.services.outbound import OutboundService
from elder_channel.workorders.model import CallRole, OrderState, WorkOrder
from tests.fakes.line import LineInMemory
from tests.unit.services.test_order_callbacks import LIN, now, taken


@pytest.fixture
def outbound(at: LineInMemory) -> OutboundService:
    """The engine."""
    return OutboundService(at.line, LineService(at.line))


@pytest.fixture
def callbacks(at: LineInMemory, outbound: OutboundService) -> OrderCallbacks:
    """The service of the orders, on the engine."""
    return OrderCallbacks(at.line, OrderCalls(outbound))


def placed(at: LineInMemory, callbacks: OrderCallbacks, outbound: OutboundService) -> WorkOrder:
    """An order whose customer is being rung."""
    order = taken(at)
    order = callbacks.place(order.id, etag=order.etag, by=LIN)
    request = outbound.tick()
    assert request
    assert request.key == order.callback_key
    outbound.place(request)
    return order


def test_who_picks_up_is_a_call_of_the_order(
    at: LineInMemory, callbacks: OrderCallbacks, outbound: OutboundService
) -> None:
    """Rung once; the attempt is noted as reached and the call joined to the order."""
    order = placed(at, callbacks, outbound)
    assert callbacks.follow() == 0
    request = outbound.find(order.callback_key or "")
    assert request
    outbound.answered(request.id, 1, "CAout1", number=request.number, answered_by="")
    assert (callbacks.follow(), callbacks.follow()) == (1, 0)
    after = now(at, order)
    assert (after.state, after.attempts) == (OrderState.FOLLOW_UP, 1)
    assert at.line.work_orders.role_of(order.id, "CAout1") is CallRole.CALLED_BACK


def test_law_1_calls_in_vain_are_an_attempt_of_the_order_and_no_second_order(
    at: LineInMemory, callbacks: OrderCallbacks, outbound: OutboundService
) -> None:
    """The engine's own attempts are one attempt of the order, which stays open."""
    order = placed(at, callbacks, outbound)
    request = outbound.find(order.callback_key or "")
    assert request
    for attempt in (1, 2, 3):
        outbound.reported(request.id, attempt, "CAout", number=request.number, status="busy", seconds=0)
        at.clock.forward(301)
        if attempt < 3:
            again = outbound.tick()
            assert again
            outbound.place(again)
    given_up = outbound.find(order.callback_key or "")
    assert given_up
    assert given_up.state is OutboundState.GAVE_UP
    assert callbacks.follow() == 1
    assert [each.result for each in at.line.work_orders.attempts(order.id)] == ["busy"]
    assert now(at, order).is_open
    assert at.line.work_orders.of_call("CAout") is None
