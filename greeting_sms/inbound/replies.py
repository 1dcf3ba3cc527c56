"""Replies in the books: each text of a carrier once, what it was taken for, and whether all was done about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from greeting_sms.inbound.labels import PERHAPS_URGENT, Classified, Decider, Label
from greeting_sms.tables import inbound_texts

UNSURE = "unsure"
"""Kept as label where a person must say."""
READ_AT_ONCE = f"{Decider.PERSON}:{PERHAPS_URGENT}"
"""Kept as decided by this where somebody may be in danger: read first of all, the number is not rung before."""


@dataclass(frozen=True)
class InboundText:
    """A text as a carrier brought it."""

    sid: str
    number: str
    """E.164, whose text it is."""
    body: str
    received_at: datetime


@dataclass(frozen=True)
class KeptReply:
    """A reply as it stands in the books."""

    sid: str
    number: str
    body: str
    received_at: datetime
    label: str
    probability: float | None
    decided_by: str
    corrected_to: str | None
    acted_at: datetime | None

    @property
    def meaning(self) -> Label | None:
        """What it is taken for now: as corrected by a person, else as classified; None where nobody has said."""
        said = self.corrected_to or self.label
        return None if said == UNSURE else Label(said)

    @property
    def is_perhaps_urgent(self) -> bool:
        """Whether somebody may be in danger and no person has said yet."""
        return self.meaning is None and self.decided_by == READ_AT_ONCE


def keep(connection: Connection, text: InboundText, classified: Classified) -> bool:
    """Keep a text; False when the carrier brought it before."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = insert(inbound_texts).values(
        carrier_sid=text.sid,
        number=text.number,
        body=text.body,
        received_at=text.received_at,
        label=str(classified.label or UNSURE),
        probability=classified.probability,
        decided_by=classified.decided_by[:64],
    )
    return connection.execute(statement.on_conflict_do_nothing().returning(sa.literal(1))).first() is not None


def done(connection: Connection, sid: str, *, at: datetime) -> None:
    """All was done about the text."""
    connection.execute(inbound_texts.update().where(inbound_texts.c.carrier_sid == sid).values(acted_at=at))


def correct(connection: Connection, sid: str, label: Label) -> bool:
    """A person says what the text is, and whatever follows from that is to be done; False for an unknown text."""
    changed = inbound_texts.update().where(inbound_texts.c.carrier_sid == sid).values(corrected_to=label, acted_at=None)
    return bool(connection.execute(changed.returning(inbound_texts.c.carrier_sid)).first())


def find(connection: Connection, sid: str) -> KeptReply | None:
    """A text by the carrier's id."""
    row = connection.execute(sa.select(inbound_texts).where(inbound_texts.c.carrier_sid == sid)).first()
    return read_reply(row) if row else None


def undone(connection: Connection, *, before: datetime, limit: int = 200) -> list[KeptReply]:
    """Texts received before a moment about which something is still to be done, oldest first."""
    late = inbound_texts.c.acted_at.is_(None), inbound_texts.c.received_at <= before
    query = sa.select(inbound_texts).where(*late).order_by(inbound_texts.c.received_at).limit(limit)
    return [read_reply(row) for row in connection.execute(query)]


def newest(connection: Connection, *, label: str | None = None, limit: int = 50) -> list[KeptReply]:
    """The newest texts, of one label where it is given."""
    query = sa.select(inbound_texts).order_by(inbound_texts.c.received_at.desc()).limit(limit)
    if label is not None:
        said = sa.func.coalesce(inbound_texts.c.corrected_to, inbound_texts.c.label)
        query = query.where(said == label)
    return [read_reply(row) for row in connection.execute(query)]


def erase_words_before(connection: Connection, moment: datetime) -> int:
    """Blank what people wrote before a moment (law 7); of how many texts. What they were taken for stays."""
    old = inbound_texts.c.received_at < moment, inbound_texts.c.body != "", inbound_texts.c.acted_at.is_not(None)
    blanked: Sequence[Any] = connection.execute(
        inbound_texts.update().where(*old).values(body="").returning(inbound_texts.c.carrier_sid)
    ).all()
    return len(blanked)


def read_reply(row: sa.Row[Any]) -> KeptReply:
    """A row of the books as a reply."""
    return KeptReply(
        row.carrier_sid,
        row.number,
        row.body,
        row.received_at,
        row.label,
        row.probability,
        row.decided_by,
        row.corrected_to,
        row.acted_at,
    )
