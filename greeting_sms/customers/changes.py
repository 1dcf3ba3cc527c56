"""What an import will change, worked out beside the books: kept in the private file of the staging until it is written.

While it is worked out nobody waits for anything; writing it is one transaction that only copies rows.
"""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from greeting_sms.customers.merge import Recipient
from greeting_sms.customers.record import BirthdayFrom, Record
from greeting_sms.customers.staging import RECORD_COLUMNS, record_of
from greeting_sms.occasions import Calendar

Key = tuple[str, str]
"""Company and reference of a record."""
_PAGE_ROWS: Final = 5_000


class Replaced(NamedTuple):
    """A record as it is in the books and will not be any more; the columns of the table."""

    company: str
    reference: str
    group_customer_id: str
    calendar: str
    birth_year: int | None
    birth_month: int | None
    birth_day: int | None
    birthday_from: str


@dataclass(frozen=True)
class Merged:
    """What merging a page of people changes."""

    people: Sequence[Recipient]
    gone: Sequence[str]
    """People without any record now."""
    doubts: Sequence[tuple[str, str, str]]
    """Person, doubt and what is told, where it is new or another."""
    settled: Sequence[tuple[str, str]]
    """Person and doubt that are no more."""


class Changes:
    """The changes of one import; `connection` is that of the staging."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        for table, columns in _TABLES.items():
            connection.execute(f"DROP TABLE IF EXISTS {table}")
            connection.execute(f"CREATE TABLE {table} ({columns})")
        connection.execute("UPDATE staged SET kept = 0")

    def keep(self, records: Iterable[Record]) -> None:
        """These staged records are new or other than in the books."""
        keys = ((one.company, one.reference) for one in records)
        self._connection.executemany("UPDATE staged SET kept = 1 WHERE company = ? AND reference = ?", keys)

    def replace(self, records: Iterable[Replaced]) -> None:
        """These are in the books and will be written over."""
        self._connection.executemany("INSERT INTO replaced VALUES (?, ?, ?, ?, ?, ?, ?, ?)", records)

    def index(self) -> None:
        """Once, after the last record."""
        self._connection.execute("CREATE INDEX IF NOT EXISTS staged_person ON staged (group_customer_id) WHERE kept")
        self._connection.execute("CREATE INDEX replaced_person ON replaced (group_customer_id)")

    def over(self, first: str, last: str, in_books: Mapping[str, Sequence[Record]]) -> dict[str, list[Record]]:
        """The records of people from `first` to `last` as they will be: the books', with what is staged over them."""
        within = "WHERE group_customer_id BETWEEN ? AND ?"
        gone: set[Key] = set(
            self._connection.execute(f"SELECT company, reference FROM replaced {within}", (first, last))  # noqa: S608 - our own words
        )
        found: dict[str, list[Record]] = defaultdict(list)
        for id_, records in in_books.items():
            left = [one for one in records if (one.company, one.reference) not in gone]
            if left:
                found[id_] = left
        for row in self._connection.execute(f"SELECT {RECORD_COLUMNS} FROM staged {within} AND kept", (first, last)):  # noqa: S608
            record = record_of(row)
            found[record.group_customer_id].append(record)
        return found

    def births(self) -> tuple[Counter[tuple[str, int | None]], Counter[tuple[str, int | None]]]:
        """By company and year of birth: solar birthdays that come in less those written over, and of them 1 January."""
        every: Counter[tuple[str, int | None]] = Counter()
        new_year: Counter[tuple[str, int | None]] = Counter()
        for company, year, count, first in self._connection.execute(_BIRTHS):
            every[company, year], new_year[company, year] = count, first
        return every, new_year

    def add(self, merged: Merged) -> None:
        """Remember what becomes of a page of people."""
        marks = ", ".join("?" * len(Recipient._fields))
        self._connection.executemany(f"INSERT INTO people VALUES ({marks})", merged.people)  # noqa: S608 - question marks
        self._connection.executemany("INSERT INTO gone VALUES (?)", ((id_,) for id_ in merged.gone))
        self._connection.executemany("INSERT INTO doubts VALUES (?, ?, ?)", merged.doubts)
        self._connection.executemany("INSERT INTO settled VALUES (?, ?)", merged.settled)

    def count(self, table: str) -> int:
        """How many rows of `people`, `gone`, `doubts`, `settled`, or kept records of `staged`."""
        only = " WHERE kept" if table == "staged" else ""
        return int(self._connection.execute(f"SELECT count(*) FROM {table}{only}").fetchone()[0])  # noqa: S608

    def rows(self, table: str) -> Iterator[list[tuple[Any, ...]]]:
        """Those rows as they were given, in the order of their keys, in pages."""
        cursor = self._connection.execute(_IN_ORDER[table])
        while page := cursor.fetchmany(_PAGE_ROWS):
            yield page


_TABLES: Final = {
    "replaced": ", ".join(Replaced._fields),
    "people": ", ".join(Recipient._fields),
    "gone": "id",
    "doubts": "id, doubt, told",
    "settled": "id, doubt",
}
_IN_ORDER: Final = {
    "staged": f"SELECT {RECORD_COLUMNS} FROM staged WHERE kept ORDER BY company, reference",  # noqa: S608 - our own names
    "people": "SELECT * FROM people ORDER BY rowid",  # merged in the order of their ids
    "gone": "SELECT id FROM gone",
    "doubts": "SELECT id, doubt, told FROM doubts",
    "settled": "SELECT id, doubt FROM settled",
}
_BIRTHS: Final = f"""
SELECT company, birth_year, sum(sign),
    sum(sign * (birth_month = 1 AND birth_day = 1 AND birthday_from = '{BirthdayFrom.STATED}'))
FROM (
    SELECT 1 AS sign, company, birth_year, birth_month, birth_day, birthday_from, calendar FROM staged WHERE kept
    UNION ALL SELECT -1, company, birth_year, birth_month, birth_day, birthday_from, calendar FROM replaced
)
WHERE birth_month IS NOT NULL AND calendar = '{Calendar.SOLAR}' GROUP BY company, birth_year
"""  # noqa: S608 - our own names
