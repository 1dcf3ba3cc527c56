"""Counts what the line did, for a day or a span: every query is bounded by an index, test calls are in none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from dialects.acoustics import ENGLISH
from elder_channel.agents.tables import agents
from elder_channel.calls.carrier_tables import carrier_events
from elder_channel.calls.counting import COUNTED
from elder_channel.calls.desk import KindOfPickUp
from elder_channel.calls.levels import STANDARD_SECONDS, Level, LevelOf, Verdicts
from elder_channel.calls.model import CallState
from elder_channel.calls.tables import calls, pick_ups
from elder_channel.learning.tables import corrections
from elder_channel.storage.durations import SecondsBetween
from elder_channel.storage.engine import reading
from elder_channel.workorders.model import OrderState, Priority
from elder_channel.workorders.tables import work_orders

# Named one by one: "not ended" would be answered by reading every call there ever was.
_OPEN_CALLS = [state for state in CallState if state is not CallState.ENDED]
_OPEN_ORDERS = [state for state in OrderState if state is not OrderState.CLOSED]
MOST_OPEN = 10_000
"""More open calls than the line can hold; a query without an end is none."""


@dataclass(frozen=True)
class OpenCall:
    """A call that goes on, as far as it is counted."""

    state: CallState
    elder: bool
    entered_at: datetime | None
    answered_at: datetime | None
    dialect: str | None
    """The dialect the line names for it now; None while it names none."""


@dataclass(frozen=True)
class OrdersDue:
    """Open work orders by their time."""

    late: int
    due: int
    """Not late, and due by the end of the time asked for."""
    for_elders: int
    """Of both, urgent ones and those of elders."""


class SqlLineFigures:
    """Figures of the calls' database."""

    def __init__(self, engine: Engine) -> None:
        self._reader = reading(engine)

    def levels_between(self, first: datetime, last: datetime) -> list[LevelOf]:
        """Service levels of the calls that ended from `first` to before `last`, like calls together."""
        alike = _ended_between(first, last).subquery()
        keys = alike.c.elder, alike.c.agent_id, alike.c.dialect
        sums = [
            sa.func.sum(alike.c.asked),
            sa.func.sum(alike.c.answered),
            sa.func.sum(alike.c.waited),
            sa.func.sum(alike.c.by_fallback),
            *(sa.func.sum(alike.c[f"within_{seconds}"]) for seconds in STANDARD_SECONDS),
        ]
        query = sa.select(*keys, sa.func.count(), *sums).group_by(*keys)
        with self._reader.begin() as connection:
            return [_level_of(*row) for row in connection.execute(query)]

    def open_calls(self) -> list[OpenCall]:
        """The calls that go on now."""
        columns = calls.c.state, calls.c.elder, calls.c.entered_at, calls.c.answered_at
        heard = calls.c.posterior, calls.c.abstained
        query = sa.select(*columns, *heard).where(calls.c.state.in_(_OPEN_CALLS), COUNTED).limit(MOST_OPEN)
        with self._reader.begin() as connection:
            rows = connection.execute(query).all()
        return [
            OpenCall(
                CallState(row.state), row.elder, row.entered_at, row.answered_at, _named(row.posterior, row.abstained)
            )
            for row in rows
        ]

    def pick_ups_between(self, first: datetime, last: datetime) -> Counter[KindOfPickUp]:
        """How many pick-ups there were of each kind, from `first` to before `last`."""
        left_out = sa.exists().where(calls.c.sid == pick_ups.c.call_sid, ~COUNTED)
        kinds = (
            sa.select(
                pick_ups.c.heard,
                pick_ups.c.need.is_not(None).label("need_known"),
                pick_ups.c.dialect,
                pick_ups.c.language,
                pick_ups.c.matched,
            )
            .where(pick_ups.c.at >= first, pick_ups.c.at < last, ~left_out)
            .subquery()
        )
        query = sa.select(*kinds.c, sa.func.count().label("number")).group_by(*kinds.c)
        counted: Counter[KindOfPickUp] = Counter()
        with self._reader.begin() as connection:
            for row in connection.execute(query):
                known = bool(row.heard), bool(row.need_known)
                counted[KindOfPickUp(*known, row.dialect, row.language, row.matched)] = row.number
        return counted

    def orders_due(self, *, now: datetime, until: datetime) -> OrdersDue:
        """Open orders that are late, and those due before `until`."""
        due = work_orders.c.due_at
        first = sa.func.sum(_one_if(work_orders.c.priority != Priority.NORMAL))
        query = sa.select(sa.func.count(), sa.func.sum(_one_if(due < now)), first).where(
            work_orders.c.state.in_(_OPEN_ORDERS), due < until
        )
        with self._reader.begin() as connection:
            in_all, late, elders = connection.execute(query).one()
        return OrdersDue(late or 0, in_all - (late or 0), elders or 0)

    def carrier_events_since(self, moment: datetime) -> Mapping[str, int]:
        """What the carrier filed against us since then, by level (`error`, `warning`)."""
        left_out = sa.exists().where(calls.c.sid == carrier_events.c.about, ~COUNTED)
        level = carrier_events.c.level
        query = sa.select(level, sa.func.count()).where(carrier_events.c.at >= moment, ~left_out).group_by(level)
        with self._reader.begin() as connection:
            return {name: count for name, count in connection.execute(query)}  # noqa: C416 - rows are no tuples to mypy

    def agents_by_presence(self) -> Mapping[str, int]:
        """How many agents there are of each presence."""
        presence = agents.c.presence
        query = sa.select(presence, sa.func.count()).group_by(presence)
        with self._reader.begin() as connection:
            return {name: count for name, count in connection.execute(query)}  # noqa: C416 - the same

    def verdicts_between(self, first: datetime, last: datetime) -> Verdicts:
        """What agents said of dialects from `first` to before `last`; of several verdicts on a call the last."""
        later = corrections.alias()
        overruled = sa.exists().where(
            later.c.call_sid == corrections.c.call_sid,
            later.c.number > corrections.c.number,
            later.c.to_dialect.is_not(None),
        )
        left_out = sa.exists().where(calls.c.sid == corrections.c.call_sid, ~COUNTED)
        during = corrections.c.corrected_at >= first, corrections.c.corrected_at < last
        right = corrections.c.to_dialect == corrections.c.from_dialect
        query = sa.select(
            sa.func.count(),
            sa.func.sum(_one_if(right)),
            sa.func.sum(_one_if(corrections.c.from_abstained)),
            sa.func.sum(_one_if(corrections.c.from_abstained & right)),
        ).where(*during, corrections.c.to_dialect.is_not(None), ~overruled, ~left_out)
        with self._reader.begin() as connection:
            return Verdicts(*(number or 0 for number in connection.execute(query).one()))


def _ended_between(first: datetime, last: datetime) -> sa.Select[Any]:
    """One row a call, with what is counted of it as 0 or 1."""
    asked, answered = calls.c.entered_at.is_not(None), calls.c.answered_at.is_not(None)
    waited = SecondsBetween(calls.c.entered_at, calls.c.answered_at)
    known = calls.outerjoin(pick_ups, pick_ups.c.call_sid == calls.c.sid)
    return (
        sa.select(
            calls.c.elder,
            sa.case((answered, calls.c.agent_id)).label("agent_id"),
            sa.case((pick_ups.c.language == "en", ENGLISH), else_=pick_ups.c.dialect).label("dialect"),
            _one_if(asked).label("asked"),
            _one_if(asked & answered).label("answered"),
            sa.case((asked & answered, waited), else_=0.0).label("waited"),
            _one_if(calls.c.by_fallback).label("by_fallback"),
            *(_one_if(asked & answered & (waited <= each)).label(f"within_{each}") for each in STANDARD_SECONDS),
        )
        .select_from(known)
        .where(calls.c.ended_at >= first, calls.c.ended_at < last, COUNTED)
    )


def _level_of(
    elder: bool,
    agent_id: str | None,
    dialect: str | None,
    calls_: int,
    asked: int,
    answered: int,
    waited_seconds: float,
    by_fallback: int,
    *within: int,
) -> LevelOf:
    level = Level(calls_, asked, answered, tuple(within), max(0.0, float(waited_seconds)), by_fallback)
    return LevelOf(bool(elder), agent_id, dialect, level)


def _one_if(condition: sa.ColumnElement[bool]) -> sa.Case[int]:
    return sa.case((condition, 1), else_=0)


def _named(posterior: Mapping[str, float] | None, abstained: bool | None) -> str | None:
    """The most probable class, unless the line abstains (law 5)."""
    if not posterior or abstained:
        return None
    return max(posterior, key=lambda id_: posterior[id_])
