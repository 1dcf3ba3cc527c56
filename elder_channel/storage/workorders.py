"""Keeps the work orders."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from elder_channel.calls.model import Call
from elder_channel.storage.call_rows import order_row
from elder_channel.storage.engine import reading, writing
from elder_channel.storage.inserting import insert_new
from elder_channel.workorders.model import NewWorkOrder
from elder_channel.workorders.tables import work_orders


class SqlWorkOrderStore:
    """Orders, by the call that left them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reader = reading(engine)

    def of_call(self, sid: str) -> dict[str, Any] | None:
        """The order a call left, as a mapping of its columns, or None."""
        with self._reader.begin() as connection:
            row = connection.execute(sa.select(work_orders).where(work_orders.c.call_sid == sid)).first()
        return dict(row._mapping) if row else None

    def open_for(self, order: NewWorkOrder, call: Call, *, at: datetime) -> bool:
        """Open an order for a call; False when the call has left one before."""
        with writing(self._engine) as connection:
            return insert_new(connection, work_orders, order_row(order, call, at))

    def open_of(self, number: str) -> list[dict[str, Any]]:
        """The open orders of a caller's number, soonest due first; none for a withheld number."""
        if not number.startswith("+"):
            return []
        mine = work_orders.c.caller_number == number, work_orders.c.state == "open"
        with self._reader.begin() as connection:
            rows = connection.execute(sa.select(work_orders).where(*mine).order_by(work_orders.c.due_at))
            return [dict(row._mapping) for row in rows]
