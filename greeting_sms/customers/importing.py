"""Takes customers in, in three steps: read and check all rows, work out what changes, write it in one transaction.

The first two take minutes for a million customers and only read the books; the third copies rows and takes seconds. So
an opt-out waits for nobody, and half an import is never there to be seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from greeting_sms.customers.birthday_choice import Beliefs
from greeting_sms.customers.book_version import book_version, next_version
from greeting_sms.customers.changes import Changes, Replaced
from greeting_sms.customers.columns import ColumnNames, Field, match_columns
from greeting_sms.customers.doubts import doubt_counts
from greeting_sms.customers.faults import Fault
from greeting_sms.customers.people import (
    Turn,
    forget_people,
    merge_people,
    settle_doubts,
    write_doubts,
    write_people,
)
from greeting_sms.customers.record import Ground, Record, RecordReader
from greeting_sms.customers.settings import CustomerSettings
from greeting_sms.customers.sources import Source
from greeting_sms.customers.staging import Staging
from greeting_sms.customers.upserts import write_over
from greeting_sms.errors import BooksChangedError
from greeting_sms.raw import Raw
from greeting_sms.tables import customer_records

BATCH_ROWS: Final = 2_000
FAULTS_KEPT: Final = 100_000
"""So many faults are listed; a file in which more is wrong is the wrong file."""

TRIES: Final = 3
"""Who decides about people or imports others all the while: after so many times the import says so."""

Progress = Callable[[str, float], None]
"""Is told what is being done and how much of it is, 0 to 1."""


@dataclass
class Read:
    """What reading a source gave."""

    rows: int = 0
    staged: int = 0
    rejected: int = 0
    faults: list[Fault] = field(default_factory=list)
    """In the order of the rows; of rows that were taken too, for what was left out of them."""
    passed_over: tuple[str, ...] = ()
    """Columns that are none of a customer's; whoever looks may find one that should have been."""
    has_group_ids: bool = True
    """Whether the source says who is one person; else everybody of it is a person of their own."""


@dataclass(frozen=True)
class Written:
    """What writing changed in the books."""

    new: int
    changed: int
    unchanged: int
    people: int
    """How many people are another one than before, or new."""
    doubts: int
    """How many doubts are open now, about anybody."""


def stage(
    source: Source, staging: Staging, on: Ground, *, names: ColumnNames | None = None, progress: Progress
) -> Read:
    """Read and check every row. Raises ImportFailedError; the books have not been touched."""
    places = match_columns(source.headers, source=source.name, names=names, company_given=on.company is not None)
    reader = RecordReader(places, source.headers, on)
    passed_over = tuple(header for place, header in enumerate(source.headers) if place not in places.values())
    read = Read(passed_over=passed_over, has_group_ids=Field.GROUP_CUSTOMER_ID in places)
    for batch in _batches(source, reader, read, progress):
        staging.add(batch)
    repeated = list(staging.drop_repeated())
    _note(read, repeated, rejected=True)
    read.staged = staging.count()
    read.faults.sort(key=lambda fault: fault.row)
    return read


def _batches(
    source: Source, reader: RecordReader, read: Read, progress: Progress
) -> Iterator[list[tuple[int, Record]]]:
    batch: list[tuple[int, Record]] = []
    for row in source.rows():
        read.rows += 1
        if isinstance(row, Fault):
            _note(read, [row], rejected=True)
            continue
        record, faults = reader.read(row.number, row.cells)
        if faults:
            _note(read, faults, rejected=record is None)
        if record is not None:
            batch.append((row.number, record))
        if len(batch) >= BATCH_ROWS:
            progress("reading", row.done)
            yield batch
            batch = []
    yield batch
    progress("reading", 1.0)


def _note(read: Read, faults: Sequence[Fault], *, rejected: bool) -> None:
    if rejected:
        read.rejected += len({fault.row for fault in faults})
    read.faults.extend(faults[: FAULTS_KEPT - len(read.faults)])


def compare(connection: Connection, staging: Staging) -> tuple[int, int, int]:
    """How many staged records are new, changed and unchanged against the books; nothing is written."""
    new, changed, unchanged = 0, 0, 0
    for company, page in staging.pages():
        fresh, other, _ = _sorted_out(connection, company, page)
        new, changed = new + len(fresh), changed + len(other)
        unchanged += len(page) - len(fresh) - len(other)
    return new, changed, unchanged


class _ChangedMeanwhileError(Exception):
    """Somebody else has changed the books of customers since they were read."""


def bring_in(
    read: Turn,
    write: Turn,
    staging: Staging,
    *,
    settings: CustomerSettings,
    companies: Sequence[str],
    at: datetime,
    progress: Progress,
) -> Written:
    """Bring the staged records into the books and merge the people they concern; all of it or nothing.

    `read` opens a transaction that only reads, `write` the one that writes: what changes is worked out with the former,
    and again where somebody else has changed the books meanwhile. A record that is there with the same digest is left
    alone, so a second import of one file changes nothing, and writes nothing.
    """
    for attempt in range(TRIES):
        changes = Changes(staging.connection)
        with read() as connection:
            version = book_version(connection)
        new, changed, unchanged = _prepare(read, staging, changes, settings, companies, at, progress)
        people = changes.count("people") + changes.count("gone")
        if any(changes.count(table) for table in _WRITERS):
            try:
                with write() as connection:
                    _write(connection, changes, version, at, progress)
            except _ChangedMeanwhileError:
                if attempt < TRIES - 1:
                    continue
                raise BooksChangedError from None
        with read() as connection:
            return Written(new, changed, unchanged, people, sum(doubt_counts(connection).values()))
    raise AssertionError("unreachable")


def _prepare(
    read: Turn,
    staging: Staging,
    changes: Changes,
    settings: CustomerSettings,
    companies: Sequence[str],
    at: datetime,
    progress: Progress,
) -> tuple[int, int, int]:
    """Work out what changes; how many records are new, changed and unchanged."""
    new, changed, unchanged = 0, 0, 0
    total = max(staging.count(), 1)
    for company, page in staging.pages():
        with read() as connection:
            fresh, other, before = _sorted_out(connection, company, page)
        changes.keep([*fresh, *other])
        changes.replace(before)
        staging.touch(one.group_customer_id for one in (*fresh, *other))
        staging.touch(one.group_customer_id for one in before)
        new, changed = new + len(fresh), changed + len(other)
        unchanged += len(page) - len(fresh) - len(other)
        progress("comparing records", (new + changed + unchanged) / total)
    changes.index()
    merge_people(read, staging, changes, Beliefs(settings, at.date()), companies=companies, progress=progress)
    return new, changed, unchanged


def _write(connection: Connection, changes: Changes, version: int, at: datetime, progress: Progress) -> None:
    if next_version(connection) != version + 1:
        raise _ChangedMeanwhileError
    total, done = sum(changes.count(table) for table in _WRITERS), 0
    for table, write in _WRITERS.items():
        for page in changes.rows(table):
            write(connection, page, at)
            done += len(page)
            progress("writing", done / total)


def _keep(connection: Connection, records: Sequence[tuple[Any, ...]], at: datetime) -> None:
    moment = Raw(connection).moment(at)
    write_over(connection, customer_records, (*Record._fields, "imported_at"), [(*row, moment) for row in records])


_WRITERS: Final[Mapping[str, Callable[[Connection, Any, datetime], None]]] = {
    "staged": _keep,
    "people": write_people,
    "gone": lambda connection, rows, _at: forget_people(connection, rows),
    "doubts": write_doubts,
    "settled": lambda connection, rows, _at: settle_doubts(connection, rows),
}
"""How the rows of each table of changes are written."""


def _sorted_out(
    connection: Connection, company: str, page: Sequence[Record]
) -> tuple[list[Record], list[Record], list[Replaced]]:
    """The new and the changed records of a page, and the changed ones as they are in the books."""
    known = _known(connection, company, page)
    fresh = [one for one in page if one.reference not in known]
    other = [one for one in page if one.reference in known and known[one.reference][0] != one.digest]
    return fresh, other, [known[one.reference][1] for one in other]


def _known(connection: Connection, company: str, page: Sequence[Record]) -> dict[str, tuple[str, Replaced]]:
    """Reference to digest and record, of those of the page that are in the books."""
    table = customer_records.c
    query = sa.select(table.digest, *(table[name] for name in Replaced._fields)).where(
        table.company == company, table.reference.in_([one.reference for one in page])
    )
    return {row.reference: (row.digest, Replaced._make(row[1:])) for row in connection.execute(query)}
