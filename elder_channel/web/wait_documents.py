"""What is heard in the queue: the wait document, round by round, and the answer to a key pressed in it."""

from __future__ import annotations

from collections.abc import Sequence

from bilingual.language import ENGLISH_KEY
from bilingual.tags import Language
from elder_channel.bootstrap import Line
from elder_channel.calls.model import Call
from elder_channel.calls.steps import HEARING_KEY, REPLAY_KEYS
from elder_channel.calls.waiting import OFFER, accepts_callback
from elder_channel.going_on import GoingOn
from elder_channel.services.line import LineService
from elder_channel.services.recordings import Recordings
from elder_channel.services.speaking import HowToSpeak, how_to_speak
from elder_channel.services.waiting import Waiting
from elder_channel.telephony import twiml
from elder_channel.telephony.speech import seconds_of
from elder_channel.web.forms import Webhook

RECORDING_NOTICE = "recording_notice"


class WaitDocuments:
    """The documents `/voice/wait` and `/voice/wait-key`."""

    def __init__(self, line: Line, service: LineService) -> None:
        self._line = line
        self._service = service
        self._recordings = Recordings(line)
        self._waiting = Waiting(line)

    def wait(self, hook: Webhook) -> str:
        """What is heard while waiting."""
        call = self._service.still_here(hook.call_sid, hook.caller, hook.called)
        if self._service.must_leave_queue(call):
            return twiml.leave_queue()
        round_ = hook.number("round")
        if hook.query.get("noticed"):
            self._recordings.notice_heard(hook.call_sid)
            quiet = self._waiting.quiet_seconds(call, twiml.WAIT_SECONDS - twiml.NOTICE_SECONDS, said_seconds=0.0)
            return twiml.quiet_document(self._line.addresses, round_=round_, quiet_seconds=quiet)
        switched = bool(hook.query.get("switched"))
        special = self._waiting.message(call, 0 if switched else round_)
        messages = self._in_new_language(call, special) if switched else self._usual(round_, special)
        if RECORDING_NOTICE in messages:
            how = self._service.how_to_speak(hook.call_sid)
            return twiml.notice_document(
                messages,
                how.languages,
                self._line.addresses,
                manner=how.manner,
                dialect=how.dialect,
                speech=self._line.speech,
            )
        return self._document(hook, messages, round_=round_, offer=special == OFFER)

    def key(self, hook: Webhook) -> str:
        """A key in the wait document: its answer, the same again where that was asked for, else on with the waiting.

        After the offer of a callback also its answer, by key or word.
        """
        round_, keys = hook.number("round"), hook.number("keys") + 1
        digits = hook.form.get("Digits", "")
        answer = {"digits": digits, "speech": hook.form.get("SpeechResult", "")}
        offered = hook.query.get("offer") == "1"
        if offered and accepts_callback(**answer) and self._waiting.take_callback(hook.call_sid):
            return self._callback_promised(hook)
        digit = digits[:1]
        if digit:
            self._service.keyed_while_waiting(hook.call_sid, digit, round_=round_, keys=keys)
        return self._document(hook, self._answer_to_key(digit, round_), round_=round_ + 1, keys=keys)

    def _answer_to_key(self, digit: str, round_: int) -> list[str]:
        """Who pressed a key is told that it was heard."""
        if digit == ENGLISH_KEY:
            return ["english_chosen"]
        if digit == HEARING_KEY:
            return ["hearing_on", *self._usual(round_)]
        return self._usual(round_) if digit in REPLAY_KEYS else ["still_connecting"]

    def _in_new_language(self, call: Call, special: str | None) -> list[str]:
        """Who just spoke another language is told that it was heard; a notice that was cut off is said anew."""
        answer = "english_chosen" if call.language == Language.EN else "still_connecting"
        due = self._line.settings.line.recording_notice and call.notice_heard_at is None
        return [special or answer, *([RECORDING_NOTICE] if due else [])]

    def _usual(self, round_: int, special: str | None = None) -> list[str]:
        if round_ == 0:
            notice = [RECORDING_NOTICE] if self._line.settings.line.recording_notice else []
            return [special or "invitation", *notice]
        return [special or ("still_connecting" if round_ % 2 else "all_busy_stay")]

    def _callback_promised(self, hook: Webhook) -> str:
        """The order is written: which number will be called, and good-bye."""
        how = self._service.how_to_speak(hook.call_sid)
        return twiml.farewell(
            ["callback_number", "callback_promised"],
            how.languages[0],
            self._line.addresses,
            values={"callback_number": {"end": self._service.end_of_number(hook.call_sid)}},
            manner=how.manner,
            dialect=how.dialect,
            speech=self._line.speech,
        )

    def _document(
        self, hook: Webhook, messages: Sequence[str], *, round_: int, keys: int = 0, offer: bool = False
    ) -> str:
        call = self._line.calls.get(hook.call_sid)
        how = how_to_speak(call)
        return twiml.wait_document(
            messages,
            how.languages,
            self._line.addresses,
            round_=round_,
            manner=how.manner,
            dialect=how.dialect,
            keys=keys,
            keys_heeded=self._line.settings.line.keys_heeded,
            offer=offer,
            speech=self._line.speech,
            quiet_seconds=self._quiet(call, messages, how),
        )

    def _quiet(self, call: Call | None, messages: Sequence[str], how: HowToSpeak) -> int:
        """How long it is quiet after the messages; a fault leaves the usual pause (law 1)."""
        with GoingOn("waiting.quiet_unknown"):
            if call is not None:
                speech, manner = self._line.speech, how.manner
                pieces = [
                    piece
                    for language in how.languages
                    for message_id in messages
                    for piece in speech.message(message_id, language, manner, dialect=how.dialect)
                ]
                said_seconds = seconds_of(pieces, manner)
                return self._waiting.quiet_seconds(call, twiml.WAIT_SECONDS, said_seconds=said_seconds)
        return twiml.WAIT_SECONDS
