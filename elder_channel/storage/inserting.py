"""Inserting what may be there already, the same on SQLite and PostgreSQL.

A statement is built once for a table and its columns: to build one costs more than to run it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite


def insert_new(connection: sa.Connection, table: sa.Table, values: Mapping[str, Any]) -> bool:
    """Insert a row unless one with the same key is there; True when it was new. Two at once are no error."""
    # What came back is asked for: drivers count rows of such a statement differently.
    return connection.execute(_unless_there(connection.dialect.name, table, tuple(values)), values).first() is not None


def insert_numbered(connection: sa.Connection, table: sa.Table, values: Mapping[str, Any]) -> int | None:
    """Insert a row into a table that numbers its rows in `id`: its number, or None where a key was taken."""
    statement = _insert(connection.dialect.name, table).values(values).on_conflict_do_nothing()
    number = connection.execute(statement.returning(table.c.id)).scalar()
    return None if number is None else int(number)


def insert_or_replace(
    connection: sa.Connection, table: sa.Table, values: Mapping[str, Any], *, key: Sequence[str]
) -> None:
    """Insert a row, or write these values over the one with the same `key`."""
    connection.execute(_or_over(connection.dialect.name, table, tuple(values), tuple(key)), values)


@lru_cache
def _unless_there(dialect: str, table: sa.Table, columns: tuple[str, ...]) -> Any:
    statement = _insert(dialect, table).values(_placeholders(columns))
    return statement.on_conflict_do_nothing().returning(sa.literal(1))


@lru_cache
def _or_over(dialect: str, table: sa.Table, columns: tuple[str, ...], key: tuple[str, ...]) -> Any:
    statement = _insert(dialect, table).values(_placeholders(columns))
    rest = {name: statement.excluded[name] for name in columns if name not in key}
    return statement.on_conflict_do_update(index_elements=list(key), set_=rest)


def _placeholders(columns: Sequence[str]) -> dict[str, Any]:
    return {name: sa.bindparam(name) for name in columns}


def _insert(dialect: str, table: sa.Table) -> Any:
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
