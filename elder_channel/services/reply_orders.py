"""The work orders that replies to greetings leave: to ring whom it may save, and to read what no machine settles."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from bilingual.language import LanguageEvidence, choose_language
from elder_channel.bootstrap import Line
from elder_channel.clock import HOTLINE_ZONE
from elder_channel.services.errors import ServiceError
from elder_channel.services.order_calls import callbacks_of
from elder_channel.services.order_rules import rules_of
from elder_channel.services.returning import is_callable
from elder_channel.workorders import changes
from elder_channel.workorders.errors import OrderChangedError
from elder_channel.workorders.model import THE_LINE, Kind, NewWorkOrder, Priority, WorkOrder
from elder_channel.workorders.opening import order_from_text
from greeting_sms.inbound import replies
from greeting_sms.inbound.labels import TOLD_OF_DEATH
from greeting_sms.inbound.replies import KeptReply

log = structlog.get_logger()

_HELD_NOTE = "已暂停向此号码发祝福,请在“客户回复”里确认退订或放行。"

_DEATH_NOTE = "来信可能说客户已去世:核实后请选“退订”停发,并请各公司更正客户资料。"


class ReplyOrders:
    """Opens the orders; each deed is idempotent."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def open(self, reply: KeptReply, *, urgent: bool = False, rings: bool = True, held: bool = False) -> None:
        """Leave the order of a text; one that does not ring the number is looked into, and merges with no call.

        `held`: the text holds its number until somebody has read it, which is due within the time for that.
        """
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
        if held:
            order = self._to_be_read(order, now)
        if reply.decided_by.endswith(f":{TOLD_OF_DEATH}"):
            order = replace(order, note=order.note + _DEATH_NOTE)
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

    def ring(self) -> None:
        """The line rings who is in danger at once; what cannot be placed stays with the order, and the clock asks."""
        callbacks = callbacks_of(self._line)
        if callbacks is None:
            return
        try:
            callbacks.ring_owed(free=0)
        except ServiceError as error:
            log.warning("reply.call_not_placed", code=error.code)

    def _to_be_read(self, order: NewWorkOrder, now: datetime) -> NewWorkOrder:
        within = timedelta(minutes=self._line.settings.greetings.read_held_minutes)
        return replace(order, note=order.note + _HELD_NOTE, due_at=min(order.due_at, now + within))

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
