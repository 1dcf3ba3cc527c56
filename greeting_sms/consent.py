"""Opt-outs: who wants no greeting of any company of the group (law 6), since when, and who took one back and why."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from greeting_sms.tables import opt_out_changes, opt_out_confirmations, opt_outs

THE_CUSTOMER = "customer"
"""Who changed it, where the customer did."""
WRONG_NUMBER = "wrong_number"
"""The source of a number held back because it is somebody else's."""
_ASKED_AT_ONCE = 500


@dataclass(frozen=True)
class OptOut:
    """One number that gets no greetings."""

    number: str
    opted_out_at: datetime
    source: str


def record_opt_out(
    connection: Connection, number: str, *, at: datetime, source: str, by: str = THE_CUSTOMER, reason: str = ""
) -> bool:
    """Keep that `number` (E.164) wants no more texts; True when it was not known before, the first time stays."""
    values = {"number": number, "opted_out_at": at, "source": source}
    if not _insert_new(connection, opt_outs, values):
        return False
    _keep_change(connection, number, opted_out=True, by=by, reason=reason or source, at=at)
    return True


def withdraw_opt_out(connection: Connection, number: str, *, at: datetime, by: str, reason: str) -> bool:
    """Let `number` have greetings again, at its owner's wish; False when it had not opted out."""
    gone = connection.execute(opt_outs.delete().where(opt_outs.c.number == number).returning(opt_outs.c.number)).all()
    if gone:
        _keep_change(connection, number, opted_out=False, by=by, reason=reason, at=at)
    return bool(gone)


def is_suppressed(connection: Connection, number: str) -> bool:
    """Whether `number` must not be texted."""
    return connection.execute(sa.select(opt_outs.c.number).where(opt_outs.c.number == number)).first() is not None


def suppressed(connection: Connection, numbers: Collection[str]) -> frozenset[str]:
    """Those of `numbers` that must not be texted; asked in sets of five hundred."""
    asked, found = list(numbers), set[str]()
    for at in range(0, len(asked), _ASKED_AT_ONCE):
        query = sa.select(opt_outs.c.number).where(opt_outs.c.number.in_(asked[at : at + _ASKED_AT_ONCE]))
        found.update(connection.execute(query).scalars())
    return frozenset(found)


def may_confirm(connection: Connection, number: str) -> bool:
    """Whether the opt-out of `number` is to be confirmed by a text now: True once for each opt-out, then never."""
    since = connection.execute(sa.select(opt_outs.c.opted_out_at).where(opt_outs.c.number == number)).scalar()
    if since is None:
        return False
    return _insert_new(connection, opt_out_confirmations, {"number": number, "opted_out_at": since})


def all_opt_outs(connection: Connection) -> Iterator[OptOut]:
    """Every number that gets no greetings, in the order of the numbers."""
    query = sa.select(opt_outs).order_by(opt_outs.c.number)
    for row in connection.execution_options(stream_results=True).execute(query):
        yield OptOut(row.number, row.opted_out_at, row.source)


def history(connection: Connection, number: str) -> list[sa.Row[Any]]:
    """Every change of a number's opt-out, oldest first."""
    return list(
        connection.execute(
            sa.select(opt_out_changes).where(opt_out_changes.c.number == number).order_by(opt_out_changes.c.id)
        )
    )


def _keep_change(connection: Connection, number: str, *, opted_out: bool, by: str, reason: str, at: datetime) -> None:
    connection.execute(
        opt_out_changes.insert().values(
            number=number, opted_out=opted_out, changed_by=by, reason=reason[:200], changed_at=at
        )
    )


def _insert_new(connection: Connection, table: sa.Table, values: dict[str, Any]) -> bool:
    """Insert a row unless its key is there; True when it was new. Two at once are no error."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = insert(table).values(values).on_conflict_do_nothing().returning(sa.literal(1))
    return connection.execute(statement).first() is not None
