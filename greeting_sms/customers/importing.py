"""Takes customers in: all rows are read and checked first, then the books change in one transaction, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from greeting_sms.customers.birthday_choice import Beliefs
from greeting_sms.customers.columns import ColumnNames, Field, match_columns
from greeting_sms.customers.doubts import doubt_counts
from greeting_sms.customers.faults import Fault
from greeting_sms.customers.people import merge_people
from greeting_sms.customers.record import Ground, Record, RecordReader
from greeting_sms.customers.settings import CustomerSettings
from greeting_sms.customers.sources import Source
from greeting_sms.customers.staging import Staging
from greeting_sms.customers.upserts import upsert
from greeting_sms.tables import customer_records

BATCH_ROWS: Final = 2_000
FAULTS_KEPT: Final = 100_000
"""So many faults are listed; a file in which more is wrong is the wrong file."""

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


def write(
    connection: Connection,
    staging: Staging,
    *,
    settings: CustomerSettings,
    companies: Sequence[str],
    at: datetime,
    progress: Progress,
) -> Written:
    """Bring the staged records into the books and merge the people they concern; the caller's transaction holds it all.

    A record that is there with the same digest is left alone, so a second import of one file changes nothing.
    """
    new, changed, unchanged = 0, 0, 0
    total = max(staging.count(), 1)
    for company, page in staging.pages():
        fresh, other, people_before = _sorted_out(connection, company, page)
        _keep(connection, [*fresh, *other], at)
        staging.touch(one.group_customer_id for one in (*fresh, *other))
        staging.touch(people_before)
        new, changed = new + len(fresh), changed + len(other)
        unchanged += len(page) - len(fresh) - len(other)
        progress("keeping records", (new + changed + unchanged) / total)
    beliefs = Beliefs(settings, at.date())
    people = merge_people(connection, staging, beliefs, companies=companies, at=at, progress=progress)
    return Written(new, changed, unchanged, people, sum(doubt_counts(connection).values()))


def _sorted_out(
    connection: Connection, company: str, page: Sequence[Record]
) -> tuple[list[Record], list[Record], list[str]]:
    """The new and the changed records of a page, and the people the changed ones belonged to before."""
    known = _known(connection, company, page)
    fresh = [one for one in page if one.reference not in known]
    other = [one for one in page if one.reference in known and known[one.reference][0] != one.digest]
    return fresh, other, [known[one.reference][1] for one in other]


def _known(connection: Connection, company: str, page: Sequence[Record]) -> dict[str, tuple[str, str]]:
    """Reference to digest and person, of those of the page that are in the books."""
    table = customer_records.c
    query = sa.select(table.reference, table.digest, table.group_customer_id).where(
        table.company == company, table.reference.in_([one.reference for one in page])
    )
    return {row.reference: (row.digest, row.group_customer_id) for row in connection.execute(query)}


def _keep(connection: Connection, records: Sequence[Record], at: datetime) -> None:
    upsert(connection, customer_records, [one._asdict() | {"imported_at": at} for one in records])
