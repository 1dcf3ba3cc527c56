"""The transaction before a request: who may still be greeted is looked at once more, and the attempt is written.

What came of the request is written in another (`answering`). Between them no transaction is open: a carrier may take
half a minute. A crash between them leaves a row that says `posting` with an attempt that says which words went to be
sent and when; its lease ends and it becomes `unknown`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from greeting_sms.channel import Wording
from greeting_sms.deciding import Worded, all_go, row_by_row
from greeting_sms.gates import Gate, gate_at, keep_gate
from greeting_sms.greeting import ClaimedGreeting
from greeting_sms.last_checks import HELD, LEAST_TIME, LOOK_AGAIN, Held, claim_of, facts_about
from greeting_sms.outbox import release
from greeting_sms.raw import Raw, given, given_rows, run_at_once
from greeting_sms.sending_limits import CampaignRules, ChannelRules, cost_of, gate_name
from greeting_sms.spending import NO_CAPS, NO_ROOM, Room, Spent, spend, spent_on_campaign, spent_on_channel
from greeting_sms.states import GreetingState, stands_at, written
from greeting_sms.tables import attempts, greetings


@dataclass(frozen=True)
class Begun:
    """What became of a batch before its requests."""

    going: tuple[tuple[ClaimedGreeting, Wording], ...]
    """The attempt is written: these are to be posted now, once."""
    held: int
    """Must not be sent, or not now, each with its reason in its row."""
    waiting: int
    """Given back: the pace or a cap lets no more through now."""


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
    costs = {row.id: cost_of(row, channel) for row, _ in batch}
    decided = all_go(batch, facts, room, costs, now=now, per_number=campaign.per_number)
    if decided is None:
        decided = row_by_row(batch, facts, room, costs, now=now, per_number=campaign.per_number)
    held = _hold(connection, decided.held, holder, batch, now)
    waiting = release(connection, decided.waiting, now=now)
    going = _write_attempts(
        connection, decided.going, costs, channel=channel.name, holder=holder, now=now, until=now + lease
    )
    _pay(connection, going, costs, gate, own, channel, campaign, today)
    return Begun(tuple(going), held, waiting)


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
