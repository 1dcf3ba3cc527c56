"""People of the group as others may know them: who they are at which numbers, when they were born, how they speak."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from greeting_sms.recipients import COLUMNS, HeldBack
from greeting_sms.tables import customer_records, recipients


def known_people(connection: Connection, ids: Sequence[str]) -> Iterator[tuple[Row[Any], tuple[str, ...]]]:
    """The row of each person, with every number of theirs, landlines too; none of somebody who has died."""
    numbers = _numbers(connection, ids)
    query = sa.select(*COLUMNS).where(recipients.c.group_customer_id.in_(ids))
    for row in connection.execute(query.order_by(recipients.c.group_customer_id)):
        dead = row.held_back == HeldBack.DECEASED
        yield row, () if dead else tuple(sorted(numbers[row.group_customer_id]))


def _numbers(connection: Connection, ids: Sequence[str]) -> dict[str, set[str]]:
    table = customer_records.c
    query = sa.select(table.group_customer_id, table.number).where(
        table.group_customer_id.in_(ids), table.number.is_not(None)
    )
    found: dict[str, set[str]] = defaultdict(set)
    for id_, number in connection.execute(query):
        found[id_].add(number)
    return found
