"""What each webhook is answered with; every function runs in a worker thread."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence

import structlog

from elder_channel.agents.model import AgentDefinition
from elder_channel.bootstrap import Line
from elder_channel.calls.steps import REPLAY_KEYS, Step
from elder_channel.services.endings import AfterDial
from elder_channel.services.hunting import hunt_group_of
from elder_channel.services.line import LineService
from elder_channel.telephony import twiml
from elder_channel.telephony.tokens import StreamTokens
from elder_channel.web.forms import Webhook

log = structlog.get_logger()

OVER = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
"""The carrier's words for a call that has ended."""
_QUEUE_FAILED = frozenset({"queue-full", "error", "system-error"})
_BRIDGED = frozenset({"completed", "answered"})


class VoiceDocuments:
    """The documents under `/voice`."""

    def __init__(self, line: Line, service: LineService, tokens: StreamTokens) -> None:
        self._line = line
        self._service = service
        self._tokens = tokens

    def incoming(self, hook: Webhook) -> str:
        """A call rings."""
        return self._answer(hook, self._service.arrive(hook.call_sid, hook.caller, hook.called))

    def gather(self, hook: Webhook) -> str:
        """A prompt has ended."""
        steps = self._service.gathered(
            hook.call_sid,
            hook.number("attempt", 1),
            digits=hook.form.get("Digits", ""),
            speech=hook.form.get("SpeechResult", ""),
            replays=hook.number("replays"),
        )
        return self._answer(hook, steps)

    def enter(self, hook: Webhook) -> str:
        """The call was moved here, or fell through its prompt: the queue; or, late, the agent it was given to."""
        call = self._service.still_here(hook.call_sid, hook.caller, hook.called)
        agent = self._service.given_to(call)
        if agent:
            return self._ring(agent)
        return self._answer(hook, (self._service.entered_by(call, hook.query.get("why", "")),))

    def again(self, hook: Webhook) -> str:
        """The hunt group was rung in vain: the queue again, without another prompt."""
        call = self._service.still_here(hook.call_sid, hook.caller, hook.called)
        step = self._service.entered_by(call, "")
        self._service.waits_again(hook.call_sid)
        return self._answer(hook, (step,))

    def wait(self, hook: Webhook) -> str:
        """What is heard while waiting."""
        call = self._service.still_here(hook.call_sid, hook.caller, hook.called)
        if self._service.must_leave_queue(call):
            return twiml.leave_queue()
        round_ = hook.number("round")
        return self._waiting(hook, self._while_waiting(round_), round_=round_)

    def wait_key(self, hook: Webhook) -> str:
        """A key in the wait document: the same again where that was asked for, else on with the waiting."""
        round_, keys = hook.number("round"), hook.number("keys") + 1
        digit = hook.form.get("Digits", "")[:1]
        if digit:
            self._service.keyed_while_waiting(hook.call_sid, digit, round_=round_, keys=keys)
        messages = self._while_waiting(round_) if digit in REPLAY_KEYS else ["still_connecting"]
        return self._waiting(hook, messages, round_=round_ + 1, keys=keys)

    def _while_waiting(self, round_: int) -> list[str]:
        if round_ == 0:
            return ["invitation", *(["recording_notice"] if self._line.settings.line.recording_notice else [])]
        return ["still_connecting" if round_ % 2 else "all_busy_stay"]

    def _waiting(self, hook: Webhook, messages: Sequence[str], *, round_: int, keys: int = 0) -> str:
        return twiml.wait_document(
            messages,
            self._service.languages_of(hook.call_sid),
            self._line.addresses,
            round_=round_,
            manner=self._service.manner_for(hook.call_sid),
            keys=keys,
            keys_heeded=self._line.settings.line.keys_heeded,
        )

    def dequeued(self, hook: Webhook) -> str:
        """The call left the queue. When we moved it, or the caller left, this moves nothing.

        When the wait document sent it out, it goes where it should have been; when the queue failed, people ring.
        """
        result = hook.form.get("QueueResult", "")
        if result in _QUEUE_FAILED:
            return self.hunt(hook)
        if result != "leave":
            return twiml.nothing()
        call = self._service.still_here(hook.call_sid, hook.caller, hook.called)
        agent = self._service.given_to(call)
        return self._ring(agent) if agent else self.hunt(hook)

    def connect(self, hook: Webhook) -> str:
        """An agent's phone rings."""
        return self.enter(hook)

    def dialed(self, hook: Webhook) -> str:
        """An agent's leg is over."""
        after = self._service.dial_ended(
            hook.call_sid,
            hook.query.get("agent", ""),
            dial_status=hook.form.get("DialCallStatus", ""),
            call_status=hook.form.get("CallStatus", ""),
            bridged=_was_bridged(hook),
        )
        if after is AfterDial.HANG_UP:
            return twiml.hang_up()
        languages, manner = self._service.languages_of(hook.call_sid), self._service.manner_for(hook.call_sid)
        return twiml.enqueue_again("no_answer_next", languages, self._line.addresses, manner=manner)

    def hunt(self, hook: Webhook) -> str:
        """Ring the hunt group directly: what every fault of ours ends in, so it needs no books."""
        try:
            self._service.hunting(hook.call_sid)
        except Exception:
            log.exception("hunt.not_kept", call=hook.call_sid)
        return hunt_group_of(self._line.settings, self._line.addresses, report=True)

    def hunted(self, hook: Webhook) -> str:
        """A round of the hunt group is over: good-bye to who was helped, the queue again for who was not."""
        helped = hook.form.get("DialCallStatus") in _BRIDGED and _was_bridged(hook)
        if helped or hook.form.get("CallStatus") in OVER:
            return twiml.hang_up()
        return self.again(hook)

    def agent_status(self, hook: Webhook) -> str:
        """Word of an agent's leg; only its pick-up matters here, the end comes with the dial's action."""
        if hook.form.get("CallStatus") == "in-progress":
            parent = hook.form.get("ParentCallSid") or hook.call_sid
            self._service.agent_answered(parent, hook.query.get("agent", ""))
        return twiml.nothing()

    def status(self, hook: Webhook) -> str:
        """The call itself has ended."""
        if hook.form.get("CallStatus") in OVER:
            self._service.carrier_ended(hook.call_sid, hook.caller, hook.called)
        return twiml.nothing()

    def _ring(self, agent: AgentDefinition) -> str:
        line = self._line.settings.line
        return twiml.connect_document(
            agent.contact,
            self._line.addresses,
            agent_id=agent.id,
            caller_id=line.hotline_number,
            ring_seconds=line.agent_ring_seconds,
        )

    def _answer(self, hook: Webhook, steps: Iterable[Step]) -> str:
        return twiml.answer(
            steps,
            self._line.addresses,
            token=self._tokens.issue(hook.call_sid, now=time.time()),
            timeout_seconds=self._line.settings.line.prompt_timeout_seconds,
        )


def _was_bridged(hook: Webhook) -> bool:
    """Whether caller and agent were on the line together; a carrier that does not say so means yes."""
    return hook.form.get("DialBridged", "true").lower() != "false"
