"""People whom the service's own calls ring: what each does when the phone rings, and which calls came."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from elder_channel.simulator.agents import AgentProfile, Behaviour
from elder_channel.simulator.behaviour import Part
from elder_channel.simulator.caller import CallPlan, voices_of
from elder_channel.simulator.faults import CallFaults, RestFault, RestOperation
from elder_channel.simulator.script import Action
from elder_channel.simulator.troubles import Troubles

if TYPE_CHECKING:
    from elder_channel.simulator.call import Call


class Phone(StrEnum):
    """What becomes of the ringing."""

    ANSWER = "answer"
    NO_ANSWER = "no_answer"  # rings until the service gives up
    BUSY = "busy"
    DECLINE = "decline"  # rings, and is turned away; the carrier calls that busy
    FAIL = "fail"  # switched off, or the network cannot reach it
    VOICEMAIL = "voicemail"  # a machine picks up

    @property
    def behaviour(self) -> Behaviour:
        """How the telephone itself behaves; a machine picks up like a person."""
        return Behaviour.ANSWER if self is Phone.VOICEMAIL else Behaviour(self.value)


class CalledPlan(BaseModel):
    """How one call that the service places goes at the other end."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    phone: Phone = Field(Phone.ANSWER, description="What becomes of the ringing.")
    answer_after_seconds: float = Field(2.0, ge=0, description="Ringing before it is picked up, or turned away.")
    hang_up_after_seconds: float | None = Field(None, gt=0, description="Patience, from the first ring on.")
    max_seconds: float = Field(120.0, gt=0, description="No call lasts longer.")
    actions: tuple[Action, ...] = Field((), max_length=64, description="What the person does, step by step.")
    agents: dict[str, AgentProfile] = Field({}, description="How phones behave when they ring for this call.")
    speed: float = Field(1.0, ge=1, le=50, description="How much quicker than life the simulator waits on this call.")
    faults: CallFaults = CallFaults()

    def as_call(self, *, from_: str, to: str) -> CallPlan:
        """The plan of the call, once the service has said who calls whom."""
        profile = AgentProfile(behaviour=self.phone.behaviour, answer_after_seconds=self.answer_after_seconds)
        shared = self.model_dump(include={"hang_up_after_seconds", "max_seconds", "speed"})
        more = {"agents": {**self.agents, to: profile}, "actions": self.actions, "faults": self.faults}
        return CallPlan.model_validate({"from": from_, "to": to, **shared, **more})


@dataclass(frozen=True)
class Awaited:
    """A plan with the voices of its actions, ready for the call."""

    plan: CalledPlan
    script: Sequence[Part]
    troubles: Troubles
    """Of asking for the call; once it is there it has its own."""


@dataclass
class _Subscriber:
    awaited: deque[Awaited] = field(default_factory=deque)
    call_sids: list[str] = field(default_factory=list)
    rang: asyncio.Event = field(default_factory=asyncio.Event)


class Subscribers:
    """Plans for the next calls to numbers, and the calls that came."""

    def __init__(self) -> None:
        self._by_number: dict[str, _Subscriber] = {}

    async def expect(self, number: str, plans: Sequence[CalledPlan]) -> None:
        """The next calls to `number` go like this, one after the other; calls so far are forgotten."""
        awaited = [await asyncio.to_thread(_prepared, plan, number) for plan in plans]
        self._by_number[number] = _Subscriber(deque(awaited))

    def next_for(self, number: str) -> Awaited | None:
        """What was planned for the next call to `number`, used up by asking; None when nothing (more) was."""
        subscriber = self._by_number.get(number)
        return subscriber.awaited.popleft() if subscriber and subscriber.awaited else None

    def fault_of_placing(self, number: str) -> RestFault | None:
        """How the API fails the service that asks for the next call to `number`; the plan stays for the next try."""
        subscriber = self._by_number.get(number)
        awaited = subscriber.awaited[0] if subscriber and subscriber.awaited else None
        return awaited.troubles.of_operation(RestOperation.PLACE) if awaited else None

    def note(self, call: Call) -> None:
        """The service has this call placed."""
        if (subscriber := self._by_number.get(call.to)) is not None:
            subscriber.call_sids.append(call.sid)
            subscriber.rang.set()
            subscriber.rang = asyncio.Event()

    async def calls_after(self, number: str, n: int, *, wait_seconds: float) -> list[str] | None:
        """Calls to `number` after the first `n`, waiting for one; None for a number nobody spoke of."""
        subscriber = self._by_number.get(number)
        if subscriber is None:
            return None
        try:
            async with asyncio.timeout(wait_seconds):
                while len(subscriber.call_sids) <= n:
                    await subscriber.rang.wait()
        except TimeoutError:
            pass
        return subscriber.call_sids[n:]


def _prepared(plan: CalledPlan, number: str) -> Awaited:
    """Finding the voiced frames takes a model: call it off the event loop."""
    voices = voices_of(plan.as_call(from_=number, to=number))
    # The voices hold the sound, and let it go at the end.
    actions = [action.model_copy(update={"audio_mulaw": None}) for action in plan.actions]
    light = plan.model_copy(update={"actions": ()})
    script = [Part(action, voice) for action, voice in zip(actions, voices, strict=True)]
    return Awaited(light, script, Troubles(plan.faults))
