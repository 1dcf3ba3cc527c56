"""The line's own outbound calls, as work orders ask for them."""

from __future__ import annotations

from datetime import datetime

from elder_channel.bootstrap import Line
from elder_channel.outbound.model import OutboundState, Reason, Tried
from elder_channel.services.line import LineService
from elder_channel.services.order_callbacks import CallNews, CallState, OrderCallbacks
from elder_channel.services.outbound import OutboundService
from elder_channel.workorders.model import AttemptResult

_STATES = {
    OutboundState.ANSWERED: CallState.ANSWERED,
    OutboundState.GAVE_UP: CallState.IN_VAIN,
    OutboundState.CANCELLED: CallState.CANCELLED,
}
_RESULTS = {
    Tried.BUSY: AttemptResult.BUSY,
    Tried.FAILED: AttemptResult.SWITCHED_OFF,
    Tried.REFUSED: AttemptResult.WRONG_NUMBER,
}
"""What is not here (no answer, a machine, no word of it) is nobody reached."""


class OutboundCaller:
    """`CallsCustomers` on the outbound engine, which paces, retries and keeps to its own hours and ceilings."""

    def __init__(self, outbound: OutboundService) -> None:
        self._outbound = outbound

    def call(self, key: str, *, number: str, customer_id: int | None, not_before: datetime, urgent: bool) -> None:
        """Ask for a call; the same key is one request."""
        reason = Reason.URGENT_ORDER if urgent else Reason.CALLBACK_ORDER
        self._outbound.request(key, reason=reason, number=number, customer_id=customer_id, not_before=not_before)

    def news(self, key: str) -> CallNews | None:
        """How the request stands."""
        request = self._outbound.find(key)
        if request is None:
            return None
        result = _RESULTS.get(request.last_outcome, AttemptResult.NO_ANSWER) if request.last_outcome else None
        state = _STATES.get(request.state, CallState.UNDER_WAY)
        return CallNews(state, request.call_sid, result or AttemptResult.NO_ANSWER)


def callbacks_of(line: Line) -> OrderCallbacks | None:
    """The line's calls back; None where it places none."""
    if not line.settings.outbound.enabled:
        return None
    return OrderCallbacks(line, OutboundCaller(OutboundService(line, LineService(line))))
