"""Play the caller's part on a live call: wait for the first prompt, then press, speak, and hang up in time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from elder_channel.simulator.caller import CallPlan, Voice
from elder_channel.simulator.record import EndedBy

if TYPE_CHECKING:
    from elder_channel.simulator.call import Call

KEY_GAP_SECONDS = 0.2
LINGER_SECONDS = 2.0
"""How long the caller stays after the agent has hung up."""


class CallerBehaviour:
    """One simulated caller on one call."""

    def __init__(self, call: Call, plan: CallPlan, voice: Voice | None) -> None:
        self.voice = voice
        self.speaking_since: float | None = None
        """When the caller began to speak, in seconds of the event loop's clock."""
        self.is_speaking = False
        self._call = call
        self._plan = plan
        self._prompted = False
        self.agent_is_gone = False
        """An agent has talked with the caller and hung up, and nobody else has been called since."""
        self._timers: list[asyncio.TimerHandle] = []
        self._lingering: asyncio.TimerHandle | None = None

    def pick_up(self) -> None:
        """The call begins: from here count the caller's patience and the longest a call may last."""
        patience = self._plan.hang_up_after_seconds
        seconds = self._plan.max_seconds if patience is None else min(patience, self._plan.max_seconds)
        self._later(seconds, partial(self._call.end, EndedBy.CALLER))

    def hear_prompt(self) -> None:
        """A prompt or invitation has begun; the first one sets the caller going."""
        if self._prompted:
            return
        self._prompted = True
        for place, key in enumerate(self._plan.key or ""):
            self._later(self._plan.speak_at + place * KEY_GAP_SECONDS, partial(self._press, key))
        if self.voice is not None:
            self._later(self._plan.speak_at, self._begin_to_speak)

    def agent_hung_up(self) -> None:
        """The conversation is over; the caller waits a moment for a last word and puts the phone down."""
        self.agent_is_gone = True
        self._lingering = self._later(LINGER_SECONDS, partial(self._call.end, EndedBy.AGENT))

    def stay_on(self) -> None:
        """The call goes on to another person after all."""
        self.agent_is_gone = False
        if self._lingering is not None:
            self._lingering.cancel()

    def note_voiced(self, *, last: bool) -> None:
        """A frame that holds a voice is being sent."""
        record, now = self._call.record, time.time()
        if record.first_voiced_sent_at is None:
            record.first_voiced_sent_at = now
            self._call.journey.add("speech.first_voiced_frame")
        if last and record.last_voiced_sent_at is None:
            record.last_voiced_sent_at = now
            self._call.journey.add("speech.last_voiced_frame")

    def stop(self) -> None:
        """The call has ended; nothing more happens."""
        for timer in self._timers:
            timer.cancel()
        self.voice = None if self.voice is None else Voice((), frozenset(), None, 0.0)  # lets the recording go

    def _later(self, seconds: float, action: Callable[[], None]) -> asyncio.TimerHandle:
        timer = asyncio.get_running_loop().call_later(seconds, action)
        self._timers.append(timer)
        return timer

    def _press(self, key: str) -> None:
        gather = self._call.gather
        delivered = gather is not None and gather.press(key)
        self._call.journey.add("key.pressed", key=key, delivered=delivered)
        if not delivered:
            self._call.warn("key not delivered")

    def _begin_to_speak(self) -> None:
        assert self.voice is not None
        self.speaking_since = asyncio.get_running_loop().time()
        self.is_speaking = True
        self._call.journey.add("speech.started", seconds=round(self.voice.seconds, 3))
        if self.voice.words is not None and self._call.gather is not None:
            self._call.gather.hear_speech()
        self._later(self.voice.seconds, self._fall_silent)

    def _fall_silent(self) -> None:
        assert self.voice is not None
        self.is_speaking = False
        self._call.journey.add("speech.ended")
        if self.voice.frames and self._call.record.first_voiced_sent_at is None:
            self._call.warn("no media stream heard the caller speak")
        if self.voice.words is not None and self._call.gather is not None:
            self._call.gather.end_speech(self.voice.words)
