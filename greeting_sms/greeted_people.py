"""The numbers by which the outbox knows people.

A person of the group is known by an id of the companies, and those ids come in no order: with them in the key of the
outbox every row of a day would be written to a page of its own, anywhere among the rows of all people and years. So a
person gets a number when first planned. People are planned day by day, whoever has one birthday gets numbers in a row,
and next year the rows of that day lie side by side in the key. The number means nothing else, and stays when the
birthday turns out to be another one.

That the key still is one of person and greeting year (law 6) is the database's own work: an id has one number, a
greeting names both, and both together must stand here.
"""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from greeting_sms.raw import insert_text
from greeting_sms.tables import greeted_people, greetings

_ID, _NUMBER = greeted_people.c.group_customer_id, greeted_people.c.person_id


def person_id_of(group_customer_id: str | None) -> sa.ScalarSelect[int]:
    """The number of a person, for the condition of a statement; NULL for one who was never planned."""
    people = greeted_people.c
    return sa.select(people.person_id).where(people.group_customer_id == group_customer_id).scalar_subquery()


def meet(connection: Connection, group_customer_ids: Iterable[str]) -> None:
    """Give numbers to those who have none, in the caller's transaction."""
    values = [(each,) for each in group_customer_ids]
    connection.exec_driver_sql(insert_text(connection, greeted_people, (_ID.name,)), values)


def forget(connection: Connection, *who: sa.ColumnElement[bool]) -> int:
    """Forget those of whom the outbox has nothing any more, in the caller's transaction; how many."""
    has_some = sa.exists().where(greetings.c.person_id == _NUMBER)
    return connection.execute(greeted_people.delete().where(*who, ~has_some)).rowcount
