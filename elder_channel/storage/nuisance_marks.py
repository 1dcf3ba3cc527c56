"""Keeps which numbers are marked as abusive or silent, until the mark ends."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine, Row

from elder_channel.calls.carrier_tables import nuisance_marks
from elder_channel.calls.model import Call
from elder_channel.calls.nuisance import MarkReason, NumberMark
from elder_channel.calls.tables import calls
from elder_channel.storage.call_rows import to_call
from elder_channel.storage.engine import reading, writing
from elder_channel.storage.inserting import insert_or_replace
from elder_channel.storage.values import as_value


class SqlNuisanceMarks:
    """Marked numbers."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reader = reading(engine)

    def find(self, number: str, *, at: datetime) -> NumberMark | None:
        """The mark in force on a number."""
        mine = nuisance_marks.c.number == number, nuisance_marks.c.until > at
        with self._reader.begin() as connection:
            row = connection.execute(sa.select(nuisance_marks).where(*mine)).first()
        return _mark(row) if row else None

    def all(self, *, at: datetime) -> list[NumberMark]:
        """Every mark in force, newest first."""
        query = sa.select(nuisance_marks).where(nuisance_marks.c.until > at).order_by(nuisance_marks.c.marked_at.desc())
        with self._reader.begin() as connection:
            return [_mark(row) for row in connection.execute(query)]

    def put(self, mark: NumberMark) -> None:
        """Mark a number, over an older mark."""
        with writing(self._engine) as connection:
            insert_or_replace(connection, nuisance_marks, vars(mark), key=["number"])

    def take_away(self, number: str) -> bool:
        """Take the mark off a number; whether there was one."""
        with writing(self._engine) as connection:
            return bool(connection.execute(nuisance_marks.delete().where(nuisance_marks.c.number == number)).rowcount)

    def erase_ended(self, *, at: datetime) -> int:
        """Forget marks that have ended; how many."""
        with writing(self._engine) as connection:
            return connection.execute(nuisance_marks.delete().where(nuisance_marks.c.until <= at)).rowcount

    def last_calls(self, number: str, *, since: datetime, limit: int) -> list[Call]:
        """The last calls of a number that have ended, newest first."""
        mine = calls.c.caller_number == number, calls.c.ended_at > since
        query = sa.select(calls).where(*mine).order_by(calls.c.ended_at.desc()).limit(limit)
        with self._reader.begin() as connection:
            return [to_call(row) for row in connection.execute(query)]


def _mark(row: Row[Any]) -> NumberMark:
    return as_value(NumberMark, row, reason=MarkReason(row.reason))
