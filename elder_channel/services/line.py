"""A call's way in: each event of the carrier becomes a decision, kept in the books. Each event may come twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from bilingual.language import LanguageEvidence, LanguageReason, choose_language
from dialects.numbers import read_number
from elder_channel.agents.companies import company_called
from elder_channel.agents.model import AgentDefinition, Presence
from elder_channel.bootstrap import Line
from elder_channel.calls.inputs import Arrived, CallerInput, Keyed, Spoke, WasSilent
from elder_channel.calls.model import Call, CallState, Entry, Outcome, RecognitionState
from elder_channel.calls.steps import HEARING_KEY, EnterQueue, Session, Step, next_steps
from elder_channel.clock import HOTLINE_ZONE
from elder_channel.customers.model import AtNumber
from elder_channel.services.endings import AfterDial, Endings
from elder_channel.services.expected_ends import ExpectedEnds
from elder_channel.services.greeting import greeting_words
from elder_channel.services.knowing import Knowing
from elder_channel.services.noting import hears_badly
from elder_channel.services.nuisance import Nuisance
from elder_channel.services.returning import Returning
from elder_channel.services.speaking import HowToSpeak, how_to_speak, language_at_ring, language_of
from elder_channel.services.still_wanted import not_queued_yet
from elder_channel.storage.faults import BOOKS_FAULTS
from elder_channel.telephony.errors import CallGoneError, CarrierError
from elder_channel.telephony.speech import seconds_of

log = structlog.get_logger()

WITHHELD = "anonymous"
"""Kept where the carrier names no caller; an empty number is what erasing leaves behind (law 7)."""
MAX_NUMBER_CHARACTERS = 64
MOVE_TAKES = timedelta(seconds=2)
"""A call that still sits in the queue so long after it was given to somebody was not moved there."""


class LineService:
    """Everything that happens to a call, event by event."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._knowing = Knowing(line)
        self._endings = Endings(line)
        self._nuisance = Nuisance(line)
        self._returning = Returning(line)
        self.expected_ends = ExpectedEnds(line, self._endings)

    def arrive(self, sid: str, caller: str, called: str) -> tuple[Step, ...]:
        """A call rings: keep it with what number and books say, and answer with its first steps."""
        number = normal_number(caller)
        at_number = self._line.customers.at_number(number)
        call, steps = self._first_look(sid, number, called, at_number)
        orders = self._returning.orders_of(call)
        note = self._knowing.note_on(call, at_number=at_number, orders=orders)
        kept, is_new = self._line.calls.open_call(call, note)
        if not is_new and kept.entered_at and call.entered_at is None:  # entered meanwhile: no second prompt
            return (_queue_step(kept),)
        if is_new:
            self._returning.called_again(orders, kept)
        log.info("call.arrived", call=sid, entry=kept.entry, elder=kept.elder, number=kept.caller_number)
        return steps

    def _look(self, sid: str, caller: str, called: str) -> tuple[Call, tuple[Step, ...]]:
        number = normal_number(caller)
        return self._first_look(sid, number, called, self._line.customers.at_number(number))

    def _first_look(self, sid: str, number: str, called: str, at_number: AtNumber) -> tuple[Call, tuple[Step, ...]]:
        settings, now = self._line.settings.line, self._now()
        today = now.astimezone(HOTLINE_ZONE).date()
        elder = at_number.elder(today=today, elder_age=settings.elder_age)
        dedicated = normal_number(called) in {normal_number(each) for each in settings.dedicated_numbers}
        chosen = language_at_ring(at_number.language, number)
        session = Session(chosen.language, prompt_first=chosen.order[0], hearing=at_number.hearing)
        steps = next_steps(session, Arrived(known_elder=elder, dedicated_line=dedicated), settings)
        entering = next((step for step in steps if isinstance(step, EnterQueue)), None)
        listening = self._line.settings.recognition.enabled
        call = Call(
            sid=sid,
            caller_number=number,
            called_number=normal_number(called),
            state=CallState.WAITING if entering else CallState.PROMPTED,
            started_at=now,
            language=session.language,
            elder=elder,
            hearing=at_number.hearing,
            relative=bool(at_number.relative_mark),
            customer_id=at_number.owner.id if at_number.owner else None,
            entry=entering.entry if entering else None,
            entered_at=now if entering else None,
            identification=self._knowing.before_a_word(number, at_number),
            recognition=RecognitionState.EXPECTED if listening else RecognitionState.OFF,
            is_test=number in {normal_number(each) for each in settings.test_numbers},
            marked=None if elder or dedicated or at_number.people else self._mark_on(number),
            company=company_called(normal_number(called), self._line.settings.companies),
        )
        return call, steps

    def _mark_on(self, number: str) -> str | None:
        """Why the caller waits behind others; a mark that cannot be read holds up nobody."""
        try:
            return self._nuisance.mark_on(number)
        except BOOKS_FAULTS:
            log.exception("nuisance.mark_unread")
            return None

    def still_here(self, sid: str, caller: str, called: str) -> Call:
        """The call, which the carrier shows to be live: one unknown is opened, one closed too early opened again."""
        call = self._line.calls.get(sid)
        if call is None:
            call, _ = self._look(sid, caller, called)
            self._line.calls.open_call(call)
            self.enter(sid, EnterQueue(Entry.PROMPTED, call.language))
        elif call.state is not CallState.ENDED:
            return call
        elif self._line.calls.reopen(sid, at=self._now()):
            log.warning("call.reopened", call=sid)
        return self._line.calls.get(sid) or call

    def gathered(self, sid: str, attempt: int, *, digits: str, speech: str, replays: int = 0) -> tuple[Step, ...]:
        """The prompt ended: with a key, with words the carrier recognized, or with silence."""
        given: CallerInput = WasSilent()
        if digits:
            given = Keyed(digits[0])
        elif speech:
            given = Spoke(speech)
        call = self._line.calls.get(sid)
        if call and call.outcome is Outcome.CALLER_ENDED and (digits or speech):
            # Word of the end overtook word of the key: who asked for a person is called back (law 1).
            self._line.calls.reopen(sid, at=self._now())
            call = self._line.calls.get(sid)
        if call:
            key = f"gather:{attempt}.{replays}" if replays else f"gather:{attempt}"
            self._line.calls.add_turn(sid, key, type(given).__name__, digits or speech or None, at=self._now())
        steps = next_steps(_session(call, attempt, replays), given, self._line.settings.line)
        if call and call.entered_at:  # something else was quicker: the same document for all who race (law 2)
            steps = (_queue_step(call),)
        for step in steps:
            if isinstance(step, EnterQueue):
                self.enter(sid, step)
        if isinstance(given, Keyed):
            self._heed_key(sid, given.digit)
        if speech and call and not call.transcript:
            # The carrier's words come without sound; our own hearing replaces them when it comes.
            self._knowing.heard(sid, text=speech, recognizer="carrier", language_posterior={}, final=True)
        return steps

    def enter(self, sid: str, step: EnterQueue) -> bool:
        """Put the call in the queue; True for the first of several events that race to do so (law 2)."""
        first = self._line.calls.enter(sid, entry=step.entry, language=step.language, at=self._now())
        if first:  # the note is written anew when somebody is found
            log.info("call.entered", call=sid, entry=step.entry)
        return first

    def spoke_up(self, sid: str) -> bool:
        """A voice was heard on the stream: enter at once and move the call there; True when it had to be moved."""
        call = self._line.calls.get(sid)
        if call is None or call.entered_at is not None:
            return False
        if not self.enter(sid, EnterQueue(Entry.VOICE, call.language)):
            return False
        url = self._line.addresses.url("/voice/enter", why="voice")
        try:
            self._line.carrier.redirect(sid, url, still_wanted=lambda: not_queued_yet(self._line, sid))
        except CallGoneError:
            self.ended(sid)
            return False
        except CarrierError as error:
            # The Gather still stands: when it ends, by words or by silence, its action finds the call entered.
            log.warning("call.move_failed", call=sid, code=error.code)
        return True

    def entered_by(self, call: Call, why: str) -> EnterQueue:
        """The carrier fetches the queue document; whatever brought it here, the call is entered now."""
        step = EnterQueue(Entry.VOICE if why == "voice" else Entry.PROMPTED, call.language)
        self.enter(call.sid, step)
        return step

    def must_leave_queue(self, call: Call) -> bool:
        """Whether a call that hears the wait document should be elsewhere: a move was lost, so it goes by itself.

        Otherwise word of the call being in the queue is kept, and the router may move it on.
        """
        given_away = call.state in (CallState.RINGING, CallState.TALKING) and call.offered_until is None
        if given_away and call.assigned_at and self._now() - call.assigned_at > MOVE_TAKES:
            return True
        self._line.calls.queued(call.sid, at=self._now())
        return False

    def called_back(
        self,
        sid: str,
        number: str,
        entry: Entry,
        *,
        greeting: str,
        need: str | None = None,
        language: str | None = None,
    ) -> EnterQueue:
        """Somebody we rang has picked up: in the queue with nothing asked, however often we are told.

        `need` is what they are known to want from before, `language` the one they spoke then.

        Waiting is counted from the end of the message `greeting`: before it nobody moves the call on (unless the
        carrier says that it is in the queue already), or who calls would be cut off in the middle.
        """
        call, _ = self._look(sid, number, self._line.settings.line.hotline_number)
        call = replace(call, language=language or call.language)
        words = greeting_words(greeting, call.language, self._line.settings.one_tap)
        greeted = timedelta(seconds=seconds_of(self._line.speech.phrases(words)))
        entered = replace(call, state=CallState.WAITING, entry=entry, entered_at=call.started_at + greeted, need=need)
        kept, is_new = self._line.calls.open_call(entered, self._knowing.note_on(entered))
        if is_new:
            log.info("call.called_back", call=sid, entry=entry, elder=kept.elder, number=kept.caller_number)
        return _queue_step(kept)

    def not_reached(self, sid: str, number: str, entry: Entry) -> None:
        """Somebody who asked for a call was not reached: what a caller leaves who was not served, a work order."""
        call, _ = self._look(sid, number, self._line.settings.line.hotline_number)
        rung = replace(call, state=CallState.RINGING, entry=entry, entered_at=call.started_at)
        self._line.calls.open_call(rung, self._knowing.note_on(rung))
        self.ended(sid)

    def waits_again(self, sid: str) -> None:
        """Nobody of the hunt group picked up."""
        self._line.calls.waits_again(sid, at=self._now())

    def keyed_while_waiting(self, sid: str, digit: str, *, round_: int, keys: int = 1) -> None:
        """A key in the wait document: 9 asks for English, 8 for loud and slow; 0 for what is already under way.

        Of a caller who presses keys without end (`keys` in a row) only the first are kept in the books.
        """
        if keys <= self._line.settings.line.keys_heeded:
            self._line.calls.add_turn(sid, f"wait:{round_}", "Keyed", digit, at=self._now())
        self._heed_key(sid, digit)

    def _heed_key(self, sid: str, digit: str) -> None:
        choice = choose_language(LanguageEvidence(key=digit))
        if choice.reason is LanguageReason.KEY and self._line.calls.choose_language(sid, language=choice.language):
            log.info("language.chosen", call=sid, language=choice.language, reason=choice.reason, when=choice.when)
            self._knowing.chose_english(sid)
        if digit == HEARING_KEY and hears_badly(self._line, sid, reason="key"):
            self._knowing.write_note(sid)

    def how_to_speak(self, sid: str) -> HowToSpeak:
        """How the caller is spoken to now."""
        return how_to_speak(self._line.calls.get(sid))

    def end_of_number(self, sid: str) -> str:
        """The last four digits of the caller's number, for the caller; empty where there is none."""
        call = self._line.calls.get(sid)
        return "".join(sign for sign in call.caller_number if sign.isdecimal())[-4:] if call else ""

    def given_to(self, call: Call) -> AgentDefinition | None:
        """Whose phone is to ring for the call, or who talks on it; None when nobody does."""
        if call.state not in (CallState.RINGING, CallState.TALKING) or call.agent_id is None or call.offered_until:
            return None
        agent = self._line.settings.agent(call.agent_id)
        if agent is None:  # taken out of the settings meanwhile
            self._line.calls.put_back(call.sid, call.agent_id, presence=Presence.IDLE, at=self._now())
            return None
        self._line.calls.dialed(call.sid, at=self._now())
        return agent

    def hunting(self, sid: str) -> None:
        """The hunt group is about to be rung for the call: the router keeps its hands off it."""
        self._line.calls.hunted(sid, at=self._now())

    def agent_answered(self, sid: str, agent_id: str) -> None:
        """The agent picked up."""
        self._endings.agent_answered(sid, agent_id)

    def dial_ended(self, sid: str, agent_id: str, *, dial_status: str, call_status: str, bridged: bool) -> AfterDial:
        """The agent's leg is over."""
        return self._endings.dial_ended(
            sid, agent_id, dial_status=dial_status, call_status=call_status, bridged=bridged
        )

    def carrier_ended(self, sid: str, caller: str, called: str) -> None:
        """The carrier says the call is over; one we never saw was served, or lost, by the fallback."""
        call = self._line.calls.get(sid)
        if call is None:
            missed, _ = self._look(sid, caller, called)
            # The carrier rang people by itself; RINGING, so that the router gives nobody to a call that is over.
            entry = missed.entry or Entry.PROMPTED
            rung = replace(missed, state=CallState.RINGING, entry=entry, entered_at=missed.started_at)
            self._line.calls.open_call(replace(rung, by_fallback=self._endings.fallback_rang(missed)))
        if call is None or call.state is not CallState.ENDED:
            self.ended(sid)

    def stream_ended(self, sid: str) -> None:
        """No sound comes any more: while nobody talks, the caller has left, or the stream broke."""
        call = self._line.calls.get(sid)
        if call and call.answered_at is None and call.state is not CallState.ENDED:
            self.expected_ends.expect(sid)

    def ended(self, sid: str) -> None:
        """Close the books on a call."""
        self._endings.ended(sid)

    def reconcile(self, *, older_than: timedelta) -> int:
        """Make books and carrier agree on open calls older than this; how many were closed."""
        return self._endings.reconcile(older_than=older_than)

    def _now(self) -> datetime:
        return self._line.clock()


def normal_number(number: str) -> str:
    """A number as the books write it: E.164 where it can be read, else as it came; `anonymous` where there is none."""
    return read_number(number).e164 or number.strip()[:MAX_NUMBER_CHARACTERS] or WITHHELD


def _session(call: Call | None, attempt: int, replays: int) -> Session:
    """What the decision knows of a call in its prompt; one the books do not have is a stranger's."""
    if call is None:
        return Session(attempt=attempt, replays=replays)
    first = language_of(call).order[0]
    return Session(call.language, attempt, replays, hearing=call.hearing, prompt_first=first)


def _queue_step(call: Call) -> EnterQueue:
    return EnterQueue(call.entry or Entry.PROMPTED, call.language)
