"""Customers from a Parquet file, or from a query to any database SQLAlchemy reaches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from greeting_sms.customers.faults import Fault
from greeting_sms.customers.sources import Row, as_text
from greeting_sms.errors import SourceUnreadableError

_BATCH_ROWS: Final = 5_000


class ParquetSource:
    """A Parquet file, read a batch of rows at a time."""

    def __init__(self, path: Path) -> None:
        """Raises SourceUnreadableError for what is no Parquet."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        self.name = path.name
        try:
            self._file = pq.ParquetFile(path)
        except (pa.ArrowInvalid, OSError) as error:
            raise SourceUnreadableError(self.name, "is no Parquet file, or a damaged one") from error
        self.headers: Sequence[str] = self._file.schema_arrow.names

    def rows(self) -> Iterator[Row | Fault]:
        """Every row; values are read as the text a CSV would have."""
        import pyarrow as pa

        total = max(self._file.metadata.num_rows, 1)
        number = 0
        try:
            for batch in self._file.iter_batches(batch_size=_BATCH_ROWS):
                for values in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                    number += 1
                    yield Row(number, [as_text(value) for value in values], number / total)
        except (pa.ArrowInvalid, OSError) as error:
            raise SourceUnreadableError(self.name, f"cannot be read on after row {number}") from error


class SqlSource:
    """The rows of a query; nothing is written there."""

    def __init__(self, url: str, query: str) -> None:
        """Raises SourceUnreadableError; what it says never repeats the address, which may hold a password."""
        try:
            parsed = sa.make_url(url)
            self._engine = sa.create_engine(parsed, hide_parameters=True)
        except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
            raise SourceUnreadableError("the database", "the address is none that SQLAlchemy knows") from error
        self.name = parsed.database or parsed.drivername
        self._query = sa.text(query)
        self.headers: Sequence[str] = self._headers()

    def _headers(self) -> list[str]:
        try:
            with self._engine.connect() as connection, self._streamed(connection) as result:
                return list(result.keys())
        except SQLAlchemyError as error:
            raise SourceUnreadableError(self.name, _told(error)) from error

    def rows(self) -> Iterator[Row | Fault]:
        """Every row of the query; how many there will be nobody knows before the end."""
        number = 0
        try:
            with self._engine.connect() as connection, self._streamed(connection) as result:
                for values in result:
                    number += 1
                    yield Row(number, [as_text(value) for value in values], 0.0)
        except SQLAlchemyError as error:
            raise SourceUnreadableError(self.name, f"after row {number}: {_told(error)}") from error

    def _streamed(self, connection: sa.Connection) -> sa.CursorResult[Any]:
        options = {"yield_per": _BATCH_ROWS, "stream_results": True}
        result = connection.execute(self._query, execution_options=options)
        if not result.returns_rows:
            raise SourceUnreadableError(self.name, "the query gives no rows; write a SELECT")
        return result


def _told(error: SQLAlchemyError) -> str:
    """The database's own word in one line, without the statement."""
    cause = getattr(error, "orig", None) or error
    return " ".join(str(cause).split())[:200]
