"""Keeps the work orders."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from elder_channel.calls.model import Call
from elder_channel.calls.tables import calls
from elder_channel.storage.call_rows import to_call
from elder_channel.storage.engine import reading, writing
from elder_channel.storage.order_rows import insert_order, link, to_order, write_change
from elder_channel.workorders.changes import Change
from elder_channel.workorders.model import (
    THE_LINE,
    Action,
    Attempt,
    AttemptResult,
    CallRole,
    HistoryEntry,
    Kind,
    NewWorkOrder,
    OrderCall,
    OrderState,
    Priority,
    WorkOrder,
)
from elder_channel.workorders.tables import work_order_attempts, work_order_calls, work_order_history, work_orders

_OPEN = work_orders.c.state != OrderState.CLOSED
_BY_URGENCY = sa.case({str(each): each.rank for each in Priority}, value=work_orders.c.priority)
_MOST_OWED = 100


@dataclass(frozen=True)
class OrderQuery:
    """Which orders to list; every field narrows the list further."""

    state: OrderState | None = None
    closed: bool = False
    """The closed ones instead of the open ones."""
    due_before: datetime | None = None
    owner: str | None = None
    elders: bool = False
    closed_since: datetime | None = None
    """Of closed orders, those closed after this."""
    due_first: bool = False
    """By due time alone, as a board has them; otherwise danger and elders come first."""
    limit: int = 200


class SqlWorkOrderStore:
    """Orders with their history, attempts and calls."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reader = reading(engine)

    def get(self, id_: int) -> WorkOrder | None:
        """The order, or None."""
        return self._one(work_orders.c.id == id_)

    def of_call(self, sid: str) -> WorkOrder | None:
        """The order an unserved call left, or was added to; None where it left none."""
        left = sa.select(work_order_calls.c.order_id).where(
            work_order_calls.c.call_sid == sid, work_order_calls.c.role.in_([CallRole.ORIGIN, CallRole.MERGED])
        )
        return self._one(work_orders.c.id.in_(left))

    def of_merge_key(self, key: str) -> WorkOrder | None:
        """The open order with this key, or None."""
        return self._one(sa.and_(_OPEN, work_orders.c.merge_key == key))

    def list_orders(self, query: OrderQuery) -> list[WorkOrder]:
        """The orders asked for: danger and elders first, then by due time; closed ones newest first."""
        by_due = work_orders.c.due_at, _BY_URGENCY, work_orders.c.id
        open_order = by_due if query.due_first else (_BY_URGENCY, work_orders.c.due_at, work_orders.c.id)
        order = (work_orders.c.closed_at.desc(), work_orders.c.id.desc()) if query.closed else open_order
        return self._many(sa.select(work_orders).where(*_asked(query)).order_by(*order).limit(query.limit))

    def count(self, query: OrderQuery) -> int:
        """How many there are of what is asked for, whatever its limit."""
        counting = sa.select(sa.func.count()).select_from(work_orders).where(*_asked(query))
        with self._reader.begin() as connection:
            return int(connection.execute(counting).scalar_one())

    def overdue(self, now: datetime, *, levels: int) -> list[WorkOrder]:
        """Open orders past their time that can still be raised, longest overdue first."""
        late = _OPEN, work_orders.c.due_at <= now, work_orders.c.level < levels
        return self._many(sa.select(work_orders).where(*late).order_by(work_orders.c.due_at).limit(500))

    def being_called(self) -> list[WorkOrder]:
        """Orders whose customer the line was asked to ring, and nothing has come of it yet."""
        return self._many(sa.select(work_orders).where(_OPEN, work_orders.c.callback_key.is_not(None)).limit(500))

    def owed_calls(self, *, promised: bool, lost: Collection[Priority]) -> list[WorkOrder]:
        """Orders of callers who are owed a call and of which nobody has done anything yet, the most urgent first.

        `promised`: of those who chose to be called back while they waited; `lost`: of everybody else whose call was
        lost and who is of these priorities. Equals come in the order of their places. Once a person or a call has done
        anything with an order it is left to its owner, also when the customer calls again and gets through.
        """
        chosen = sa.exists().where(work_orders.c.call_sid == calls.c.sid, calls.c.callback_wanted_at.is_not(None))
        is_lost = work_orders.c.priority.in_(list(lost))
        owed = is_lost | chosen if promised else is_lost & ~chosen
        query = sa.select(work_orders).where(_OPEN, work_orders.c.kind == Kind.CALL_BACK, owed, ~_begun())
        return self._many(query.order_by(_BY_URGENCY, work_orders.c.due_at, work_orders.c.id).limit(_MOST_OWED))

    def of_caller(self, number: str | None, customer_id: int | None, *, closed_since: datetime) -> list[WorkOrder]:
        """Orders of a caller that are open or were closed after `closed_since`, newest first.

        None for a number that may be anybody's (withheld); without number and customer there are none.
        """
        if not number and customer_id is None:
            return []
        whose = {"number": number or None, "customer_id": customer_id, "closed_since": closed_since}
        query = _of_caller(by_number=bool(number), by_customer=customer_id is not None)
        with self._reader.begin() as connection:
            return [to_order(row) for row in connection.execute(query, whose)]

    def history(self, id_: int) -> list[HistoryEntry]:
        """What happened to the order, oldest first."""
        table = work_order_history
        rows = self._rows(sa.select(table).where(table.c.order_id == id_).order_by(table.c.version))
        return [
            HistoryEntry(
                row.at,
                row.by,
                Action(row.action),
                OrderState(row.from_state) if row.from_state else None,
                OrderState(row.to_state),
                row.from_owner,
                row.to_owner,
                row.why,
            )
            for row in rows
        ]

    def attempts(self, id_: int) -> list[Attempt]:
        """Every try to call back, in order."""
        table = work_order_attempts
        rows = self._rows(sa.select(table).where(table.c.order_id == id_).order_by(table.c.version))
        return [Attempt(row.number, row.at, row.by, AttemptResult(row.result), row.dialect, row.note) for row in rows]

    def calls(self, id_: int) -> list[OrderCall]:
        """The calls the order knows of, oldest first."""
        table = work_order_calls
        rows = self._rows(sa.select(table).where(table.c.order_id == id_).order_by(table.c.at, table.c.call_sid))
        return [OrderCall(row.call_sid, CallRole(row.role), row.at) for row in rows]

    def role_of(self, id_: int, call_sid: str) -> CallRole | None:
        """What a call has to do with the order; None for nothing."""
        return next((each.role for each in self.calls(id_) if each.call_sid == call_sid), None)

    def add(self, order: NewWorkOrder, *, at: datetime) -> WorkOrder | None:
        """Open an order; what is known of its call is taken over. None where the call has left one already."""
        with writing(self._engine) as connection:
            row = connection.execute(sa.select(calls).where(calls.c.sid == order.call_sid)).first()
            call: Call | None = to_call(row) if row else None
            id_ = insert_order(connection, order, call, at)
        return self.get(id_) if id_ is not None else None

    def add_from_text(
        self, order: NewWorkOrder, *, number: str, customer_id: int | None, words: str, language: str, at: datetime
    ) -> WorkOrder | None:
        """Open the order of a customer's text, with who wrote what; None where the text has left one already."""
        said = {"caller_number": number, "customer_id": customer_id, "transcript": words, "language": language}
        with writing(self._engine) as connection:
            id_ = insert_order(connection, order, None, at)
            if id_ is not None:
                connection.execute(work_orders.update().where(work_orders.c.id == id_).values(**said))
        return self.get(id_) if id_ is not None else None

    def apply(self, order: WorkOrder, changes: Sequence[Change]) -> WorkOrder:
        """Write changes made of this version of the order, all or none; raises `OrderChangedError`."""
        with writing(self._engine) as connection:
            for change in changes:
                order = write_change(connection, order, change)
        return order

    def join_call(self, order: WorkOrder, call_sid: str, role: CallRole, change: Change) -> bool:
        """The order's customer is on the line: link the call and write the change; False when it was linked before."""
        with writing(self._engine) as connection:
            if not link(connection, order.id, call_sid, role, change.at):
                return False
            write_change(connection, order, change)
            return True

    def _one(self, where: sa.ColumnElement[bool]) -> WorkOrder | None:
        return next(iter(self._many(sa.select(work_orders).where(where))), None)

    def _many(self, query: sa.Select[Any]) -> list[WorkOrder]:
        return [to_order(row) for row in self._rows(query)]

    def _rows(self, query: sa.Select[Any]) -> Sequence[sa.Row[Any]]:
        with self._reader.begin() as connection:
            return connection.execute(query).all()


def _asked(query: OrderQuery) -> list[sa.ColumnElement[bool]]:
    """The conditions of a query."""
    where: list[sa.ColumnElement[bool]] = [~_OPEN if query.closed else _OPEN]
    if query.state is not None:
        where.append(work_orders.c.state == query.state)
    if query.due_before is not None:
        where.append(work_orders.c.due_at <= query.due_before)
    if query.owner is not None:
        where.append(work_orders.c.owner == query.owner)
    if query.elders:
        where.append(work_orders.c.priority != Priority.NORMAL)
    if query.closed_since is not None:
        where.append(work_orders.c.closed_at >= query.closed_since)
    return where


def _begun() -> sa.ColumnElement[bool]:
    """Somebody has done something with the order, or has spoken with the customer since.

    That the line lost the caller, lost them again and raised the order by the clock counts for nothing.
    """
    table = work_order_history
    by_the_way = [Action.OPENED, Action.CALL_ADDED, Action.ESCALATED, Action.RETURNED]
    done = table.c.action.not_in(by_the_way) | (table.c.by != THE_LINE)
    return sa.exists().where(table.c.order_id == work_orders.c.id, done) | _spoken_with()


def _spoken_with() -> sa.Exists:
    """The customer called again, somebody answered, and no call of theirs was lost after that."""
    later = work_order_history.alias()
    lost_later = sa.exists().where(
        later.c.order_id == work_order_calls.c.order_id,
        later.c.action == Action.CALL_ADDED,
        later.c.at > calls.c.answered_at,
    )
    return sa.exists().where(
        work_order_calls.c.order_id == work_orders.c.id,
        work_order_calls.c.role == CallRole.RETURNED,
        work_order_calls.c.call_sid == calls.c.sid,
        calls.c.answered_at.is_not(None),
        ~lost_later,
    )


@cache
def _of_caller(*, by_number: bool, by_customer: bool) -> sa.Select[Any]:
    """Asked for every call, so it is built once; what is not asked for is left out, that the indexes serve."""
    mine: list[sa.ColumnElement[bool]] = []
    if by_number:
        mine.append(work_orders.c.caller_number == sa.bindparam("number"))
    if by_customer:
        mine.append(work_orders.c.customer_id == sa.bindparam("customer_id"))
    recent = _OPEN | (work_orders.c.closed_at >= sa.bindparam("closed_since"))
    newest = work_orders.c.opened_at.desc(), work_orders.c.id.desc()
    return sa.select(work_orders).where(sa.or_(*mine), recent).order_by(*newest).limit(10)
