"""Records on their way in: a private file beside the books, gone with its connection, so that memory stays bounded.

The books are not touched before the last row has been read and checked.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from itertools import islice
from typing import Any, Final, Self

from greeting_sms.customers.faults import Fault
from greeting_sms.customers.record import Record

RECORD_COLUMNS: Final = ", ".join(Record._fields)
"""The columns of a staged record, as a query names them."""
_PAGE_ROWS: Final = 1_000


class Staging:
    """Staged records; a context manager."""

    def __init__(self) -> None:
        # The empty name: a file SQLite makes for this connection and has already unlinked (sqlite.org/inmemorydb.html).
        self._connection = sqlite3.connect("", isolation_level=None)
        for statement in (
            "PRAGMA journal_mode = OFF",
            "PRAGMA synchronous = OFF",
            "PRAGMA cache_size = -65536",
            f"CREATE TABLE staged (row INTEGER PRIMARY KEY, {RECORD_COLUMNS}, kept INTEGER NOT NULL DEFAULT 0)",
            "CREATE TABLE affected (id TEXT PRIMARY KEY) WITHOUT ROWID",
            "BEGIN",
        ):
            self._connection.execute(statement)

    @property
    def connection(self) -> sqlite3.Connection:
        """The private file; `Changes` keeps there what the records will change."""
        return self._connection

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def add(self, records: Iterable[tuple[int, Record]]) -> None:
        """Keep records under the rows they come from."""
        places = ", ".join("?" * (len(Record._fields) + 1))
        self._connection.executemany(
            f"INSERT INTO staged (row, {RECORD_COLUMNS}) VALUES ({places})",  # noqa: S608 - our own names
            ((row, *record) for row, record in records),
        )

    def drop_repeated(self) -> Iterator[Fault]:
        """Take out every record whose company and reference came earlier in the source; once, after the last `add`."""
        self._connection.execute("CREATE INDEX staged_key ON staged (company, reference, row)")
        repeated = self._connection.execute(
            "SELECT row, first FROM (SELECT row, min(row) OVER (PARTITION BY company, reference) AS first FROM staged) "
            "WHERE row > first ORDER BY row"
        ).fetchall()
        self._connection.executemany("DELETE FROM staged WHERE row = ?", ((row,) for row, _ in repeated))
        for row, first in repeated:
            yield Fault(row, "reference", f"the same company and reference as row {first}")

    def count(self) -> int:
        """How many records are staged."""
        return int(self._connection.execute("SELECT count(*) FROM staged").fetchone()[0])

    def companies(self) -> list[str]:
        """Whose records they are."""
        return [row[0] for row in self._connection.execute("SELECT DISTINCT company FROM staged ORDER BY company")]

    def sample(self, count: int) -> list[Record]:
        """The first records, as they will be kept."""
        query = f"SELECT {RECORD_COLUMNS} FROM staged ORDER BY row LIMIT ?"  # noqa: S608 - our own names
        return [record_of(row) for row in self._connection.execute(query, (count,))]

    def pages(self) -> Iterator[tuple[str, list[Record]]]:
        """All records, ordered by key, in pages of one company each."""
        query = f"SELECT {RECORD_COLUMNS} FROM staged WHERE company = ? ORDER BY reference"  # noqa: S608
        for company in self.companies():
            with closing(self._connection.execute(query, (company,))) as rows:
                while page := [record_of(row) for row in islice(rows, _PAGE_ROWS)]:
                    yield company, page

    def touch(self, ids: Iterable[str]) -> None:
        """Remember people whose records change."""
        self._connection.executemany("INSERT OR IGNORE INTO affected VALUES (?)", ((one,) for one in ids))

    def affected(self) -> Iterator[Sequence[str]]:
        """Everybody remembered, in order, in pages."""
        with closing(self._connection.execute("SELECT id FROM affected ORDER BY id")) as rows:
            while page := [row[0] for row in islice(rows, _PAGE_ROWS)]:
                yield page

    def people(self) -> Iterator[Sequence[str]]:
        """Everybody whose record is staged, whether it changed or not, in pages."""
        query = "SELECT DISTINCT group_customer_id FROM staged UNION SELECT id FROM affected"
        with closing(self._connection.execute(query)) as rows:
            while page := [row[0] for row in islice(rows, _PAGE_ROWS)]:
                yield page

    def affected_count(self) -> int:
        """How many people are remembered."""
        return int(self._connection.execute("SELECT count(*) FROM affected").fetchone()[0])


def record_of(row: Sequence[Any]) -> Record:
    """The record of a staged row. SQLite has no booleans of its own: 0 and 1 come back."""
    record = Record._make(row)
    consented = None if record.consented is None else bool(record.consented)
    return record._replace(birth_leap=bool(record.birth_leap), landline=bool(record.landline), consented=consented)
