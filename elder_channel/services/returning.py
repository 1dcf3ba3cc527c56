"""A customer calls again: the order of before is linked, opened again if it was closed, and told to who answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import structlog

from dialects.area import AreaKind, locate
from elder_channel.bootstrap import Line
from elder_channel.calls.model import Call
from elder_channel.clock import HOTLINE_ZONE
from elder_channel.customers.model import AtNumber
from elder_channel.services.order_rules import rules_of
from elder_channel.storage.faults import BOOKS_FAULTS
from elder_channel.workorders import changes
from elder_channel.workorders.errors import WorkOrderError
from elder_channel.workorders.model import THE_LINE, Action, CallRole, WorkOrder
from elder_channel.workorders.transitions import state_after

log = structlog.get_logger()

MAX_TOLD = 3


class Returning:
    """Knows the orders of who is calling."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def orders_of(self, call: Call) -> list[WorkOrder]:
        """The caller's orders that this call may be about; none where they cannot be read (law 1)."""
        try:
            return self._concerned(call)
        except BOOKS_FAULTS:
            log.exception("order.reading_failed", call=call.sid)
            return []

    def called_again(self, orders: Sequence[WorkOrder], call: Call) -> None:
        """Link the call to the caller's orders; a fault here holds up nobody (law 1)."""
        try:
            for order in orders:
                self._join(order, call)
        except WorkOrderError:
            log.info("order.changed_meanwhile", call=call.sid)
        except BOOKS_FAULTS:
            log.exception("order.link_failed", call=call.sid)

    def in_words(self, orders: Sequence[WorkOrder], call: Call, at_number: AtNumber) -> str:
        """What the note says of the caller's orders; empty where there are none, or they cannot be read.

        Of a number that is not one person's own only how many: what about is told once the agent knows who calls.
        """
        try:
            if orders and at_number.who_calls_is_open:
                return f"此号码有会办单 {len(orders)} 件,问清是哪一位后再查看,请勿让客户重复。"
            return "".join(self._told(order, call) for order in orders[:MAX_TOLD])
        except BOOKS_FAULTS:
            log.exception("order.reading_failed", call=call.sid)
            return ""

    def _concerned(self, call: Call) -> list[WorkOrder]:
        """The caller's open orders besides those this call itself has left; where none is open, the last closed."""
        number = call.caller_number if is_callable(call.caller_number) else None
        since = self._line.clock() - timedelta(days=self._line.settings.workorders.reopen_days)
        found = self._line.work_orders.of_caller(number, call.customer_id, closed_since=since)
        others = [order for order in found if order.call_sid != call.sid and order.opened_at <= call.started_at]
        if open_ := [order for order in others if order.is_open]:
            return open_
        return sorted(others, key=lambda order: order.closed_at or order.opened_at)[-1:]

    def _join(self, order: WorkOrder, call: Call) -> None:
        now, rules = self._line.clock(), rules_of(self._line.settings)
        if order.is_open:
            state = state_after(order.state, Action.RETURNED)
            back = changes.Change(Action.RETURNED, THE_LINE, now, state, "客户再次来电")
            joined = self._line.work_orders.join_call(order, call.sid, CallRole.RETURNED, back)
        else:
            anew = changes.reopen(order, by=THE_LINE, at=now, why="客户再次来电", rules=rules)
            joined = self._line.work_orders.join_call(order, call.sid, CallRole.REOPENED, anew)
        if joined:
            log.info("order.customer_called_again", order=order.id, call=call.sid, was_open=order.is_open)

    def _told(self, order: WorkOrder, call: Call) -> str:
        rules = rules_of(self._line.settings)
        on = order.opened_at.astimezone(HOTLINE_ZONE).strftime("%m月%d日")
        reopened = not order.is_open or self._line.work_orders.role_of(order.id, call.sid) is CallRole.REOPENED
        state = "因本次来电重新打开" if reopened else "未办结"
        tried = f",已回电 {order.attempts} 次" if order.attempts else ""
        return f"此前有会办单 {order.id} 号({rules.type(order.type).zh},{on},{state}{tried}),请勿让客户重复。"


def is_callable(number: str) -> bool:
    """Whether the number is one person's, and can be called."""
    return locate(number).kind not in (AreaKind.WITHHELD, AreaKind.INVALID)
