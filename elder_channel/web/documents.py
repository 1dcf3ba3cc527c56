"""What each webhook is answered with; every function runs in a worker thread."""

from __future__ import annotations

import time
from collections.abc import Iterable

import structlog

from elder_channel.agents.model import AgentDefinition
from elder_channel.agents.switches import switches_on
from elder_channel.bootstrap import Line
from elder_channel.calls.steps import EnterQueue, Step
from elder_channel.going_on import GoingOn
from elder_channel.services.carrier_events import CarrierEvents
from elder_channel.services.endings import AfterDial
from elder_channel.services.hunting import hunt_group_of
from elder_channel.services.line import LineService
from elder_channel.services.queue_tasks import QueueTasks
from elder_channel.services.recordings import Recordings
from elder_channel.services.streams import Streams
from elder_channel.telephony import twiml
from elder_channel.telephony.statuses import LegState, QueueEnd, leg_state, queue_end, recording_state
from elder_channel.telephony.tokens import StreamTokens
from elder_channel.web.forms import Webhook
from elder_channel.web.wait_documents import WaitDocuments

log = structlog.get_logger()

ELSEWHERE = "elsewhere"
"""In the place of an agent's id: another line has answered, while this one is drained."""


class VoiceDocuments:
    """The documents under `/voice`."""

    def __init__(self, line: Line, service: LineService, tokens: StreamTokens) -> None:
        self._line = line
        self._service = service
        self._tokens = tokens
        self._recordings = Recordings(line)
        self._events = CarrierEvents(line)
        self._streams = Streams(line)
        self._waiting = WaitDocuments(line, service)
        self._tasks = QueueTasks(line)

    def incoming(self, hook: Webhook) -> str:
        """A call rings; while the whole line is drained it is kept, and people ring somewhere else."""
        steps = self._service.arrive(hook.call_sid, hook.caller, hook.called)
        if switches_on(self._line.switches.on()).line_drained:
            return self._elsewhere(hook)
        return self._answer(hook, steps)

    def _elsewhere(self, hook: Webhook) -> str:
        """The line that takes our calls meanwhile, as configured; without one the hunt group."""
        number = self._line.settings.routing.drained_line_number
        if not number:
            return self.hunt(hook)
        self._service.hunting(hook.call_sid)
        caller_id = self._line.settings.line.hotline_number
        return twiml.forward_document(number, self._line.addresses, agent_id=ELSEWHERE, caller_id=caller_id)

    def forwarded(self, hook: Webhook) -> str:
        """The other line's leg is over; when nobody was reached there, our own people ring (law 1)."""
        if leg_state(hook.form.get("CallStatus", "")).is_over:
            return self._hang_up(hook)
        if leg_state(hook.form.get("DialCallStatus", "")).was_answered and _was_bridged(hook):
            self._service.agent_answered(hook.call_sid, ELSEWHERE)
            return self._hang_up(hook)
        return self.hunt(hook)

    def passed_on(self, hook: Webhook) -> str:
        """An agent has passed the call on: one sentence, and the queue again in the old place."""
        call = self._service.still_here(hook.call_sid, hook.caller, hook.called)
        agent = self._service.given_to(call)
        if agent:  # the router was quicker
            return self._ring(agent)
        return self._enqueue_again(hook, "passing_on")

    def gather(self, hook: Webhook) -> str:
        """A prompt has ended."""
        if self._line.calls.get(hook.call_sid) is None:  # word of the ring was lost, or is late: a person (law 1)
            self._service.still_here(hook.call_sid, hook.caller, hook.called)
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

    def language(self, hook: Webhook) -> str:
        """Who waits turned out to speak another language: the queue again, in that one and in the old place.

        The call may have been given to somebody meanwhile: then that phone rings.
        """
        call = self._service.still_here(hook.call_sid, hook.caller, hook.called)
        agent = self._service.given_to(call)
        if agent:
            return self._ring(agent)
        self._service.entered_by(call, "")
        return twiml.enqueue_in_new_language(self._line.addresses, task=self._tasks.task_for(hook.call_sid))

    def wait(self, hook: Webhook) -> str:
        """What is heard while waiting."""
        return self._waiting.wait(hook)

    def wait_key(self, hook: Webhook) -> str:
        """A key in the wait document."""
        return self._waiting.key(hook)

    def dequeued(self, hook: Webhook) -> str:
        """The call left the queue. When we moved it, or the caller left, this moves nothing.

        When the wait document sent it out, it goes where it should have been; when the queue failed, people ring.
        """
        over = leg_state(hook.form.get("CallStatus", "")).is_over
        if over:
            self._service.expected_ends.expect(hook.call_sid)
        end = queue_end(hook.form.get("QueueResult", ""), call_over=over)
        if end is QueueEnd.FAILED and hook.query.get("workflow"):
            return self._in_our_own_queue(hook)
        if end is QueueEnd.FAILED:
            return self.hunt(hook)
        if end is QueueEnd.MOVED:
            return twiml.nothing()
        call = self._service.still_here(hook.call_sid, hook.caller, hook.called)
        agent = self._service.given_to(call)
        return self._ring(agent) if agent else self.hunt(hook)

    def _in_our_own_queue(self, hook: Webhook) -> str:
        """TaskRouter did not take the call: it waits in our own queue, for our own router (law 1)."""
        log.warning("taskrouter.refused", call=hook.call_sid, result=hook.form.get("QueueResult", "")[:32])
        call = self._service.still_here(hook.call_sid, hook.caller, hook.called)
        return self._answer(hook, (self._service.entered_by(call, ""),), in_workflow=False)

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
            over = leg_state(hook.form.get("CallStatus", "")).is_over
            says_it = self._line.settings.line.say_good_bye and not over
            return self._good_bye(hook) if says_it else self._hang_up(hook)
        return self._enqueue_again(hook, "no_answer_next")

    def hunt(self, hook: Webhook) -> str:
        """Ring the hunt group directly: what every fault of ours ends in, so it needs no books."""
        with GoingOn("hunt.not_kept", call=hook.call_sid):
            self._service.hunting(hook.call_sid)
        return hunt_group_of(self._line.settings, self._line.addresses, report=True)

    def hunted(self, hook: Webhook) -> str:
        """A round of the hunt group is over: good-bye to who was helped, the queue again for who was not."""
        helped = leg_state(hook.form.get("DialCallStatus", "")).was_answered and _was_bridged(hook)
        if helped or leg_state(hook.form.get("CallStatus", "")).is_over:
            return self._hang_up(hook)
        return self.again(hook)

    def agent_status(self, hook: Webhook) -> str:
        """Word of an agent's leg; only its pick-up matters here, the end comes with the dial's action."""
        if leg_state(hook.form.get("CallStatus", "")) is LegState.TALKING:
            parent = hook.form.get("ParentCallSid") or hook.call_sid
            self._service.agent_answered(parent, hook.query.get("agent", ""))
        return twiml.nothing()

    def status(self, hook: Webhook) -> str:
        """The call itself has ended."""
        if leg_state(hook.form.get("CallStatus", "")).is_over:
            self._service.carrier_ended(hook.call_sid, hook.caller, hook.called)
        return twiml.nothing()

    def recording_status(self, hook: Webhook) -> str:
        """Word of a recording."""
        sid = hook.form.get("RecordingSid", "")[:64]
        if sid:
            seconds = hook.form.get("RecordingDuration", "")
            self._recordings.word(
                sid,
                hook.call_sid,
                recording_state(hook.form.get("RecordingStatus", "")),
                duration_seconds=int(seconds) if seconds.isascii() and seconds.isdecimal() else None,
            )
        return twiml.nothing()

    def stream_status(self, hook: Webhook) -> str:
        """Word of the call's media stream; only that it failed is kept, frames tell the rest."""
        if hook.form.get("StreamEvent") == "stream-error":
            self._events.stream_failed(hook.form)
            self._streams.broke(hook.call_sid, hook.form.get("StreamSid", "")[:64])
        return twiml.nothing()

    def carrier_event(self, hook: Webhook) -> str:
        """An error or warning from the carrier's debugger; of no call of its own."""
        self._events.debugger(hook.form)
        return twiml.nothing()

    def _hang_up(self, hook: Webhook) -> str:
        """The call is over with this document; should no word of that come, it is asked for."""
        self._service.expected_ends.expect(hook.call_sid)
        return twiml.hang_up()

    def _good_bye(self, hook: Webhook) -> str:
        """The agent has hung up, and the caller has not yet: two words instead of a dead line."""
        self._service.expected_ends.expect(hook.call_sid)
        how = self._service.how_to_speak(hook.call_sid)
        addresses, speech = self._line.addresses, self._line.speech
        return twiml.farewell(
            ["closing"], how.languages[0], addresses, manner=how.manner, dialect=how.dialect, speech=speech
        )

    def _enqueue_again(self, hook: Webhook, message_id: str) -> str:
        how = self._service.how_to_speak(hook.call_sid)
        return twiml.enqueue_again(
            message_id,
            how.languages,
            self._line.addresses,
            manner=how.manner,
            dialect=how.dialect,
            task=self._tasks.task_for(hook.call_sid),
            speech=self._line.speech,
        )

    def _ring(self, agent: AgentDefinition) -> str:
        line = self._line.settings.line
        return twiml.connect_document(
            agent.contact,
            self._line.addresses,
            agent_id=agent.id,
            caller_id=line.hotline_number,
            ring_seconds=line.agent_ring_seconds,
        )

    def _answer(self, hook: Webhook, steps: Iterable[Step], *, in_workflow: bool = True) -> str:
        steps = tuple(steps)
        enters = in_workflow and any(isinstance(step, EnterQueue) for step in steps)
        return twiml.answer(
            steps,
            self._line.addresses,
            token=self._tokens.issue(hook.call_sid, now=time.time()),
            timeout_seconds=self._line.settings.line.prompt_timeout_seconds,
            task=self._tasks.task_for(hook.call_sid) if enters else None,
            speech=self._line.speech,
        )


def _was_bridged(hook: Webhook) -> bool:
    """Whether caller and agent were on the line together; a carrier that does not say so means yes."""
    return hook.form.get("DialBridged", "true").lower() != "false"
