"""Where customers come from: a source has headers and rows, whatever it is read from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol

from greeting_sms.customers.faults import Fault
from greeting_sms.errors import SourceUnreadableError


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a source."""

    number: int
    """Line of a CSV on which it begins; of other sources the row, from 1."""
    cells: Sequence[str]
    done: float
    """How much of the source has been read, 0 to 1, for a progress bar."""


class Source(Protocol):
    """Customers as rows of text."""

    name: str
    """How messages call it; never an address with a password."""
    headers: Sequence[str]

    def rows(self) -> Iterator[Row | Fault]:
        """Every row; a row that cannot be split into cells is a fault."""
        ...


def open_source(location: str, *, query: str | None = None, encoding: str | None = None) -> Source:
    """A CSV or Parquet file, or with `query` an SQLAlchemy URL. Raises SourceUnreadableError."""
    from greeting_sms.customers.csv_source import CsvSource
    from greeting_sms.customers.table_sources import ParquetSource, SqlSource

    if query is not None:
        return SqlSource(location, query)
    path = Path(location)
    if not path.is_file():
        reason = "is a folder" if path.is_dir() else "there is no such file"
        raise SourceUnreadableError(path.name or location, reason)
    return ParquetSource(path) if path.suffix.lower() in (".parquet", ".pq") else CsvSource(path, encoding=encoding)


def as_text(value: Any) -> str:
    """A typed value as a CSV would have it; what is missing is empty, and `nan` is a word like any other."""
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "yes" if value else "no"
        case datetime():
            return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat()
        case date():
            return value.isoformat()
        case float():
            return "" if value != value else str(int(value)) if value.is_integer() else str(value)
        case _:
            return str(value)
