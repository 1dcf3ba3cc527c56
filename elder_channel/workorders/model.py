"""A work order: what a call left unfinished, with an owner and a time by which it is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Kind(StrEnum):
    """What is to be done."""

    CALL_BACK = "call_back"
    LOOK_INTO = "look_into"  # nobody can be called back; somebody reads what was said


@dataclass(frozen=True)
class NewWorkOrder:
    """An order as it is opened at the end of a call."""

    call_sid: str
    kind: Kind
    owner: str
    due_at: datetime
    note: str


CALL_BACK_URGENT_WITHIN = timedelta(minutes=2)
CALL_BACK_WITHIN = timedelta(minutes=30)
CALL_BACK_ELDER_WITHIN = timedelta(minutes=10)
OWNER = "hotline-supervisor"


def order_for_unserved(
    call_sid: str, *, elder: bool, reachable: bool, now: datetime, urgent: bool = False
) -> NewWorkOrder:
    """The order an unserved call leaves: call back, or, where no number is known, look into what was said (law 1).

    Sooner for an elder, and soonest for who was heard to be in danger.
    """
    within = CALL_BACK_URGENT_WITHIN if urgent else CALL_BACK_ELDER_WITHIN if elder else CALL_BACK_WITHIN
    warning = "【紧急】" if urgent else ""
    if reachable:
        note = warning + "来电未接通,请回拨。" + ("长者来电。" if elder else "")
        return NewWorkOrder(call_sid, Kind.CALL_BACK, OWNER, now + within, note)
    return NewWorkOrder(call_sid, Kind.LOOK_INTO, OWNER, now + within, warning + "来电未接通且号码未显示,请查看留言。")
