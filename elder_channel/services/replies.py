"""What is done about a reply to a greeting: an opt-out first of all, danger at once, the rest as work orders.

A text is kept before anything is done about it and marked when all is done, so that what broke off is made good by the
clock; each deed is idempotent.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import structlog

from bilingual.language import LanguageEvidence, choose_language
from bilingual.messages import write
from elder_channel.bootstrap import Line
from elder_channel.clock import HOTLINE_ZONE
from elder_channel.services.accounts import Account
from elder_channel.services.accounts_file import Role
from elder_channel.services.corrections import AccountDirectory, allowed_role
from elder_channel.services.errors import ReplyRefusedError, ServiceError
from elder_channel.services.line import normal_number
from elder_channel.services.order_calls import callbacks_of
from elder_channel.services.order_rules import rules_of
from elder_channel.services.returning import is_callable
from elder_channel.storage.engine import reading, writing
from elder_channel.workorders import changes
from elder_channel.workorders.errors import OrderChangedError
from elder_channel.workorders.model import THE_LINE, Kind, NewWorkOrder, Priority, WorkOrder
from elder_channel.workorders.opening import order_from_text
from greeting_sms.consent import THE_CUSTOMER, WRONG_NUMBER, may_confirm, record_opt_out, withdraw_opt_out
from greeting_sms.inbound import replies
from greeting_sms.inbound.classify import classify
from greeting_sms.inbound.labels import PERHAPS_URGENT, Classified, Decider, Label
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
_PERHAPS_URGENT = f"{Decider.PERSON}:{PERHAPS_URGENT}"
"""Read first of all; the number is not rung before somebody has read it."""


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
            if classified.label is Label.OPT_OUT:  # before anything else, in the transaction that keeps the text
                record_opt_out(connection, text.number, at=now, source="reply")
            elif classified.rule == OPTED_BACK:
                withdraw_opt_out(connection, text.number, at=now, by=THE_CUSTOMER, reason="START at the carrier")
            is_new = replies.keep(connection, text, classified)
            silent = carrier_says or not answers or classified.label is not Label.OPT_OUT
            confirm = not silent and may_confirm(connection, text.number)
        log.info("reply.received", reply=text.sid, label=classified.label, decided_by=classified.decided_by)
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

        An opt-out that was none is not lifted by this: whoever took part in it says so by `withdraw`.
        """
        allowed_role(accounts, by, MAY_CORRECT)
        with writing(self._books) as connection:
            known = replies.correct(connection, sid, label)
        if not known:
            raise ReplyRefusedError("no_such_reply", f"There is no text {sid!r} in the books.")
        log.info("reply.corrected", reply=sid, label=label, by=by.username)
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

    def _find(self, sid: str) -> KeptReply:
        with reading(self._books).begin() as connection:
            found = replies.find(connection, sid)
        if found is None:
            raise ReplyRefusedError("no_such_reply", f"There is no text {sid!r} in the books.")
        return found

    def _act(self, sid: str) -> None:
        reply = self._find(sid)
        match reply.meaning:
            case Label.OPT_OUT | Label.WRONG_NUMBER:
                self._stop(reply)
            case Label.URGENT:
                self._open_order(reply, urgent=True)
                self._call_back()
            case Label.QUESTION | Label.COMPLAINT | None:
                perhaps = reply.meaning is None and reply.decided_by == _PERHAPS_URGENT
                self._open_order(reply, urgent=perhaps, rings=False)
            case Label.OTHER if reply.decided_by in _TAKES_BACK:
                self._open_order(reply, urgent=False)
            case _:
                pass
        with writing(self._books) as connection:
            replies.done(connection, sid, at=self._line.clock())

    def _stop(self, reply: KeptReply) -> None:
        wrong = reply.meaning is Label.WRONG_NUMBER
        with writing(self._books) as connection:
            source = WRONG_NUMBER if wrong else "reply"
            record_opt_out(connection, reply.number, at=self._line.clock(), source=source, reason=f"text {reply.sid}")
        if wrong:  # somebody must mend the books
            self._open_order(reply, urgent=False)

    def _open_order(self, reply: KeptReply, *, urgent: bool, rings: bool = True) -> None:
        """Leave the order of a text; one that does not ring the number is looked into, and merges with no call."""
        now = self._line.clock()
        at_number = self._line.customers.at_number(reply.number)
        settings = self._line.settings.line
        elder = at_number.elder(today=now.astimezone(HOTLINE_ZONE).date(), elder_age=settings.elder_age)
        customer = at_number.owner.id if at_number.owner else None
        order: NewWorkOrder = order_from_text(
            str(reply.meaning or replies.UNSURE),
            sid=reply.sid,
            number=reply.number,
            reachable=rings and is_callable(reply.number),
            priority=Priority.URGENT if urgent else Priority.ELDER if elder else Priority.NORMAL,
            now=now,
            rules=rules_of(self._line.settings),
        )
        if not rings:
            order = replace(order, merge_key=f"text:{reply.sid}")
        language = choose_language(LanguageEvidence(customer_language=at_number.language, number=reply.number)).language
        added = self._line.work_orders.add_from_text(
            order, number=reply.number, customer_id=customer, words=reply.body, language=str(language), at=now
        )
        if added is None:
            log.info("reply.order_there_already", reply=reply.sid)
            if urgent and rings:
                self._add_words(order.merge_key or "", reply.body)
            return
        log.info("reply.order_opened", reply=reply.sid, order=added.id, priority=order.priority)
        if urgent and rings and order.kind is not Kind.CALL_BACK:
            self._note(added, "号码无法拨打,请另寻联系方式。")

    def _add_words(self, key: str, words: str) -> None:
        """Put further words into the open order; before the line rings it would keep the clock from ringing."""
        order = self._line.work_orders.of_merge_key(key)
        if order and (order.callback_key or order.attempts):
            self._note(order, f"又来短信:{words[:200]}")

    def _note(self, order: WorkOrder, why: str) -> None:
        try:
            change = changes.note(order, by=THE_LINE, at=self._line.clock(), why=why)
            self._line.work_orders.apply(order, (change,))
        except OrderChangedError:
            log.info("reply.order_taken_meanwhile", order=order.id)

    def _call_back(self) -> None:
        """The line rings who is in danger at once; what cannot be placed stays with the order, and the clock asks."""
        callbacks = callbacks_of(self._line)
        if callbacks is None:
            return
        try:
            callbacks.ring_owed(free=0)
        except ServiceError as error:
            log.warning("reply.call_not_placed", code=error.code)

    def _confirmation(self, number: str) -> str:
        settings, at_number = self._line.settings.one_tap, self._line.customers.at_number(number)
        language = choose_language(LanguageEvidence(customer_language=at_number.language, number=number)).language
        name = settings.line_name_en if language == "en" else settings.line_name_zh
        hotline = self._line.settings.line.hotline_number
        return write("opt_out_confirmed", language, values={"line": name, "hotline": hotline})


def _carrier_word(word: str) -> Classified | None:
    """What the carrier itself has taken a text for; None where it says nothing we act on."""
    match word.strip().upper():
        case "STOP":
            return Classified(Label.OPT_OUT, Decider.RULE, rule="carrier_stop")
        case "START":
            return Classified(Label.OTHER, Decider.RULE, rule=OPTED_BACK)
        case _:
            return None
