"""Who waits: told about how long, offered a callback, and called back in the old place when they take it."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import datetime, timedelta
from statistics import fmean

import structlog

from dialects.needs import is_urgent
from elder_channel.agents.router import in_order
from elder_channel.agents.switches import switches_on
from elder_channel.bootstrap import Line
from elder_channel.calls.model import Call, Outcome
from elder_channel.calls.waiting import (
    OFFER,
    answers_to_words,
    estimates_due,
    offers_due,
    quiet_seconds,
    told_as,
    wait_seconds,
)
from elder_channel.clock import HOTLINE_ZONE
from elder_channel.going_on import GoingOn
from elder_channel.services.endings import as_unserved
from elder_channel.services.knowing import Knowing
from elder_channel.services.order_rules import rules_of
from elder_channel.services.returning import is_callable
from elder_channel.services.situation import people_of, plain_waiting, workforce_of
from elder_channel.workorders.opening import order_for_unserved

log = structlog.get_logger()

QUEUE_STAYS_KNOWN = timedelta(seconds=2)
"""With two hundred callers waiting, a dozen a second ask; the queue is read once for all of them."""
_MEASURED_OVER = timedelta(hours=1)
_FEWEST_MEASURED = 10
_ESTIMATE = "estimate"


class Waiting:
    """The part of the line that speaks to who waits."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._knowing = Knowing(line)
        self._one_reads = threading.Lock()
        self._read_at: datetime | None = None
        self._places: dict[str, int] = {}
        self._agents = 0
        self._handling_seconds = 0.0

    def message(self, call: Call, round_: int) -> str | None:
        """What this round says besides the usual: an answer to what was said, an estimate, an offer, or nothing."""
        if answer := self._answer_to_words(call, round_):
            return answer
        if not round_:
            return None
        settings, waited = self._line.settings.waiting, self._waited(call)
        offers = offers_due(waited, elder=call.elder, settings=settings) if is_callable(call.caller_number) else 0
        if self._is_new(call, OFFER, offers):
            return OFFER
        if self._is_new(call, _ESTIMATE, estimates_due(waited, elder=call.elder, settings=settings)):
            seconds = self.estimate_seconds(call)
            return None if seconds is None else told_as(seconds)
        return None

    def quiet_seconds(self, call: Call, usual: int, *, said_seconds: float) -> int:
        """How long the quiet is that follows what is said now; less than usual where the offer would come late."""
        if not is_callable(call.caller_number):
            return usual
        return quiet_seconds(
            usual,
            waited_seconds=self._waited(call),
            said_seconds=said_seconds,
            elder=call.elder,
            settings=self._line.settings.waiting,
        )

    def _is_new(self, call: Call, what: str, times: int) -> bool:
        """Whether this is due for the so many-th time and was not said yet; a fault costs a sentence (law 1)."""
        with GoingOn("waiting.told_unknown", call=call.sid):
            return times > 0 and not self._told(call.sid, f"{what}-{times}")
        return False

    def _answer_to_words(self, call: Call, round_: int) -> str | None:
        """A fault here costs a sentence, never the document (law 1)."""
        with GoingOn("waiting.answer_failed", call=call.sid):
            return answers_to_words(
                call.transcript, round_, urgent=is_urgent(call.need), told_before=lambda id_: self._told(call.sid, id_)
            )
        return None

    def _told(self, sid: str, message_id: str) -> bool:
        return not self._line.calls.add_turn(sid, f"told:{message_id}", "Told", None, at=self._line.clock())

    def estimate_seconds(self, call: Call) -> float | None:
        """About how long the call still waits; None when nobody can say, as for one kept for some agents only."""
        if call.passed_on or people_of(call.company, self._line.settings.companies, self._line.settings.agents):
            return None
        self._read_queue()
        place = self._places.get(call.sid)
        if place is None:
            return None
        return wait_seconds(position=place, agents=self._agents, handling_seconds=self._handling_seconds)

    def take_callback(self, sid: str) -> bool:
        """The caller wants to be called back: the call ends as an order in its old place.

        False while somebody's phone rings for it already, or nobody could be called back: then it goes on as before.
        """
        call, now = self._line.calls.get(sid), self._line.clock()
        if call is None or call.entered_at is None or not is_callable(call.caller_number):
            return False
        # Due by the moment the call entered, as if nobody had hung up: who came before stays before.
        unserved, rules = as_unserved(call, reachable=True), rules_of(self._line.settings)
        order = order_for_unserved(unserved, now=call.entered_at, rules=rules)
        since = call.entered_at.astimezone(HOTLINE_ZONE)
        note = f"来电人等候中选择回电,保留排队位置({since:%H:%M} 起排队)。{order.note}"
        order = replace(order, note=note)
        if not self._line.calls.close(sid, Outcome.CALLBACK, order, at=now, callback_wanted=True):
            return False
        self._knowing.write_note(sid)
        log.info("call.callback_wanted", call=sid, waited_seconds=round(self._waited(call), 1))
        return True

    def _waited(self, call: Call) -> float:
        return (self._line.clock() - call.entered_at).total_seconds() if call.entered_at else 0.0

    def _read_queue(self) -> None:
        now = self._line.clock()
        with self._one_reads:
            if self._read_at is not None and abs(now - self._read_at) < QUEUE_STAYS_KNOWN:
                return
            settings = self._line.settings
            waiting = [plain_waiting(call) for call in self._line.calls.waiting(entered_before=now)]
            ordered = in_order(waiting, settings=settings.routing)
            self._places = {call.sid: place for place, call in enumerate(ordered, start=1)}
            on = switches_on(self._line.switches.on())
            self._agents = len(workforce_of(self._line, now=now, on=on).present)
            measured = self._line.calls.handling_seconds(since=now - _MEASURED_OVER)
            enough = len(measured) >= _FEWEST_MEASURED
            self._handling_seconds = fmean(measured) if enough else settings.waiting.handling_seconds
            self._read_at = now
