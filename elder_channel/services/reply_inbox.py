"""Replies to greetings as an inbox: read, confirmed or corrected by a person, with the work order that came of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import structlog

from elder_channel.bootstrap import Line
from elder_channel.logs import mask_number
from elder_channel.services.accounts import Account
from elder_channel.services.corrections import AccountDirectory, allowed_role
from elder_channel.services.errors import ChangedMeanwhileError
from elder_channel.services.replies import MAY_CORRECT, Replies
from elder_channel.storage.engine import reading
from greeting_sms.holds import holding
from greeting_sms.inbound import inbox, replies
from greeting_sms.inbound.labels import Label
from greeting_sms.inbound.replies import KeptReply

log = structlog.get_logger()

MOST_SHOWN = 30


class Tray(StrEnum):
    """Which replies."""

    TO_CONFIRM = "to_confirm"  # no person has said yet what they are
    HELD = "held"  # nothing is sent to their numbers until somebody says
    ALL = "all"
    URGENT = "urgent"
    OPT_OUT = "opt_out"
    WRONG_NUMBER = "wrong_number"
    COMPLAINT = "complaint"
    QUESTION = "question"
    THANKS = "thanks"
    OTHER = "other"


@dataclass(frozen=True)
class InboxReply:
    """A reply before whoever reads it."""

    sid: str
    number: str
    """Masked, unless the site shows numbers."""
    words: str
    """Empty where they are over their time."""
    received_at: datetime
    meaning: Label | None
    """What it is taken for now; None where nobody has said."""
    decided_by: str
    """`rule:…`, `model` or `person`."""
    probability: float | None
    confirmed: bool
    """A person has said so."""
    held: bool
    """Nothing is sent to the number until somebody says what this is."""
    perhaps_urgent: bool
    """Somebody may be in danger; nobody has said yet."""
    order_id: int | None
    """The open work order that came of it."""
    etag: str
    """What was seen of it; who says what it is says it of this."""


class ReplyInbox:
    """The inbox of who works on replies."""

    def __init__(self, line: Line, accounts: AccountDirectory) -> None:
        self._line = line
        self._accounts = accounts
        self._replies = Replies(line)

    def look(self, tray: Tray, *, by: Account, limit: int = MOST_SHOWN) -> list[InboxReply]:
        """Replies of a tray, the most pressing first. Who reads what people wrote is recorded (law 7).

        Raises NotAllowedError.
        """
        allowed_role(self._accounts, by, MAY_CORRECT)
        with reading(self._line.databases.greetings).begin() as connection:
            if tray is Tray.TO_CONFIRM:
                found = inbox.unconfirmed(connection, limit=limit)
            elif tray is Tray.HELD:
                found = inbox.held(connection, limit=limit)
            else:
                label = None if tray is Tray.ALL else str(tray)
                found = replies.newest(connection, label=label, limit=limit)
            held = holding(connection, [reply.sid for reply in found])
        log.info("replies.read", by=by.username, tray=tray, replies=len(found))
        return [self._shown(reply, held=reply.sid in held) for reply in found]

    def counts(self, *, by: Account) -> dict[str, int]:
        """Replies by what they are taken for; `unsure` is for a person to say."""
        allowed_role(self._accounts, by, MAY_CORRECT)
        with reading(self._line.databases.greetings).begin() as connection:
            return inbox.counted(connection)

    def settle(self, sid: str, label: Label, *, seen: str, by: Account) -> None:
        """A person confirms or corrects what a reply is, and what follows from it is done.

        Raises NotAllowedError, ReplyRefusedError, and ChangedMeanwhileError where a colleague was first.
        """
        allowed_role(self._accounts, by, MAY_CORRECT)
        with reading(self._line.databases.greetings).begin() as connection:
            reply = replies.find(connection, sid)
        if reply is not None and _etag(reply) != seen:
            raise ChangedMeanwhileError("A colleague has said what this reply is meanwhile.")
        self._replies.correct(sid, label, by=by, accounts=self._accounts)

    def _shown(self, reply: KeptReply, *, held: bool) -> InboxReply:
        keys = (f"text:{reply.sid}", f"text:urgent:{reply.number}")
        orders = (self._line.work_orders.of_merge_key(key) for key in keys)
        order = next((order for order in orders if order is not None), None)
        return InboxReply(
            reply.sid,
            reply.number if self._line.settings.privacy.show_numbers else mask_number(reply.number),
            reply.body,
            reply.received_at,
            reply.meaning,
            reply.decided_by,
            reply.probability,
            reply.corrected_to is not None,
            held,
            reply.is_perhaps_urgent,
            order.id if order else None,
            _etag(reply),
        )


def _etag(reply: KeptReply) -> str:
    return f"{reply.label}-{reply.corrected_to or ''}"
