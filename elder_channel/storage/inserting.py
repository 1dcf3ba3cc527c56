"""Inserting what may be there already, the same on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite


def insert_new(connection: sa.Connection, table: sa.Table, values: Mapping[str, Any]) -> bool:
    """Insert a row unless one with the same key is there; True when it was new. Two at once are no error."""
    statement = _insert(connection, table).values(values).on_conflict_do_nothing()
    # What came back is asked for: drivers count rows of such a statement differently.
    return connection.execute(statement.returning(sa.literal(1))).first() is not None


def insert_numbered(connection: sa.Connection, table: sa.Table, values: Mapping[str, Any]) -> int | None:
    """Insert a row into a table that numbers its rows in `id`: its number, or None where a key was taken."""
    statement = _insert(connection, table).values(values).on_conflict_do_nothing()
    number = connection.execute(statement.returning(table.c.id)).scalar()
    return None if number is None else int(number)


def insert_or_replace(
    connection: sa.Connection, table: sa.Table, values: Mapping[str, Any], *, key: Sequence[str]
) -> None:
    """Insert a row, or write these values over the one with the same `key`."""
    rest = {name: value for name, value in values.items() if name not in key}
    statement = _insert(connection, table).values(values)
    connection.execute(statement.on_conflict_do_update(index_elements=list(key), set_=rest))


def _insert(connection: sa.Connection, table: sa.Table) -> Any:
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)
