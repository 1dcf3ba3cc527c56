"""Calls that ought to be over by now: asked about soon, and no other call ever is, though no word of them came.

Something tells that a call has ended before the carrier's status callback does: the document that hangs it up, how it
left the queue, the end of its media stream. When the callback is lost, the agent would else stay busy until the
reconciliation.
Kept in memory: what a process forgets by dying is reconciled at its next start.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from elder_channel.bootstrap import Line
from elder_channel.calls.model import CallState
from elder_channel.services.endings import Endings
from elder_channel.telephony.errors import CarrierError

log = structlog.get_logger()

ASKED_AFTER = tuple(timedelta(seconds=seconds) for seconds in (3, 10, 30))
"""The carrier's callback takes a second or two, so that usually nothing is asked at all; a stream that merely broke, or
a carrier that is down, is left to the reconciliation after the last."""


@dataclass(frozen=True)
class _Expected:
    since: datetime
    asked: int = 0

    @property
    def due_at(self) -> datetime:
        return self.since + ASKED_AFTER[self.asked]


class ExpectedEnds:
    """The calls of this process that ought to be over."""

    def __init__(self, line: Line, endings: Endings) -> None:
        self._line = line
        self._endings = endings
        self._lock = threading.Lock()
        self._expected: dict[str, _Expected] = {}

    def expect(self, sid: str) -> None:
        """The call ought to be over; said again after a question was answered with no, it is asked about anew."""
        with self._lock:
            before = self._expected.get(sid)
            if before is None or before.asked:
                self._expected[sid] = _Expected(self._line.clock())

    def is_due(self) -> bool:
        """Whether anything is to be asked now; costs nothing."""
        now = self._line.clock()
        with self._lock:
            return any(each.due_at <= now for each in self._expected.values())

    def look(self) -> int:
        """Ask about those that are due and close what is over; how many were. A carrier that is down ends the look."""
        closed = 0
        for sid in self._take_due():
            call = self._line.calls.get(sid)
            if call is None or call.state is CallState.ENDED:
                self._forget(sid)
                continue
            try:
                if self._endings.close_if_over(sid):
                    closed += 1
                    self._forget(sid)
                    log.warning("call.end_unreported", call=sid)
            except CarrierError as error:
                log.warning("call.end_unknown", call=sid, code=error.code)
                break
        return closed

    def _take_due(self) -> list[str]:
        """Those to be asked about now, each put off to its next moment, or forgotten after its last."""
        now = self._line.clock()
        with self._lock:
            due = {sid: each for sid, each in self._expected.items() if each.due_at <= now}
            for sid, each in due.items():
                if each.asked + 1 < len(ASKED_AFTER):
                    self._expected[sid] = _Expected(each.since, each.asked + 1)
                else:
                    del self._expected[sid]
        return list(due)

    def _forget(self, sid: str) -> None:
        with self._lock:
            self._expected.pop(sid, None)
