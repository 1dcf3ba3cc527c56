"""Opt-outs: who wants no greeting, kept before the first greeting is ever planned (law 6)."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from greeting_sms.tables import opt_outs


def record_opt_out(connection: Connection, number: str, *, at: datetime, source: str) -> bool:
    """Keep that `number` (E.164) wants no more texts; True when it was not known before, the first time stays."""
    if is_suppressed(connection, number):
        return False
    connection.execute(opt_outs.insert().values(number=number, opted_out_at=at, source=source))
    return True


def is_suppressed(connection: Connection, number: str) -> bool:
    """Whether `number` must not be texted."""
    return connection.execute(sa.select(opt_outs.c.number).where(opt_outs.c.number == number)).first() is not None
