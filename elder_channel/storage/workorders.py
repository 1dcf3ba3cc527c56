"""Keeps the work orders."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from elder_channel.storage.engine import reading
from elder_channel.workorders.tables import work_orders


class SqlWorkOrderStore:
    """Orders, by the call that left them."""

    def __init__(self, engine: Engine) -> None:
        self._reader = reading(engine)

    def of_call(self, sid: str) -> dict[str, Any] | None:
        """The order a call left, as a mapping of its columns, or None."""
        with self._reader.begin() as connection:
            row = connection.execute(sa.select(work_orders).where(work_orders.c.call_sid == sid)).first()
        return dict(row._mapping) if row else None
