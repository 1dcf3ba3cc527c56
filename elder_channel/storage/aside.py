"""Books aside: in memory, with what concerns one number, to try the line on; nothing of it reaches the real books."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from elder_channel.agents.tables import agents, switches
from elder_channel.calls.carrier_tables import nuisance_marks
from elder_channel.customers.tables import customer_numbers, customers, number_marks
from elder_channel.storage.engine import Databases, open_in_memory, reading, writing
from elder_channel.storage.schema import METADATA
from elder_channel.workorders.tables import work_orders

_MOST_ORDERS = 50
"""Of one caller; the line tells three of them."""


@contextmanager
def books_aside() -> Iterator[Databases]:
    """Empty books in memory, gone afterwards; for one thread."""
    engine = open_in_memory()
    try:
        with engine.begin() as connection:
            for metadata in METADATA["calls"]:
                metadata.create_all(connection)
        yield Databases(engine, engine, Path())
    finally:
        engine.dispose()


def copy_about(number: str, real: Engine, aside: Engine, *, agents_too: bool) -> None:
    """Copy what the line reads when `number` calls: the people there, marks, orders, switches, and who is at work."""
    people = sa.select(customer_numbers.c.customer_id).where(customer_numbers.c.number == number)
    theirs = work_orders.c.caller_number == number, work_orders.c.customer_id.in_(people)
    wanted: dict[sa.Table, sa.Select[Any]] = {
        customers: sa.select(customers).where(customers.c.id.in_(people)),
        customer_numbers: sa.select(customer_numbers).where(customer_numbers.c.customer_id.in_(people)),
        number_marks: sa.select(number_marks).where(number_marks.c.number == number),
        nuisance_marks: sa.select(nuisance_marks).where(nuisance_marks.c.number == number),
        work_orders: sa.select(work_orders)
        .where(sa.or_(*theirs))
        .order_by(work_orders.c.opened_at.desc())
        .limit(_MOST_ORDERS),
        switches: sa.select(switches).where(switches.c.off_at.is_(None)),
        **({agents: sa.select(agents)} if agents_too else {}),
    }
    with reading(real).begin() as connection:
        found = {table: connection.execute(query).mappings().all() for table, query in wanted.items()}
    with writing(aside) as connection:
        for table, rows in found.items():
            if rows:
                connection.execute(table.insert(), [dict(row) for row in rows])
