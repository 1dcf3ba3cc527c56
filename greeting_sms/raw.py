"""Values as the database's driver takes them, worked out once for many rows.

SQLAlchemy turns every moment and day of every row into the driver's form; for a million rows with a few distinct
moments that is most of the time. Here the same conversion is done once a value.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.types import UserDefinedType
from sqlalchemy_utc import UtcDateTime

_MOST_KEPT = 10_000


class Raw:
    """Converts moments and days for one connection's driver."""

    def __init__(self, connection: Connection) -> None:
        self._dialect = connection.dialect
        self._moment = self._converter(UtcDateTime())
        self._day = self._converter(sa.Date())
        self._moments: dict[datetime, Any] = {}
        self._days: dict[date, Any] = {}

    def moment(self, at: datetime) -> Any:
        """A moment as a column of type `UtcDateTime` holds it."""
        return _kept(self._moments, at, self._moment)

    def day(self, on: date) -> Any:
        """A day as a column of type `Date` holds it."""
        return _kept(self._days, on, self._day)

    def _converter(self, type_: Any) -> Callable[[Any], Any]:
        processor = type_.dialect_impl(self._dialect).bind_processor(self._dialect)
        return processor or (lambda value: value)


class _AsGiven(UserDefinedType[Any]):
    """Converts nothing; a parameter without any type would be given its column's."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """No column is ever made of it."""
        return "TEXT"


def given(name: str) -> sa.BindParameter[Any]:
    """A parameter whose value is already in the driver's form."""
    return sa.bindparam(name, type_=_AsGiven())


def insert_text(connection: Connection, table: sa.Table, columns: tuple[str, ...]) -> str:
    """`INSERT … ON CONFLICT DO NOTHING` of these columns, with the driver's own marks for positional values."""
    mark = "?" if connection.dialect.paramstyle == "qmark" else "%s"
    marks = ", ".join([mark] * len(columns))
    # Only names of our own tables and columns get into the text.
    return f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({marks}) ON CONFLICT DO NOTHING"  # noqa: S608


def run_many(connection: Connection, statement: sa.Update, values: Sequence[dict[str, Any]]) -> None:
    """Run the statement once for each mapping; all its parameters are `given`, in the driver's form already."""
    text, names = _compiled(statement, connection.dialect.name, connection.dialect)
    if names:
        in_order = itemgetter(*names)
        connection.exec_driver_sql(text, [in_order(each) for each in values])
    else:
        connection.exec_driver_sql(text, list(values))


_texts: dict[tuple[int, str], tuple[str, tuple[str, ...]]] = {}


def _compiled(statement: sa.Update, key: str, dialect: Dialect) -> tuple[str, tuple[str, ...]]:
    """The statement's text, and the order of its values where the driver takes them by position. Made once."""
    found = _texts.get((id(statement), key))
    if found is None:
        compiled = statement.compile(dialect=dialect)
        found = _texts[id(statement), key] = str(compiled), tuple(compiled.positiontup or ())
    return found


def _kept(known: dict[Any, Any], value: Any, convert: Callable[[Any], Any]) -> Any:
    try:
        return known[value]
    except KeyError:
        if len(known) >= _MOST_KEPT:
            known.clear()
        return known.setdefault(value, convert(value))
