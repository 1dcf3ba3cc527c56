"""The store of work orders, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory

from dialects.evidence import Identification
from elder_channel.calls.model import Call, CallState, Outcome, RecognitionState
from elder_channel.storage import migrate as migrations
from elder_channel.storage.calls import SqlCallStore
from elder_channel.storage.engine import Databases
from elder_channel.storage.workorders import OrderQuery, SqlWorkOrderStore
from elder_channel.workorders import changes
from elder_channel.workorders.errors import OrderChangedError
from elder_channel.workorders.model import (
    Action,
    AttemptResult,
    CallRole,
    CloseOutcome,
    Kind,
    NewWorkOrder,
    OrderState,
    Priority,
    WorkOrder,
)
from elder_channel.workorders.opening import Unserved, order_for_unserved
from elder_channel.workorders.tables import work_order_history, work_orders
from tests.unit.workorders.examples import rules

NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)
NUMBER = "+8659100000102"
KNOWN = Identification({"fuzhou": 0.9, "putonghua": 0.1}, False)
RULES = rules()


@pytest.fixture
def calls(databases: Databases) -> SqlCallStore:
    """The call store."""
    return SqlCallStore(databases.calls)


@pytest.fixture
def orders(databases: Databases) -> SqlWorkOrderStore:
    """The order store."""
    return SqlWorkOrderStore(databases.calls)


def abandoned(calls: SqlCallStore, sid: str, *, at: datetime = NOW, elder: bool = True, **fields: Any) -> None:
    """A call that waited, said something, and was given up."""
    call = Call(
        **{
            "sid": sid,
            "caller_number": NUMBER,
            "called_number": "+862100000060",
            "state": CallState.WAITING,
            "started_at": at,
            "entered_at": at,
            "elder": elder,
            "customer_id": 2,
            "identification": KNOWN,
            **fields,
        }
    )
    calls.open_call(call)
    heard = {"transcript": f"words of {sid}", "recognition": RecognitionState.HEARD, "need": None}
    calls.keep_identification(sid, KNOWN, finally_=True, at=at, heard=heard)
    reachable = call.caller_number != "anonymous"
    unserved = Unserved(sid, call.caller_number, call.elder, reachable, customer_id=call.customer_id)
    order = order_for_unserved(unserved, now=at, rules=RULES)
    assert calls.close(sid, Outcome.CALLBACK, order, at=at)


def the_order(orders: SqlWorkOrderStore, sid: str = "CA1") -> WorkOrder:
    """The order a call left."""
    order = orders.of_call(sid)
    assert order
    return order


def close(orders: SqlWorkOrderStore, order: WorkOrder, *, at: datetime = NOW) -> WorkOrder:
    """Settle the order."""
    return orders.apply(
        order, [changes.close(order, outcome=CloseOutcome.SETTLED, told=True, by="lin", at=at, why="已说明")]
    )


def test_law_1_an_unserved_call_leaves_an_order_in_the_same_transaction(
    calls: SqlCallStore, orders: SqlWorkOrderStore
) -> None:
    """Closing and ordering happen together or not at all; what was known of the call is in the order."""
    abandoned(calls, "CA1")
    order = the_order(orders)
    assert (order.kind, order.state, order.priority) == (Kind.CALL_BACK, OrderState.OPEN, Priority.ELDER)
    assert (order.dialect, order.due_at, order.customer_id) == ("fuzhou", NOW + timedelta(minutes=10), 2)
    assert order.owner
    assert [(entry.action, entry.by, entry.to_owner) for entry in orders.history(order.id)] == [
        (Action.OPENED, "line", order.owner)
    ]
    assert [(each.call_sid, each.role) for each in orders.calls(order.id)] == [("CA1", CallRole.ORIGIN)]


def test_three_abandoned_calls_of_one_elder_are_one_order_with_three_calls(
    calls: SqlCallStore, orders: SqlWorkOrderStore
) -> None:
    """Also from another number of the same customer; the time stays the first one's, all words are kept."""
    abandoned(calls, "CA1")
    abandoned(calls, "CA2", at=NOW + timedelta(minutes=3))
    abandoned(calls, "CA3", at=NOW + timedelta(minutes=5), caller_number="+8659100000109")
    abandoned(calls, "CA4", caller_number="+8659100000111", customer_id=None, elder=False)
    order = the_order(orders, "CA3")
    assert (order.call_sid, order.calls, order.due_at) == ("CA1", 3, NOW + timedelta(minutes=10))
    assert order.transcript == "words of CA1\nwords of CA2\nwords of CA3"
    assert order.caller_number == "+8659100000109"
    assert [entry.action for entry in orders.history(order.id)] == ["opened", "call_added", "call_added"]
    assert [entry.id for entry in orders.list_orders(OrderQuery())] == [order.id, the_order(orders, "CA4").id]


def test_calls_without_a_number_are_nobodys_second(calls: SqlCallStore, orders: SqlWorkOrderStore) -> None:
    """Two withheld numbers may be two people: two orders."""
    for sid in ("CA1", "CA2"):
        abandoned(calls, sid, caller_number="anonymous", customer_id=None)
    assert the_order(orders, "CA1").id != the_order(orders, "CA2").id


def test_unserved_calls_that_end_at_once_leave_one_order(calls: SqlCallStore, orders: SqlWorkOrderStore) -> None:
    """Several processes may close the calls of one caller at the same moment."""
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda place: abandoned(calls, f"CA{place}"), range(6)))
    found = orders.list_orders(OrderQuery())
    assert [order.calls for order in found] == [6]
    assert len(orders.history(found[0].id)) == found[0].version == 6


def test_after_the_order_was_closed_an_unserved_call_leaves_a_new_one(
    calls: SqlCallStore, orders: SqlWorkOrderStore
) -> None:
    """What was settled is settled; this is another matter until somebody says otherwise."""
    abandoned(calls, "CA1")
    first = close(orders, the_order(orders))
    abandoned(calls, "CA2")
    assert the_order(orders, "CA2").id != first.id
    with pytest.raises(OrderChangedError):  # nor can it be brought back over a version that is gone
        orders.apply(replace(first, version=1), [changes.reopen(first, by="lin", at=NOW, why="", rules=RULES)])
    again = orders.apply(first, [changes.reopen(first, by="lin", at=NOW, why="", rules=RULES)])
    assert again.is_open
    abandoned(calls, "CA3")
    assert the_order(orders, "CA3").id == the_order(orders, "CA2").id


def test_a_call_that_ended_twice_unserved_is_owed_again(calls: SqlCallStore, orders: SqlWorkOrderStore) -> None:
    """The books were closed on a caller still there, the order was settled, and nobody answered after all."""
    abandoned(calls, "CA1")
    close(orders, the_order(orders))
    assert calls.reopen("CA1", at=NOW)
    later = NOW + timedelta(minutes=20)
    unserved = Unserved("CA1", NUMBER, elder=True, customer_id=2)
    assert calls.close("CA1", Outcome.CALLBACK, order_for_unserved(unserved, now=later, rules=RULES), at=later)
    order = the_order(orders)
    assert (order.state, order.due_at, order.outcome) == (OrderState.OPEN, later + timedelta(minutes=10), None)
    assert [entry.action for entry in orders.history(order.id)] == ["opened", "closed", "reopened"]


def test_of_two_who_change_the_same_version_one_wins(calls: SqlCallStore, orders: SqlWorkOrderStore) -> None:
    """The other is told, and nothing of the other's is kept."""
    abandoned(calls, "CA1")
    order = the_order(orders)

    def take(name: str) -> bool:
        try:
            orders.apply(order, [changes.take(order, by=name, at=NOW)])
        except OrderChangedError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        won = [name for name, done in zip("abcdefgh", pool.map(take, "abcdefgh"), strict=True) if done]
    assert [the_order(orders).owner] == won
    assert len(orders.history(order.id)) == 2


def test_attempts_and_their_history_are_kept_together(calls: SqlCallStore, orders: SqlWorkOrderStore) -> None:
    """Three in vain and the order raised: four versions, three attempts, each with its line."""
    abandoned(calls, "CA1")
    order = the_order(orders)
    for result in (AttemptResult.BUSY, AttemptResult.NO_ANSWER, AttemptResult.CALL_LATER):
        order = orders.apply(order, changes.attempt(order, result, by="lin", at=NOW, why="x", rules=RULES))
    assert order == the_order(orders)
    assert [(each.number, each.result, each.dialect) for each in orders.attempts(order.id)] == [
        (1, "busy", "fuzhou"),
        (2, "no_answer", "fuzhou"),
        (3, "call_later", "fuzhou"),
    ]
    assert [entry.action for entry in orders.history(order.id)] == ["opened", "missed", "missed", "missed", "escalated"]
    assert orders.history(order.id)[-1].from_owner != order.owner


def test_the_list_has_danger_and_elders_first_then_the_due_time(calls: SqlCallStore, orders: SqlWorkOrderStore) -> None:
    """An elder who called later stands before a stranger who called first."""
    abandoned(calls, "CA1", elder=False, customer_id=None)
    abandoned(calls, "CA2", at=NOW + timedelta(minutes=9), caller_number="+8659100000109", customer_id=3)
    abandoned(calls, "CA3", at=NOW + timedelta(minutes=1), caller_number="+8659100000108", customer_id=4)
    assert [order.call_sid for order in orders.list_orders(OrderQuery())] == ["CA3", "CA2", "CA1"]
    assert [order.call_sid for order in orders.list_orders(OrderQuery(elders=True))] == ["CA3", "CA2"]
    soon = OrderQuery(due_before=NOW + timedelta(minutes=12))
    assert [order.call_sid for order in orders.list_orders(soon)] == ["CA3"]
    assert [order.call_sid for order in orders.overdue(NOW + timedelta(minutes=20), levels=2)] == ["CA3", "CA2"]
    closed = close(orders, the_order(orders, "CA2"))
    assert [order.id for order in orders.list_orders(OrderQuery(closed=True))] == [closed.id]
    assert orders.list_orders(OrderQuery(owner="nobody")) == []


def test_a_callers_orders_are_found_by_number_or_customer(calls: SqlCallStore, orders: SqlWorkOrderStore) -> None:
    """Open ones always, closed ones for a while."""
    abandoned(calls, "CA1")
    order = the_order(orders)
    for who in ((NUMBER, None), (None, 2), ("+8613800000000", 2), (NUMBER, 99)):
        assert [each.id for each in orders.of_caller(*who, closed_since=NOW)] == [order.id]
    assert orders.of_caller(None, None, closed_since=NOW) == []
    assert orders.of_caller("+8613800000000", 5, closed_since=NOW) == []
    close(orders, order, at=NOW + timedelta(days=1))
    assert orders.of_caller(NUMBER, None, closed_since=NOW + timedelta(days=1))
    assert orders.of_caller(NUMBER, None, closed_since=NOW + timedelta(days=2)) == []


def test_a_call_is_joined_to_an_order_once(calls: SqlCallStore, orders: SqlWorkOrderStore) -> None:
    """A webhook that comes twice opens nothing twice."""
    abandoned(calls, "CA1")
    closed = close(orders, the_order(orders))
    anew = changes.reopen(closed, by="line", at=NOW, why="客户再次来电", rules=RULES)
    assert orders.join_call(closed, "CA2", CallRole.REOPENED, anew)
    assert not orders.join_call(closed, "CA2", CallRole.REOPENED, anew)
    assert orders.role_of(closed.id, "CA2") is CallRole.REOPENED
    assert the_order(orders).is_open
    assert orders.of_call("CA2") is None, "the call did not leave the order, it only belongs to it"


def test_an_order_by_hand_takes_over_what_its_call_knows(calls: SqlCallStore, orders: SqlWorkOrderStore) -> None:
    """A call leaves one order; without a call there may be any number."""
    abandoned(calls, "CA1")
    by_hand = NewWorkOrder("CA1", Kind.HANDLE, "desk", NOW, "投诉服务态度", "complaint", "claims", opened_by="lin")
    assert orders.add(by_hand, at=NOW) is None
    calls.open_call(Call("CA2", NUMBER, "+862100000060", CallState.TALKING, NOW, customer_id=2))
    kept = orders.add(replace(by_hand, call_sid="CA2"), at=NOW)
    assert kept
    assert (kept.caller_number, kept.customer_id, kept.opened_by) == (NUMBER, 2, "lin")
    loose = [orders.add(replace(by_hand, call_sid=None), at=NOW) for _ in range(2)]
    assert len({order.id for order in loose if order}) == 2


def test_law_7_words_go_with_the_calls_and_numbers_with_the_closing(
    databases: Databases, calls: SqlCallStore, orders: SqlWorkOrderStore
) -> None:
    """An open order keeps the number it is to call; a closed one keeps who did what and when, and nothing private."""
    abandoned(calls, "CA1")
    abandoned(calls, "CA2", caller_number="+8659100000109", customer_id=3)
    closed = close(orders, the_order(orders, "CA2"), at=NOW + timedelta(days=1))
    calls.erase_words_before(NOW)
    assert the_order(orders).transcript
    calls.erase_words_before(NOW + timedelta(days=90))
    open_ = the_order(orders)
    assert (open_.transcript, open_.caller_number, bool(open_.note)) == (None, NUMBER, True)
    blank = the_order(orders, "CA2")
    assert (blank.transcript, blank.caller_number, blank.note) == (None, None, "")
    assert (blank.outcome, blank.version) == (CloseOutcome.SETTLED, closed.version)
    assert [(entry.by, entry.action, entry.why) for entry in orders.history(blank.id)] == [
        ("line", "opened", ""),
        ("lin", "closed", ""),
    ]
    with databases.calls.connect() as connection:
        assert connection.scalar(sa.select(sa.func.count()).where(work_orders.c.merge_key.is_not(None))) == 1


def test_orders_of_an_older_version_are_carried_over(databases: Databases) -> None:
    """They get their first line of history, their call, priority and customer."""
    config = migrations._config()
    scripts = ScriptDirectory.from_config(config).walk_revisions()
    revision = next(each for each in scripts if each.doc.startswith("Work orders with type"))
    with databases.calls.begin() as connection:
        _back_to_before(connection, str(revision.down_revision))
        connection.execute(sa.text(_OLD_CALL), {"at": "2026-11-20 02:00:00"})
        connection.execute(sa.text(_OLD_ORDER), {"at": "2026-11-20 02:00:00"})
    with databases.calls.begin() as connection:
        config.attributes.update(connection=connection, database="calls")
        command.upgrade(config, revision.revision)
    store = SqlWorkOrderStore(databases.calls)
    order = the_order(store, "CA9")
    assert (order.priority, order.customer_id, order.state) == (Priority.ELDER, 2, OrderState.OPEN)
    assert [entry.action for entry in store.history(order.id)] == [Action.OPENED]
    with databases.calls.connect() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(work_order_history)) == 1


_OLD_CALL = (
    "INSERT INTO calls (sid, caller_number, called_number, state, language, language_chosen, elder, customer_id, "
    "started_at, agents_tried, identified_finally, recognition) VALUES "
    "('CA9', '+8659100000102', '+862100000060', 'ended', 'zh', false, true, 2, :at, '[]', false, 'off')"
)
_OLD_ORDER = (
    "INSERT INTO work_orders (call_sid, kind, state, owner, opened_at, due_at, note) VALUES "
    "('CA9', 'call_back', 'open', 'hotline-supervisor', :at, :at, '来电未接通,请回拨。长者来电。')"
)


def _back_to_before(connection: sa.Connection, version: str) -> None:
    """The orders' tables as revision 0001 made them."""
    for table in ("work_order_attempts", "work_order_history", "work_order_calls", "work_orders"):
        connection.execute(sa.text(f"DROP TABLE {table}"))
    number = "INTEGER PRIMARY KEY" if connection.dialect.name == "sqlite" else "SERIAL PRIMARY KEY"
    moment = "DATETIME" if connection.dialect.name == "sqlite" else "TIMESTAMP WITH TIME ZONE"
    connection.execute(
        sa.text(
            f"CREATE TABLE work_orders (id {number}, call_sid VARCHAR(64) NOT NULL UNIQUE, kind VARCHAR(16) NOT NULL, "
            f"state VARCHAR(16) NOT NULL, owner VARCHAR(64) NOT NULL, opened_at {moment} NOT NULL, "
            f"due_at {moment} NOT NULL, note TEXT NOT NULL, need VARCHAR(32), transcript TEXT, dialect VARCHAR(32), "
            "caller_number VARCHAR(128))"
        )
    )
    connection.execute(sa.text("UPDATE alembic_version SET version_num = :version"), {"version": version})


def test_who_is_owed_a_call_the_most_urgent_first(calls: SqlCallStore, orders: SqlWorkOrderStore) -> None:
    """By priority and by the setting; nobody who has been begun with, and who got through since."""
    abandoned(calls, "CA1", elder=False, caller_number="+8659100000161", customer_id=None)
    abandoned(calls, "CA2")
    both, elders = (Priority.ELDER, Priority.NORMAL), (Priority.ELDER,)
    assert [order.call_sid for order in orders.owed_calls(promised=True, lost=both)] == ["CA2", "CA1"]
    (order,) = orders.owed_calls(promised=True, lost=elders)
    assert orders.owed_calls(promised=True, lost=()) == []
    orders.apply(order, (changes.take(order, by="lin", at=NOW),))
    assert orders.owed_calls(promised=False, lost=elders) == []
