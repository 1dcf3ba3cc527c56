"""Opening orders: of which type, for whom, how soon."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dialects.needs import is_urgent
from elder_channel.workorders.due import callback_due_at, due_at
from elder_channel.workorders.model import Kind, NewWorkOrder, Priority, merge_key
from elder_channel.workorders.settings import Department, OrderType, WorkOrderSettings

SPARE_DEPARTMENT = Department(
    id="hotline", zh="热线", en="Hotline", owner="hotline-desk", supervisor="hotline-supervisor", head="hotline-head"
)
"""Where a site has configured no department at all: somebody owns an order whatever the settings forgot (law 1)."""
SPARE_TYPE = OrderType(id="callback", zh="回电", en="Callback", department="hotline")


@dataclass(frozen=True)
class Rules:
    """The settings that decide about orders."""

    settings: WorkOrderSettings
    types: Sequence[OrderType]
    departments: Sequence[Department]

    def type(self, id_: str) -> OrderType:
        """The type, or the spare one for an id that is configured no more."""
        return next((each for each in self.types if each.id == id_), SPARE_TYPE)

    def type_for(self, need: str | None) -> OrderType:
        """The type of the order for what a caller needs."""
        named = next((each for each in self.types if need and need in each.needs), None)
        return named or self.type(self.settings.unserved_type)

    def department(self, id_: str) -> Department:
        """The department, or the first there is, for an id that is configured no more."""
        found = next((each for each in self.departments if each.id == id_), None)
        return found or (self.departments[0] if self.departments else SPARE_DEPARTMENT)


def priority_of(*, elder: bool, urgent: bool) -> Priority:
    """Danger first, then elders."""
    return Priority.URGENT if urgent else Priority.ELDER if elder else Priority.NORMAL


@dataclass(frozen=True)
class Unserved:
    """A call that ended unserved, as far as its order needs to know it."""

    call_sid: str
    number: str
    elder: bool = False
    reachable: bool = True
    need: str | None = None
    customer_id: int | None = None


def order_for_unserved(call: Unserved, *, now: datetime, rules: Rules) -> NewWorkOrder:
    """The order an unserved call leaves: call back, or, where no number is known, look into what was said (law 1).

    Sooner for an elder, and soonest for who was heard to be in danger.
    """
    urgent = is_urgent(call.need)
    priority = priority_of(elder=call.elder, urgent=urgent)
    type_ = rules.type_for(call.need)
    department = rules.department(type_.department)
    return NewWorkOrder(
        call_sid=call.call_sid,
        kind=Kind.CALL_BACK if call.reachable else Kind.LOOK_INTO,
        owner=department.owner,
        due_at=callback_due_at(now, priority=priority, settings=rules.settings),
        note=_note(call, urgent=urgent),
        type=type_.id,
        department=department.id,
        priority=priority,
        merge_key=merge_key(call.customer_id, call.number) if call.reachable else None,
    )


def order_by_hand(
    *, call_sid: str | None, type_id: str, note: str, by: str, priority: Priority, now: datetime, rules: Rules
) -> NewWorkOrder:
    """An order that a person writes down: what could not be finished while the customer was on the line."""
    type_ = rules.type(type_id)
    department = rules.department(type_.department)
    due = due_at(now, type_=type_, priority=priority, settings=rules.settings)
    return NewWorkOrder(
        call_sid, Kind.HANDLE, department.owner, due, note, type_.id, department.id, priority, opened_by=by
    )


_TEXT_NOTES = {
    "urgent": "【紧急】客户短信求助,请立即回电。",
    "question": "客户短信提问,请回电答复。",
    "complaint": "客户短信投诉,请回电处理。",
    "wrong_number": "短信称号码有误,请核对客户资料。",
    "unsure": "客户短信未能判明,请阅读。",
}
_TEXT_TYPES = {"question": "consultation", "complaint": "complaint", "wrong_number": "policy_service"}


def order_from_text(
    meaning: str, *, sid: str, number: str, reachable: bool, priority: Priority, now: datetime, rules: Rules
) -> NewWorkOrder:
    """The order a customer's text leaves; who is in danger is called back as one whose call was lost (law 1).

    `meaning` is what the text was taken for, `sid` the carrier's id of it: a text leaves one order, and who writes for
    help again before being helped has one too.
    """
    urgent = priority is Priority.URGENT
    wanted = rules.settings.unserved_type if urgent else _TEXT_TYPES.get(meaning, "consultation")
    type_ = rules.type(wanted)
    department = rules.department(type_.department)
    if urgent:
        due = callback_due_at(now, priority=priority, settings=rules.settings)
    else:
        due = due_at(now, type_=type_, priority=priority, settings=rules.settings)
    return NewWorkOrder(
        call_sid=None,
        kind=Kind.CALL_BACK if urgent and reachable else Kind.LOOK_INTO if urgent else Kind.HANDLE,
        owner=department.owner,
        due_at=due,
        note=_TEXT_NOTES.get(meaning, "客户短信来信,请阅读。"),
        type=type_.id,
        department=department.id,
        priority=priority,
        merge_key=f"text:urgent:{number}" if urgent else f"text:{sid}",
    )


def _note(call: Unserved, *, urgent: bool) -> str:
    warning = "【紧急】" if urgent else ""
    if not call.reachable:
        return warning + "来电未接通且号码未显示,请查看留言。"
    return warning + "来电未接通,请回拨。" + ("长者来电。" if call.elder else "")
