"""The outbox: what is to be sent, kept so that a crash at any point neither sends twice nor loses anybody (law 6).

One code path for SQLite and PostgreSQL. On SQLite the engine begins every transaction with BEGIN IMMEDIATE, so that
writers take turns; on PostgreSQL rows that another sender holds are skipped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from itertools import islice, repeat
from operator import itemgetter

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

from greeting_sms.greeted_people import forget, meet
from greeting_sms.greeting import ClaimedGreeting, Planned, PlannedGreeting
from greeting_sms.raw import Raw, as_given, insert_text
from greeting_sms.states import GreetingState, stands_at, written
from greeting_sms.tables import attempts, greeted_people, greetings, receipts
from greeting_sms.turns import in_turn

PAGE_ROWS = 5_000
"""Rows of one transaction of the planner: senders who wait for their turn wait for some 50 ms at most."""

_COLUMNS = ("person_id", *PlannedGreeting._fields[:-1], "state", "updated_at")
_in_order = itemgetter(*map(PlannedGreeting._fields.index, ("birthday_on", "group_customer_id", "greeting_year")))
_LOOKED_UP = {"person_id": "COALESCE({mark}, (SELECT person_id FROM greeted_people WHERE group_customer_id = {mark}))"}
_ASKED = ClaimedGreeting._fields[: ClaimedGreeting._fields.index("channel")]
"""What a claim reads of a row, birthday and end last; channel and campaign are what it asks by."""
_CLAIMED = [as_given(greetings.c[name]) for name in _ASKED]


class Outbox:
    """The rows, from planned to claimed and back. `engine` is the one of the greetings' database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def plan(self, rows: Iterable[PlannedGreeting], *, at: datetime) -> Planned:
        """Add what is not there yet; a person who has a row for this greeting year keeps the one that is there."""
        new = already = 0
        pages = _pages(rows, PAGE_ROWS)
        for page in pages:
            # In one order, so that two planners do not wait for each other's rows; by days, as claims take them.
            page.sort(key=_in_order)
            added = self._added(page, at)
            new += added
            already += len(page) - added
        return Planned(new, already)

    def _added(self, page: Sequence[PlannedGreeting], at: datetime) -> int:
        try:
            return in_turn(self._engine, partial(add, rows=page, at=at))
        except IntegrityError:  # somebody was forgotten since the planner read their number
            again = [row._replace(person_id=None) for row in page]
            return in_turn(self._engine, partial(add, rows=again, at=at))

    def claim(
        self, channel: str, campaign_id: str, *, owner: str, limit: int, now: datetime, lease: timedelta
    ) -> list[ClaimedGreeting]:
        """Lease up to `limit` rows that are due, oldest first, to `owner` alone: a name no other claim has."""

        def work(connection: Connection) -> list[ClaimedGreeting]:
            return claim(connection, channel, campaign_id, owner=owner, limit=limit, now=now, lease=lease)

        return in_turn(self._engine, work)

    def release(self, claimed: Sequence[ClaimedGreeting], *, now: datetime) -> int:
        """Give leases back without having sent; how many were still ours."""
        return in_turn(self._engine, lambda connection: release(connection, claimed, now=now))

    def end_leases(self, now: datetime) -> tuple[int, int]:
        """End leases that are over: a claimed row is planned again, one being posted becomes unknown; how many each."""
        over = greetings.c.lease_owner.is_not(None), greetings.c.lease_until <= now

        def work(connection: Connection) -> tuple[int, int]:
            freed = _move(connection, GreetingState.CLAIMED, GreetingState.PLANNED, over, now)
            return freed, _move(connection, GreetingState.POSTING, GreetingState.UNKNOWN, over, now)

        return in_turn(self._engine, work)

    def expire(self, channel: str, campaign_id: str, now: datetime) -> int:
        """Rows nobody sent before their window passed, of a campaign that rests for one: they stay unsent; how many."""
        past = (
            greetings.c.channel == channel,
            greetings.c.campaign_id == campaign_id,
            greetings.c.not_before <= now,
            greetings.c.not_after <= now,
        )

        def work(connection: Connection) -> int:
            return _move(connection, GreetingState.PLANNED, GreetingState.EXPIRED, past, now, reason="window_over")

        return in_turn(self._engine, work)

    def withdraw(self, campaign_id: str) -> int:
        """Take back what a cancelled campaign has planned and no request was ever made for; how many.

        The rows go, so that another campaign may greet these people this year.
        """
        untouched = (
            greetings.c.campaign_id == campaign_id,
            stands_at(greetings, GreetingState.PLANNED, GreetingState.CLAIMED),
            greetings.c.attempts == 0,
        )
        return in_turn(
            self._engine, lambda connection: connection.execute(greetings.delete().where(*untouched)).rowcount
        )

    def forget_before(self, day: date, *, most: int = 1_000) -> int:
        """Forget greetings of birthdays before `day` with their attempts and receipts; how many, at most `most`."""

        def work(connection: Connection) -> int:
            asked = sa.select(greetings.c.id, greetings.c.person_id, greetings.c.carrier_sid)
            old = connection.execute(asked.where(greetings.c.birthday_on < day).limit(most)).all()
            ids, sids = [row.id for row in old], [row.carrier_sid for row in old if row.carrier_sid]
            connection.execute(receipts.delete().where(receipts.c.carrier_sid.in_(sids)))
            connection.execute(attempts.delete().where(attempts.c.greeting_id.in_(ids)))
            gone = connection.execute(greetings.delete().where(greetings.c.id.in_(ids))).rowcount
            forget(connection, greeted_people.c.person_id.in_({row.person_id for row in old}))
            return gone

        return in_turn(self._engine, work)


def add(connection: Connection, rows: Sequence[PlannedGreeting], *, at: datetime) -> int:
    """Insert the rows whose person and greeting year are not there yet; how many were new.

    Raises IntegrityError where a row has a number that is not the person's.
    """
    if not rows:
        return 0
    if unmet := [row.group_customer_id for row in rows if row.person_id is None]:
        meet(connection, unmet)
    raw = Raw(connection)
    moment, day, planned, updated_at = raw.moment, raw.day, GreetingState.PLANNED.value, raw.moment(at)
    values = [
        (row[14], row[0], *row[:5], day(row[5]), *row[6:12], moment(row[12]), moment(row[13]), planned, updated_at)
        for row in rows
    ]
    done = connection.exec_driver_sql(insert_text(connection, greetings, _COLUMNS, _LOOKED_UP), values)
    return done.rowcount


def is_due(connection: Connection, channel: str, campaign_id: str, now: datetime) -> bool:
    """Whether a claim would find anything."""
    values = {"a_channel": channel, "a_campaign": campaign_id, "a_now": now}
    return connection.execute(_DUE.limit(1), values).first() is not None


def claim(
    connection: Connection,
    channel: str,
    campaign_id: str,
    *,
    owner: str,
    limit: int,
    now: datetime,
    lease: timedelta,
) -> list[ClaimedGreeting]:
    """Lease rows, in the caller's transaction. One past its window is leased too: the last checks end it."""
    values = {"a_channel": channel, "a_campaign": campaign_id, "a_now": now, "a_most": limit}
    connection.execute(_CLAIM, {**values, "a_owner": owner, "a_until": now + lease})
    # Asked for afterwards: SQLite would keep what RETURNING gives in a table of its own first.
    found = connection.execute(_HAS_CLAIMED, {"an_owner": owner})
    rows = found.cursor.fetchall()  # the driver's own tuples
    found.close()
    if not rows:
        return []
    # By columns: row by row and by its own constructor it would take as long as reading them did.
    *columns, days, ends = zip(*rows, strict=True)
    raw = Raw(connection)
    in_order = zip(*columns, map(raw.to_day, days), map(raw.to_moment, ends), repeat(channel), repeat(campaign_id))
    new, kind = tuple.__new__, ClaimedGreeting
    return [new(kind, row) for row in in_order]


_DUE = sa.select(greetings.c.id).where(
    stands_at(greetings, GreetingState.PLANNED),
    greetings.c.channel == sa.bindparam("a_channel"),
    greetings.c.campaign_id == sa.bindparam("a_campaign"),
    greetings.c.not_before <= sa.bindparam("a_now"),
)
# SQLite has no such lock and needs none: one writes at a time. A subquery with LIMIT might be run more than once.
_OLDEST = (
    _DUE.order_by(greetings.c.not_before).limit(sa.bindparam("a_most")).with_for_update(skip_locked=True).cte("due")
)
_CLAIM = (
    greetings.update()
    .where(greetings.c.id.in_(sa.select(_OLDEST.c.id)))
    .values(
        state=written(GreetingState.CLAIMED),
        lease_owner=sa.bindparam("a_owner"),
        lease_until=sa.bindparam("a_until"),
        fence=greetings.c.fence + sa.literal_column("1"),
        updated_at=sa.bindparam("a_now"),
    )
)
_HAS_CLAIMED = sa.select(*_CLAIMED).where(
    stands_at(greetings, GreetingState.CLAIMED), greetings.c.lease_owner == sa.bindparam("an_owner")
)


def release(connection: Connection, claimed: Sequence[ClaimedGreeting], *, now: datetime) -> int:
    """Make claimed rows planned again, in the caller's transaction."""
    released = 0
    for fence, ids in _by_fence(claimed):
        mine = (greetings.c.id.in_(ids), greetings.c.fence == fence)
        released += _move(connection, GreetingState.CLAIMED, GreetingState.PLANNED, mine, now)
    return released


def _move(
    connection: Connection,
    before: GreetingState,
    after: GreetingState,
    where: Sequence[sa.ColumnElement[bool]],
    now: datetime,
    *,
    reason: str | None = None,
) -> int:
    moved = greetings.update().where(stands_at(greetings, before), *where)
    values = {"state": after, "lease_owner": None, "lease_until": None, "updated_at": now}
    return connection.execute(moved.values(**values, reason=reason)).rowcount


def _by_fence(claimed: Sequence[ClaimedGreeting]) -> Iterator[tuple[int, list[int]]]:
    fences: dict[int, list[int]] = {}
    for each in claimed:
        fences.setdefault(each.fence, []).append(each.id)
    yield from fences.items()


def _pages(rows: Iterable[PlannedGreeting], size: int) -> Iterator[list[PlannedGreeting]]:
    iterator = iter(rows)
    while page := list(islice(iterator, size)):
        yield page
