"""Brings people up to date with their records: reads the records of a page of people, merges, writes what differs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from greeting_sms.customers.birthday_choice import Beliefs
from greeting_sms.customers.merge import Merging, Recipient
from greeting_sms.customers.record import BirthdayFrom, Record
from greeting_sms.customers.staging import Staging
from greeting_sms.customers.upserts import upsert
from greeting_sms.occasions import Birthday, Calendar
from greeting_sms.tables import birthday_decisions, birthday_doubts, customer_records, recipients

_RECORD_COLUMNS: Final = tuple(customer_records.c[name] for name in Record._fields)
_RECIPIENT_COLUMNS: Final = tuple(recipients.c[name] for name in Recipient._fields)
_DAYS_OF_A_YEAR: Final = 365.25


def merge_people(
    connection: Connection,
    staging: Staging,
    beliefs: Beliefs,
    *,
    companies: Sequence[str],
    at: datetime,
    progress: Callable[[str, float], None],
) -> int:
    """Merge everybody the staging remembers; how many people changed."""
    touched = staging.companies()
    spiked = _spikes(connection, beliefs)
    for ids in _born_on_new_year(connection, touched):
        staging.touch(ids)  # a spike that has come or gone concerns people whose own records did not change
    ranks = {company: rank for rank, company in enumerate(beliefs.settings.company_order or companies)}
    merging = Merging(replace(beliefs, spiked=spiked), ranks)
    total, done, changed = max(staging.affected_count(), 1), 0, 0
    for page in staging.affected():
        changed, done = changed + merge_page(connection, page, merging, at), done + len(page)
        progress("merging people", done / total)
    return changed


def merge_page(connection: Connection, ids: Sequence[str], merging: Merging, at: datetime) -> int:
    """Merge these people and bring their doubts up to date; how many people changed."""
    records = _records(connection, ids)
    decided = _decided(connection, ids)
    before = _before(connection, ids)
    people, doubts = [], []
    for id_ in ids:
        if id_ not in records:
            continue
        person, doubted = merging.merge(records[id_], decided.get(id_))
        people.append(person)
        doubts += [{"group_customer_id": id_, "doubt": doubt, "told": told} for doubt, told in doubted]
    gone = before.keys() - records.keys()
    other = [person for person in people if before.get(person.group_customer_id) != person]
    upsert(connection, recipients, [person._asdict() | {"updated_at": at} for person in other])
    if gone:
        connection.execute(recipients.delete().where(recipients.c.group_customer_id.in_(gone)))
    _keep_doubts(connection, ids, doubts, at)
    return len(other) + len(gone)


def _records(connection: Connection, ids: Sequence[str]) -> Mapping[str, list[Record]]:
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


def _keep_doubts(connection: Connection, ids: Sequence[str], doubts: Sequence[dict[str, Any]], at: datetime) -> None:
    """The doubts of these people are now these; one that stands as it stood keeps its day."""
    query = sa.select(birthday_doubts).where(birthday_doubts.c.group_customer_id.in_(ids))
    kept = {(row.group_customer_id, row.doubt): row.told for row in connection.execute(query)}
    now = {(one["group_customer_id"], str(one["doubt"])): one["told"] for one in doubts}
    for id_, doubt in kept.keys() - now.keys():
        table = birthday_doubts.c
        connection.execute(birthday_doubts.delete().where(table.group_customer_id == id_, table.doubt == doubt))
    fresh = [
        one | {"found_at": at} for one in doubts if kept.get((one["group_customer_id"], one["doubt"])) != one["told"]
    ]
    upsert(connection, birthday_doubts, fresh)


def _spikes(connection: Connection, beliefs: Beliefs) -> frozenset[tuple[str, int | None]]:
    """Companies and years of birth in which far more than one in 365 is born on 1 January, by what is only stated.

    Of all companies: a person's other records may be of one that is not in this import.
    """
    table = customer_records.c
    on_new_year = sa.func.sum(sa.case((_new_year(), 1), else_=0))
    query = (
        sa.select(table.company, table.birth_year, sa.func.count().label("all"), on_new_year.label("new_year"))
        .where(table.birth_month.is_not(None), table.calendar == Calendar.SOLAR)
        .group_by(table.company, table.birth_year)
    )
    settings = beliefs.settings
    return frozenset(
        (row.company, row.birth_year)
        for row in connection.execute(query)
        if row.new_year > max(settings.spike_least, settings.spike_times * row.all / _DAYS_OF_A_YEAR)
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
