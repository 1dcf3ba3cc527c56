"""What became of greetings nobody is sure about: a receipt says it, else the carrier's own books, else time.

A request that was cut off may have been carried out. It is never made again on suspicion: only when the carrier's books
were read, long enough after the request, and hold no trace of it, it counts as not sent and may be made once more. When
the window closes first, the row stays `unknown_final`: counted, not sent (law 6).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from greeting_sms.channel import ListedText, Receipt, SmsChannel
from greeting_sms.errors import ChannelSilentError
from greeting_sms.last_checks import LEAST_TIME
from greeting_sms.receipts import MOST_ATTEMPTS, apply
from greeting_sms.states import GreetingState, stands_at
from greeting_sms.tables import attempts, greetings
from greeting_sms.turns import in_turn

CLOCKS_APART = timedelta(minutes=2)
"""So much the carrier's clock and ours may differ."""


@dataclass(frozen=True)
class Patience:
    """How long is waited before what."""

    look_after: timedelta
    """The books of the carrier are read so long after the request at the earliest: receipts are quicker and surer."""
    not_sent_after: timedelta
    """Without a trace in the carrier's books the request counts as not carried out: longer than any server of the
    carrier may work on it (26 s at Twilio) and its books may lag."""


@dataclass(frozen=True)
class Doubt:
    """A greeting that may have been sent."""

    greeting_id: int
    fence: int
    number: str
    digest: str
    began_at: datetime
    attempts: int
    not_after: datetime

    @property
    def reference(self) -> str:
        """Our own name for the attempt."""
        return f"{self.greeting_id}.{self.fence}"


@dataclass(frozen=True)
class Reconciled:
    """What a look at the doubtful ones brought."""

    found: int = 0
    """The carrier has them."""
    not_sent: int = 0
    """It has them not: planned once more."""
    given_up: int = 0
    """Their window closed first."""
    open: int = 0
    """Not yet to be said."""
    silent: int = 0
    """The carrier's books could not be read."""

    def __add__(self, other: Reconciled) -> Reconciled:
        """Both together."""
        names = Reconciled.__dataclass_fields__
        return Reconciled(**{name: getattr(self, name) + getattr(other, name) for name in names})


def reconcile(engine: Engine, channel: SmsChannel, *, patience: Patience, now: datetime, most: int = 500) -> Reconciled:
    """Look at the oldest doubtful greetings of a channel. No transaction is open while the carrier is asked."""
    before = now - patience.look_after
    doubts = in_turn(engine, lambda connection: doubtful(connection, channel.name, began_before=before, most=most))
    total = Reconciled()
    for doubt in doubts:
        try:
            listed = channel.listed(doubt.number, since=doubt.began_at - CLOCKS_APART)
        except ChannelSilentError:
            return total + Reconciled(silent=len(doubts)) + _close(engine, doubts, patience=patience, now=now)
        total += in_turn(engine, partial(settle, doubt=doubt, listed=listed, patience=patience, now=now))
    return total


def doubtful(connection: Connection, channel: str, *, began_before: datetime, most: int) -> list[Doubt]:
    """Greetings in doubt whose request began before a moment, with the attempt they are in doubt about."""
    columns = (greetings.c.id, greetings.c.fence, greetings.c.number, attempts.c.body_digest, attempts.c.began_at)
    asked = (
        sa.select(*columns, greetings.c.attempts, greetings.c.not_after)
        .join(attempts, sa.and_(attempts.c.greeting_id == greetings.c.id, attempts.c.fence == greetings.c.fence))
        .where(
            stands_at(greetings, GreetingState.UNKNOWN),
            greetings.c.lease_owner.is_(None),
            greetings.c.channel == channel,
            attempts.c.began_at <= began_before,
        )
        .order_by(greetings.c.updated_at)
        .limit(most)
    )
    return [Doubt(*row) for row in connection.execute(asked)]


def settle(
    connection: Connection, doubt: Doubt, listed: Sequence[ListedText], *, patience: Patience, now: datetime
) -> Reconciled:
    """Decide about one greeting with the carrier's books in hand, in the caller's transaction."""
    mine = match(doubt, listed, taken=_taken(connection, doubt, listed))
    if mine is not None:
        # A row that a receipt has moved meanwhile stays where it is: the rank decides.
        status = mine.status
        apply(connection, [Receipt(mine.sid, status, now, mine.code, mine.action, doubt.greeting_id, doubt.fence)])
        _note(connection, doubt, "found", now, sid=mine.sid)
        return Reconciled(found=1)
    if now - doubt.began_at < patience.not_sent_after:
        if now + LEAST_TIME >= doubt.not_after:
            return _give_up(connection, doubt, now)
        _looked(connection, doubt, now)
        return Reconciled(open=1)
    return _once_more_or_never(connection, doubt, now)


def match(doubt: Doubt, listed: Sequence[ListedText], *, taken: frozenset[str]) -> ListedText | None:
    """The text the carrier has of this attempt: by our own reference, else by its words and its time."""
    for text in listed:
        if text.reference and text.reference == doubt.reference:
            return text
    since = doubt.began_at - CLOCKS_APART
    same = [
        text
        for text in listed
        if not text.reference and text.digest == doubt.digest and text.created_at >= since and text.sid not in taken
    ]
    return min(same, key=lambda text: text.created_at, default=None)


def _taken(connection: Connection, doubt: Doubt, listed: Sequence[ListedText]) -> frozenset[str]:
    """Texts that are known to be other greetings': two people may share phone and words."""
    sids = [text.sid for text in listed]
    asked = sa.select(greetings.c.carrier_sid).where(
        greetings.c.carrier_sid.in_(sids), greetings.c.id != doubt.greeting_id
    )
    return frozenset(connection.execute(asked).scalars()) if sids else frozenset()


def _once_more_or_never(connection: Connection, doubt: Doubt, now: datetime) -> Reconciled:
    if doubt.attempts >= MOST_ATTEMPTS or now + LEAST_TIME >= doubt.not_after:
        return _give_up(connection, doubt, now)
    _move(connection, doubt, GreetingState.PLANNED, "not_sent", now)
    _note(connection, doubt, "not_sent", now)
    return Reconciled(not_sent=1)


def _give_up(connection: Connection, doubt: Doubt, now: datetime) -> Reconciled:
    _move(connection, doubt, GreetingState.UNKNOWN_FINAL, "nobody_knows", now)
    _note(connection, doubt, "unknown", now)
    return Reconciled(given_up=1)


def _close(engine: Engine, doubts: Sequence[Doubt], *, patience: Patience, now: datetime) -> Reconciled:
    """The carrier's books cannot be read: what has no time left is given up, everything else waits."""
    total = Reconciled()
    for doubt in doubts:
        if now + LEAST_TIME >= doubt.not_after and now - doubt.began_at >= patience.not_sent_after:
            total += in_turn(engine, partial(_give_up, doubt=doubt, now=now))
    return total


def _looked(connection: Connection, doubt: Doubt, now: datetime) -> None:
    """The next look takes another one first."""
    mine = greetings.c.id == doubt.greeting_id, greetings.c.state == GreetingState.UNKNOWN
    connection.execute(greetings.update().where(*mine).values(updated_at=now))


def _move(connection: Connection, doubt: Doubt, state: GreetingState, reason: str, now: datetime) -> None:
    mine = (
        greetings.c.id == doubt.greeting_id,
        greetings.c.fence == doubt.fence,
        greetings.c.state == GreetingState.UNKNOWN,
    )
    values = {"state": state, "reason": reason, "lease_owner": None, "lease_until": None, "updated_at": now}
    connection.execute(greetings.update().where(*mine).values(values))


def _note(connection: Connection, doubt: Doubt, outcome: str, now: datetime, *, sid: str | None = None) -> None:
    mine = attempts.c.greeting_id == doubt.greeting_id, attempts.c.fence == doubt.fence
    values = {"ended_at": now, "outcome": outcome, **({"carrier_sid": sid} if sid else {})}
    connection.execute(attempts.update().where(*mine).values(values))
