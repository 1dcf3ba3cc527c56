"""A call whose documents are followed: an incoming one, or one the service placed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from elder_channel.simulator.behaviour import CallerBehaviour, Part
from elder_channel.simulator.caller import CallPlan
from elder_channel.simulator.document import follow
from elder_channel.simulator.errors import WebhookFailedError
from elder_channel.simulator.journey import Journey
from elder_channel.simulator.legs import Leg, StatusCallback
from elder_channel.simulator.pace import Pace
from elder_channel.simulator.phones import ring
from elder_channel.simulator.record import CallRecord, EndedBy
from elder_channel.simulator.soundtrack import Soundtrack
from elder_channel.simulator.speech_length import spoken_seconds
from elder_channel.simulator.steps import GoTo, HangUp, Inline, Instruction, Place
from elder_channel.simulator.troubles import Troubles
from elder_channel.simulator.twiml import Verb
from elder_channel.simulator.webhooks import Request

if TYPE_CHECKING:
    from elder_channel.simulator.detection import Detected
    from elder_channel.simulator.exchange import Exchange
    from elder_channel.simulator.gathering import Gathering
    from elder_channel.simulator.stream import MediaStream

_APOLOGY = "We are sorry, an application error has occurred. Goodbye."


class Call(Leg):
    """One call, followed document by document until somebody ends it."""

    def __init__(
        self,
        exchange: Exchange,
        *,
        plan: CallPlan,
        script: Sequence[Part] = (),
        to: str,
        direction: str = "inbound",
        status: str = "ringing",
        callback: StatusCallback | None = None,
        fallback: Instruction | None = None,
    ) -> None:
        super().__init__(exchange, from_=plan.from_, to=to, direction=direction, status=status, callback=callback)
        self.plan = plan
        self.journey = Journey()
        self.record = CallRecord(self.sid, self.from_, to, status)
        self.pace = Pace(plan.speed)
        self.behaviour = CallerBehaviour(self, plan, script)
        self.journey.on_event = self.behaviour.notice
        self.gather: Gathering | None = None
        """What the carrier listens for now."""
        self.streams: list[MediaStream] = []
        self.soundtrack = Soundtrack()
        """What is said on the call; let go at its end, unless a recording keeps it."""
        self.troubles = Troubles(plan.faults)
        self.detected: Detected | None = None
        """What answering machine detection will say, where the service asked for it."""
        self.interruption: Instruction | HangUp | None = None
        """Why the document being followed is left: to follow another, or to end."""
        self._fallback = fallback
        self._following: asyncio.Task[HangUp] | None = None

    async def live(self, first: Instruction, *, ring_seconds: float | None = None) -> None:
        """Follow `first` and whatever comes after until the call ends.

        A call the service placed rings for up to `ring_seconds` first.
        """
        self.behaviour.pick_up()
        self.journey.add("call.ringing", **{"from": self.from_, "to": self.to})
        ending = HangUp(EndedBy.CARRIER)
        try:
            ending = await self._follow_all(first if ring_seconds is None else _Ring(first, ring_seconds))
        finally:
            self._finish(ending)

    def redirect(self, instruction: Instruction) -> None:
        """Leave whatever is happening now and follow this, at once."""
        self.journey.add("call.redirected", url=instruction.url if isinstance(instruction, GoTo) else None)
        self._interrupt(instruction)

    def end(self, by: EndedBy, *, status: str = "completed") -> None:
        """End the call at once."""
        self._interrupt(HangUp(by, status))

    @property
    def is_being_redirected(self) -> bool:
        """The document is being left for another one, not for the end of the call."""
        return isinstance(self.interruption, GoTo | Inline)

    def answer(self) -> None:
        """A verb speaks to the caller: from here the call is in progress."""
        if self.status != "in-progress":
            self.become("in-progress")
            self.record.status = self.status
            self.journey.add("call.answered")

    def prompt_started(self, **fields: Any) -> None:
        """The caller begins to hear something."""
        self.journey.add("prompt.started", **fields)

    def warn(self, message: str, **fields: Any) -> None:
        """Something is not as it should be, and the call goes on."""
        self.record.warnings.append(message)
        self.journey.add("warning", message=message, **fields)

    async def fetch(self, step: GoTo, extra: Mapping[str, str]) -> tuple[Verb, ...]:
        """Ask the service for a document; raises WebhookFailedError."""
        request = Request(step.url, {**self.fields(), **extra, **step.form}, step.method)
        self.journey.add("webhook.sent", url=step.url, method=step.method)
        verbs, answer = await self.exchange.webhooks.document(request, self.troubles)
        if self.record.webhook_ms is None:
            self.record.webhook_ms = round(answer.took_ms, 3)
        self.journey.add("twiml.received", verbs=[verb.name for verb in verbs], took_ms=round(answer.took_ms, 3))
        return verbs

    def tell(self, step: GoTo) -> None:
        """Send a request whose answer is not followed."""
        request = Request(step.url, {**self.fields(), **step.form}, step.method)
        self.journey.add("webhook.sent", url=step.url, method=step.method, answer_ignored=True)
        self.exchange.keep(self.exchange.webhooks.tell(request, self.troubles, attempts=1))

    async def _follow_all(self, first: Instruction | _Ring) -> HangUp:
        instruction: Instruction | _Ring | HangUp = first
        while not isinstance(instruction, HangUp):
            self._following = asyncio.create_task(self._follow(instruction))
            try:
                ending = await self._following
            except asyncio.CancelledError:
                why = self._take_interruption()
                if why is None:  # the simulator itself is stopping
                    raise
                instruction = why
            else:  # a redirect that came in the instant the document ended is kept, for it was accepted
                instruction = self._take_interruption() or ending
        return instruction

    async def _follow(self, instruction: Instruction | _Ring) -> HangUp:
        if isinstance(instruction, _Ring):
            if (status := await self._ring(instruction.seconds)) != "in-progress":
                return HangUp(EndedBy.CARRIER, status)
            self.answer()
            instruction = await self._listen_for_machine(instruction.then)
        try:
            return _as_hang_up(await follow(self, instruction, Place.MAIN))
        except WebhookFailedError as error:
            return await self._fall_back(error)

    async def _ring(self, seconds: float) -> str:
        """Ring the phone of a call the service placed; how that ended."""
        self.become("ringing")
        book = self.exchange.agents
        try:
            async with self.pace.timeout(seconds):
                profile = book.profile(self.to, changes=self.plan.agents)
                return await ring(profile, engaged=book.is_engaged(self.to), pace=self.pace)
        except TimeoutError:
            return "no-answer"

    async def _listen_for_machine(self, first: Instruction) -> Instruction:
        """The first document, asked for once the carrier knows who picked up, where it was to find out."""
        if self.detected is None:
            return first
        await self.pace.sleep(self.detected.seconds)
        self.answered_by = self.detected.answered_by
        self.journey.add("call.detected", answered_by=self.answered_by)
        return replace(first, form={**first.form, **self.detected.form}) if isinstance(first, GoTo) else first

    async def _fall_back(self, error: WebhookFailedError) -> HangUp:
        self.warn(f"webhook failed: {error}", url=error.url)
        if self._fallback is not None:
            self.record.fallback_used = True
            about = {"ErrorCode": str(error.code), "ErrorUrl": error.url}
            self.journey.add("fallback.used", **about)
            fallback = self._fallback
            step = fallback if isinstance(fallback, Inline) else GoTo(fallback.url, about, fallback.method)
            try:
                return _as_hang_up(await follow(self, step, Place.MAIN))
            except WebhookFailedError as second:
                self.warn(f"webhook of the fallback failed: {second}", url=second.url)
        self.answer()
        self.journey.add("prompt.started", text=_APOLOGY, voice="carrier")
        await self.pace.sleep(spoken_seconds(_APOLOGY))
        return HangUp(EndedBy.CARRIER)

    def _take_interruption(self) -> Instruction | HangUp | None:
        why = self.interruption
        if not isinstance(why, HangUp):
            self.interruption = None
        return why

    def _interrupt(self, why: Instruction | HangUp) -> None:
        if isinstance(self.interruption, HangUp):
            return  # nothing undoes a hang-up
        self.interruption = why
        if self._following is not None:
            self._following.cancel()

    def _finish(self, ending: HangUp) -> None:
        by = EndedBy.AGENT if self.behaviour.agent_is_gone else ending.by
        self.behaviour.stop()
        self.soundtrack = Soundtrack()
        for stream in self.streams:
            if stream.status == "in-progress":
                stream.stop()
        self.become(ending.status)
        self.record.status, self.record.ended_at, self.record.ended_by = self.status, self.ended_at, by
        self.journey.add("call.ended", by=by, status=self.status, duration_seconds=self.duration_seconds)
        self.journey.close()


@dataclass(frozen=True)
class _Ring:
    """Ring first, then follow."""

    then: Instruction
    seconds: float


def _as_hang_up(ending: object) -> HangUp:
    """A document that runs out ends the call, and so does `<Leave>` outside a queue."""
    return ending if isinstance(ending, HangUp) else HangUp(EndedBy.SERVICE)
