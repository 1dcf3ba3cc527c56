"""Values as the database's driver takes them, worked out once for many rows.

SQLAlchemy turns every moment and day of every row into the driver's form; for a million rows with a few distinct
moments that is most of the time. Here the same conversion is done once a value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from itertools import chain
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.types import UserDefinedType
from sqlalchemy_utc import UtcDateTime

_MOST_KEPT = 10_000
_MOST_GIVEN = 30_000
"""Values of one statement: SQLite takes 32,766, PostgreSQL 65,535."""
_NOTHING: Mapping[str, str] = {}


class _Kept(dict[Any, Any]):
    """Values by what they are made of, each made once. Looking one up costs no Python."""

    def __init__(self, convert: Callable[[Any], Any]) -> None:
        super().__init__()
        self._convert = convert

    def __missing__(self, value: Any) -> Any:
        if len(self) >= _MOST_KEPT:
            self.clear()
        return self.setdefault(value, self._convert(value))


class Raw:
    """Converts moments and days for one connection's driver."""

    moment: Callable[[datetime], Any]
    """A moment as a column of type `UtcDateTime` holds it."""
    day: Callable[[date], Any]
    """A day as a column of type `Date` holds it."""
    to_moment: Callable[[Any], datetime]
    """The moment a column of type `UtcDateTime` holds as a value."""
    to_day: Callable[[Any], date]
    """The day a column of type `Date` holds as a value."""

    def __init__(self, connection: Connection) -> None:
        self._dialect = connection.dialect
        self.moment, self.to_moment = self._converters(UtcDateTime())
        self.day, self.to_day = self._converters(sa.Date())

    def _converters(self, type_: Any) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
        """To the driver and from it."""
        impl = type_.dialect_impl(self._dialect)
        same: Callable[[Any], Any] = _same
        to_driver, from_driver = impl.bind_processor(self._dialect), impl.result_processor(self._dialect, None)
        return _Kept(to_driver or same).__getitem__, _Kept(from_driver or same).__getitem__


class _AsGiven(UserDefinedType[Any]):
    """Converts nothing; a parameter without any type would be given its column's."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """No column is ever made of it."""
        return "TEXT"


def as_given(column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """The column as the driver reads it: its values are for `Raw.to_moment` and `Raw.to_day`."""
    return sa.type_coerce(column, _AsGiven())


def insert_text(
    connection: Connection, table: sa.Table, columns: tuple[str, ...], looked_up: Mapping[str, str] = _NOTHING
) -> str:
    """`INSERT … ON CONFLICT DO NOTHING` of these columns, with the driver's own marks for positional values.

    A column of `looked_up` gets what its query finds, in which `{mark}` stands for a value given.
    """
    mark = _mark(connection.dialect)
    marks = ", ".join(looked_up[name].format(mark=mark) if name in looked_up else mark for name in columns)
    # Only names of our own tables and columns get into the text.
    return f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({marks}) ON CONFLICT DO NOTHING"  # noqa: S608


def given(name: str) -> sa.BindParameter[Any]:
    """A parameter whose value is already in the driver's form."""
    return sa.bindparam(name, type_=_AsGiven())


def given_rows(*names: str) -> sa.TableClause:
    """The table that the rows of `run_at_once` are to its statement."""
    return sa.table("given_rows", *(sa.column(name) for name in names))


def run_at_once(
    connection: Connection,
    statement: sa.Update | sa.Insert,
    names: tuple[str, ...],
    rows: Sequence[tuple[Any, ...]],
    shared: Mapping[str, Any],
) -> None:
    """Run the statement once for all `rows`, which stand in the order of `names` and are its `given_rows`.

    `shared` are the values of its parameters, all `given`. Everything is in the driver's form already. Each row is for
    another row of the books: where two were for one, only one of them would count.
    """
    text, asked = _compiled(statement, connection.dialect)
    once = tuple(shared[name] for name in asked)
    marks = f"({', '.join([_mark(connection.dialect)] * len(names))})"
    at_once = (_MOST_GIVEN - len(once)) // len(names)
    for first in range(0, len(rows), at_once):
        part = rows[first : first + at_once]
        values = ", ".join([marks] * len(part))
        whole = f"WITH given_rows ({', '.join(names)}) AS (VALUES {values}) {text}"
        connection.exec_driver_sql(whole, (*chain.from_iterable(part), *once))


_texts: dict[tuple[int, str], tuple[str, tuple[str, ...]]] = {}


def _compiled(statement: sa.Update | sa.Insert, dialect: Dialect) -> tuple[str, tuple[str, ...]]:
    """The statement's text, and its parameters in the order in which the driver takes their values. Made once."""
    key = id(statement), dialect.name
    if key not in _texts:
        kind: Any = type(dialect)
        by_position = kind(paramstyle="qmark" if _mark(dialect) == "?" else "format")
        compiled: Any = statement.compile(dialect=by_position)
        _texts[key] = str(compiled), tuple(compiled.positiontup or ())
    return _texts[key]


def _mark(dialect: Dialect) -> str:
    return "?" if dialect.paramstyle == "qmark" else "%s"


def _same(value: Any) -> Any:
    return value
