"""Finds customers for staff, changes what staff may change of them, and keeps who looked and who changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from elder_channel.customers.files import (
    Access,
    CustomerAccess,
    CustomerChange,
    Details,
    as_text,
    changed_fields,
    contested,
    details_of,
)
from elder_channel.customers.model import Customer, DialectFrom, Relation
from elder_channel.customers.tables import (
    customer_accesses,
    customer_changes,
    customer_numbers,
    customers,
    group_customers,
)
from elder_channel.storage.customers import customer_of, numbers_of
from elder_channel.storage.engine import reading, writing
from elder_channel.storage.values import as_value

_LARGEST_ID: Final = 2**31 - 1


class SqlCustomerFiles:
    """The books as staff look into them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reader = reading(engine)

    def find(self, asked: str, *, number: str, limit: int) -> list[Customer]:
        """Customers with this id (ours or the group's), this name or this number, whole ones only; by id."""
        at_number = sa.select(customer_numbers.c.customer_id).where(customer_numbers.c.number == number)
        of_group = sa.select(group_customers.c.customer_id).where(group_customers.c.group_customer_id == asked)
        wanted = [customers.c.name == asked, customers.c.id.in_(of_group)]
        if number:
            wanted.append(customers.c.id.in_(at_number))
        if asked.isascii() and asked.isdecimal() and int(asked) <= _LARGEST_ID:
            wanted.append(customers.c.id == int(asked))
        return self._customers(sa.or_(*wanted), limit)

    def get(self, customer_id: int) -> Customer | None:
        """The customer; None when there is none."""
        return next(iter(self._customers(customers.c.id == customer_id, 1)), None)

    def group_id(self, customer_id: int) -> str | None:
        """Who of the group the customer is; None for the site's own."""
        query = sa.select(group_customers.c.group_customer_id).where(group_customers.c.customer_id == customer_id)
        with self._reader.begin() as connection:
            return connection.execute(query).scalar()

    def change(
        self, customer_id: int, base: Details, mine: Details, *, by: str, reason: str, at: datetime
    ) -> tuple[str, ...] | None:
        """Write the fields that differ between `base`, as it was looked at, and `mine`; what others changed stays.

        Returns the fields on which somebody else was first, in which case nothing is written; None when there is no
        such customer.
        """
        with writing(self._engine) as connection:
            row = connection.execute(
                sa.select(customers).where(customers.c.id == customer_id).with_for_update()
            ).first()
            if row is None:
                return None
            now = details_of(customer_of(row, numbers_of(connection, [customer_id])[customer_id]))
            if clash := contested(base, mine, now):
                return clash
            names = [name for name in changed_fields(base, mine) if getattr(now, name) != getattr(mine, name)]
            _write(connection, customer_id, {name: getattr(mine, name) for name in names})
            for name in names:
                before, after = as_text(getattr(now, name)), as_text(getattr(mine, name))
                change = CustomerChange(customer_id, name, before, after, by, reason, at)
                connection.execute(customer_changes.insert().values(**vars(change)))
            if names:
                done = CustomerAccess(customer_id, Access.CHANGED, by, reason, at)
                connection.execute(customer_accesses.insert().values(**vars(done)))
        return ()

    def note_access(self, access: CustomerAccess, *, since: datetime, most: int) -> bool:
        """Keep that somebody looks, unless they have looked `most` times since then; whether it was kept.

        Counted and kept in one transaction, so that ten windows at once count as ten.
        """
        looks = (Access.SEARCHED, Access.OPENED)
        mine = customer_accesses.c.by == access.by, customer_accesses.c.at > since, customer_accesses.c.what.in_(looks)
        with writing(self._engine) as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext(f"looks {access.by}"))))
            count = connection.scalar(sa.select(sa.func.count()).where(*mine)) or 0
            if access.what in looks and count >= most:
                return False
            connection.execute(customer_accesses.insert().values(**vars(access)))
        return True

    def note(self, access: CustomerAccess) -> None:
        """Keep that somebody looks at what no limit is set for."""
        with writing(self._engine) as connection:
            connection.execute(customer_accesses.insert().values(**vars(access)))

    def has_opened(self, customer_id: int, by: str, *, since: datetime) -> bool:
        """Whether somebody has opened this person since then."""
        table = customer_accesses.c
        mine = table.customer_id == customer_id, table.by == by, table.at > since, table.what == Access.OPENED
        with self._reader.begin() as connection:
            return connection.execute(sa.select(table.id).where(*mine).limit(1)).first() is not None

    def accesses(self, customer_id: int) -> list[CustomerAccess]:
        """Who looked into this person's data, newest first."""
        mine = customer_accesses.c.customer_id == customer_id
        query = sa.select(customer_accesses).where(mine).order_by(customer_accesses.c.id.desc())
        with self._reader.begin() as connection:
            return [as_value(CustomerAccess, row, what=Access(row.what)) for row in connection.execute(query)]

    def changes(self, customer_id: int) -> list[CustomerChange]:
        """What staff changed, newest first."""
        mine = customer_changes.c.customer_id == customer_id
        query = sa.select(customer_changes).where(mine).order_by(customer_changes.c.id.desc())
        with self._reader.begin() as connection:
            return [as_value(CustomerChange, row) for row in connection.execute(query)]

    def _customers(self, where: sa.ColumnElement[bool], limit: int) -> list[Customer]:
        query = sa.select(customers).where(where).order_by(customers.c.id).limit(limit)
        with self._reader.begin() as connection:
            rows = connection.execute(query).all()
            numbers = numbers_of(connection, [row.id for row in rows])
        return [customer_of(row, numbers[row.id]) for row in rows]


def _write(connection: sa.Connection, customer_id: int, values: dict[str, Any]) -> None:
    family: Iterable[str] | None = values.pop("family_numbers", None)
    if "dialect" in values:  # unknown again: the next import may say
        values["dialect_from"] = DialectFrom.CHOSEN if values["dialect"] else DialectFrom.LOADED
    if values:
        connection.execute(customers.update().where(customers.c.id == customer_id).values(**values))
    if family is not None:
        mine = customer_numbers.c.customer_id == customer_id, customer_numbers.c.relation == Relation.FAMILY
        connection.execute(customer_numbers.delete().where(*mine))
        rows = [{"number": each, "customer_id": customer_id, "relation": Relation.FAMILY} for each in family]
        if rows:
            connection.execute(customer_numbers.insert(), rows)
