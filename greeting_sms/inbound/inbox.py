"""Replies as an inbox: those nobody has looked at come first, of these what may be danger, then what holds a number."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from greeting_sms.holds import OPEN
from greeting_sms.inbound.labels import Label
from greeting_sms.inbound.replies import READ_AT_ONCE, UNSURE, KeptReply, read_reply
from greeting_sms.tables import inbound_texts, reply_holds

_HELD = sa.exists().where(reply_holds.c.text_sid == inbound_texts.c.carrier_sid, OPEN)
_NOT_SAID = inbound_texts.c.corrected_to.is_(None)
_MAY_BE_DANGER = sa.and_(inbound_texts.c.label == UNSURE, inbound_texts.c.decided_by == READ_AT_ONCE)


def unconfirmed(connection: Connection, *, limit: int) -> list[KeptReply]:
    """Replies of which no person has said what they are.

    First what may be danger, then what holds its number, then what else no machine could settle, then danger that was
    acted on, then the newest.
    """
    column = inbound_texts.c
    first = sa.case(
        (_MAY_BE_DANGER, 0), (_HELD, 1), (column.label == UNSURE, 2), (column.label == Label.URGENT.value, 3), else_=4
    )
    query = (
        sa.select(inbound_texts)
        .where(_NOT_SAID)
        .order_by(first, column.received_at.desc(), column.carrier_sid)
        .limit(limit)
    )
    return [read_reply(row) for row in connection.execute(query)]


def held(connection: Connection, *, limit: int) -> list[KeptReply]:
    """Replies that hold their number, the one that has held longest first."""
    query = (
        sa.select(inbound_texts)
        .join(reply_holds, reply_holds.c.text_sid == inbound_texts.c.carrier_sid)
        .where(OPEN)
        .order_by(reply_holds.c.held_at, reply_holds.c.text_sid)
        .limit(limit)
    )
    return [read_reply(row) for row in connection.execute(query)]


def may_be_danger(connection: Connection, *, before: datetime, limit: int) -> list[str]:
    """The ids of replies that came before a moment and may be danger, and of which no person has said what they are."""
    late = _MAY_BE_DANGER, _NOT_SAID, inbound_texts.c.received_at < before
    query = sa.select(inbound_texts.c.carrier_sid).where(*late).order_by(inbound_texts.c.received_at.desc())
    return list(connection.execute(query.limit(limit)).scalars())


def counted(connection: Connection) -> dict[str, int]:
    """Replies by what they are taken for now, those that a person must say under `unsure`."""
    said = sa.func.coalesce(inbound_texts.c.corrected_to, inbound_texts.c.label)
    rows = connection.execute(sa.select(said, sa.func.count()).group_by(said))
    return {str(label): int(count) for label, count in rows}
