"""Keeps the customers and finds them by number."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from elder_channel.customers.model import Customer
from elder_channel.customers.tables import customer_numbers, customers
from elder_channel.storage.engine import reading, writing


class SqlCustomerStore:
    """The books, as far as the line reads them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reader = reading(engine)

    def find_by_number(self, number: str) -> Customer | None:
        """The customer with this number; with several, the oldest, whom a wrong guess would hurt most."""
        joined = customers.join(customer_numbers, customers.c.id == customer_numbers.c.customer_id)
        query = (
            sa.select(customers)
            .select_from(joined)
            .where(customer_numbers.c.number == number)
            .order_by(customers.c.born_on.is_(None), customers.c.born_on, customers.c.id)
        )
        with self._reader.begin() as connection:
            row = connection.execute(query).first()
            if row is None:
                return None
            mine = customer_numbers.c.customer_id == row.id
            numbers = tuple(connection.scalars(sa.select(customer_numbers.c.number).where(mine)))
        return Customer(row.id, row.name, numbers, row.born_on, row.elder_flag, row.dialect, row.language)

    def exists(self, customer_id: int) -> bool:
        """Whether the books have this customer."""
        query = sa.select(customers.c.id).where(customers.c.id == customer_id)
        with self._reader.begin() as connection:
            return connection.execute(query).first() is not None

    def load(self, people: Iterable[Customer]) -> int:
        """Write customers, over those with the same id; how many there were."""
        count = 0
        with writing(self._engine) as connection:
            for person in people:
                connection.execute(customers.delete().where(customers.c.id == person.id))
                connection.execute(
                    customers.insert().values(
                        id=person.id,
                        name=person.name,
                        born_on=person.born_on,
                        elder_flag=person.elder_flag,
                        dialect=person.dialect,
                        language=person.language,
                    )
                )
                numbers = [{"number": number, "customer_id": person.id} for number in person.numbers]
                connection.execute(customer_numbers.insert(), numbers)
                count += 1
        return count
