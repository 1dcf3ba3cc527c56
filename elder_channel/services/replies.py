"""What is done about a reply to a greeting: an opt-out first of all, danger at once, the rest as work orders.

What may be an opt-out holds its number until a person has read it. A text is kept before anything is done about it and
marked when all is done, so that what broke off is made good by the clock; each deed is idempotent.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy.engine import Connection

from bilingual.language import LanguageEvidence, choose_language
from bilingual.messages import write
from elder_channel.bootstrap import Line
from elder_channel.services.accounts import Account
from elder_channel.services.accounts_file import Role
from elder_channel.services.corrections import AccountDirectory, allowed_role
from elder_channel.services.errors import ReplyRefusedError
from elder_channel.services.line import normal_number
from elder_channel.services.reply_orders import ReplyOrders
from elder_channel.storage.engine import reading, writing
from greeting_sms.consent import THE_CUSTOMER, WRONG_NUMBER, may_confirm, record_opt_out, withdraw_opt_out
from greeting_sms.holds import end_hold, end_holds_of, hold, holding
from greeting_sms.inbound import replies
from greeting_sms.inbound.classify import classify
from greeting_sms.inbound.labels import Classified, Decider, Label
from greeting_sms.inbound.replies import InboundText, KeptReply

log = structlog.get_logger()

MAY_CORRECT = frozenset({Role.AGENT, Role.SUPERVISOR, Role.ADMINISTRATOR})
MAY_WITHDRAW = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})
MAX_BODY = 2000
"""Characters kept of a text; carriers bring at most 1,600."""
LEFT_BEHIND = timedelta(seconds=30)
"""A text not done so long after it came was broken off."""
OPTED_BACK = "opted_back"
"""Decided by the carrier: the customer took the opt-out back there (START)."""
_TAKES_BACK = ("rule:other_back", "rule:other_back_key")
_SOURCES = {Label.OPT_OUT: "reply", Label.WRONG_NUMBER: WRONG_NUMBER}
"""What ends the greetings of a number, once a person has said so, and as what it is kept."""


@dataclass(frozen=True)
class Received:
    """What came of a text."""

    classified: Classified
    is_new: bool
    confirmation: str = ""
    """What to answer the sender; empty for nothing."""


class Replies:
    """Texts that customers send us."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._books = line.databases.greetings
        self._orders = ReplyOrders(line)

    def receive(self, *, sid: str, number: str, body: str, carrier_says: str = "", answers: bool = True) -> Received:
        """Keep a text and do what follows from it; the same text twice counts once.

        `carrier_says` is the carrier's own word about an opt-out (`STOP`, `START`, `HELP`): it has stopped, or lets
        through again, and has answered the sender itself, so that we say nothing. `answers` is whether an opt-out can
        be confirmed in the answer to the carrier.
        """
        now, whose = self._line.clock(), normal_number(number)
        text = InboundText(sid[:64], whose[:32], body[:MAX_BODY], now)
        classified = _carrier_word(carrier_says) or classify(body)
        with writing(self._books) as connection:
            _heed(connection, text, classified)  # before anything else, in the transaction that keeps the text
            is_new = replies.keep(connection, text, classified)
            silent = carrier_says or not answers or classified.label is not Label.OPT_OUT
            confirm = not silent and may_confirm(connection, text.number)
        log.info(
            "reply.received",
            reply=text.sid,
            label=classified.label,
            decided_by=classified.decided_by,
            held=classified.holds,
        )
        if is_new:
            self._act(text.sid)
        return Received(classified, is_new, self._confirmation(text.number) if confirm else "")

    def make_good(self) -> int:
        """Do what was broken off; for how many texts. Called by the clock."""
        with reading(self._books).begin() as connection:
            left = replies.undone(connection, before=self._line.clock() - LEFT_BEHIND)
        for reply in left:
            self._act(reply.sid)
        return len(left)

    def correct(self, sid: str, label: Label, *, by: Account, accounts: AccountDirectory) -> KeptReply:
        """A person says what a text is; what follows from that is done. Raises `ReplyRefusedError`.

        A text that held its number holds it no more: greetings of it end in the same transaction, or go on. An opt-out
        that was none is not lifted by this: whoever took part in it says so by `withdraw`.
        """
        allowed_role(accounts, by, MAY_CORRECT)
        now = self._line.clock()
        with writing(self._books) as connection:
            if not replies.correct(connection, sid, label):
                raise ReplyRefusedError("no_such_reply", f"There is no text {sid!r} in the books.")
            if label in _SOURCES:
                _stop(connection, sid, label, at=now)
            held = end_hold(connection, sid, at=now, by=by.username, opted_out=label in _SOURCES)
        log.info("reply.corrected", reply=sid, label=label, held=held, by=by.username)
        self._act(sid)
        return self._find(sid)

    def withdraw(self, number: str, *, reason: str, by: Account, accounts: AccountDirectory) -> bool:
        """Lift an opt-out at the customer's wish, with the reason; False when there is none."""
        allowed_role(accounts, by, MAY_WITHDRAW)
        told = " ".join(reason.split())
        if not 1 <= len(told) <= 200:
            raise ReplyRefusedError("reason_missing", "An opt-out is lifted with a reason of 1 to 200 characters.")
        with writing(self._books) as connection:
            lifted = withdraw_opt_out(
                connection, normal_number(number), at=self._line.clock(), by=by.username, reason=told
            )
            end_holds_of(connection, normal_number(number), at=self._line.clock(), by=by.username)
        log.info("opt_out.withdrawn", lifted=lifted, by=by.username)
        return lifted

    def erase_words(self) -> int:
        """Blank what people wrote once it is older than configured (law 7); of how many texts."""
        before = self._line.clock() - timedelta(days=self._line.settings.privacy.keep_transcripts_days)
        with writing(self._books) as connection:
            return replies.erase_words_before(connection, before)

    def newest(self, *, label: str | None = None, limit: int = 50) -> list[KeptReply]:
        """The newest texts."""
        with reading(self._books).begin() as connection:
            return replies.newest(connection, label=label, limit=limit)

    def held(self, found: list[KeptReply]) -> frozenset[str]:
        """The ids of those texts that hold their number still."""
        with reading(self._books).begin() as connection:
            return holding(connection, [reply.sid for reply in found])

    def _find(self, sid: str) -> KeptReply:
        with reading(self._books).begin() as connection:
            found = replies.find(connection, sid)
        if found is None:
            raise ReplyRefusedError("no_such_reply", f"There is no text {sid!r} in the books.")
        return found

    def _act(self, sid: str) -> None:
        """Leave the order that follows from a text, and ring whom it may save; greetings were seen to before."""
        reply = self._find(sid)
        held = sid in self.held([reply])
        match reply.meaning:
            case Label.URGENT:
                self._orders.open(reply, urgent=True, held=held)
                self._orders.ring()
            case Label.QUESTION | Label.COMPLAINT | None:
                self._orders.open(reply, urgent=reply.is_perhaps_urgent, rings=False, held=held)
            case Label.WRONG_NUMBER:  # somebody must mend the books
                self._orders.open(reply, held=held)
            case Label.OTHER if reply.decided_by in _TAKES_BACK:
                self._orders.open(reply, held=held)
            case _:
                pass
        with writing(self._books) as connection:
            replies.done(connection, sid, at=self._line.clock())

    def _confirmation(self, number: str) -> str:
        settings, at_number = self._line.settings.one_tap, self._line.customers.at_number(number)
        language = choose_language(LanguageEvidence(customer_language=at_number.language, number=number)).language
        name = settings.line_name_en if language == "en" else settings.line_name_zh
        hotline = self._line.settings.line.hotline_number
        return write("opt_out_confirmed", language, values={"line": name, "hotline": hotline})


def _heed(connection: Connection, text: InboundText, classified: Classified) -> None:
    """What a text does to the greetings of its number: ends them, lets them go on, or holds them until it is read."""
    if classified.label is Label.OPT_OUT:
        record_opt_out(connection, text.number, at=text.received_at, source="reply")
    elif classified.rule == OPTED_BACK:
        withdraw_opt_out(connection, text.number, at=text.received_at, by=THE_CUSTOMER, reason="START at the carrier")
        end_holds_of(connection, text.number, at=text.received_at, by=THE_CUSTOMER)
    if classified.holds:
        hold(connection, text.number, text_sid=text.sid, at=text.received_at)


def _stop(connection: Connection, sid: str, label: Label, *, at: datetime) -> None:
    """A person has said that the number is to get no more."""
    reply = replies.find(connection, sid)
    if reply is not None:
        record_opt_out(connection, reply.number, at=at, source=_SOURCES[label], reason=f"text {sid}")


def _carrier_word(word: str) -> Classified | None:
    """What the carrier itself has taken a text for; None where it says nothing we act on."""
    match word.strip().upper():
        case "STOP":
            return Classified(Label.OPT_OUT, Decider.RULE, rule="carrier_stop")
        case "START":
            return Classified(Label.OTHER, Decider.RULE, rule=OPTED_BACK)
        case _:
            return None
