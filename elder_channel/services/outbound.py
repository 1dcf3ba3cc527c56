"""Calls people: at the carrier's pace, below the ceilings, again when nobody answers, then by work order (law 1)."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

from elder_channel.bootstrap import Line
from elder_channel.calls.ceiling import HOUR, Allowance, Verdict, may_place
from elder_channel.calls.model import Entry
from elder_channel.calls.steps import EnterQueue
from elder_channel.clock import HOTLINE_ZONE
from elder_channel.going_on import GoingOn
from elder_channel.outbound.model import NewRequest, OutboundRequest, OutboundState, Reason, Tried
from elder_channel.outbound.pacing import can_be_rung, may_be_rung, next_attempt_at
from elder_channel.outbound.settings import OutboundSettings
from elder_channel.services.errors import ServiceError
from elder_channel.services.line import LineService, normal_number
from elder_channel.telephony.errors import CarrierError
from elder_channel.workorders.model import WorkOrder

log = structlog.get_logger()

WORD_TAKES = timedelta(seconds=60)
"""So long after a phone must have stopped ringing, word of the attempt is taken to be lost."""
CARRIER_FULL = timedelta(seconds=10)
_OUTCOMES = {"busy": Tried.BUSY, "no-answer": Tried.NO_ANSWER, "failed": Tried.FAILED, "canceled": Tried.CANCELED}
"""The carrier's words for a phone nobody picked up."""
_FULL = frozenset({"429", "20429"})
"""The carrier would take no more calls at the moment: nothing was rung."""
_ENTRY = {Reason.ONE_TAP: Entry.ONE_TAP}
GREETINGS = {Entry.ONE_TAP: "called_one_tap", Entry.CALLED_BACK: "called_back"}
"""What is said first to who picks up."""


class OutboundRefusedError(ServiceError):
    """Nobody can be called at this number, or the line calls nobody."""

    code = "outbound_refused"


class OutboundService:
    """Everything that happens to a call the line places, from the request to the pick-up."""

    def __init__(self, line: Line, calls: LineService) -> None:
        self._line = line
        self._calls = calls

    def request(
        self,
        key: str,
        *,
        reason: Reason,
        number: str,
        customer_id: int | None = None,
        not_before: datetime | None = None,
    ) -> OutboundRequest:
        """Ask for a call; the same key is one request, however often it is asked. Raises `OutboundRefusedError`."""
        if not self._settings.enabled:
            raise OutboundRefusedError("the line places no calls (outbound.enabled is false)")
        if not can_be_rung(number):
            raise OutboundRefusedError("there is no number to call")
        now = self._now()
        new = NewRequest(key, reason, normal_number(number), customer_id, now, not_before or now)
        kept = self._line.outbound.request(new)
        log.info("outbound.requested", request=kept.id, reason=kept.reason)
        return kept

    def find(self, key: str) -> OutboundRequest | None:
        """The request with this key."""
        return self._line.outbound.find(key)

    def cancel(self, key: str) -> bool:
        """Take a request back; True when nothing of it was under way."""
        return self._line.outbound.cancel(key, at=self._now())

    def allowance(self, number: str) -> Allowance:
        """Whether the last hour's calls leave room for one to `number`."""
        now = self._now()
        placed = self._line.outbound.placed_since(now - HOUR)
        return may_place(number, placed, now=now, settings=self._line.settings.outbound_ceiling)

    def tick(self) -> OutboundRequest | None:
        """The next call to place, claimed for us; None when it is nobody's turn.

        The ceilings are looked at before the claim, so each voice process may exceed them by one call.
        """
        now, settings = self._now(), self._settings
        reasons = may_be_rung(now.astimezone(HOTLINE_ZONE).hour, settings)
        due = self._line.outbound.next_due(now, reasons) if settings.enabled else None
        if due is None:
            return None
        allowance = self.allowance(due.number)
        if allowance.verdict is not Verdict.MAY:
            self._tell_ceiling(allowance)
        if not allowance.may_place:
            return None
        return self._line.outbound.claim(now, reasons, gap_seconds=1 / settings.calls_per_second)

    def _tell_ceiling(self, allowance: Allowance) -> None:
        """Tell staff once an hour, whichever process comes first; a bound that is reached is an alarm."""
        now = self._now()
        if not self._line.outbound.tell_ceiling(at=now, told_before=now - HOUR):
            return
        tell = log.warning if allowance.may_place else log.error
        calls, cost = allowance.calls_last_hour, round(allowance.cost_last_hour, 2)
        tell("outbound.ceiling", verdict=allowance.verdict, calls=calls, cost=cost, again_at=str(allowance.again_at))

    def place(self, request: OutboundRequest) -> None:
        """Have the carrier ring; never twice for one claim, since a lost answer may be that of a ringing phone."""
        about: dict[str, str | int] = {"request": request.id, "attempt": request.attempts}
        settings, addresses = self._settings, self._line.addresses
        try:
            sid = self._line.carrier.place_call(
                request.number,
                from_=self._line.settings.line.hotline_number,
                url=addresses.url("/voice/called", **about),
                status_url=addresses.url("/voice/called-status", **about),
                ring_seconds=settings.ring_seconds,
                fallback_url=settings.fallback_url,
                detect_machines=settings.machine_detection,
            )
        except CarrierError as error:
            self._not_placed(request, error)
        else:
            self._line.outbound.rings(request.id, request.attempts, sid)
            log.info("outbound.placed", request=request.id, attempt=request.attempts, call=sid)

    def _not_placed(self, request: OutboundRequest, error: CarrierError) -> None:
        log.warning("outbound.not_placed", request=request.id, code=error.code, retryable=error.retryable)
        if error.code in _FULL:
            self._line.outbound.put_back(request, not_before=self._now() + CARRIER_FULL)
        elif not error.retryable:
            self._in_vain(request, Tried.REFUSED)
        # Else nobody knows whether it rings: its status callbacks tell, or `look_after` counts it as lost.

    def answered(self, request_id: int, attempt: int, sid: str, *, number: str, answered_by: str) -> EnterQueue | None:
        """Somebody picked up: the call is in the queue from now on. None where a machine took it.

        Whoever picked up is given to a person even when the request is not in the books (law 1).
        """
        request = self._line.outbound.get(request_id)
        if request and answered_by.startswith(("machine", "fax")):
            self._line.outbound.rings(request_id, attempt, sid)
            self._attempt_ended(request_id, attempt, Tried.MACHINE)
            return None
        self._line.outbound.answered(request_id, attempt, sid, at=self._now())
        entry = _ENTRY.get(request.reason, Entry.CALLED_BACK) if request else Entry.CALLED_BACK
        number = request.number if request else number
        order = self._order_behind(request) if request else None
        in_danger = request is not None and request.reason is Reason.URGENT_ORDER
        return self._calls.called_back(
            sid,
            number,
            entry,
            greeting=GREETINGS[entry],
            # Who is rung back in danger is first in the queue, too; who spoke English is spoken to in English.
            need=order.need if order and in_danger else None,
            language=order.language if order else None,
        )

    def _order_behind(self, request: OutboundRequest) -> WorkOrder | None:
        """The work order that asked for the call; a fault in reading it costs what it says, never the call (law 1)."""
        if not request.reason.order_owns:
            return None
        with GoingOn("outbound.order_unread", request=request.id):
            calling = self._line.work_orders.being_called()
            return next((order for order in calling if order.callback_key == request.key), None)
        return None

    def reported(self, request_id: int, attempt: int, sid: str, *, number: str, status: str, seconds: int) -> None:
        """Word of the carrier about an attempt; it may come twice, late, and out of order."""
        if outcome := _OUTCOMES.get(status):
            self._line.outbound.rings(request_id, attempt, sid)
            self._attempt_ended(request_id, attempt, outcome)
        elif status == "completed":
            self._line.outbound.call_lasted(request_id, attempt, seconds)
            # Picked up, yet our document was never fetched: then the carrier's fallback rang people, or nobody did;
            # `carrier_ended` asks which, and leaves an order.
            unseen = self._line.outbound.answered(request_id, attempt, sid, at=self._now(), if_underway=True)
            if unseen or self._line.calls.get(sid):
                self._calls.carrier_ended(sid, number, self._line.settings.line.hotline_number)
        else:
            self._line.outbound.rings(request_id, attempt, sid)

    def look_after(self) -> int:
        """Make good what was lost (law 1): attempts without word, requests nobody could place; how many."""
        now, settings = self._now(), self._settings
        quiet = self._line.outbound.without_word(now - timedelta(seconds=settings.ring_seconds) - WORD_TAKES)
        done = sum(self._ask_carrier(request) for request in quiet)
        for request in self._line.outbound.overdue(now - timedelta(minutes=settings.give_up_minutes)):
            self._leave_order(request)
            done += self._line.outbound.give_up(request.id, Tried.EXPIRED, at=now)
        return done

    def _ask_carrier(self, request: OutboundRequest) -> bool:
        try:
            if request.call_sid and not self._line.carrier.is_over(request.call_sid):
                return False
        except CarrierError:
            return False
        return self._in_vain(request, Tried.LOST)

    def _attempt_ended(self, request_id: int, attempt: int, outcome: Tried) -> None:
        request = self._line.outbound.get(request_id)
        underway = request is not None and request.state in (OutboundState.PLACING, OutboundState.RINGING)
        if request and underway and request.attempts == attempt:
            self._in_vain(request, outcome)

    def _in_vain(self, request: OutboundRequest, outcome: Tried) -> bool:
        """Try again later, or leave the order; the order first, so that nothing can fall between the two."""
        now = self._now()
        again_at = None if outcome is Tried.REFUSED else next_attempt_at(now, request.attempts, self._settings)
        if again_at is None and not request.reason.order_owns:
            self._leave_order(request)
        log.info("outbound.in_vain", request=request.id, attempt=request.attempts, outcome=outcome, again_at=again_at)
        return self._line.outbound.attempt_over(request.id, request.attempts, outcome, again_at=again_at, at=now)

    def _leave_order(self, request: OutboundRequest) -> None:
        sid = request.call_sid or f"outbound-{request.id}"
        self._calls.not_reached(sid, request.number, _ENTRY.get(request.reason, Entry.CALLED_BACK))

    @property
    def _settings(self) -> OutboundSettings:
        return self._line.settings.outbound

    def _now(self) -> datetime:
        return self._line.clock()
