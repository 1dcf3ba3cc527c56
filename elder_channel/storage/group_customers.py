"""Brings people of the group into the line's customers, a few at a time, and keeps what agents noted of them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from elder_channel.customers.model import DialectFrom, GroupPerson, Relation
from elder_channel.customers.tables import customer_numbers, customers, group_customers
from elder_channel.storage.engine import reading, writing

FIRST_ID: Final = 1_000_000_000
"""Ids of people of the group begin here, out of the way of ids that a site gave its own customers."""
PAGE_PEOPLE: Final = 50
"""So many are written at a time: calls wait for the same file, and a transaction must stay within 10 ms."""


class SqlGroupCustomers:
    """People of the group among the line's customers."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reader = reading(engine)

    def bring(self, people: Sequence[GroupPerson]) -> int:
        """Write those who are new or another than last time; how many. Marks of numbers and family numbers stay."""
        written = 0
        for start in range(0, len(people), PAGE_PEOPLE):
            page = {one.group_customer_id: one for one in people[start : start + PAGE_PEOPLE]}
            with self._reader.begin() as connection:
                known = _known(connection, page)
            other = [one for id_, one in page.items() if known.get(id_, (0, ""))[1] != digest_of(one)]
            if other:
                with writing(self._engine) as connection:
                    _write(connection, other)
                written += len(other)
        return written


def digest_of(person: GroupPerson) -> str:
    """Tells whether a person is as last time."""
    return hashlib.blake2b(repr(person).encode(), digest_size=16).hexdigest()


def _known(connection: sa.Connection, ids: Mapping[str, Any] | Sequence[str]) -> dict[str, tuple[int, str]]:
    """Id among the customers, and digest, of those who were brought before."""
    query = sa.select(group_customers).where(group_customers.c.group_customer_id.in_(list(ids)))
    return {row.group_customer_id: (row.customer_id, row.digest) for row in connection.execute(query)}


def _write(connection: sa.Connection, people: Sequence[GroupPerson]) -> None:
    known = _known(connection, [one.group_customer_id for one in people])
    new = [one for one in people if one.group_customer_id not in known]
    old = [one for one in people if one.group_customer_id in known]
    ids = {one.group_customer_id: known[one.group_customer_id][0] for one in old}
    ids |= {one.group_customer_id: id_ for id_, one in enumerate(new, start=_next_id(connection))}
    if new:
        connection.execute(customers.insert(), [_row(one, ids) | {"dialect": one.dialect} for one in new])
        connection.execute(group_customers.insert(), [_link(one, ids) for one in new])
    if old:
        _update(connection, old, ids)
    numbers = [
        {"number": number, "customer_id": ids[one.group_customer_id], "relation": Relation.OWN}
        for one in people
        for number in one.numbers
    ]
    if numbers:
        connection.execute(customer_numbers.insert(), numbers)


def _update(connection: sa.Connection, people: Sequence[GroupPerson], ids: Mapping[str, int]) -> None:
    """The rows of these anew; a dialect that somebody heard or chose stays."""
    mine = customers.c.id == sa.bindparam("mine")
    rest: dict[str, Any] = {name: sa.bindparam(f"new_{name}") for name in ("name", "born_on", "language")}
    bound = [
        {"mine": row.pop("id")} | {f"new_{name}": value for name, value in row.items()} | {"new_dialect": one.dialect}
        for one in people
        if (row := _row(one, ids))
    ]
    connection.execute(customers.update().where(mine).values(rest), bound)
    loaded = customers.update().where(mine, customers.c.dialect_from == DialectFrom.LOADED)
    connection.execute(loaded.values(dialect=sa.bindparam("new_dialect")), bound)
    links = [{"person": one.group_customer_id, "new_digest": digest_of(one)} for one in people]
    link = group_customers.update().where(group_customers.c.group_customer_id == sa.bindparam("person"))
    connection.execute(link.values(digest=sa.bindparam("new_digest")), links)
    theirs = customer_numbers.c.customer_id.in_([ids[one.group_customer_id] for one in people])
    numbers = [number for one in people for number in one.numbers]
    # A number that has become their own is no relative's any more.
    kept = sa.and_(customer_numbers.c.relation != Relation.OWN, customer_numbers.c.number.not_in(numbers))
    connection.execute(customer_numbers.delete().where(theirs, sa.not_(kept)))


def _row(person: GroupPerson, ids: Mapping[str, int]) -> dict[str, Any]:
    id_ = ids[person.group_customer_id]
    return {"id": id_, "name": person.name, "born_on": person.born_on, "language": person.language}


def _link(person: GroupPerson, ids: Mapping[str, int]) -> dict[str, Any]:
    id_ = person.group_customer_id
    return {"group_customer_id": id_, "customer_id": ids[id_], "digest": digest_of(person)}


def _next_id(connection: sa.Connection) -> int:
    highest = connection.execute(sa.select(sa.func.max(group_customers.c.customer_id))).scalar()
    return FIRST_ID if highest is None else int(highest) + 1
