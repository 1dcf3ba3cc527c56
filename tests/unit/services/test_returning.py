"""A customer who calls again."""

from __future__ import annotations

import pytest

from elder_channel.services.accounts import Account, Role
from elder_channel.services.line import LineService
from elder_channel.services.orders import Orders
from elder_channel.workorders.model import Action, CallRole, CloseOutcome, OrderState, WorkOrder
from tests.fakes.line import LineInMemory
from tests.unit.services.test_orders import ELDER, HOTLINE, STRANGER, abandoned

CHIEF = Account("chief", Role.SUPERVISOR)


def settle(at: LineInMemory, order: WorkOrder) -> WorkOrder:
    """Close the order properly."""
    return Orders(at.line).close(order.id, etag=order.etag, by=CHIEF, outcome=CloseOutcome.ANSWERED, told=True)


def note_of(at: LineInMemory, sid: str) -> str:
    """What the agent reads."""
    note = at.line.calls.handover(sid)
    assert note
    return note.text


@pytest.mark.parametrize("caller", [ELDER, STRANGER], ids=["customer", "number"])
def test_the_next_call_opens_a_closed_order_again_and_the_note_says_so(at: LineInMemory, caller: str) -> None:
    """The caller is not asked to tell it all again; the order is linked to the call."""
    order = settle(at, abandoned(at, caller=caller))
    at.clock.forward(days=3)
    for _ in range(2):  # every webhook may come twice
        LineService(at.line).arrive("CA2", caller, HOTLINE)
    again = at.line.work_orders.get(order.id)
    assert again
    assert (again.state, again.attempts, again.outcome) == (OrderState.OPEN, 0, None)
    assert at.line.work_orders.role_of(order.id, "CA2") is CallRole.REOPENED
    assert [entry.action for entry in at.line.work_orders.history(order.id)][-1] is Action.REOPENED
    LineService(at.line)._knowing.write_note("CA2")
    assert f"会办单 {order.id} 号(投诉,11月22日,因本次来电重新打开)" in note_of(at, "CA2")


def test_an_open_order_is_linked_and_told(at: LineInMemory) -> None:
    """Nothing is opened again; the agent knows what is still owed."""
    order = abandoned(at)
    at.clock.forward(60)
    LineService(at.line).arrive("CA2", ELDER, HOTLINE)
    kept = at.line.work_orders.get(order.id)
    assert kept
    assert (kept.state, kept.version) == (OrderState.OPEN, order.version + 1)
    assert at.line.work_orders.role_of(order.id, "CA2") is CallRole.RETURNED
    assert f"会办单 {order.id} 号(投诉,11月22日,未办结)" in note_of(at, "CA2")


def test_who_calls_again_in_vain_is_added_to_the_order(at: LineInMemory) -> None:
    """One order with two calls, not two orders."""
    order = abandoned(at)
    at.clock.forward(60)
    assert abandoned(at, "CA2").id == order.id
    kept = at.line.work_orders.get(order.id)
    assert kept
    assert kept.calls == 2


def test_after_the_days_of_the_settings_it_is_another_matter(at: LineInMemory) -> None:
    """Seven days by default; nothing is linked or told."""
    order = settle(at, abandoned(at))
    at.clock.forward(days=8)
    LineService(at.line).arrive("CA2", ELDER, HOTLINE)
    kept = at.line.work_orders.get(order.id)
    assert kept
    assert not kept.is_open
    assert "会办单" not in note_of(at, "CA2")


@pytest.mark.parametrize("caller", ["anonymous", "", "no number"])
def test_callers_without_a_number_are_not_taken_for_one_another(at: LineInMemory, caller: str) -> None:
    """A withheld number is nobody's in particular."""
    abandoned(at, caller=caller)
    at.clock.forward(60)
    LineService(at.line).arrive("CA2", caller, HOTLINE)
    assert "会办单" not in note_of(at, "CA2")


def test_law_1_orders_that_cannot_be_read_hold_up_no_call(at: LineInMemory, monkeypatch: pytest.MonkeyPatch) -> None:
    """The note is written without them, and the call goes its way."""
    abandoned(at)
    at.clock.forward(60)

    def fail(*_args: object, **_fields: object) -> None:
        raise OSError("the disk is away")

    monkeypatch.setattr(at.line.work_orders, "of_caller", fail)
    assert LineService(at.line).arrive("CA2", ELDER, HOTLINE)
    assert "会办单" not in note_of(at, "CA2")
