"""What is in doubt about people, and what somebody decides of their birthdays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from greeting_sms.customers.birthday_choice import Beliefs, Doubt
from greeting_sms.customers.book_version import next_version
from greeting_sms.customers.merge import Merging
from greeting_sms.customers.people import merge_page, records_of, write_merged
from greeting_sms.customers.settings import CustomerSettings
from greeting_sms.customers.upserts import upsert
from greeting_sms.errors import PersonUnknownError
from greeting_sms.occasions import Birthday
from greeting_sms.tables import birthday_decisions, birthday_doubts, customer_records

LONGEST_REASON: Final = 200


@dataclass(frozen=True)
class OpenDoubt:
    """Something about a person that somebody has to look at."""

    group_customer_id: str
    doubt: Doubt
    told: str
    found_at: datetime


def doubts(connection: Connection, *, limit: int, doubt: Doubt | None = None) -> Iterator[OpenDoubt]:
    """The doubts that are open, by person."""
    table = birthday_doubts.c
    query = sa.select(birthday_doubts).order_by(table.group_customer_id, table.doubt).limit(limit)
    if doubt:
        query = query.where(table.doubt == doubt)
    for row in connection.execute(query):
        yield OpenDoubt(row.group_customer_id, Doubt(row.doubt), row.told, row.found_at)


def doubt_counts(connection: Connection) -> dict[str, int]:
    """How many people each doubt concerns."""
    query = sa.select(birthday_doubts.c.doubt, sa.func.count()).group_by(birthday_doubts.c.doubt)
    return {row[0]: row[1] for row in connection.execute(query.order_by(birthday_doubts.c.doubt))}


def decide(
    connection: Connection,
    group_customer_id: str,
    birthday: Birthday,
    *,
    settings: CustomerSettings,
    companies: Sequence[str],
    by: str,
    reason: str,
    at: datetime,
) -> None:
    """Keep which birthday is right and merge the person anew. Raises PersonUnknownError."""
    if not _is_known(connection, group_customer_id):
        raise PersonUnknownError(group_customer_id)
    row: dict[str, Any] = {
        "group_customer_id": group_customer_id,
        "calendar": birthday.calendar,
        "birth_year": birthday.year,
        "birth_month": birthday.month,
        "birth_day": birthday.day,
        "birth_leap": birthday.leap,
        "reason": reason[:LONGEST_REASON],
        "decided_by": by,
        "decided_at": at,
    }
    next_version(connection)
    upsert(connection, birthday_decisions, [row])
    ranks = {company: rank for rank, company in enumerate(settings.company_order or companies)}
    merging = Merging(Beliefs(settings, at.date()), ranks)
    ids = [group_customer_id]
    write_merged(connection, merge_page(connection, ids, merging, records_of(connection, ids)), at)


def _is_known(connection: Connection, group_customer_id: str) -> bool:
    query = sa.select(customer_records.c.company).where(customer_records.c.group_customer_id == group_customer_id)
    return connection.execute(query.limit(1)).first() is not None
