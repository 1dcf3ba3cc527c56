"""Replies as an inbox: those nobody has looked at come first, of these the ones no machine could settle."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from greeting_sms.inbound.labels import Label
from greeting_sms.inbound.replies import UNSURE, KeptReply, read_reply
from greeting_sms.tables import inbound_texts


def unconfirmed(connection: Connection, *, limit: int) -> list[KeptReply]:
    """Replies of which no person has said what they are: unsettled ones first, then danger, then the newest."""
    column = inbound_texts.c
    first = sa.case((column.label == UNSURE, 0), (column.label == Label.URGENT.value, 1), else_=2)
    query = (
        sa.select(inbound_texts)
        .where(column.corrected_to.is_(None))
        .order_by(first, column.received_at.desc(), column.carrier_sid)
        .limit(limit)
    )
    return [read_reply(row) for row in connection.execute(query)]


def counted(connection: Connection) -> dict[str, int]:
    """Replies by what they are taken for now, those that a person must say under `unsure`."""
    said = sa.func.coalesce(inbound_texts.c.corrected_to, inbound_texts.c.label)
    rows = connection.execute(sa.select(said, sa.func.count()).group_by(said))
    return {str(label): int(count) for label, count in rows}
