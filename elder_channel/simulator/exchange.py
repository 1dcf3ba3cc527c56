"""The switchboard: all calls, queues, tasks and agents of the simulated carrier."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog

from elder_channel.simulator import verbs
from elder_channel.simulator.agents import AgentBook
from elder_channel.simulator.behaviour import Part
from elder_channel.simulator.call import Call
from elder_channel.simulator.caller import CallPlan, voices_of
from elder_channel.simulator.detection import MachineDetection, detect
from elder_channel.simulator.legs import Leg, StatusCallback
from elder_channel.simulator.network import Network
from elder_channel.simulator.options import SimulatorOptions
from elder_channel.simulator.played import PlayedRecording
from elder_channel.simulator.queues import QueueBoard
from elder_channel.simulator.steps import GoTo, Inline, Instruction
from elder_channel.simulator.subscribers import Phone, Subscribers
from elder_channel.simulator.taskrouter.router import TaskRouter
from elder_channel.simulator.webhooks import Webhooks

__all__ = ["Exchange", "verbs"]

MOST_LEGS_REMEMBERED = 10_000
PARTING_SECONDS = 1.0
log = structlog.get_logger()


class Exchange:
    """Places calls, keeps them findable, and runs everything that happens beside them."""

    def __init__(self, options: SimulatorOptions, network: Network) -> None:
        self.options = options
        self.agents = AgentBook(options.agents)
        self.queues = QueueBoard()
        self.subscribers = Subscribers()
        self.recordings_played: dict[str, PlayedRecording] = {}
        """`<Play>` recordings whose answer allowed keeping them, by address."""
        self.network = network
        self._client = network.client()
        self.webhooks = Webhooks(self._client, auth_token=options.auth_token)
        self.taskrouter = TaskRouter(self.webhooks, self.keep, options.account_sid)
        self._legs: dict[str, Leg] = {}
        self._children: dict[str, list[Leg]] = {}
        self._tasks: set[asyncio.Task[Any]] = set()

    async def place_incoming(self, plan: CallPlan) -> Call:
        """A caller dials the line."""
        voices = await asyncio.to_thread(voices_of, plan)
        # The voices hold the sound, and let it go at the end.
        actions = [action.model_copy(update={"audio_mulaw": None}) for action in plan.script()]
        script = [Part(action, voice) for action, voice in zip(actions, voices, strict=True)]
        callback = StatusCallback(self.options.status_url) if self.options.status_url else None
        fallback = Inline(self.options.fallback, self.options.voice_url) if self.options.fallback is not None else None
        to = plan.to or self.options.number
        light = plan.model_copy(update={"audio_mulaw": None, "actions": ()})
        call = Call(self, plan=light, script=script, to=to, callback=callback, fallback=fallback)
        self.add(call)
        self.keep(call.live(GoTo(self.options.voice_url)))
        return call

    def place_outgoing(
        self,
        *,
        from_: str,
        to: str,
        first: Instruction,
        timeout_seconds: float,
        callback: StatusCallback | None,
        fallback: Instruction | None,
        detection: MachineDetection | None = None,
    ) -> Call:
        """The service has somebody called, who does what was planned for the number, or picks up and listens."""
        awaited = self.subscribers.next_for(to)
        plan = CallPlan(**{"from": from_, "to": to, "max_seconds": 4 * 3600.0})
        call = Call(
            self,
            plan=awaited.plan.as_call(from_=from_, to=to) if awaited else plan,
            script=awaited.script if awaited else (),
            to=to,
            direction="outbound-api",
            status="queued",
            callback=callback,
            fallback=fallback,
        )
        if detection is not None:
            call.detected = detect(awaited.plan.phone if awaited else Phone.ANSWER, detection)
        self.add(call)
        self.subscribers.note(call)
        call.report()
        self.keep(call.live(first, ring_seconds=timeout_seconds))
        return call

    def add(self, leg: Leg) -> None:
        """Make a leg findable; the oldest ended ones are forgotten when there are very many."""
        self._legs[leg.sid] = leg
        if leg.parent_sid is not None:
            self._children.setdefault(leg.parent_sid, []).append(leg)
        if len(self._legs) > MOST_LEGS_REMEMBERED:
            oldest = next((sid for sid, each in self._legs.items() if not each.is_live), None)
            if oldest is not None:
                del self._legs[oldest]
                self._children.pop(oldest, None)

    def leg(self, sid: str) -> Leg | None:
        """The call with this identifier."""
        return self._legs.get(sid)

    def call(self, sid: str) -> Call | None:
        """The call with this identifier, if its documents are followed here (a dialled phone's are not)."""
        leg = self._legs.get(sid)
        return leg if isinstance(leg, Call) else None

    def legs(self) -> list[Leg]:
        """Every call, newest first."""
        return list(reversed(self._legs.values()))

    def children(self, sid: str) -> list[Leg]:
        """The phones dialled for a call."""
        return self._children.get(sid, [])

    def keep(self, work: Coroutine[Any, Any, Any]) -> None:
        """Run something beside the calls; a fault in it is logged, never lost."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._forget)

    async def close(self) -> None:
        """Stop every call and close the connections."""
        await self._cancel_all()
        if self._tasks:  # the status callbacks of the calls that have just ended
            await asyncio.wait(self._tasks, timeout=PARTING_SECONDS)
        await self._cancel_all()
        await self._client.aclose()

    async def _cancel_all(self) -> None:
        running = list(self._tasks)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def _forget(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("simulator.fault", exc_info=error)
