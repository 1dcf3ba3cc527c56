"""Rows as values: a dataclass whose fields are named like the columns."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, TypeVar

from sqlalchemy.engine import Row

Value = TypeVar("Value")


def as_value(type_: type[Value], row: Row[Any], /, **read: Any) -> Value:
    """The row as a value of the type; `read` are the fields that are not taken as they stand.

    Columns that are no fields are passed over.
    """
    columns = row._asdict() | read
    return type_(**{field.name: columns[field.name] for field in fields(type_)})  # type: ignore[arg-type] # a dataclass
