"""A call's way through the line: each event of the carrier becomes a decision, kept in the books."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import structlog

from bilingual.language import ENGLISH_KEY, prompt_order
from dialects.area import AreaKind, locate
from elder_channel.agents.model import AgentDefinition, Presence
from elder_channel.bootstrap import Line
from elder_channel.calls.inputs import Arrived, CallerInput, Keyed, Spoke, WasSilent
from elder_channel.calls.model import Call, CallState, Entry, Outcome, RecognitionState
from elder_channel.calls.steps import EnterQueue, Session, Step, next_steps, outcome_of
from elder_channel.clock import HOTLINE_ZONE
from elder_channel.customers.model import is_elder
from elder_channel.services.knowing import Knowing
from elder_channel.telephony.errors import CallGoneError, CarrierError
from elder_channel.workorders.model import order_for_unserved

log = structlog.get_logger()

_ANSWERED_DIALS = frozenset({"completed", "answered"})
_CALLER_LEFT = frozenset({"completed", "canceled"})


class AfterDial(StrEnum):
    """What the caller gets when the agent's leg is over."""

    HANG_UP = "hang_up"
    WAIT_AGAIN = "wait_again"


class LineService:
    """Everything that happens to a call, event by event; each event may come twice."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._knowing = Knowing(line)

    def arrive(self, sid: str, caller: str, called: str) -> tuple[Step, ...]:
        """A call rings: keep it with what number and books say, and answer with its first steps."""
        settings = self._line.settings.line
        now = self._line.clock()
        customer = self._line.customers.find_by_number(caller)
        today = now.astimezone(HOTLINE_ZONE).date()
        elder = is_elder(customer, today=today, elder_age=settings.elder_age)
        language = (customer.language if customer else None) or prompt_order(caller)[0]
        arrived = Arrived(known_elder=elder, dedicated_line=called in settings.dedicated_numbers)
        steps = next_steps(Session(language), arrived, settings)
        entering = next((step for step in steps if isinstance(step, EnterQueue)), None)
        listening = self._line.settings.recognition.enabled
        call = self._line.calls.open_call(
            Call(
                sid=sid,
                caller_number=caller,
                called_number=called,
                state=CallState.WAITING if entering else CallState.PROMPTED,
                started_at=now,
                language=language,
                elder=elder,
                customer_id=customer.id if customer else None,
                entry=entering.entry if entering else None,
                entered_at=now if entering else None,
                identification=self._knowing.before_a_word(caller, customer),
                recognition=RecognitionState.EXPECTED if listening else RecognitionState.OFF,
            )
        )
        if call.entered_at and not entering:  # comes back from the hunt group: no second prompt
            self._line.calls.waits_again(sid)
            return (EnterQueue(call.entry or Entry.PROMPTED, call.language),)
        self._knowing.write_note(sid)
        log.info("call.arrived", call=sid, entry=call.entry, elder=elder, number=caller)
        return steps

    def gathered(self, sid: str, attempt: int, *, digits: str, speech: str) -> tuple[Step, ...]:
        """The prompt ended: with a key, with words the carrier recognized, or with silence."""
        given: CallerInput = WasSilent()
        if digits:
            given = Keyed(digits[0])
        elif speech:
            given = Spoke(speech)
        call = self._line.calls.get(sid)
        language = call.language if call else "zh"
        steps = next_steps(Session(language, attempt), given, self._line.settings.line)
        self._line.calls.add_turn(
            sid, f"gather:{attempt}", type(given).__name__, digits or speech or None, at=self._now()
        )
        for step in steps:
            if isinstance(step, EnterQueue):
                self.enter(sid, step)
        if speech:
            self._take_in_carrier_words(sid, speech)
        return steps

    def _take_in_carrier_words(self, sid: str, speech: str) -> None:
        """The carrier's own recognition: words without sound; our own hearing replaces it when it comes."""
        call = self._line.calls.get(sid)
        if call and not call.transcript:
            self._knowing.heard(sid, text=speech, recognizer="carrier", language_posterior={}, final=True)

    def enter(self, sid: str, step: EnterQueue) -> bool:
        """Put the call in the queue; True for the first of several events that race to do so (law 2)."""
        first = self._line.calls.enter(sid, entry=step.entry, language=step.language, at=self._now())
        if first:
            self._knowing.write_note(sid)
            log.info("call.entered", call=sid, entry=step.entry)
        return first

    def spoke_up(self, sid: str) -> bool:
        """A voice was heard on the stream: enter at once and move the call there; True when it had to be moved."""
        call = self._line.calls.get(sid)
        if call is None or call.entered_at is not None:
            return False
        if not self.enter(sid, EnterQueue(Entry.VOICE, call.language)):
            return False
        try:
            self._line.carrier.redirect(sid, self._line.addresses.url("/voice/enter", why="voice"))
        except CallGoneError:
            self.ended(sid)
            return False
        except CarrierError as error:
            # The Gather still stands: when it ends, by words or by silence, its action finds the call entered.
            log.warning("call.move_failed", call=sid, code=error.code)
        return True

    def entered_by(self, sid: str, why: str) -> EnterQueue:
        """The carrier fetches the queue document; whatever brought it here, the call is entered now."""
        step = EnterQueue(Entry.VOICE if why == "voice" else Entry.PROMPTED, self.language_of(sid))
        self.enter(sid, step)
        return step

    def queued(self, sid: str) -> bool:
        """The carrier plays the wait document: the call is in its queue, and the router may move it on."""
        return self._line.calls.queued(sid, at=self._now())

    def keyed_while_waiting(self, sid: str, digit: str, *, round_: int) -> None:
        """A key in the wait document: 9 asks for English; 0 asks for what is already under way."""
        self._line.calls.add_turn(sid, f"wait:{round_}", "Keyed", digit, at=self._now())
        if digit == ENGLISH_KEY and self._line.calls.speaks(sid, language="en"):
            self._knowing.write_note(sid)

    def language_of(self, sid: str) -> str:
        """The language in which the caller is answered."""
        call = self._line.calls.get(sid)
        return call.language if call else "zh"

    def ringing_agent(self, sid: str) -> AgentDefinition | None:
        """Whose phone rings for the call now; None when the books know of nobody."""
        call = self._line.calls.get(sid)
        if call is None or call.state is not CallState.RINGING:
            return None
        return next((agent for agent in self._line.settings.agents if agent.id == call.agent_id), None)

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

    def dial_ended(self, sid: str, agent_id: str, *, dial_status: str, call_status: str) -> AfterDial:
        """The agent's leg is over: served, or back to the old place while the agent is set absent."""
        if dial_status in _ANSWERED_DIALS:
            self.agent_answered(sid, agent_id)
            self.ended(sid)
            return AfterDial.HANG_UP
        caller_left = call_status in _CALLER_LEFT
        presence = Presence.IDLE if caller_left else Presence.ABSENT
        self._line.calls.put_back(sid, agent_id, presence=presence, at=self._now())
        self._knowing.write_note(sid)
        log.info("agent.did_not_answer", call=sid, agent=agent_id, dial_status=dial_status)
        return AfterDial.HANG_UP if caller_left else AfterDial.WAIT_AGAIN

    def carrier_ended(self, sid: str, caller: str, called: str) -> None:
        """The carrier says the call is over; one we never saw was served, or lost, by the fallback."""
        if self._line.calls.get(sid) is None:
            now = self._line.clock()
            missed = Call(sid, caller, called, CallState.WAITING, now, entry=Entry.PROMPTED, entered_at=now)
            self._line.calls.open_call(missed)
        self.ended(sid)

    def ended(self, sid: str) -> None:
        """Close the books on a call; who was not served is called back or looked into (law 1)."""
        call = self._line.calls.get(sid)
        if call is None or call.state is CallState.ENDED:
            return
        if call.answered_at is None and call.entered_at is not None:
            call = self._ask_carrier_who_answered(call)
        now = self._line.clock()
        reachable = _can_be_called(call.caller_number)
        outcome = outcome_of(call, reachable=reachable)
        unserved = outcome in (Outcome.CALLBACK, Outcome.WORK_ORDER)
        order = order_for_unserved(sid, elder=call.elder, reachable=reachable, now=now) if unserved else None
        if self._line.calls.close(sid, outcome, order, at=now):
            log.info("call.ended", call=sid, outcome=outcome)

    def _ask_carrier_who_answered(self, call: Call) -> Call:
        try:
            contact = self._line.carrier.answered_by(call.sid)
        except CarrierError:
            return call  # an order too many does less harm than a caller nobody calls back
        agent = next((a for a in self._line.settings.agents if contact and a.contact.endswith(contact)), None)
        if agent is None:
            return call
        self._line.calls.answered(call.sid, agent.id, at=self._now())
        return self._line.calls.get(call.sid) or call

    def reconcile(self) -> int:
        """Ask the carrier about every open call and close those that are over; how many were."""
        closed = 0
        for call in self._line.calls.open_calls():
            try:
                over = self._line.carrier.is_over(call.sid)
            except CarrierError as error:
                log.warning("reconcile.failed", call=call.sid, code=error.code)
                continue
            if over:
                self.ended(call.sid)
                closed += 1
        open_sids = [call.sid for call in self._line.calls.open_calls()]
        self._line.agents.free_strays(open_sids, at=self._now())
        return closed

    def _now(self) -> datetime:
        return self._line.clock()


def _can_be_called(number: str) -> bool:
    return locate(number).kind not in (AreaKind.WITHHELD, AreaKind.INVALID)
