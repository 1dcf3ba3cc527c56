"""Phones that are dialled: each rings, and a simulated person may answer it."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable
from typing import TYPE_CHECKING

from elder_channel.simulator.agents import AgentProfile, Behaviour
from elder_channel.simulator.clock import epoch_seconds
from elder_channel.simulator.legs import Leg, StatusCallback
from elder_channel.simulator.pace import Pace
from elder_channel.simulator.record import EndedBy
from elder_channel.simulator.soundtrack import Side

if TYPE_CHECKING:
    from elder_channel.simulator.call import Call

BUSY_AFTER_SECONDS = 0.3
FAILED_AFTER_SECONDS = 0.1


async def ring(profile: AgentProfile, *, engaged: bool, pace: Pace) -> str:
    """How ringing a phone ends: in-progress (answered), busy or failed; a phone nobody answers rings for ever."""
    if profile.behaviour is Behaviour.FAIL:
        await pace.sleep(FAILED_AFTER_SECONDS)
        return "failed"
    if engaged or profile.behaviour is Behaviour.BUSY:
        await pace.sleep(BUSY_AFTER_SECONDS)
        return "busy"
    if profile.behaviour is Behaviour.NO_ANSWER:
        await asyncio.Event().wait()
    await pace.sleep(profile.answer_after_seconds)
    return "busy" if profile.behaviour is Behaviour.DECLINE else "in-progress"


class DialledPhone(Leg):
    """One phone rung by a `<Dial>`."""

    def __init__(self, call: Call, *, contact: str, from_: str, callback: StatusCallback | None) -> None:
        super().__init__(
            call.exchange,
            from_=from_,
            to=contact,
            direction="outbound-dial",
            status="queued",
            parent_sid=call.sid,
            callback=callback,
        )
        self.troubles = call.troubles
        self.ended = asyncio.Event()
        """Set when the leg is over, whoever ended it."""
        self._call = call
        self._book = call.exchange.agents
        self._profile = self._book.profile(contact, changes=call.plan.agents)
        self._holds_phone = False

    async def ring(self, claim: Callable[[], bool]) -> bool:
        """Ring; True when the person has answered.

        Of several phones answered in the same instant one gets the caller: `claim` says True once.
        """
        self.report()
        self.become("ringing")
        record = self._call.record
        record.agent_ringing_at = record.agent_ringing_at or epoch_seconds()
        journey = self._call.journey
        first = {"first_heard": True} if journey.nothing_said else {}
        journey.add("agent.ringing", contact=self.to, call_sid=self.sid, **first)
        ringing = asyncio.create_task(ring(self._profile, engaged=self._book.is_engaged(self.to), pace=self._call.pace))
        ending = asyncio.create_task(self.ended.wait())
        try:
            await asyncio.wait({ringing, ending}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            ringing.cancel()
            ending.cancel()
        if self.ended.is_set():
            return False
        status = ringing.result()
        if status != "in-progress":
            self.finish(status)
        elif not self._book.pick_up(self.to):
            self.finish("busy")
        elif claim():
            self._answer()
            return True
        else:
            self._book.put_down(self.to)
            self.finish("canceled")
        return False

    async def talk(self, most_seconds: float) -> None:
        """Talk until the person hangs up, the leg is ended from outside, or the time allowed is over."""
        seconds = min(self._profile.talk_seconds, most_seconds)
        clock, track = asyncio.get_running_loop().time, self._call.soundtrack
        if self._profile.audio_mulaw:
            track.add(Side.CALLED, base64.b64decode(self._profile.audio_mulaw), since=clock())
        try:
            async with self._call.pace.timeout(seconds):
                await self.ended.wait()
        except TimeoutError:
            self.finish("completed")
        except asyncio.CancelledError:
            if self._call.is_being_redirected:  # the service took the caller away; who talks next is told apart
                self._call.journey.add("agent.hung_up", contact=self.to, call_sid=self.sid, by=EndedBy.SERVICE)
            raise
        finally:
            track.cut(Side.CALLED, at=clock())
        self._call.journey.add("agent.hung_up", contact=self.to, call_sid=self.sid)

    def finish(self, status: str) -> None:
        """The leg is over."""
        if self._holds_phone:
            self._holds_phone = False
            self._book.put_down(self.to)
        if self.is_live:
            self.become(status)
            if self.answered_at is None:
                self._call.journey.add("agent.not_reached", contact=self.to, status=status)
        self.ended.set()

    def _answer(self) -> None:
        self._holds_phone = True
        self.become("in-progress")
        record = self._call.record
        record.served = True
        if record.agent_answered_at is None:
            record.agent_answered_at, record.answered_by = epoch_seconds(), self.to
        self._call.journey.add("agent.answered", contact=self.to, call_sid=self.sid)
