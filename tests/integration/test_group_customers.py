"""People of the group among the line's customers, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from elder_channel.customers.model import Customer, DialectFrom, GroupPerson, Mark, MarkChange
from elder_channel.customers.tables import customer_numbers, customers
from elder_channel.storage.customers import SqlCustomerStore
from elder_channel.storage.engine import Databases
from elder_channel.storage.group_customers import PAGE_PEOPLE, SqlGroupCustomers

MOBILE, LANDLINE, DAUGHTER = "+8659100000102", "+8659100000103", "+8659100000104"
CHEN = GroupPerson("G1", "陈示例", (MOBILE, LANDLINE), date(1946, 3, 12), "fuzhou", "zh")


@pytest.fixture
def group(databases: Databases) -> SqlGroupCustomers:
    """With one person of the group, beside a customer the site has loaded under an id of its own."""
    SqlCustomerStore(databases.calls).load([Customer(1, "林示例", ("+8659100000109",))])
    store = SqlGroupCustomers(databases.calls)
    assert store.bring([CHEN]) == 1
    return store


def test_an_elder_of_the_group_is_known_at_every_number(group: SqlGroupCustomers, databases: Databases) -> None:
    """Landlines too; the site's own customers stay who they are."""
    store = SqlCustomerStore(databases.calls)
    for number in (MOBILE, LANDLINE):
        found = store.at_number(number)
        assert found.owner is not None
        assert (found.owner.name, found.owner.dialect, found.language) == ("陈示例", "fuzhou", "zh")
        assert found.elder(today=date(2026, 11, 22), elder_age=60)
    owner = store.at_number("+8659100000109").owner
    assert owner is not None
    assert owner.id == 1


def test_nobody_is_written_twice(group: SqlGroupCustomers) -> None:
    """The same import again finds nothing to do."""
    assert group.bring([CHEN]) == 0


def test_what_agents_noted_stays(group: SqlGroupCustomers, databases: Databases) -> None:
    """The dialect an agent heard, the daughter's number, and the mark of a number outlast the next import."""
    store = SqlCustomerStore(databases.calls)
    owner = store.at_number(MOBILE).owner
    assert owner is not None
    with databases.calls.begin() as connection:
        heard = customers.update().where(customers.c.id == owner.id)
        connection.execute(heard.values(dialect="minnan", dialect_from=DialectFrom.CORRECTED))
        connection.execute(customer_numbers.insert().values(number=DAUGHTER, customer_id=owner.id, relation="family"))
    at = datetime(2026, 11, 22, 8, tzinfo=UTC)
    store.mark(MarkChange(Mark.HEARING, "CA1", MOBILE, None, True, "lin", "says so", at))
    assert group.bring([replace(CHEN, name="陈新名", dialect="putian")]) == 1
    found = store.at_number(MOBILE)
    assert found.owner is not None
    assert (found.owner.name, found.owner.dialect, found.hearing) == ("陈新名", "minnan", True)
    assert store.at_number(DAUGHTER).people


def test_numbers_go_with_their_people(group: SqlGroupCustomers, databases: Databases) -> None:
    """A number given up, or of somebody who has died, is nobody's; one that was a relative's can become one's own."""
    store = SqlCustomerStore(databases.calls)
    group.bring([replace(CHEN, numbers=(LANDLINE, DAUGHTER))])
    assert not store.at_number(MOBILE).people
    assert store.at_number(DAUGHTER).owner is not None
    group.bring([replace(CHEN, numbers=())])
    assert not store.at_number(LANDLINE).people


def test_several_pages_are_written(group: SqlGroupCustomers, databases: Databases) -> None:
    """More people than one transaction takes, some at one number."""
    people = [replace(CHEN, group_customer_id=f"H{one}", name=f"甲{one}") for one in range(2 * PAGE_PEOPLE + 1)]
    assert group.bring(people) == len(people)
    assert group.bring([*people, CHEN]) == 0
    with databases.calls.connect() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(customers)).scalar() == len(people) + 2
