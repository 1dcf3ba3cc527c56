"""Values as the database's driver takes them, worked out once for many rows.

SQLAlchemy turns every moment and day of every row into the driver's form; for a million rows with a few distinct
moments that is most of the time. Here the same conversion is done once a value.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from operator import itemgetter
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.types import UserDefinedType
from sqlalchemy_utc import UtcDateTime

_MOST_KEPT = 10_000


class Raw:
    """Converts moments and days for one connection's driver."""

    def __init__(self, connection: Connection) -> None:
        self._dialect = connection.dialect
        self._moment, self._to_moment = self._converters(UtcDateTime())
        self._day, self._to_day = self._converters(sa.Date())
        self._moments: dict[datetime, Any] = {}
        self._days: dict[date, Any] = {}
        self._read_moments: dict[Any, datetime] = {}
        self._read_days: dict[Any, date] = {}

    def moment(self, at: datetime) -> Any:
        """A moment as a column of type `UtcDateTime` holds it."""
        return _kept(self._moments, at, self._moment)

    def day(self, on: date) -> Any:
        """A day as a column of type `Date` holds it."""
        return _kept(self._days, on, self._day)

    def to_moment(self, value: Any) -> datetime:
        """The moment a column of type `UtcDateTime` holds as `value`."""
        return cast("datetime", _kept(self._read_moments, value, self._to_moment))

    def to_day(self, value: Any) -> date:
        """The day a column of type `Date` holds as `value`."""
        return cast("date", _kept(self._read_days, value, self._to_day))

    def _converters(self, type_: Any) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
        """To the driver and from it."""
        impl = type_.dialect_impl(self._dialect)
        same: Callable[[Any], Any] = _same
        return impl.bind_processor(self._dialect) or same, impl.result_processor(self._dialect, None) or same


class _AsGiven(UserDefinedType[Any]):
    """Converts nothing; a parameter without any type would be given its column's."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """No column is ever made of it."""
        return "TEXT"


def as_given(column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """The column as the driver reads it: its values are for `Raw.to_moment` and `Raw.to_day`."""
    return sa.type_coerce(column, _AsGiven())


def given(name: str) -> sa.BindParameter[Any]:
    """A parameter whose value is already in the driver's form."""
    return sa.bindparam(name, type_=_AsGiven())


def insert_text(connection: Connection, table: sa.Table, columns: tuple[str, ...]) -> str:
    """`INSERT … ON CONFLICT DO NOTHING` of these columns, with the driver's own marks for positional values."""
    mark = "?" if connection.dialect.paramstyle == "qmark" else "%s"
    marks = ", ".join([mark] * len(columns))
    # Only names of our own tables and columns get into the text.
    return f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({marks}) ON CONFLICT DO NOTHING"  # noqa: S608


def run_many(
    connection: Connection, statement: sa.Update, names: tuple[str, ...], values: Sequence[tuple[Any, ...]]
) -> None:
    """Run the statement once for each of `values`, which stand in the order of `names`.

    All its parameters are `given`, in the driver's form already.
    """
    text, asked = _compiled(statement, connection.dialect.name, connection.dialect)
    if asked:
        in_order = itemgetter(*map(names.index, asked))
        connection.exec_driver_sql(text, [in_order(each) for each in values])
    else:
        connection.exec_driver_sql(text, [dict(zip(names, each, strict=True)) for each in values])


_texts: dict[tuple[int, str], tuple[str, tuple[str, ...]]] = {}


def _compiled(statement: sa.Update, key: str, dialect: Dialect) -> tuple[str, tuple[str, ...]]:
    """The statement's text, and the order of its values where the driver takes them by position. Made once."""
    found = _texts.get((id(statement), key))
    if found is None:
        compiled = statement.compile(dialect=dialect)
        found = _texts[id(statement), key] = str(compiled), tuple(compiled.positiontup or ())
    return found


def _same(value: Any) -> Any:
    return value


def _kept(known: dict[Any, Any], value: Any, convert: Callable[[Any], Any]) -> Any:
    try:
        return known[value]
    except KeyError:
        if len(known) >= _MOST_KEPT:
            known.clear()
        return known.setdefault(value, convert(value))
