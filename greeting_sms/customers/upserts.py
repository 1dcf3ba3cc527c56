"""Writing many rows over what may be there, the same on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite


def write_over(
    connection: sa.Connection, table: sa.Table, names: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Insert rows whose values are in the driver's form, in the order of `names`, or write them over those there.

    Booleans may be 0 and 1. Nothing is converted value by value: while many rows are written others wait.
    """
    mark, key = ("?" if connection.dialect.paramstyle == "qmark" else "%s"), [each.name for each in table.primary_key]
    if connection.dialect.name == "postgresql":
        truths = [place for place, name in enumerate(names) if isinstance(table.c[name].type, sa.Boolean)]
        rows = [_with_truths(row, truths) for row in rows]
    rest = ", ".join(f"{name} = excluded.{name}" for name in names if name not in key)
    # Only names of our own tables and columns get into the text.
    connection.exec_driver_sql(
        f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({', '.join([mark] * len(names))}) "  # noqa: S608
        f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {rest}",
        list(rows),
    )


def _with_truths(row: tuple[Any, ...], places: Sequence[int]) -> tuple[Any, ...]:
    values = list(row)
    for place in places:
        values[place] = None if values[place] is None else bool(values[place])
    return tuple(values)


def upsert(connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows, or write them over those with the same primary key."""
    if not rows:
        return
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = insert(table)
    key = [column.name for column in table.primary_key]
    rest = {name: statement.excluded[name] for name in rows[0] if name not in key}
    connection.execute(statement.on_conflict_do_update(index_elements=key, set_=rest), list(rows))
