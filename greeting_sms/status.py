"""How sending stands: rows of a day by state, what waits, what is in doubt, gates, stops and what was spent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from greeting_sms.caps import CapReached
from greeting_sms.gates import Gate
from greeting_sms.spending import Spent, spent_on_channel
from greeting_sms.states import GreetingState, stands_at
from greeting_sms.stops import Stop, stops_in_force
from greeting_sms.tables import gates, greetings


@dataclass(frozen=True)
class Status:
    """How sending stands at a moment."""

    day: date
    states: Mapping[str, int]
    """Greetings of the day's birthdays, by state."""
    reasons: Mapping[str, int]
    """Why greetings of the day did not go or did not arrive."""
    under_way: Mapping[str, int]
    """Of all days: claimed, posting, unknown."""
    gates: tuple[Gate, ...]
    stops: tuple[Stop, ...]
    spent: Mapping[str, Spent]
    """Of the day, by channel."""
    oldest_doubt_at: datetime | None
    """Since when the oldest greeting is in doubt."""
    caps: tuple[CapReached, ...] = ()
    """What rests until tomorrow because a cap of today is reached."""
    campaigns: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Greetings of the day by campaign and state."""


def status_of(connection: Connection, day: date, channels: tuple[str, ...]) -> Status:
    """Look at the outbox."""
    g = greetings.c
    of_day = g.birthday_on == day
    doubtful = stands_at(greetings, GreetingState.UNKNOWN)
    leased = g.lease_owner.is_not(None)  # as the index has it
    campaigns = _by_campaign(connection, of_day)
    return Status(
        day,
        sum((Counter(states) for states in campaigns.values()), Counter[str]()),
        _counted(connection, g.reason, of_day, g.reason.is_not(None)),
        _counted(connection, g.state, leased) | _counted(connection, g.state, doubtful),
        tuple(Gate(**row._asdict()) for row in connection.execute(sa.select(gates).order_by(gates.c.name))),
        stops_in_force(connection),
        {name: spent_on_channel(connection, day, name) for name in channels},
        connection.execute(sa.select(sa.func.min(g.updated_at)).where(doubtful)).scalar(),
        campaigns=campaigns,
    )


def _by_campaign(connection: Connection, *where: sa.ColumnElement[bool]) -> dict[str, dict[str, int]]:
    g = greetings.c
    asked = sa.select(g.campaign_id, g.state, sa.func.count()).where(*where).group_by(g.campaign_id, g.state)
    found: dict[str, dict[str, int]] = {}
    for campaign, state, count in connection.execute(asked.order_by(g.campaign_id, g.state)):
        found.setdefault(str(campaign), {})[str(state)] = int(count)
    return found


def _counted(connection: Connection, column: sa.ColumnElement[str], *where: sa.ColumnElement[bool]) -> dict[str, int]:
    asked = sa.select(column, sa.func.count()).where(*where).group_by(column).order_by(column)
    return {str(name): int(count) for name, count in connection.execute(asked)}
