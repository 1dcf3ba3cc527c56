"""The two transactions around a request: the attempt is written before it, what came of it after.

Between them no transaction is open: a carrier may take half a minute. A crash between them leaves a row that says
`posting` with an attempt that says which words went to be sent and when; its lease ends and it becomes `unknown`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from greeting_sms.channel import Action, Outcome, PostResult, Wording
from greeting_sms.gates import Breaker, Gate, Pace, gate_at, keep_gate
from greeting_sms.greeting import ClaimedGreeting
from greeting_sms.last_checks import HELD, LEAST_TIME, LOOK_AGAIN, Facts, Held, claim_of, facts_about, verdict
from greeting_sms.outbox import release
from greeting_sms.prices import FREE, Prices
from greeting_sms.raw import Raw, given, given_rows, run_at_once
from greeting_sms.receipts import apply_waiting, heed
from greeting_sms.spending import NO_CAPS, NO_ROOM, Caps, Room, Spent, spend, spent_on_campaign, spent_on_channel
from greeting_sms.states import GreetingState, stands_at, written
from greeting_sms.tables import attempts, greetings


@dataclass(frozen=True)
class ChannelRules:
    """What a channel lets through."""

    name: str
    pace: Pace
    breaker: Breaker
    caps: Caps = NO_CAPS
    prices: Prices = FREE


@dataclass(frozen=True)
class CampaignRules:
    """What a campaign that is running lets through."""

    id: str
    pace: Pace | None = None
    caps: Caps = NO_CAPS
    per_number: int = 2
    """How many greetings a phone gets on one day: households share phones."""


@dataclass(frozen=True)
class Begun:
    """What became of a batch before its requests."""

    going: tuple[tuple[ClaimedGreeting, Wording], ...]
    """The attempt is written: these are to be posted now, once."""
    held: int
    """Must not be sent, or not now, each with its reason in its row."""
    waiting: int
    """Given back: the pace or a cap lets no more through now."""


Worded = tuple[ClaimedGreeting, Wording | None]
"""A row and its words; None where its template is not there any more."""


def begin(
    connection: Connection,
    batch: Sequence[Worded],
    *,
    holder: str,
    channel: ChannelRules,
    campaign: CampaignRules,
    today: date,
    now: datetime,
    lease: timedelta,
) -> Begun:
    """Decide row by row whether it goes, and write down what goes, in the caller's transaction.

    All rows are of one channel and one campaign, and held by the lease `holder` of their claim, which no other claim
    has. `today` is the day the caps count in.
    """
    gate, own = _gates(connection, channel, campaign, now)
    room = _room(connection, gate, own, channel, campaign, today, now)
    facts = facts_about(connection, [row for row, _ in batch], holder=holder)
    micros = channel.prices.micros
    costs = {row.id: row.segments * micros(row.number) for row, _ in batch}
    decided = _all_go(batch, facts, room, costs, now=now, per_number=campaign.per_number)
    if decided is None:
        decided = _decided(batch, facts, room, costs, now=now, per_number=campaign.per_number)
    held = _hold(connection, decided.held, holder, batch, now)
    waiting = release(connection, decided.waiting, now=now)
    going = _write_attempts(
        connection, decided.going, costs, channel=channel.name, holder=holder, now=now, until=now + lease
    )
    _pay(connection, going, costs, gate, own, channel, campaign, today)
    return Begun(tuple(going), held, waiting)


@dataclass(frozen=True)
class _Decided:
    """What is to become of the rows of a batch, if the lease on them still holds."""

    going: list[tuple[ClaimedGreeting, Wording]]
    waiting: list[ClaimedGreeting]
    held: dict[str, list[int]]
    """By reason."""


def _all_go(
    batch: Sequence[Worded], facts: Facts, room: Room, costs: Mapping[int, int], *, now: datetime, per_number: int
) -> _Decided | None:
    """All of the batch, where nothing is known of any row and all find room: nearly every batch is one; else None.

    What `_decided` would come to, in a tenth of its time. One person or number twice is a reason to look at each row.
    """
    if facts.is_something or per_number < 1 or not batch:
        return None
    going = [(row, wording) for row, wording in batch if wording is not None]
    columns: Iterator[tuple[Any, ...]] = zip(*(row for row, _ in batch), strict=True)
    of_all = dict(zip(ClaimedGreeting._fields, columns, strict=True))
    if not len(batch) == len(going) == len(set(of_all["group_customer_id"])) == len(set(of_all["number"])):
        return None
    if not room.holds(sum(of_all["segments"]), sum(costs.values()), messages=len(batch)):
        return None
    return _Decided(going, [], {}) if now + LEAST_TIME < min(of_all["not_after"]) else None


def _decided(
    batch: Sequence[Worded], facts: Facts, room: Room, costs: Mapping[int, int], *, now: datetime, per_number: int
) -> _Decided:
    decided = _Decided([], [], {})
    for row, wording in batch:
        if why := verdict(row, facts, now=now, per_number=per_number):
            decided.held.setdefault(why, []).append(row.id)
        elif wording is None:
            decided.held.setdefault(Held.NO_WORDING, []).append(row.id)
        elif not room.holds(row.segments, cost := costs[row.id]):
            room = NO_ROOM  # no shorter one overtakes
            decided.waiting.append(row)
        else:
            room = room.without(row.segments, cost)
            facts.count(row)
            decided.going.append((row, wording))
    return decided


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


def gate_name(rules: ChannelRules | CampaignRules) -> str:
    """The name of a channel's or campaign's gate."""
    return f"channel:{rules.name}" if isinstance(rules, ChannelRules) else f"campaign:{rules.id}"


def _gates(
    connection: Connection, channel: ChannelRules, campaign: CampaignRules, now: datetime
) -> tuple[Gate, Gate | None]:
    """Both gates, locked, always in this order, so that two senders never wait for each other."""
    gate = gate_at(connection, gate_name(channel), pace=channel.pace, now=now).refilled(channel.pace, now)
    if campaign.pace is None:
        return gate, None
    own = gate_at(connection, gate_name(campaign), pace=campaign.pace, now=now)
    return gate, own.refilled(campaign.pace, now)


def _room(
    connection: Connection,
    gate: Gate,
    own: Gate | None,
    channel: ChannelRules,
    campaign: CampaignRules,
    today: date,
    now: datetime,
) -> Room:
    """How much may go now."""
    if gate.is_shut(now):
        return NO_ROOM
    room = Room(min(gate.tokens, own.tokens if own else gate.tokens))
    if channel.caps != NO_CAPS:
        room &= channel.caps.left(spent_on_channel(connection, today, channel.name))
    if campaign.caps != NO_CAPS:
        room &= campaign.caps.left(spent_on_campaign(connection, today, campaign.id))
    return room


def _hold(
    connection: Connection, held: dict[str, list[int]], holder: str, batch: Sequence[Worded], now: datetime
) -> int:
    """Write down what must not be sent; how many of it were still this lease's."""
    done = 0
    of_claim = claim_of(holder, batch[0][0])
    for why, ids in held.items():
        mine = greetings.update().where(*HELD, greetings.c.id.in_(ids))
        values = {"reason": why, "lease_owner": None, "lease_until": None, "updated_at": now}
        if why == Held.UNREAD_REPLY:  # what has time waits for the reader
            has_time = mine.where(greetings.c.not_after > now + LEAST_TIME)
            later = {**values, "state": GreetingState.PLANNED, "not_before": now + LOOK_AGAIN}
            done += connection.execute(has_time.values(later), of_claim).rowcount
        over = why in (Held.WINDOW_OVER, Held.UNREAD_REPLY)
        state = GreetingState.EXPIRED if over else GreetingState.SUPPRESSED
        done += connection.execute(mine.values({**values, "state": state}), of_claim).rowcount
    return done


_BEGUN = (
    greetings.update()
    .where(*HELD)
    .values(
        state=written(GreetingState.POSTING),
        attempts=greetings.c.attempts + sa.literal_column("1"),
        lease_until=sa.bindparam("until"),
        updated_at=sa.bindparam("at"),
    )
)


_ATTEMPT = ("row_id", "row_fence", "digest", "cost")
_begun = given_rows(*_ATTEMPT).c
_ATTEMPTED = attempts.insert().from_select(
    ["greeting_id", "fence", "channel", "body_digest", "began_at", "cost_micros"],
    sa.select(_begun.row_id, _begun.row_fence, given("channel"), _begun.digest, given("at"), _begun.cost),
)
_POSTING_NOW = sa.select(greetings.c.id).where(
    stands_at(greetings, GreetingState.POSTING), greetings.c.lease_owner == sa.bindparam("of_holder")
)


def _write_attempts(
    connection: Connection,
    going: Sequence[tuple[ClaimedGreeting, Wording]],
    costs: Mapping[int, int],
    *,
    channel: str,
    holder: str,
    now: datetime,
    until: datetime,
) -> Sequence[tuple[ClaimedGreeting, Wording]]:
    """What is still claimed by this lease goes: everything else of the batch was held or given back before.

    What goes is given back: less than was decided where the lease was over, for somebody else sees to that.
    """
    if not going:
        return going
    begun = connection.execute(_BEGUN, {**claim_of(holder, going[0][0]), "until": until, "at": now}).rowcount
    if begun != len(going):
        ours = set(connection.execute(_POSTING_NOW, {"of_holder": holder}).scalars())
        going = [each for each in going if each[0].id in ours]
    rows = [(row.id, row.fence, wording.digest, costs[row.id]) for row, wording in going]
    shared = {"channel": channel, "at": Raw(connection).moment(now)}
    run_at_once(connection, _ATTEMPTED, _ATTEMPT, rows, shared)
    return going


def _pay(
    connection: Connection,
    going: Sequence[tuple[ClaimedGreeting, Wording]],
    costs: Mapping[int, int],
    gate: Gate,
    own: Gate | None,
    channel: ChannelRules,
    campaign: CampaignRules,
    today: date,
) -> None:
    segments = sum(row.segments for row, _ in going)
    for each in (gate, own):
        if each:
            keep_gate(connection, each.without(segments))
    if going:
        cost = sum(costs[row.id] for row, _ in going)
        spend(connection, today, channel.name, campaign.id, Spent(len(going), segments, cost))


def _give_back(connection: Connection, rows: Sequence[ClaimedGreeting], channel: ChannelRules, today: date) -> None:
    for campaign_id in {row.campaign_id for row in rows}:
        own = [row for row in rows if row.campaign_id == campaign_id]
        segments, cost = sum(row.segments for row in own), sum(_cost(row, channel) for row in own)
        spend(connection, today, channel.name, campaign_id, Spent(-len(own), -segments, -cost))


def _cost(row: ClaimedGreeting, channel: ChannelRules) -> int:
    """What the text is taken to cost, in micros, until the carrier says what it did."""
    return row.segments * channel.prices.micros(row.number)


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
