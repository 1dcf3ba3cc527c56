"""Looking into the list of opt-outs: the newest, or those whose number holds some digits."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from greeting_sms.consent import OptOut
from greeting_sms.tables import opt_outs


def newest_opt_outs(connection: Connection, *, digits: str = "", limit: int) -> list[OptOut]:
    """The newest opt-outs, of numbers that hold `digits` where some are given."""
    query = sa.select(opt_outs).order_by(opt_outs.c.opted_out_at.desc(), opt_outs.c.number).limit(limit)
    if digits:
        query = query.where(opt_outs.c.number.contains(digits, autoescape=True))
    return [OptOut(row.number, row.opted_out_at, row.source) for row in connection.execute(query)]


def count_opt_outs(connection: Connection) -> int:
    """How many numbers get no greetings."""
    return int(connection.execute(sa.select(sa.func.count()).select_from(opt_outs)).scalar_one())
