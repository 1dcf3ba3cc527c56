"""How calls are answered and end, and how the books are made to agree with the carrier."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

import structlog

from elder_channel.agents.model import Presence
from elder_channel.bootstrap import Line
from elder_channel.calls.model import Call, CallState, Entry, Outcome
from elder_channel.calls.steps import outcome_of
from elder_channel.services.knowing import Knowing
from elder_channel.services.order_rules import rules_of
from elder_channel.services.returning import is_callable
from elder_channel.telephony.errors import CarrierError
from elder_channel.workorders.model import NewWorkOrder
from elder_channel.workorders.opening import Unserved, order_for_unserved

log = structlog.get_logger()

RUNG_IN_VAIN_AFTER = timedelta(seconds=30)
"""So long after an agent's phone must have stopped ringing, word of it is taken to be lost."""
_ANSWERED_DIALS = frozenset({"completed", "answered"})
_CALLER_LEFT = frozenset({"completed", "canceled"})


class AfterDial(StrEnum):
    """What the caller gets when the agent's leg is over."""

    HANG_UP = "hang_up"
    WAIT_AGAIN = "wait_again"


class Endings:
    """From the pick-up to the outcome."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._knowing = Knowing(line)

    def agent_answered(self, sid: str, agent_id: str) -> None:
        """The agent picked up: nobody listens in from now on (law 7)."""
        if not self._line.calls.answered(sid, agent_id, at=self._now()):
            return
        log.info("call.answered", call=sid, agent=agent_id)
        call = self._line.calls.get(sid)
        if call and call.stream_sid:
            try:
                self._line.carrier.stop_stream(sid, call.stream_sid)
            except CarrierError as error:
                log.warning("stream.stop_failed", call=sid, code=error.code)

    def dial_ended(self, sid: str, agent_id: str, *, dial_status: str, call_status: str, bridged: bool) -> AfterDial:
        """The agent's leg is over: served, or back to the old place; who let it ring is set absent.

        A busy phone or a fault on the way to it says nothing of the agent, who stays at work.
        """
        caller_left = call_status in _CALLER_LEFT
        if dial_status in _ANSWERED_DIALS and bridged:
            self.agent_answered(sid, agent_id)
            if caller_left:
                self.ended(sid)
            # Else the agent hung up, or the call was moved away: the carrier's last word closes the books.
            return AfterDial.HANG_UP
        if caller_left:
            self.ended(sid)
            return AfterDial.HANG_UP
        presence = Presence.ABSENT if dial_status == "no-answer" else Presence.IDLE
        if self._line.calls.put_back(sid, agent_id, presence=presence, at=self._now()):
            log.info("agent.did_not_answer", call=sid, agent=agent_id, dial_status=dial_status)
        return AfterDial.WAIT_AGAIN

    def ended(self, sid: str) -> None:
        """Close the books on a call; who was not served is called back or looked into (law 1)."""
        call = self._line.calls.get(sid)
        if call is None or call.state is CallState.ENDED:
            return
        if call.answered_at is None and call.entered_at is not None:
            call = self._ask_carrier_who_answered(call)
        now, reachable = self._now(), is_callable(call.caller_number)
        outcome = outcome_of(call, reachable=reachable, tried=self._was_lost_in_prompt(call))
        unserved = outcome in (Outcome.CALLBACK, Outcome.WORK_ORDER)
        order = self._order_for(call, reachable=reachable) if unserved else None
        if self._line.calls.close(sid, outcome, order, at=now):
            self._knowing.write_note(sid)
            log.info("call.ended", call=sid, outcome=outcome)

    def _was_lost_in_prompt(self, call: Call) -> bool:
        """Whether the caller was silent to the end of a prompt, or pressed a key, and never came to a person."""
        lost = call.entered_at is None and self._line.settings.line.callback_after_prompt
        return lost and self._line.calls.has_turns(call.sid)

    def _order_for(self, call: Call, *, reachable: bool) -> NewWorkOrder:
        """The order the unserved call leaves; who dialled the elders' own number goes first like an elder."""
        unserved = Unserved(
            call_sid=call.sid,
            number=call.caller_number,
            elder=call.elder or call.entry is Entry.DEDICATED_LINE,
            reachable=reachable,
            need=call.need,
            customer_id=call.customer_id,
        )
        return order_for_unserved(unserved, now=self._now(), rules=rules_of(self._line.settings))

    def _ask_carrier_who_answered(self, call: Call) -> Call:
        """The call, answered if the carrier knows of somebody who did."""
        try:
            contact = self._line.carrier.answered_by(call.sid)
        except CarrierError:
            return call  # an order too many does less harm than a caller nobody calls back
        agent = next((agent for agent in self._line.settings.agents if contact and agent.contact == contact), None)
        if agent is None:
            return call
        self._line.calls.answered(call.sid, agent.id, at=self._now())
        return self._line.calls.get(call.sid) or call

    def reconcile(self, *, older_than: timedelta) -> int:
        """Ask the carrier about open calls older than this and close those that are over; how many were.

        Stops at the first question the carrier does not answer: it is down, and the next look comes.
        """
        closed = 0
        before = self._now() - older_than
        for call in self._line.calls.open_calls():
            if call.started_at > before:
                continue
            try:
                if self._line.carrier.is_over(call.sid):
                    self.ended(call.sid)
                    closed += 1
                else:
                    self._look_after_ringing(call)
            except CarrierError as error:
                log.warning("reconcile.failed", call=call.sid, code=error.code)
                break
        self._line.agents.free_strays(at=self._now())
        return closed

    def _look_after_ringing(self, call: Call) -> None:
        """Word of an agent's phone was lost: whoever talks keeps the call, else it waits again (law 1)."""
        if call.state is not CallState.RINGING or call.assigned_at is None:
            return
        ring = timedelta(seconds=self._line.settings.line.agent_ring_seconds)
        if self._now() - call.assigned_at < ring + RUNG_IN_VAIN_AFTER:
            return
        if self._line.carrier.answered_by(call.sid) is not None:
            self._ask_carrier_who_answered(call)
        elif call.agent_id:
            self._line.calls.put_back(call.sid, call.agent_id, presence=Presence.IDLE, at=self._now())
            log.warning("call.rung_in_vain", call=call.sid, agent=call.agent_id)

    def _now(self) -> datetime:
        return self._line.clock()
