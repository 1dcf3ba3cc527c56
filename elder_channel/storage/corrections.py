"""Keeps agents' verdicts on calls: only ever added to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from elder_channel.customers.model import DialectFrom
from elder_channel.customers.tables import customers
from elder_channel.learning.model import Correction
from elder_channel.learning.tables import corrections
from elder_channel.storage.engine import reading, writing
from elder_channel.storage.inserting import insert_new
from elder_channel.storage.values import as_value


class SqlCorrectionStore:
    """Verdicts by call."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reader = reading(engine)

    def keep(self, correction: Correction, *, token: str, dialect_of_customer: str | None = None) -> bool:
        """Add a verdict and note the customer's dialect in the books with it, both or neither.

        True when it was kept, now or by the same `token` before; False when another verdict has its number.
        """
        with writing(self._engine) as connection:
            if not insert_new(connection, corrections, {**vars(correction), "token": token}):
                by_token = corrections.c.token == token, corrections.c.call_sid == correction.call_sid
                return connection.execute(sa.select(corrections.c.id).where(*by_token)).first() is not None
            if dialect_of_customer and correction.customer_id is not None:
                mine = customers.c.id == correction.customer_id
                heard = {"dialect": dialect_of_customer, "dialect_from": DialectFrom.CORRECTED}
                connection.execute(customers.update().where(mine).values(**heard))
            return True

    def of_calls(self, sids: Collection[str]) -> dict[str, list[Correction]]:
        """The verdicts on these calls, oldest first; calls without one are left out."""
        return self._by_call(corrections.c.call_sid.in_(sorted(sids))) if sids else {}

    def since(self, moment: datetime | None = None) -> dict[str, list[Correction]]:
        """All verdicts on calls that were judged at or after `moment`, by call, oldest call first."""
        lately = sa.select(corrections.c.call_sid)
        if moment is not None:
            lately = lately.where(corrections.c.corrected_at >= moment)
        return self._by_call(corrections.c.call_sid.in_(lately))

    def _by_call(self, where: sa.ColumnElement[bool]) -> dict[str, list[Correction]]:
        query = sa.select(corrections).where(where).order_by(corrections.c.id)
        found: dict[str, list[Correction]] = defaultdict(list)
        with self._reader.begin() as connection:
            for row in connection.execute(query):
                found[row.call_sid].append(as_value(Correction, row))
        return dict(found)
