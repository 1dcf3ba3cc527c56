"""Customers' files in the books and what is erased of a person, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from elder_channel.calls.tables import calls, turns
from elder_channel.customers.files import Access, CustomerAccess, Details, contested, details_of
from elder_channel.customers.model import Customer, DialectFrom, GroupPerson, Mark, MarkChange
from elder_channel.storage import personal_data
from elder_channel.storage.customer_files import SqlCustomerFiles
from elder_channel.storage.customers import SqlCustomerStore
from elder_channel.storage.engine import Databases
from elder_channel.storage.group_customers import FIRST_ID, SqlGroupCustomers
from elder_channel.storage.personal_data import SqlPersonalData, Unfinished
from elder_channel.storage.schema import METADATA
from elder_channel.workorders.tables import work_orders
from greeting_sms.consent import record_opt_out
from greeting_sms.customers import personal_data as greeting_data
from greeting_sms.greeted_people import meet
from greeting_sms.tables import greeted_people, greetings, inbound_texts, opt_outs, recipients

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
OWN, SHARED, DAUGHTER = "+8659100000102", "+8659100000103", "+8659100000104"
CHEN = GroupPerson("G1", "陈示例", (OWN, SHARED), date(1946, 3, 12), "fuzhou", "zh")
PERSONAL = {"number", "caller_number", "customer_id", "group_customer_id", "call_sid", "order_id", "greeting_id"}
ORDER = {
    "kind": "callback", "owner": "lin", "opened_at": NOW, "due_at": NOW, "note": "血压", "transcript": "要查保单",
}  # fmt: skip


@pytest.fixture
def books(databases: Databases) -> Databases:
    """One person of the group, whose wife has one of the numbers too."""
    SqlCustomerStore(databases.calls).load([Customer(5, "王示例", (SHARED,))])
    SqlGroupCustomers(databases.calls).bring([CHEN])
    return databases


def call_row(sid: str, number: str, **others: Any) -> dict[str, Any]:
    """A call that has ended."""
    row = {"sid": sid, "caller_number": number, "called_number": "95500", "state": "ended", "language": "zh"}
    row |= {"language_chosen": False, "elder": True, "started_at": NOW, "ended_at": NOW, "agents_tried": []}
    return row | {"identified_finally": True, "recognition": "heard", "transcript": "要查保单"} | others


@pytest.mark.parametrize("asked", ["陈示例", "G1", str(FIRST_ID)])
def test_a_person_is_found_by_name_and_either_id(books: Databases, asked: str) -> None:
    """Whole ones only."""
    files = SqlCustomerFiles(books.calls)
    assert [each.id for each in files.find(asked, number="", limit=5)] == [FIRST_ID]
    assert files.find(asked[:-1], number="", limit=5) == []
    assert files.group_id(FIRST_ID) == "G1"


def test_everybody_at_a_number_is_found(books: Databases) -> None:
    """By id, as many as are asked for."""
    files = SqlCustomerFiles(books.calls)
    assert [each.id for each in files.find(SHARED, number=SHARED, limit=5)] == [5, FIRST_ID]
    assert len(files.find(SHARED, number=SHARED, limit=1)) == 1
    assert files.find("9" * 30, number="", limit=5) == []


def test_what_two_people_change_merges_by_field(books: Databases) -> None:
    """Different fields merge; on the same one the second writes nothing and is told which it is."""
    files = SqlCustomerFiles(books.calls)
    customer = files.get(FIRST_ID)
    assert customer is not None
    base = details_of(customer)
    told: dict[str, Any] = {"reason": "客户来电", "at": NOW}
    hears_badly = replace(base, hard_of_hearing=True, family_numbers=(DAUGHTER,))
    assert files.change(FIRST_ID, base, hears_badly, by="lin", **told) == ()
    assert files.change(FIRST_ID, base, replace(base, dialect="minnan"), by="wang", **told) == ()
    assert files.change(FIRST_ID, base, replace(base, dialect=None), by="lin", **told) == ("dialect",)
    after = files.get(FIRST_ID)
    assert after is not None
    assert details_of(after) == Details(None, "minnan", "zh", True, (DAUGHTER,))
    assert after.dialect_from is DialectFrom.CHOSEN
    assert [(each.field, each.after, each.changed_by) for each in files.changes(FIRST_ID)] == [
        ("dialect", "minnan", "wang"),
        ("family_numbers", DAUGHTER, "lin"),
        ("hard_of_hearing", "yes", "lin"),
    ]
    assert files.change(404, base, base, by="lin", **told) is None


def test_the_same_change_twice_is_no_quarrel() -> None:
    """Both wrote the same."""
    base, both = Details(), Details(dialect="minnan")
    assert contested(base, both, both) == ()


def test_looks_are_counted_by_person_and_hour(books: Databases) -> None:
    """A refused look is not kept; changes and exports are no looks."""
    files = SqlCustomerFiles(books.calls)

    def look(by: str, what: Access = Access.OPENED, hours: int = 0) -> bool:
        at = NOW + timedelta(hours=hours)
        access = CustomerAccess(FIRST_ID, what, by, "客户来电", at)
        return files.note_access(access, since=at - timedelta(hours=1), most=2)

    assert [look("lin"), look("lin", Access.SEARCHED), look("lin"), look("wang")] == [True, True, False, True]
    assert look("lin", Access.EXPORTED)
    assert look("lin", hours=2)
    assert len(files.accesses(FIRST_ID)) == 5
    assert files.has_opened(FIRST_ID, "lin", since=NOW)
    assert not files.has_opened(5, "lin", since=NOW - timedelta(days=1))


def test_nobody_is_erased_while_something_is_going_on(books: Databases) -> None:
    """A promised call back needs the number."""
    data = SqlPersonalData(books.calls)
    with books.calls.begin() as connection:
        connection.execute(calls.insert().values(**call_row("CA1", OWN, state="talking", ended_at=None)))
        connection.execute(work_orders.insert().values(**ORDER, call_sid="CA0", state="open", caller_number=OWN))
    assert data.erase(FIRST_ID) == Unfinished(calls=1, orders=1, requests=0)
    assert SqlCustomerFiles(books.calls).get(FIRST_ID) is not None


def test_a_person_is_erased_and_who_shares_the_number_is_not(books: Databases) -> None:
    """Names, numbers and words go; that there was a call stays. A number of two people is nobody's alone."""
    data = SqlPersonalData(books.calls)
    store = SqlCustomerStore(books.calls)
    store.mark(MarkChange(Mark.HEARING, "CA1", OWN, None, True, "lin", "says so", NOW))
    with books.calls.begin() as connection:
        rows = [call_row("CA1", OWN, customer_id=FIRST_ID), call_row("CA2", OWN, customer_id=None)]
        rows += [call_row("CA3", SHARED, customer_id=None), call_row("CA4", SHARED, customer_id=5)]
        connection.execute(calls.insert(), rows)
        said = {"call_sid": "CA1", "key": "1", "at": NOW, "kind": "speech", "text": "要查保单"}
        connection.execute(turns.insert().values(**said))
        connection.execute(work_orders.insert().values(**ORDER, call_sid="CA1", state="closed", caller_number=OWN))
    assert data.call_sids(FIRST_ID) == ["CA1", "CA2"] or data.call_sids(FIRST_ID) == ["CA2", "CA1"]
    assert len(data.order_ids(FIRST_ID)) == 1
    assert data.read(FIRST_ID)["turns"][0]["text"] == "要查保单"
    assert not data.erase(FIRST_ID)
    with books.calls.connect() as connection:
        left = {row.sid: row for row in connection.execute(sa.select(calls))}
        everything = [str(row) for row in _all_rows(connection, "calls")]
    assert {sid: (row.caller_number, row.transcript) for sid, row in left.items()} == {
        "CA1": ("", None),
        "CA2": ("", None),
        "CA3": (SHARED, "要查保单"),
        "CA4": (SHARED, "要查保单"),
    }
    assert not [row for row in everything if OWN in row or "陈示例" in row or "血压" in row]
    assert [each.customer.id for each in store.at_number(SHARED).people] == [5]
    assert store.at_number(OWN).people == ()


def test_an_opt_out_and_the_greeting_of_the_year_outlast_the_person(books: Databases) -> None:
    """Or the number would be texted again, and twice in a year (law 6); what nobody has sent goes."""
    sent = {
        "group_customer_id": "G1", "campaign_id": "birthday", "campaign_version": 1, "birthday_on": NOW.date(),
        "number": OWN, "channel": "loopback", "language": "zh", "template": "a", "salutation": "陈爷爷", "segments": 1,
        "not_before": NOW, "not_after": NOW, "updated_at": NOW,
    }  # fmt: skip
    text = {"number": OWN, "received_at": NOW, "label": "thanks", "decided_by": "model"}
    person = {"group_customer_id": "G1", "name": "陈示例", "number": OWN, "language": "zh", "zone": "Asia/Shanghai"}
    person |= {"companies": "life", "calendar": "solar", "updated_at": NOW}
    with books.greetings.begin() as connection:
        connection.execute(recipients.insert().values(**person))
        meet(connection, ["G1"])
        sent["person_id"] = connection.scalar(sa.select(greeted_people.c.person_id))
        connection.execute(greetings.insert().values(**sent, greeting_year=2025, state="delivered", attempts=1))
        connection.execute(greetings.insert().values(**sent, greeting_year=2026, state="planned", attempts=0))
        connection.execute(inbound_texts.insert().values(**text, carrier_sid="SM1", body="谢谢", acted_at=NOW))
        connection.execute(inbound_texts.insert().values(**text, carrier_sid="SM2", body="救命", acted_at=None))
        record_opt_out(connection, OWN, at=NOW, source="reply")
        assert greeting_data.read(connection, "G1", (OWN,))["recipients"][0]["name"] == "陈示例"
        assert greeting_data.erase(connection, "G1", (OWN,)) == greeting_data.Kept(1, 1, 1)
        assert connection.execute(sa.select(recipients)).all() == []
        [left] = connection.execute(sa.select(greetings)).all()
        assert (left.greeting_year, left.salutation) == (2025, "")
        assert set(connection.scalars(sa.select(inbound_texts.c.body))) == {"", "救命"}
        assert connection.scalar(sa.select(opt_outs.c.number)) == OWN


def test_no_table_with_something_of_a_person_is_forgotten() -> None:
    """A new table with a number, a customer or a call is exported and erased, or named as one that is not theirs."""
    known = {table.name for table in personal_data.holdings(1, ())} | personal_data.NOT_PERSONAL
    known |= {table.name for table in greeting_data.holdings("G1", ())} | greeting_data.NOT_PERSONAL
    tables = [table for all_ in METADATA.values() for metadata in all_ for table in metadata.tables.values()]
    personal = {table.name for table in tables if PERSONAL & set(table.columns.keys())}
    assert personal - known - {"agents"} == set()  # an agent's row names the call the agent has now


def _all_rows(connection: sa.Connection, name: str) -> list[sa.Row[Any]]:
    tables = [table for metadata in METADATA[name] for table in metadata.tables.values()]
    return [row for table in tables for row in connection.execute(sa.select(table))]
