"""What is done to an order, worked out: pure, so that the table of states and the rules can be read and tested."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from elder_channel.workorders.due import due_at, next_attempt_at
from elder_channel.workorders.errors import NothingAboveError
from elder_channel.workorders.model import (
    THE_LINE,
    Action,
    AttemptResult,
    CloseOutcome,
    OrderState,
    WorkOrder,
)
from elder_channel.workorders.opening import Rules
from elder_channel.workorders.transitions import state_after


@dataclass(frozen=True)
class Change:
    """One step of an order: what happens, by whom, why, and what is different afterwards."""

    action: Action
    by: str
    at: datetime
    to_state: OrderState
    why: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    """Fields of the order that change besides its state."""
    attempt: AttemptResult | None = None

    def applied_to(self, order: WorkOrder) -> WorkOrder:
        """The order afterwards."""
        return replace(order, state=self.to_state, version=order.version + 1, **self.values)


def take(order: WorkOrder, *, by: str, at: datetime) -> Change:
    """`by` owns it from now on and is at work."""
    return _change(order, Action.TAKEN, by, at, owner=by)


def reassign(order: WorkOrder, *, to: str, by: str, at: datetime, why: str) -> Change:
    """Somebody else is to do it."""
    return _change(order, Action.REASSIGNED, by, at, why, owner=to)


def note(order: WorkOrder, *, by: str, at: datetime, why: str, due_at: datetime | None = None) -> Change:
    """Something worth knowing; with `due_at`, what was promised to the customer for then."""
    if due_at is None:
        return _change(order, Action.NOTED, by, at, why)
    return _change(order, Action.PROMISED, by, at, why, due_at=due_at, next_attempt_at=None)


def place(order: WorkOrder, *, by: str, at: datetime) -> Change:
    """The line is to ring the customer; the key names that call alone, also after the order was opened again."""
    return _change(order, Action.PLACED, by, at, callback_key=f"order:{order.id}:{order.version}")


def give_up_placing(order: WorkOrder, *, at: datetime, why: str) -> Change:
    """Nothing will come of the call the line was asked to place; a person calls."""
    return _change(order, Action.NOTED, THE_LINE, at, why, callback_key=None)


def attempt(
    order: WorkOrder, result: AttemptResult, *, by: str, at: datetime, why: str, rules: Rules
) -> tuple[Change, ...]:
    """The customer was called back; the last attempt in vain raises the order, and never closes it."""
    count = order.attempts + 1
    if result is AttemptResult.REACHED:
        reached = _change(order, Action.REACHED, by, at, why, attempts=count, next_attempt_at=None, callback_key=None)
        return (replace(reached, attempt=result),)
    again = next_attempt_at(at, priority=order.priority, settings=rules.settings)
    missed = replace(
        _change(order, Action.MISSED, by, at, why, attempts=count, next_attempt_at=again, callback_key=None),
        attempt=result,
    )
    if count < rules.settings.callback_attempts:
        return (missed,)
    try:
        raised = escalate(missed.applied_to(order), by=THE_LINE, at=at, why=f"回电 {count} 次未接通", rules=rules)
    except NothingAboveError:
        return (missed,)
    return missed, raised


def escalate(order: WorkOrder, *, by: str, at: datetime, why: str, rules: Rules) -> Change:
    """To the next person of the ladder who does not have it already. Raises `NothingAboveError` at its end."""
    department = rules.department(order.department)
    for level, step in enumerate(rules.settings.ladder[order.level :], start=order.level + 1):
        person = department.at(step.to)
        if person != order.owner:
            return _change(order, Action.ESCALATED, by, at, why, owner=person, level=level)
    raise NothingAboveError("the order is with the last person of the ladder")


def overdue_change(order: WorkOrder, *, now: datetime, rules: Rules) -> Change | None:
    """What the clock does to the order at `now`: raise it when the next rung's time has come; None while not."""
    ladder = rules.settings.ladder
    if not order.is_open or order.level >= len(ladder):
        return None
    if now < order.due_at + timedelta(minutes=ladder[order.level].overdue_minutes):
        return None
    late = int((now - order.due_at).total_seconds() // 60)
    try:
        return escalate(order, by=THE_LINE, at=now, why=f"逾期 {late} 分钟", rules=rules)
    except NothingAboveError:
        return None


def close(order: WorkOrder, *, outcome: CloseOutcome, told: bool, by: str, at: datetime, why: str) -> Change:
    """The end, with its outcome and whether the customer was told."""
    ends = {"outcome": outcome, "told_customer": told, "closed_at": at, "next_attempt_at": None, "callback_key": None}
    return _change(order, Action.CLOSED, by, at, why, **ends)


def reopen(order: WorkOrder, *, by: str, at: datetime, why: str, rules: Rules) -> Change:
    """Begin again, due anew as its type says; attempts and ladder start from the beginning."""
    due = due_at(at, type_=rules.type(order.type), priority=order.priority, settings=rules.settings)
    anew = {"outcome": None, "told_customer": False, "closed_at": None, "attempts": 0, "level": 0}
    return _change(order, Action.REOPENED, by, at, why, due_at=due, **anew)


def without_words(order: WorkOrder) -> WorkOrder:
    """The order as a list shows it: nothing that was said, and no number (law 7)."""
    return replace(order, transcript=None, caller_number=None)


def may_close_unreachable(order: WorkOrder, rules: Rules) -> bool:
    """Whether everything was tried: all attempts made and the order raised, or there is nobody to call."""
    tried = order.attempts >= rules.settings.callback_attempts and order.level > 0
    return tried or not order.caller_number or order.caller_number == "anonymous"


def _change(order: WorkOrder, action: Action, by: str, at: datetime, why: str = "", **values: Any) -> Change:
    return Change(action, by, at, state_after(order.state, action), why, values)
