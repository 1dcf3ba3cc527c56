"""What carriers say about texts afterwards: repeated, out of order, and at times before the answer to the request.

Every word is kept once, by the carrier's number of the text and what it says. What it changes is decided by rank
(`states.RANK`): a late "sent" never undoes "delivered".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from greeting_sms.channel import Action, Receipt
from greeting_sms.consent import record_opt_out
from greeting_sms.last_checks import LEAST_TIME
from greeting_sms.states import RANK, GreetingState, weaker_than
from greeting_sms.tables import bad_numbers, greetings, receipts

MOST_ATTEMPTS = 2
"""One request and, where it certainly did not arrive, one more the same day."""
_NOT_ARRIVED = (GreetingState.UNDELIVERED, GreetingState.FAILED)


@dataclass(frozen=True)
class Applied:
    """What a batch of receipts did."""

    changed: int = 0
    kept: int = 0
    """They say nothing new for a row, or no row has their number yet."""
    repeated: int = 0
    new: tuple[Receipt, ...] = field(default=(), compare=False)
    """Those that were not repeated."""


def apply(connection: Connection, words: Iterable[Receipt]) -> Applied:
    """Keep each receipt and let it change its greeting, in the caller's transaction."""
    words = list(words)
    new = tuple(word for word in words if _keep(connection, word))
    changed = sum(_change(connection, word) for word in new)
    return Applied(changed, len(new) - changed, len(words) - len(new), new)


def apply_waiting(connection: Connection, sids: Sequence[str], *, now: datetime) -> int:
    """Let receipts that came before their text's number was known change their greetings; how many did."""
    if not sids:
        return 0
    asked = _RECEIPTS_ABOUT[connection.dialect.name]
    given_sids = orjson.dumps(list(sids)).decode() if connection.dialect.name == "sqlite" else list(sids)
    waiting = [
        Receipt(row.carrier_sid, GreetingState(row.status), now, row.error_code or "", Action(row.action))
        for row in connection.execute(asked, {"of_sids": given_sids})
    ]
    return sum(_change(connection, word) for word in sorted(waiting, key=lambda word: RANK[word.status]))


_OF_SIDS = sa.bindparam("of_sids", type_=sa.Text)
_RECEIPTS_ABOUT = {
    # One value however many there are: the statement's text stays the same, and is neither built nor read anew.
    "sqlite": sa.select(receipts).where(
        receipts.c.carrier_sid.in_(sa.select(sa.func.json_each(_OF_SIDS).table_valued("value").c.value))
    ),
    "postgresql": sa.select(receipts).where(
        receipts.c.carrier_sid == sa.any_(sa.bindparam("of_sids", type_=postgresql.ARRAY(sa.Text)))
    ),
}


def heed(connection: Connection, number: str, action: Action, code: str, *, now: datetime) -> None:
    """Remember what a carrier says of a number itself: that the person wants no texts, or that it takes none."""
    if action is Action.OPT_OUT:
        record_opt_out(connection, number, at=now, source="carrier")
    elif action is Action.STOP_NUMBER:
        values = {"number": number, "code": code[:16], "found_at": now}
        connection.execute(_insert(connection, bad_numbers).values(values).on_conflict_do_nothing())


def _keep(connection: Connection, word: Receipt) -> bool:
    """Write the receipt down; False when it was there already."""
    values = {
        "carrier_sid": word.sid,
        "status": word.status,
        "greeting_id": word.greeting_id,
        "error_code": word.code or None,
        "action": word.action,
        "received_at": word.received_at,
    }
    statement = _insert(connection, receipts).values(values).on_conflict_do_nothing()
    return connection.execute(statement.returning(sa.literal(1))).first() is not None


def _change(connection: Connection, word: Receipt) -> bool:
    """Let the word change its greeting; False where it says nothing new."""
    row = _greeting_of(connection, word)
    if row is None or _said_more_already(connection, word):
        return False
    if row.carrier_sid not in (None, word.sid) and word.status is not GreetingState.DELIVERED:
        return False  # about an attempt before the last one
    heed(connection, row.number, word.action, word.code, now=word.received_at)
    state, reason = _after(row, word)
    values = {
        "state": state,
        "reason": reason,
        # A row that is planned once more waits for another number; what the old one says later is known to be old.
        "carrier_sid": None if state is GreetingState.PLANNED else word.sid,
        "lease_owner": None,
        "lease_until": None,
        "updated_at": word.received_at,
    }
    may = greetings.c.id == row.id, greetings.c.state.in_(weaker_than(word.status))
    return bool(connection.execute(greetings.update().where(*may).values(values)).rowcount)


def _after(row: Any, word: Receipt) -> tuple[GreetingState, str | None]:
    """Where the greeting stands then: planned once more where it certainly did not arrive and there is time."""
    reason = f"carrier_{word.code}"[:64] if word.code else None
    again = word.status in _NOT_ARRIVED and word.action is Action.RETRY_ONCE
    if again and row.attempts < MOST_ATTEMPTS and word.received_at + LEAST_TIME < row.not_after:
        return GreetingState.PLANNED, reason
    return word.status, reason


def _greeting_of(connection: Connection, word: Receipt) -> Any:
    """The row the word is about, locked: by our own reference, else by the carrier's number."""
    about = greetings.c.id == word.greeting_id if word.greeting_id is not None else greetings.c.carrier_sid == word.sid
    columns = (greetings.c.id, greetings.c.number, greetings.c.carrier_sid, greetings.c.attempts, greetings.c.not_after)
    return connection.execute(sa.select(*columns).where(about).with_for_update()).first()


def _said_more_already(connection: Connection, word: Receipt) -> bool:
    """Whether a weightier word about the same text is known: then this one comes late."""
    weightier = [state for state, rank in RANK.items() if rank > RANK[word.status]]
    if not weightier:
        return False
    asked = sa.select(sa.literal(1)).where(receipts.c.carrier_sid == word.sid, receipts.c.status.in_(weightier))
    return connection.execute(asked.limit(1)).first() is not None


def _insert(connection: Connection, table: sa.Table) -> Any:
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)
