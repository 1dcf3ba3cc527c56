"""What is erased of work orders when its time is over (law 7)."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from elder_channel.workorders.tables import work_order_attempts, work_order_history, work_orders


def erase_order_words(connection: sa.Connection, moment: datetime) -> None:
    """Erase what callers said before `moment`, and of orders closed before it number and notes too.

    An open order still needs the number it is to call and the notes it is worked by. Who did what, and when, stays.
    """
    orders = work_orders
    said = orders.c.opened_at < moment, orders.c.transcript.is_not(None)
    connection.execute(orders.update().where(*said).values(transcript=None))
    closed = orders.c.closed_at < moment, (orders.c.caller_number.is_not(None) | (orders.c.note != ""))
    ids = list(connection.scalars(sa.select(orders.c.id).where(*closed).limit(500)))
    if not ids:
        return
    connection.execute(orders.update().where(orders.c.id.in_(ids)).values(caller_number=None, note=""))
    history, attempts = work_order_history, work_order_attempts
    connection.execute(history.update().where(history.c.order_id.in_(ids)).values(why=""))
    connection.execute(attempts.update().where(attempts.c.order_id.in_(ids)).values(note=""))
