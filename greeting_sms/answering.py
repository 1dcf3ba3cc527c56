"""The transaction after a request: what came of it is written down."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from greeting_sms.channel import Action, Outcome, PostResult
from greeting_sms.gates import Gate, gate_at, keep_gate
from greeting_sms.greeting import ClaimedGreeting
from greeting_sms.last_checks import Held
from greeting_sms.raw import Raw, given, given_rows, run_at_once
from greeting_sms.receipts import apply_waiting, heed
from greeting_sms.sending_limits import ChannelRules, cost_of, gate_name
from greeting_sms.spending import Spent, spend
from greeting_sms.states import GreetingState, stands_at, written
from greeting_sms.tables import attempts, greetings


def answered(
    connection: Connection,
    results: Sequence[tuple[ClaimedGreeting, PostResult]],
    *,
    channel: ChannelRules,
    back_off_seconds: float,
    today: date,
    now: datetime,
) -> Gate:
    """Write what came of requests, in the caller's transaction; the channel's gate as it stands then.

    A row that a receipt has already moved on stays where the receipt put it. What the carrier has not taken costs
    nothing: `today`'s spending is put right.
    """
    at = Raw(connection).moment(now)
    for (outcome, code, why), of_kind in _by_kind(results).items():
        rows = [(row[0], row[1], result.sid or None) for row, result in of_kind]
        shared = {"code": code, "why": why, "at": at}
        run_at_once(connection, _MOVES[STATE_AFTER[outcome]], _GIVEN, rows, shared)
        run_at_once(connection, _ATTEMPT_ENDED[outcome], _GIVEN, rows, shared)
        if outcome is Outcome.NOT_TAKEN:
            _give_back(connection, [row for row, _ in of_kind], channel, today)
        if outcome is not Outcome.ACCEPTED:
            _heed_all(connection, of_kind, now)
    apply_waiting(connection, [result.sid for _, result in results if result.sid], now=now)
    gate = gate_at(connection, gate_name(channel), pace=channel.pace, now=now)
    gate = gate.counted([result for _, result in results], channel.breaker, now)
    if back_off_seconds:
        gate = gate.backed_off(back_off_seconds, now)
    keep_gate(connection, gate)
    return gate


STATE_AFTER = {
    Outcome.ACCEPTED: GreetingState.ACCEPTED,
    Outcome.REFUSED: GreetingState.FAILED,
    Outcome.NOT_TAKEN: GreetingState.PLANNED,
    Outcome.UNKNOWN: GreetingState.UNKNOWN,
}
"""Where a row stands after a request."""


def _give_back(connection: Connection, rows: Sequence[ClaimedGreeting], channel: ChannelRules, today: date) -> None:
    for campaign_id in {row.campaign_id for row in rows}:
        own = [row for row in rows if row.campaign_id == campaign_id]
        segments, cost = sum(row.segments for row in own), sum(cost_of(row, channel) for row in own)
        spend(connection, today, channel.name, campaign_id, Spent(-len(own), -segments, -cost))


_Kind = tuple[Outcome, str | None, str | None]
"""Of answers: what came of the request, the carrier's code, and the reason that the row gets."""
_OUTCOMES = list(Outcome)


def _by_kind(
    results: Sequence[tuple[ClaimedGreeting, PostResult]],
) -> dict[_Kind, list[tuple[ClaimedGreeting, PostResult]]]:
    """In one order, whatever came first."""
    if all(result.outcome is Outcome.ACCEPTED and not result.code for _, result in results):
        return {_ACCEPTED: list(results)}  # nearly always
    found: dict[_Kind, list[tuple[ClaimedGreeting, PostResult]]] = {}
    for each in results:
        found.setdefault(_kind(each[1]), []).append(each)
    return {kind: found[kind] for kind in sorted(found, key=lambda kind: (_OUTCOMES.index(kind[0]), kind[1] or ""))}


def _kind(result: PostResult) -> _Kind:
    return result.outcome, result.code or None, _reason(result)


_ACCEPTED: _Kind = (Outcome.ACCEPTED, None, None)


def _heed_all(connection: Connection, results: Sequence[tuple[ClaimedGreeting, PostResult]], now: datetime) -> None:
    for row, result in results:
        if result.action in (Action.OPT_OUT, Action.STOP_NUMBER):
            heed(connection, row.number, result.action, result.code, now=now)


_GIVEN = ("row_id", "row_fence", "sid")
_given = given_rows(*_GIVEN).c


def _reason(result: PostResult) -> str | None:
    if result.outcome is Outcome.REFUSED and result.action is Action.OPT_OUT:
        return Held.OPTED_OUT
    return f"carrier_{result.code}"[:64] if result.code else None


def _move_to(state: GreetingState) -> sa.Update:
    more: dict[str, Any] = {"carrier_sid": _given.sid} if state is GreetingState.ACCEPTED else {}
    if state is GreetingState.PLANNED:  # nothing left the house: it was no attempt
        more["attempts"] = greetings.c.attempts - sa.literal_column("1")
    return (
        greetings.update()
        .where(greetings.c.id == _given.row_id, _may_become(state))
        .values(
            state=written(state),
            reason=given("why"),
            lease_owner=sa.null(),
            lease_until=sa.null(),
            updated_at=given("at"),
            **more,
        )
    )


def _may_become(state: GreetingState) -> sa.ColumnElement[bool]:
    """A slow answer still counts after the lease has ended: it says more than not knowing.

    That the carrier has it counts even where the row waits for another attempt, which must then not be made.
    """
    mine = sa.and_(greetings.c.fence == _given.row_fence, stands_at(greetings, GreetingState.POSTING))
    if state is GreetingState.UNKNOWN:
        return mine
    if state is GreetingState.ACCEPTED:
        return sa.or_(mine, stands_at(greetings, *_NOT_KNOWN_TO_BE_OUT))
    return sa.or_(mine, sa.and_(greetings.c.fence == _given.row_fence, stands_at(greetings, GreetingState.UNKNOWN)))


_NOT_KNOWN_TO_BE_OUT = (
    GreetingState.PLANNED,
    GreetingState.CLAIMED,
    GreetingState.UNKNOWN,
    GreetingState.UNKNOWN_FINAL,
    GreetingState.EXPIRED,
)
_MOVES = {state: _move_to(state) for state in STATE_AFTER.values()}
_ATTEMPT_ENDED = {
    outcome: attempts.update()
    .where(attempts.c.greeting_id == _given.row_id, attempts.c.fence == _given.row_fence)
    .values(
        ended_at=given("at"),
        outcome=sa.literal_column(f"'{outcome.value}'"),
        carrier_sid=_given.sid,
        error_code=given("code"),
    )
    for outcome in Outcome
}
