"""Work orders as rows, and rows as work orders; the writes that belong inside the transaction of a call."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row

from elder_channel.calls.model import Call
from elder_channel.storage.inserting import insert_new, insert_numbered
from elder_channel.storage.values import as_value
from elder_channel.workorders.changes import Change
from elder_channel.workorders.errors import OrderChangedError
from elder_channel.workorders.model import (
    THE_LINE,
    Action,
    CallRole,
    CloseOutcome,
    Kind,
    NewWorkOrder,
    OrderState,
    Priority,
    WorkOrder,
    merge_key,
)
from elder_channel.workorders.tables import work_order_attempts, work_order_calls, work_order_history, work_orders

_TRIES = 3


def new_order_row(order: NewWorkOrder, call: Call | None, at: datetime) -> dict[str, Any]:
    """A new order's columns, with what the call has to say."""
    own = {
        "call_sid": order.call_sid,
        "kind": order.kind,
        "state": OrderState.OPEN,
        "owner": order.owner,
        "opened_at": at,
        "due_at": order.due_at,
        "note": order.note,
        "type": order.type,
        "department": order.department,
        "priority": order.priority,
        "opened_by": order.opened_by,
        "merge_key": order.merge_key,
        "need": order.need,
        "dialect": order.dialect,
        "language": order.language,
        "caller_number": order.caller_number,
        "customer_id": order.customer_id,
    }
    return own if call is None else own | _from_call(call)


def _from_call(call: Call) -> dict[str, Any]:
    known = call.identification is not None and not call.identification.abstained
    return {
        "need": call.need,
        "transcript": call.transcript,
        "dialect": call.identification.top[0] if known and call.identification else None,
        "language": call.language,
        "caller_number": call.caller_number,
        "customer_id": call.customer_id,
    }


def to_order(row: Row[Any]) -> WorkOrder:
    """A row of the orders' table as a value."""
    return as_value(
        WorkOrder,
        row,
        kind=Kind(row.kind),
        state=OrderState(row.state),
        priority=Priority(row.priority),
        outcome=CloseOutcome(row.outcome) if row.outcome else None,
    )


def insert_order(connection: sa.Connection, order: NewWorkOrder, call: Call | None, at: datetime) -> int | None:
    """Insert an order with its first line of history; None where its call or its caller has one already."""
    id_ = insert_numbered(connection, work_orders, new_order_row(order, call, at))
    if id_ is None:
        return None
    if order.call_sid is not None:
        link(connection, id_, order.call_sid, CallRole.ORIGIN, at)
    first = {"order_id": id_, "version": 1, "at": at, "by": order.opened_by, "action": Action.OPENED}
    first |= {"to_state": OrderState.OPEN, "to_owner": order.owner, "why": order.note}
    connection.execute(work_order_history.insert().values(**first))
    return id_


def open_or_merge(connection: sa.Connection, order: NewWorkOrder, call: Call, at: datetime) -> None:
    """Open the order of an unserved call, or add the call to the one its caller is owed already (law 1).

    Raises RuntimeError when neither is possible: then the call must not be closed either.
    """
    for _ in range(_TRIES):
        if insert_order(connection, order, call, at) is not None:
            return
        same = work_orders.c.call_sid == order.call_sid
        if order.merge_key:
            same |= work_orders.c.merge_key == order.merge_key
        open_first = work_orders.c.merge_key.is_(None)
        row = connection.execute(sa.select(work_orders).where(same).order_by(open_first).with_for_update()).first()
        if row is not None:
            _merge(connection, to_order(row), order, call, at)
            return
        # The order that was in the way has been closed meanwhile: its caller gets a new one.
    raise RuntimeError("the order of an unserved call could not be kept")


def _merge(connection: sa.Connection, kept: WorkOrder, new: NewWorkOrder, call: Call, at: datetime) -> None:
    added = new.call_sid is not None and _add_call(connection, kept.id, new.call_sid, at)
    fresh = {name: value for name, value in _from_call(call).items() if value is not None}
    if kept.transcript and call.transcript and call.transcript not in kept.transcript:
        fresh["transcript"] = f"{kept.transcript}\n{call.transcript}"
    values = fresh | {
        "calls": kept.calls + added,
        "priority": min(kept.priority, new.priority, key=lambda priority: priority.rank),
        "due_at": min(kept.due_at, new.due_at) if kept.is_open else new.due_at,
    }
    if kept.is_open:
        change = Change(Action.CALL_ADDED, THE_LINE, at, kept.state, "同一来电人再次来电未接通", values)
    else:
        values |= {"outcome": None, "told_customer": False, "closed_at": None, "attempts": 0, "level": 0}
        change = Change(Action.REOPENED, THE_LINE, at, OrderState.OPEN, "来电仍未接通", values)
    write_change(connection, kept, change)


def _free_key(key: str) -> sa.ColumnElement[Any]:
    """The key, or nothing where another open order has it."""
    others = work_orders.alias()
    return sa.case((sa.exists().where(others.c.merge_key == key), sa.null()), else_=key)


def link(connection: sa.Connection, order_id: int, call_sid: str, role: CallRole, at: datetime) -> bool:
    """Keep that a call belongs to an order; True the first time."""
    row = {"order_id": order_id, "call_sid": call_sid, "role": role, "at": at}
    return insert_new(connection, work_order_calls, row)


def _add_call(connection: sa.Connection, order_id: int, call_sid: str, at: datetime) -> bool:
    """Count an unserved call to the order; one that was linked when it came in counts now."""
    if link(connection, order_id, call_sid, CallRole.MERGED, at):
        return True
    table = work_order_calls
    came_back = table.c.role.in_([CallRole.RETURNED, CallRole.REOPENED])
    mine = table.c.order_id == order_id, table.c.call_sid == call_sid, came_back
    return bool(connection.execute(table.update().where(*mine).values(role=CallRole.MERGED)).rowcount)


def write_change(connection: sa.Connection, order: WorkOrder, change: Change) -> WorkOrder:
    """Write one change over the version it was made of, with its line of history; raises `OrderChangedError`."""
    after = change.applied_to(order)
    unchanged = work_orders.c.id == order.id, work_orders.c.version == order.version
    values = dict(change.values) | {"state": after.state, "version": after.version}
    if not after.is_open:
        values["merge_key"] = None
    elif change.action is Action.REOPENED and after.kind is Kind.CALL_BACK and after.caller_number:
        values["merge_key"] = _free_key(merge_key(after.customer_id, after.caller_number))
    if not connection.execute(work_orders.update().where(*unchanged).values(**values)).rowcount:
        raise OrderChangedError(f"order {order.id} has been changed meanwhile")
    line = {"order_id": order.id, "version": after.version, "at": change.at, "by": change.by}
    states = {"from_state": order.state, "to_state": after.state, "from_owner": order.owner, "to_owner": after.owner}
    connection.execute(work_order_history.insert().values(**line, **states, action=change.action, why=change.why))
    if change.attempt is not None:
        tried = {"number": after.attempts, "result": change.attempt, "dialect": after.dialect, "note": change.why}
        connection.execute(work_order_attempts.insert().values(**line, **tried))
    return after
