"""The work order an agent opens for what a call has left to do."""

from __future__ import annotations

from typing import Protocol

import structlog

from dialects.needs import is_urgent
from elder_channel.bootstrap import Line
from elder_channel.calls.model import Call
from elder_channel.services.accounts import Account
from elder_channel.services.endings import can_be_called
from elder_channel.workorders.model import NewWorkOrder, order_for_unserved

log = structlog.get_logger()


class OrdersFromCalls(Protocol):
    """Where what is left to do is kept."""

    def open_from_call(self, call: Call, *, note: str, by: Account) -> bool:
        """Open an order for the call; False when it has left one before."""
        ...


class CallOrders:
    """Opens orders in the line's own books."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def open_from_call(self, call: Call, *, note: str, by: Account) -> bool:
        """Open an order, due as for a call that was not served: sooner for an elder, soonest for who is in danger."""
        now, urgent = self._line.clock(), is_urgent(call.need)
        reachable = can_be_called(call.caller_number)
        like = order_for_unserved(call.sid, elder=call.elder, reachable=reachable, now=now, urgent=urgent)
        told = ("【紧急】" if urgent else "") + (note or "通话中未办完,请跟进。")
        order = NewWorkOrder(call.sid, like.kind, like.owner, like.due_at, told)
        opened = self._line.work_orders.open_for(order, call, at=now)
        log.info("order.opened_on_desk", call=call.sid, by=by.username, new=opened)
        return opened
