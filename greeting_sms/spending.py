"""Segments and money spent a day, and what the caps leave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from greeting_sms.tables import spending

MICROS = 1_000_000
"""Money is counted in millionths of the account's currency, in whole numbers."""


@dataclass(frozen=True)
class Spent:
    """What went out on a day."""

    messages: int = 0
    segments: int = 0
    cost_micros: int = 0


@dataclass(frozen=True)
class Caps:
    """What may be spent a day; None is no cap."""

    messages: int | None = None
    segments: int | None = None
    cost_micros: int | None = None

    def left(self, spent: Spent, micros_per_segment: int) -> Room:
        """What may still be sent today."""
        segments = _left(self.segments, spent.segments)
        if self.cost_micros is not None and micros_per_segment:
            segments = min(segments, max(0, (self.cost_micros - spent.cost_micros) // micros_per_segment))
        return Room(segments, _left(self.messages, spent.messages))


class Room(NamedTuple):
    """How much may go now. A tuple: there is a new one for every row of a batch."""

    segments: float
    messages: float = float("inf")

    def __and__(self, other: Room) -> Room:
        """The smaller of both."""
        return Room(min(self.segments, other.segments), min(self.messages, other.messages))

    def holds(self, segments: int) -> bool:
        """Whether one more text of so many segments may go."""
        return self.segments >= segments and self.messages >= 1

    def without(self, segments: int) -> Room:
        """After one text."""
        return Room(self.segments - segments, self.messages - 1)


NO_ROOM = Room(0, 0)
NO_CAPS = Caps()


def _left(cap: int | None, spent: int) -> float:
    return float("inf") if cap is None else max(0, cap - spent)


def spent_on_channel(connection: Connection, day: date, channel: str) -> Spent:
    """Of all campaigns."""
    return _sum(connection, spending.c.spent_on == day, spending.c.channel == channel)


def spent_on_campaign(connection: Connection, day: date, campaign_id: str) -> Spent:
    """On all channels."""
    return _sum(connection, spending.c.spent_on == day, spending.c.campaign_id == campaign_id)


def spend(connection: Connection, day: date, channel: str, campaign_id: str, spent: Spent) -> None:
    """Add to what was spent. Counted when a request begins: what may have gone out may have cost."""
    values = {"spent_on": day, "channel": channel, "campaign_id": campaign_id, **vars(spent)}
    connection.execute(_SPEND[connection.dialect.name], values)


def _sum(connection: Connection, *where: sa.ColumnElement[bool]) -> Spent:
    columns = [sa.func.coalesce(sa.func.sum(spending.c[name]), 0) for name in Spent.__dataclass_fields__]
    row: Sequence[Any] = connection.execute(sa.select(*columns).where(*where)).one()
    return Spent(*(int(value) for value in row))


def _adding(statement: Any) -> Any:
    """Built once: building it anew for every batch takes longer than running it."""
    more = {name: spending.c[name] + statement.excluded[name] for name in Spent.__dataclass_fields__}
    return statement.on_conflict_do_update(index_elements=list(spending.primary_key), set_=more)


_SPEND = {"postgresql": _adding(postgresql.insert(spending)), "sqlite": _adding(sqlite.insert(spending))}
