"""What a person has stopped: everything, or one channel. Read at every claim, so that a stop counts at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from greeting_sms.tables import stops

EVERYTHING = "all"


@dataclass(frozen=True)
class Stop:
    """A stop that is in force."""

    scope: str
    """`all`, or `channel:` and its name."""
    stopped_by: str
    reason: str
    stopped_at: datetime


def of_channel(name: str) -> str:
    """The scope of one channel."""
    return f"channel:{name}"


def stop(connection: Connection, new: Stop) -> bool:
    """Stop the scope; False when it was stopped already, and that stop stays."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = insert(stops).values(new.__dict__).on_conflict_do_nothing()
    return connection.execute(statement.returning(sa.literal(1))).first() is not None


def go_on(connection: Connection, scope: str) -> bool:
    """Take the stop back; False when there was none."""
    return bool(connection.execute(stops.delete().where(stops.c.scope == scope)).rowcount)


def stops_in_force(connection: Connection) -> tuple[Stop, ...]:
    """All of them."""
    return tuple(Stop(**row._asdict()) for row in connection.execute(sa.select(stops).order_by(stops.c.scope)))


def is_stopped(connection: Connection, channel: str) -> bool:
    """Whether nothing may be claimed for this channel."""
    asked = sa.select(sa.literal(1)).where(stops.c.scope.in_((EVERYTHING, of_channel(channel))))
    return connection.execute(asked.limit(1)).first() is not None
