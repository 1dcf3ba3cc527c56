"""The calls of work orders, placed by the engine for all calls the line places itself."""

from __future__ import annotations

from datetime import datetime

from elder_channel.outbound.model import OutboundState, Reason, Tried
from elder_channel.services.order_callbacks import CallNews, CallState
from elder_channel.services.outbound import OutboundService
from elder_channel.workorders.model import AttemptResult

_STATES = {
    OutboundState.WAITING: CallState.UNDER_WAY,
    OutboundState.PLACING: CallState.UNDER_WAY,
    OutboundState.RINGING: CallState.UNDER_WAY,
    OutboundState.ANSWERED: CallState.ANSWERED,
    OutboundState.GAVE_UP: CallState.IN_VAIN,
    OutboundState.CANCELLED: CallState.CANCELLED,
}
_RESULTS = {Tried.BUSY: AttemptResult.BUSY, Tried.FAILED: AttemptResult.SWITCHED_OFF}
"""What a phone that could not be reached is to people; every other vain attempt is one nobody answered."""


class OrderCalls:
    """Implements `order_callbacks.CallsCustomers`."""

    def __init__(self, outbound: OutboundService) -> None:
        self._outbound = outbound

    def call(self, key: str, *, number: str, customer_id: int | None, not_before: datetime) -> None:
        """Ask for a call; the same key is one call. Raises `OutboundRefusedError`."""
        reason = Reason.CALLBACK_ORDER
        self._outbound.request(key, reason=reason, number=number, customer_id=customer_id, not_before=not_before)

    def news(self, key: str) -> CallNews | None:
        """What came of it; None when nobody was ever asked."""
        request = self._outbound.find(key)
        if request is None:
            return None
        result = _RESULTS.get(request.last_outcome, AttemptResult.NO_ANSWER) if request.last_outcome else None
        return CallNews(_STATES[request.state], request.call_sid, result or AttemptResult.NO_ANSWER)
