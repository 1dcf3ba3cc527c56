"""What may be done to an order, and what comes of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from elder_channel.workorders import changes
from elder_channel.workorders.errors import NothingAboveError, NotPossibleError
from elder_channel.workorders.model import Action, AttemptResult, CloseOutcome, Kind, OrderState, Priority, WorkOrder
from elder_channel.workorders.opening import Unserved, order_by_hand, order_for_unserved
from tests.unit.workorders.examples import NOW, order, rules

RULES = rules()
MISSED = [each for each in AttemptResult if each is not AttemptResult.REACHED]


def tried(start: WorkOrder, result: AttemptResult, times: int = 1) -> tuple[WorkOrder, list[Action]]:
    """The order after so many attempts, and what happened."""
    actions = []
    for _ in range(times):
        for change in changes.attempt(start, result, by="lin", at=NOW, why="", rules=RULES):
            start = change.applied_to(start)
            actions.append(change.action)
    return start, actions


@pytest.mark.parametrize("result", MISSED)
def test_an_attempt_in_vain_has_a_next_one(result: AttemptResult) -> None:
    """Whatever the reason, the customer is called again, at a time that is told."""
    after, actions = tried(order(), result)
    assert actions == [Action.MISSED]
    assert (after.state, after.attempts) == (OrderState.ATTEMPTED, 1)
    assert after.next_attempt_at == NOW + timedelta(minutes=45)


def test_law_1_the_last_attempt_raises_the_order_and_never_closes_it() -> None:
    """Three in vain: a supervisor owns it; again in vain: the head; then it stays there, open."""
    third, actions = tried(order(), AttemptResult.NO_ANSWER, 3)
    assert actions[-2:] == [Action.MISSED, Action.ESCALATED]
    assert (third.owner, third.level, third.is_open) == ("chief", 1, True)
    sixth, _ = tried(third, AttemptResult.NO_ANSWER, 3)
    assert (sixth.owner, sixth.level, sixth.is_open, sixth.attempts) == ("director", 2, True, 6)


def test_who_was_reached_is_followed_up() -> None:
    """Being reached is not the end: what was promised is still owed."""
    after, _ = tried(order(), AttemptResult.REACHED)
    assert (after.state, after.next_attempt_at) == (OrderState.FOLLOW_UP, None)
    assert tried(after, AttemptResult.NO_ANSWER)[0].state is OrderState.FOLLOW_UP


@pytest.mark.parametrize(
    ("late_minutes", "level", "owner"),
    [(-1, 0, None), (0, 0, "chief"), (30, 1, None), (60, 1, "director"), (99, 2, None)],
)
def test_the_clock_raises_what_is_overdue_rung_by_rung(late_minutes: int, level: int, owner: str | None) -> None:
    """At the due time to the supervisor, an hour later to the head, and no further."""
    owners = ("desk", "chief", "director")
    late = order(level=level, owner=owners[level])
    change = changes.overdue_change(late, now=NOW + timedelta(minutes=late_minutes), rules=RULES)
    assert (change.applied_to(late).owner if change else None) == owner


def test_a_rung_whose_person_has_the_order_already_is_passed_over() -> None:
    """A supervisor's own late order goes to the head."""
    after = changes.escalate(order(owner="chief"), by="chief", at=NOW, why="", rules=RULES).applied_to(order())
    assert (after.owner, after.level) == ("director", 2)
    with pytest.raises(NothingAboveError):
        changes.escalate(after, by="chief", at=NOW, why="", rules=RULES)


def test_a_promise_moves_the_time() -> None:
    """What was promised for Monday is due on Monday."""
    monday = NOW + timedelta(days=3)
    after = changes.note(order(), by="lin", at=NOW, why="周一给答复", due_at=monday).applied_to(order())
    assert (after.state, after.due_at) == (OrderState.FOLLOW_UP, monday)


def test_a_closed_order_begins_anew_when_it_is_opened_again() -> None:
    """Outcome, attempts and ladder are those of a new order; who owned it still does."""
    closed = changes.close(
        order(attempts=3, level=1, owner="chief"), outcome=CloseOutcome.SETTLED, told=True, by="chief", at=NOW, why=""
    ).applied_to(order(attempts=3, level=1, owner="chief"))
    assert (closed.is_open, closed.outcome, closed.told_customer) == (False, CloseOutcome.SETTLED, True)
    with pytest.raises(NotPossibleError):
        changes.take(closed, by="lin", at=NOW)
    again = changes.reopen(closed, by="line", at=NOW, why="", rules=RULES).applied_to(closed)
    assert (again.state, again.outcome, again.attempts, again.level) == (OrderState.OPEN, None, 0, 0)
    assert again.due_at == NOW + timedelta(hours=1)


@pytest.mark.parametrize(
    ("fields", "allowed"),
    [
        ({}, False),
        ({"attempts": 3}, False),
        ({"attempts": 3, "level": 1}, True),
        ({"caller_number": "anonymous"}, True),
        ({"caller_number": None}, True),
    ],
)
def test_unreachable_is_said_only_when_everything_was_tried(fields: dict[str, object], allowed: bool) -> None:
    """All attempts and a supervisor, or no number at all."""
    assert changes.may_close_unreachable(order(**fields), RULES) is allowed


@pytest.mark.parametrize(
    ("unserved", "kind", "type_", "priority", "minutes", "opening"),
    [
        ({}, Kind.CALL_BACK, "callback", Priority.NORMAL, 30, "来电未接通"),
        ({"elder": True, "need": "complaint"}, Kind.CALL_BACK, "complaint", Priority.ELDER, 10, "来电未接通"),
        ({"elder": True, "need": "help"}, Kind.CALL_BACK, "callback", Priority.URGENT, 2, "【紧急】"),
        (
            {"reachable": False, "number": "anonymous"},
            Kind.LOOK_INTO,
            "callback",
            Priority.NORMAL,
            30,
            "来电未接通且号码",
        ),
    ],
    ids=["anybody", "elder", "danger", "no number"],
)
def test_law_1_an_unserved_call_leaves_an_order(
    unserved: dict[str, object], kind: Kind, type_: str, priority: Priority, minutes: int, opening: str
) -> None:
    """With an owner, a type by what was needed, and a time: sooner for elders, soonest for danger."""
    call = Unserved(**{"call_sid": "CA1", "number": "+8659100000102", **unserved})  # type: ignore[arg-type]
    made = order_for_unserved(call, now=NOW, rules=RULES)
    assert made.owner
    assert (made.kind, made.type, made.priority) == (kind, type_, priority)
    assert made.due_at == NOW + timedelta(minutes=minutes)
    assert made.note.startswith(opening)
    assert (made.merge_key is None) == (kind is Kind.LOOK_INTO)


def test_an_order_written_down_by_hand_has_the_departments_owner() -> None:
    """A complaint goes to the department of complaints, in its own time."""
    made = order_by_hand(
        call_sid=None, type_id="complaint", note="…", by="lin", priority=Priority.ELDER, now=NOW, rules=RULES
    )
    assert (made.owner, made.opened_by, made.kind) == ("desk", "lin", Kind.HANDLE)
    assert made.due_at == NOW + timedelta(hours=1)
