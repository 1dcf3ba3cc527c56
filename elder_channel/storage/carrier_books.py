"""Keeps what the carrier filed against us, and counts what an operator watches; test calls are in no count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from elder_channel.agents.tables import agents
from elder_channel.calls.carrier_tables import carrier_events, recordings
from elder_channel.calls.counting import COUNTED
from elder_channel.calls.model import CallState
from elder_channel.calls.tables import calls
from elder_channel.storage.engine import reading, writing
from elder_channel.storage.inserting import insert_new


@dataclass(frozen=True)
class CarrierEvent:
    """An error or warning the carrier filed."""

    sid: str
    at: datetime
    level: str
    """`error` or `warning`."""
    code: int
    about: str = ""
    """The call, stream or recording it is about; empty where none was named."""
    path: str = ""
    """The path of ours it happened at, without its query."""


@dataclass(frozen=True)
class Counts:
    """What stands in the books, by kind."""

    open_calls: Mapping[str, int]
    """Open calls by state."""
    ended_calls: Mapping[str, int]
    """Calls ended since a moment, by outcome."""
    test_calls: int
    agents: Mapping[str, int]
    """Agents by presence."""
    events: Mapping[tuple[str, int], int]
    """Events since a moment by level and code."""
    recordings: Mapping[str, int]
    """Recordings by state."""


class SqlCarrierBooks:
    """Events of the carrier, and counts."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reader = reading(engine)

    def file(self, event: CarrierEvent) -> bool:
        """Keep an event; True the first time."""
        with writing(self._engine) as connection:
            return insert_new(connection, carrier_events, vars(event))

    def events(self, *, since: datetime, limit: int = 200) -> list[CarrierEvent]:
        """The newest events, newest first."""
        query = sa.select(carrier_events).where(carrier_events.c.at > since).order_by(carrier_events.c.at.desc())
        with self._reader.begin() as connection:
            return [CarrierEvent(**row._asdict()) for row in connection.execute(query.limit(limit))]

    def codes_about(self, sid: str) -> list[int]:
        """The codes of what was filed about a call."""
        query = sa.select(carrier_events.c.code).where(carrier_events.c.about == sid)
        with self._reader.begin() as connection:
            return list(connection.scalars(query))

    def erase_events_before(self, moment: datetime) -> int:
        """Forget old events; how many."""
        with writing(self._engine) as connection:
            return connection.execute(carrier_events.delete().where(carrier_events.c.at < moment)).rowcount

    def counts(self, *, since: datetime) -> Counts:
        """Counts of what stands in the books now, and of what ended or was filed since then."""
        is_open, ended = calls.c.state != CallState.ENDED, calls.c.ended_at > since
        by_event = (carrier_events.c.level, carrier_events.c.code)
        with self._reader.begin() as connection:
            events = connection.execute(
                sa.select(*by_event, sa.func.count()).where(carrier_events.c.at > since).group_by(*by_event)
            )
            return Counts(
                open_calls=_count(connection, calls.c.state, is_open, COUNTED),
                ended_calls=_count(connection, calls.c.outcome, ended, COUNTED),
                test_calls=sum(_count(connection, calls.c.is_test, ~COUNTED, ended).values()),
                agents=_count(connection, agents.c.presence),
                events={(level, code): number for level, code, number in events},
                recordings=_count(connection, recordings.c.state),
            )


def _count(connection: sa.Connection, column: sa.Column[Any], *where: sa.ColumnElement[bool]) -> dict[str, int]:
    rows = connection.execute(sa.select(column, sa.func.count()).where(*where).group_by(column))
    return {str(value): number for value, number in rows}
