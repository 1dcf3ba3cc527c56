"""Brings people up to date with their records: reads the records of a page of people, merges, writes what differs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from greeting_sms.customers.birthday_choice import Beliefs
from greeting_sms.customers.changes import Changes, Merged
from greeting_sms.customers.merge import Merging, Recipient
from greeting_sms.customers.record import BirthdayFrom, Record
from greeting_sms.customers.staging import Staging
from greeting_sms.customers.upserts import write_over
from greeting_sms.occasions import Birthday, Calendar
from greeting_sms.raw import Raw
from greeting_sms.tables import birthday_decisions, birthday_doubts, customer_records, recipients

_RECORD_COLUMNS: Final = tuple(customer_records.c[name] for name in Record._fields)
_RECIPIENT_COLUMNS: Final = tuple(recipients.c[name] for name in Recipient._fields)
_DAYS_OF_A_YEAR: Final = 365.25

Turn = Callable[[], AbstractContextManager[Connection]]
"""Opens a transaction on the books: one that reads, or the one that writes."""


def merge_people(
    read: Turn,
    staging: Staging,
    changes: Changes,
    beliefs: Beliefs,
    *,
    companies: Sequence[str],
    progress: Callable[[str, float], None],
) -> None:
    """Work out what becomes of everybody the staging remembers; the books are only read, a page at a time."""
    touched = staging.companies()
    with read() as connection:
        spiked = _spikes(connection, beliefs, changes)
        for ids in _born_on_new_year(connection, touched):
            staging.touch(ids)  # a spike that has come or gone concerns people whose own records did not change
    ranks = {company: rank for rank, company in enumerate(beliefs.settings.company_order or companies)}
    merging = Merging(replace(beliefs, spiked=spiked), ranks)
    total, done = max(staging.affected_count(), 1), 0
    for page in staging.affected():
        with read() as connection:
            records = changes.over(page[0], page[-1], records_of(connection, page))
            changes.add(merge_page(connection, page, merging, records))
        done += len(page)
        progress("merging people", done / total)


def merge_page(
    connection: Connection, ids: Sequence[str], merging: Merging, records: Mapping[str, Sequence[Record]]
) -> Merged:
    """What merging these people out of their `records` changes in the books, which are only read."""
    decided = _decided(connection, ids)
    before = _before(connection, ids)
    people: list[Recipient] = []
    doubts: dict[tuple[str, str], str] = {}
    for id_ in ids:
        if id_ not in records:
            continue
        person, doubted = merging.merge(records[id_], decided.get(id_))
        people.append(person)
        doubts |= {(id_, str(doubt)): told for doubt, told in doubted}
    known = _doubts(connection, ids)
    return Merged(
        [person for person in people if before.get(person.group_customer_id) != person],
        [id_ for id_ in before if id_ not in records],
        [(*key, told) for key, told in doubts.items() if known.get(key) != told],  # one that stands keeps its day
        [key for key in known if key not in doubts],
    )


def write_people(connection: Connection, people: Sequence[tuple[Any, ...]], at: datetime) -> None:
    """Write people in the order of the fields of `Recipient`."""
    moment = Raw(connection).moment(at)
    write_over(connection, recipients, (*Recipient._fields, "updated_at"), [(*row, moment) for row in people])


def forget_people(connection: Connection, ids: Sequence[tuple[str]]) -> None:
    """Take out people without any record."""
    connection.execute(recipients.delete().where(recipients.c.group_customer_id.in_([row[0] for row in ids])))


def write_doubts(connection: Connection, doubts: Sequence[tuple[str, str, str]], at: datetime) -> None:
    """Write doubts that are new, or say something else now."""
    moment, names = Raw(connection).moment(at), ("group_customer_id", "doubt", "told", "found_at")
    write_over(connection, birthday_doubts, names, [(*row, moment) for row in doubts])


def settle_doubts(connection: Connection, doubts: Sequence[tuple[str, str]]) -> None:
    """Take out doubts that are no more."""
    table = birthday_doubts.c
    mine = sa.tuple_(table.group_customer_id, table.doubt)
    connection.execute(birthday_doubts.delete().where(mine.in_(list(doubts))))


def write_merged(connection: Connection, merged: Merged, at: datetime) -> None:
    """Write what merging a page of people changes, in the caller's transaction."""
    if merged.people:
        write_people(connection, merged.people, at)
    if merged.doubts:
        write_doubts(connection, merged.doubts, at)
    if merged.gone:
        forget_people(connection, [(id_,) for id_ in merged.gone])
    if merged.settled:
        settle_doubts(connection, merged.settled)


def records_of(connection: Connection, ids: Sequence[str]) -> Mapping[str, list[Record]]:
    query = sa.select(*_RECORD_COLUMNS).where(customer_records.c.group_customer_id.in_(ids))
    found: dict[str, list[Record]] = defaultdict(list)
    for row in connection.execute(query):
        found[row.group_customer_id].append(Record(*row))
    return found


def _decided(connection: Connection, ids: Sequence[str]) -> dict[str, Birthday]:
    query = sa.select(birthday_decisions).where(birthday_decisions.c.group_customer_id.in_(ids))
    return {
        row.group_customer_id: Birthday(
            Calendar(row.calendar), row.birth_month, row.birth_day, row.birth_leap, row.birth_year
        )
        for row in connection.execute(query)
    }


def _before(connection: Connection, ids: Sequence[str]) -> dict[str, tuple[Any, ...]]:
    query = sa.select(*_RECIPIENT_COLUMNS).where(recipients.c.group_customer_id.in_(ids))
    return {row.group_customer_id: tuple(row) for row in connection.execute(query)}


def _doubts(connection: Connection, ids: Sequence[str]) -> dict[tuple[str, str], str]:
    """What is told, by person and doubt."""
    query = sa.select(birthday_doubts).where(birthday_doubts.c.group_customer_id.in_(ids))
    return {(row.group_customer_id, row.doubt): row.told for row in connection.execute(query)}


def _spikes(connection: Connection, beliefs: Beliefs, changes: Changes) -> frozenset[tuple[str, int | None]]:
    """Companies and years of birth in which far more than one in 365 is born on 1 January, by what is only stated.

    Of all companies: a person's other records may be of one that is not in this import. The books are counted as they
    will be.
    """
    table = customer_records.c
    on_new_year = sa.func.sum(sa.case((_new_year(), 1), else_=0))
    query = (
        sa.select(table.company, table.birth_year, sa.func.count().label("all"), on_new_year.label("new_year"))
        .where(table.birth_month.is_not(None), table.calendar == Calendar.SOLAR)
        .group_by(table.company, table.birth_year)
    )
    every, new_year = changes.births()
    for row in connection.execute(query):
        every[row.company, row.birth_year] += row.all
        new_year[row.company, row.birth_year] += row.new_year
    settings = beliefs.settings
    return frozenset(
        which
        for which, count in every.items()
        if new_year[which] > max(settings.spike_least, settings.spike_times * count / _DAYS_OF_A_YEAR)
    )


def _born_on_new_year(connection: Connection, companies: Sequence[str]) -> Sequence[Sequence[str]]:
    table = customer_records.c
    query = sa.select(table.group_customer_id).where(table.company.in_(companies), _new_year())
    return list(connection.execute(query).scalars().partitions(1_000))


def _new_year() -> sa.ColumnElement[bool]:
    table = customer_records.c
    return sa.and_(
        table.calendar == Calendar.SOLAR,
        table.birth_month == 1,
        table.birth_day == 1,
        table.birthday_from == BirthdayFrom.STATED,
    )
