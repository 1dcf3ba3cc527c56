"""Keeps the customers, finds them by number, and keeps what is noted of a number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine, Row

from elder_channel.customers.model import (
    AtNumber,
    Customer,
    DialectFrom,
    Listed,
    Mark,
    MarkChange,
    Relation,
    dialect_kept,
)
from elder_channel.customers.tables import customer_numbers, customers, mark_changes, number_marks
from elder_channel.storage.engine import reading, writing
from elder_channel.storage.inserting import insert_new
from elder_channel.storage.values import as_value

# Read for every call, so they are built once: to build a query costs more than to run it.
_PEOPLE_AT = (
    sa.select(customers, customer_numbers.c.relation)
    .join(customer_numbers, customers.c.id == customer_numbers.c.customer_id)
    .where(customer_numbers.c.number == sa.bindparam("number"))
    .order_by(customers.c.born_on.is_(None), customers.c.born_on, customers.c.id)
)
_MARKS_AT = sa.select(number_marks).where(number_marks.c.number == sa.bindparam("number"))


class SqlCustomerStore:
    """The books, as far as the line reads them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reader = reading(engine)

    def at_number(self, number: str) -> AtNumber:
        """Everybody the books have at this number, the oldest first, and what is noted of it."""
        with self._reader.begin() as connection:
            marks = connection.execute(_MARKS_AT, {"number": number}).first()
            rows = connection.execute(_PEOPLE_AT, {"number": number}).all()
            numbers = numbers_of(connection, [row.id for row in rows])
        people = tuple(Listed(customer_of(row, numbers[row.id]), Relation(row.relation)) for row in rows)
        if marks is None:
            return AtNumber(people)
        return AtNumber(people, marks.elder, marks.hearing, marks.relative)

    def exists(self, customer_id: int) -> bool:
        """Whether the books have this customer."""
        query = sa.select(customers.c.id).where(customers.c.id == customer_id)
        with self._reader.begin() as connection:
            return connection.execute(query).first() is not None

    def mark(self, change: MarkChange) -> None:
        """Note something of the number and keep that it was noted; without a number only the latter."""
        with writing(self._engine) as connection:
            if change.number is not None:
                insert_new(connection, number_marks, {"number": change.number})
                noted = number_marks.update().where(number_marks.c.number == change.number)
                connection.execute(noted.values({number_marks.c[change.mark]: change.after}))
            connection.execute(mark_changes.insert().values(**vars(change)))

    def changes_at(self, number: str) -> list[MarkChange]:
        """What was noted of a number in the books, oldest first."""
        return self._changes(mark_changes.c.number == number)

    def changes_of_call(self, sid: str) -> list[MarkChange]:
        """What was noted on one call, oldest first."""
        return self._changes(mark_changes.c.call_sid == sid)

    def _changes(self, where: sa.ColumnElement[bool]) -> list[MarkChange]:
        query = sa.select(mark_changes).where(where).order_by(mark_changes.c.id)
        with self._reader.begin() as connection:
            return [_change(row) for row in connection.execute(query)]

    def load(self, people: Iterable[Customer]) -> int:
        """Write customers, over those with the same id; how many there were.

        What is noted of numbers stays, and so does a dialect that is surer than the one loaded (`dialect_kept`).
        """
        count = 0
        with writing(self._engine) as connection:
            for person in people:
                mine = customers.c.id == person.id
                before = connection.execute(sa.select(customers).where(mine).with_for_update()).first()
                dialect, dialect_from = dialect_kept(customer_of(before, ()) if before else None, person)
                connection.execute(customers.delete().where(mine))
                row = {name: getattr(person, name) for name in customers.c.keys()}  # noqa: SIM118 (not a mapping)
                row |= {"dialect": dialect, "dialect_from": dialect_from}
                connection.execute(customers.insert().values(**row))
                if numbers := _number_rows(person):
                    connection.execute(customer_numbers.insert(), numbers)
                count += 1
        return count


def _number_rows(person: Customer) -> list[dict[str, Any]]:
    relations = dict.fromkeys(person.family_numbers, Relation.FAMILY) | dict.fromkeys(person.numbers, Relation.OWN)
    return [
        {"number": number, "customer_id": person.id, "relation": relation} for number, relation in relations.items()
    ]


def numbers_of(connection: sa.Connection, ids: Sequence[int]) -> dict[int, list[Row[Any]]]:
    """The rows of the numbers of these customers, by customer."""
    by_customer: dict[int, list[Row[Any]]] = defaultdict(list)
    if ids:
        query = sa.select(customer_numbers).where(customer_numbers.c.customer_id.in_(ids))
        for row in connection.execute(query.order_by(customer_numbers.c.number)):
            by_customer[row.customer_id].append(row)
    return by_customer


def customer_of(row: Row[Any], numbers: Sequence[Row[Any]]) -> Customer:
    """A row of the customers with the rows of its numbers as a value."""
    return Customer(
        id=row.id,
        name=row.name,
        numbers=tuple(each.number for each in numbers if each.relation == Relation.OWN),
        born_on=row.born_on,
        elder_flag=row.elder_flag,
        dialect=row.dialect,
        language=row.language,
        family_numbers=tuple(each.number for each in numbers if each.relation == Relation.FAMILY),
        hard_of_hearing=row.hard_of_hearing,
        dialect_from=DialectFrom(row.dialect_from),
    )


def _change(row: Row[Any]) -> MarkChange:
    return as_value(MarkChange, row, mark=Mark(row.mark))
