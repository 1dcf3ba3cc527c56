"""Segments and money spent a day, and what the caps leave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from greeting_sms.prices import MICROS
from greeting_sms.tables import spending


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

    def left(self, spent: Spent) -> Room:
        """What may still be sent today."""
        return Room(
            _left(self.segments, spent.segments),
            _left(self.messages, spent.messages),
            _left(self.cost_micros, spent.cost_micros),
        )

    def reached(self, spent: Spent, *, cheapest: int) -> str | None:
        """Which cap lets nothing more through today, as a sentence; None while one text still fits.

        `cheapest` is the least that a segment costs, in micros: what is left of the money must pay for one.
        """
        if self.messages is not None and spent.messages >= self.messages:
            return f"{spent.messages:,} texts of {self.messages:,} a day"
        if self.segments is not None and spent.segments >= self.segments:
            return f"{spent.segments:,} segments of {self.segments:,} a day"
        if self.cost_micros is not None and self.cost_micros - spent.cost_micros < max(1, cheapest):
            return f"{spent.cost_micros / MICROS:,.2f} spent of {self.cost_micros / MICROS:,.2f} a day"
        return None


class Room(NamedTuple):
    """How much may go now. A tuple: there is a new one for every row of a batch."""

    segments: float
    messages: float = float("inf")
    cost_micros: float = float("inf")

    def __and__(self, other: Room) -> Room:
        """The smaller of both."""
        return Room(
            min(self.segments, other.segments),
            min(self.messages, other.messages),
            min(self.cost_micros, other.cost_micros),
        )

    def holds(self, segments: int, cost_micros: int = 0, *, messages: int = 1) -> bool:
        """Whether one more text of so many segments may go, or so many texts together, at this price."""
        return self.segments >= segments and self.messages >= messages and self.cost_micros >= cost_micros

    def without(self, segments: int, cost_micros: int = 0) -> Room:
        """After one text."""
        return Room(self.segments - segments, self.messages - 1, self.cost_micros - cost_micros)


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
