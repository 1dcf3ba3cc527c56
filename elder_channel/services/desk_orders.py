"""The work order an agent opens for what a call has left to do."""

from __future__ import annotations

from dialects.needs import is_urgent
from elder_channel.bootstrap import Line
from elder_channel.calls.model import Call
from elder_channel.services.accounts import Account
from elder_channel.services.order_rules import rules_of
from elder_channel.services.orders import Orders
from elder_channel.workorders.opening import priority_of

UNFINISHED = "通话中未办完,请跟进。"


class CallOrders:
    """Opens orders among the line's own."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._orders = Orders(line)

    def open_from_call(self, call: Call, *, need: str | None, note: str, by: Account) -> None:
        """Open an order of the type that handles the need, before others for an elder, first for who is in danger."""
        self._orders.add(
            type_id=rules_of(self._line.settings).type_for(need).id,
            note=note or UNFINISHED,
            by=by,
            call_sid=call.sid,
            priority=priority_of(elder=call.elder, urgent=is_urgent(need)),
        )
