"""How calls are answered and end, and how the books are made to agree with the carrier."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

import structlog

from elder_channel.agents.matching import Team
from elder_channel.agents.model import Presence
from elder_channel.bootstrap import Line
from elder_channel.calls.desk import known_at_pick_up
from elder_channel.calls.model import Call, CallState, Entry, Outcome
from elder_channel.calls.steps import outcome_of
from elder_channel.services.knowing import Knowing
from elder_channel.services.nuisance import Nuisance
from elder_channel.services.order_rules import rules_of
from elder_channel.services.recordings import Recordings
from elder_channel.services.returning import is_callable
from elder_channel.storage.faults import BOOKS_FAULTS
from elder_channel.telephony.error_codes import Then, explain
from elder_channel.telephony.errors import CarrierError
from elder_channel.telephony.statuses import LegState, leg_state
from elder_channel.workorders.model import NewWorkOrder
from elder_channel.workorders.opening import Unserved, order_for_unserved

log = structlog.get_logger()

RUNG_IN_VAIN_AFTER = timedelta(seconds=30)
"""So long after an agent's phone must have stopped ringing, word of it is taken to be lost."""


class AfterDial(StrEnum):
    """What the caller gets when the agent's leg is over."""

    HANG_UP = "hang_up"
    WAIT_AGAIN = "wait_again"


class Endings:
    """From the pick-up to the outcome."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._knowing = Knowing(line)
        self._recordings = Recordings(line)
        self._nuisance = Nuisance(line)

    def agent_answered(self, sid: str, agent_id: str) -> None:
        """The agent picked up: nobody listens in from now on (law 7)."""
        if _has_passed_on(self._line.calls.get(sid), agent_id):
            return
        self._answered_by(sid, agent_id)

    def _answered_by(self, sid: str, agent_id: str) -> None:
        if not self._line.calls.answered(sid, agent_id, at=self._now()):
            return
        log.info("call.answered", call=sid, agent=agent_id)
        call = self._line.calls.get(sid)
        if call:
            self._keep_pick_up(call, agent_id)
        if call and call.stream_sid:
            try:
                self._line.carrier.stop_stream(sid, call.stream_sid)
            except CarrierError as error:
                log.warning("stream.stop_failed", call=sid, code=error.code)
        if call:
            self._recordings.conversation_began(call)

    def _keep_pick_up(self, call: Call, agent_id: str) -> None:
        """Keep what the agent knew; a fault here costs a figure of the reports and nothing else."""
        try:
            at, matched = call.answered_at or self._now(), self._fit(call, agent_id)
            self._line.desk.keep_pick_up(known_at_pick_up(call, agent_id, matched=matched, at=at))
        except BOOKS_FAULTS:
            log.exception("pick_up.not_kept", call=call.sid)

    def _fit(self, call: Call, agent_id: str) -> str | None:
        """How the agent fits what is known at pick-up, which may be more than the router knew; None for a stranger."""
        settings, catalogue, found = self._line.settings, self._line.catalogue, call.identification
        agent = settings.agent(agent_id)
        if agent is None:
            return None
        team = Team(
            [agent],
            branch_of=catalogue.branch_of,
            group_of=catalogue.group_of,
            min_proficiency=settings.routing.min_proficiency,
        )
        dialect = found.top[0] if found and not found.abstained else None
        return team.fits(language=call.language, dialect=dialect, elder=call.elder)[agent_id].told

    def dial_ended(self, sid: str, agent_id: str, *, dial_status: str, call_status: str, bridged: bool) -> AfterDial:
        """The agent's leg is over: served, or back to the old place; who let it ring is set absent.

        A busy phone or a fault on the way to it says nothing of the agent, who stays at work.
        """
        caller_left, leg = leg_state(call_status).is_over, leg_state(dial_status)
        call = self._line.calls.get(sid)
        if _has_passed_on(call, agent_id) and not caller_left:
            return AfterDial.WAIT_AGAIN  # word of a leg that ended because the call was taken out of it
        if leg.was_answered and bridged:
            if call is None or (call.answered_at is None and not _has_passed_on(call, agent_id)):
                self._answered_by(sid, agent_id)
            if caller_left:
                self.ended(sid)
            # Else the agent hung up, or the call was moved away: the carrier's last word closes the books.
            return AfterDial.HANG_UP
        if caller_left:
            self.ended(sid)
            return AfterDial.HANG_UP
        presence = Presence.ABSENT if leg is LegState.NO_ANSWER else Presence.IDLE
        if self._line.calls.put_back(sid, agent_id, presence=presence, at=self._now()):
            log.info("agent.did_not_answer", call=sid, agent=agent_id, dial_status=dial_status)
        return AfterDial.WAIT_AGAIN

    def ended(self, sid: str) -> None:
        """Close the books on a call; who was not served is called back or looked into (law 1)."""
        call = self._line.calls.get(sid)
        if call is None or call.state is CallState.ENDED:
            return
        if call.entered_at is None and self.fallback_rang(call) and self._line.calls.fallback_rang(sid, at=self._now()):
            call = self._line.calls.get(sid) or call
        if call.answered_at is None and call.entered_at is not None:
            call = self._ask_carrier_who_answered(call)
        now, reachable = self._now(), is_callable(call.caller_number)
        outcome = outcome_of(call, reachable=reachable, tried=self._was_lost_in_prompt(call))
        unserved = outcome in (Outcome.CALLBACK, Outcome.WORK_ORDER)
        order = self._order_for(call, reachable=reachable) if unserved else None
        if self._line.calls.close(sid, outcome, order, at=now, agents_get=self._presence_after(call)):
            kept = self._knowing.write_note(sid)
            log.info("call.ended", call=sid, outcome=outcome, by_fallback=call.by_fallback)
            self._look_at_silence(kept or call)

    def close_if_over(self, sid: str) -> bool:
        """Close the books on a call that the carrier counts as ended; whether it does. Raises `CarrierError`."""
        over = self._line.carrier.is_over(sid)
        if over:
            self.ended(sid)
        return over

    def fallback_rang(self, call: Call) -> bool:
        """Whether the carrier rang people for a call to which no document of ours did: only its fallback does that.

        No word of the carrier's says so, but the legs it has made. Where it cannot be asked, a fault on file that leads
        to the fallback is taken for it: an order too many does less harm than a caller nobody calls back.
        """
        try:
            return self._line.carrier.rang_anybody(call.sid)
        except CarrierError:
            return any(explain(code).then is Then.FALLBACK for code in self._line.carrier_books.codes_about(call.sid))

    def _look_at_silence(self, call: Call) -> None:
        """Whether the number has become one of silent calls; a fault here must not undo the end of the call."""
        try:
            if call.answered_at:
                self._nuisance.look_at_silence(call)
        except BOOKS_FAULTS:
            log.exception("nuisance.look_failed", call=call.sid)

    def _was_lost_in_prompt(self, call: Call) -> bool:
        """Whether the caller was silent to the end of a prompt, or pressed a key, and never came to a person."""
        lost = call.entered_at is None and self._line.settings.line.callback_after_prompt
        return lost and self._line.calls.has_turns(call.sid)

    def _order_for(self, call: Call, *, reachable: bool) -> NewWorkOrder:
        """The order the unserved call leaves."""
        return order_for_unserved(
            as_unserved(call, reachable=reachable), now=self._now(), rules=rules_of(self._line.settings)
        )

    def _presence_after(self, call: Call) -> Presence:
        """Who has talked may have a rest to write down what it came to."""
        agent = self._line.settings.agent(call.agent_id)
        rests = agent is not None and agent.wrap_up_seconds > 0 and call.answered_at is not None
        return Presence.WRAPPING_UP if rests else Presence.IDLE

    def _ask_carrier_who_answered(self, call: Call) -> Call:
        """The call, answered if the carrier knows of somebody who did."""
        try:
            contact = self._who_talked(call)
        except CarrierError:
            return call  # an order too many does less harm than a caller nobody calls back
        agent = next((agent for agent in self._line.settings.agents if contact and agent.contact == contact), None)
        if agent is None:
            return call
        if call.dialed_at is None:  # none of our documents rang a phone for it
            self._line.calls.fallback_rang(call.sid, at=self._now())
        first = self._line.calls.answered(call.sid, agent.id, at=self._now())
        call = self._line.calls.get(call.sid) or call
        if first:
            self._keep_pick_up(call, agent.id)
        return call

    def _who_talked(self, call: Call) -> str | None:
        """The contact who took part in the call, or does; who passed it on before does not count."""
        before = {passed.from_agent for passed in call.passed_on}
        contacts = {agent.contact for agent in self._line.settings.agents if agent.id in before}
        return self._line.carrier.answered_by(call.sid, besides=contacts)

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
                if self.close_if_over(call.sid):
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
        if self._who_talked(call) is not None:
            self._ask_carrier_who_answered(call)
        elif call.agent_id:
            self._line.calls.put_back(call.sid, call.agent_id, presence=Presence.IDLE, at=self._now())
            log.warning("call.rung_in_vain", call=call.sid, agent=call.agent_id)

    def _now(self) -> datetime:
        return self._line.clock()


def as_unserved(call: Call, *, reachable: bool) -> Unserved:
    """What an order needs to know of the call; who dialled the elders' own number goes first like an elder."""
    return Unserved(
        call_sid=call.sid,
        number=call.caller_number,
        elder=call.elder or call.entry is Entry.DEDICATED_LINE,
        reachable=reachable,
        need=call.need,
        customer_id=call.customer_id,
    )


def _has_passed_on(call: Call | None, agent_id: str) -> bool:
    """Whether the agent had the call and gave it away: late word of that leg says nothing of the call now."""
    if call is None or call.agent_id == agent_id:
        return False
    return any(passed.from_agent == agent_id for passed in call.passed_on)
