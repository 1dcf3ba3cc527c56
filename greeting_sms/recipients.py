"""The people of the group as the planner reads them: by the keys of a day, never by a scan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from greeting_sms.occasions import Birthday, BirthdayKey, Calendar
from greeting_sms.tables import recipients

PAGE_ROWS: Final = 5_000

COLUMNS: Final = tuple(column for column in recipients.c if column.name != "updated_at")
"""What a row of `due` has, in this order."""


class HeldBack(StrEnum):
    """Why a person gets no greeting at all; of several reasons the first in this order is kept."""

    DECEASED = "deceased"
    COMPLAINT = "complaint"
    NO_CONSENT = "no_consent"  # refused to one of the companies: a no counts for the whole group
    LAPSED = "lapsed"  # a customer of none of the companies any more
    QUARANTINED = "quarantined"  # the birthday is contradicted or not to be believed
    NO_BIRTHDAY = "no_birthday"
    NO_NUMBER = "no_number"
    LANDLINE = "landline"  # the number takes no texts


def due(
    connection: Connection, keys: Iterable[BirthdayKey], *, page_rows: int = PAGE_ROWS
) -> Iterator[Sequence[Row[Any]]]:
    """Everybody under these keys, people who are held back too, in pages of at most `page_rows` rows.

    Each page is a query of its own on the index, so that no cursor stays open while a page is worked on.
    """
    for key in keys:
        last = ""
        while page := connection.execute(_PAGE, {**key._asdict(), "last": last, "page_rows": page_rows}).all():
            yield page
            if len(page) < page_rows:
                break
            last = page[-1].group_customer_id


def find(connection: Connection, group_customer_id: str) -> Row[Any] | None:
    """One person, or None."""
    query = sa.select(*COLUMNS).where(recipients.c.group_customer_id == group_customer_id)
    return connection.execute(query).first()


def birthday_of(row: Row[Any]) -> Birthday | None:
    """The birthday of a row; None where the books have none."""
    if row.birth_month is None or row.birth_day is None:
        return None
    return Birthday(Calendar(row.calendar), row.birth_month, row.birth_day, bool(row.birth_leap), row.birth_year)


_PAGE: Final = (
    sa.select(*COLUMNS)
    .where(
        recipients.c.calendar == sa.bindparam("calendar"),
        recipients.c.birth_month == sa.bindparam("month"),
        recipients.c.birth_day == sa.bindparam("day"),
        recipients.c.birth_leap == sa.bindparam("leap"),
        recipients.c.group_customer_id > sa.bindparam("last"),
    )
    .order_by(recipients.c.group_customer_id)
    .limit(sa.bindparam("page_rows"))
)
