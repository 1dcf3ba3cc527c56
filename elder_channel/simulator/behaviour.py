"""Play the caller's part on a live call: wait for the moment of each action, then press, speak or hang up."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from elder_channel.simulator.caller import CallPlan, Voice
from elder_channel.simulator.clock import epoch_seconds
from elder_channel.simulator.journey import Event
from elder_channel.simulator.record import EndedBy
from elder_channel.simulator.script import Action, Moment
from elder_channel.simulator.soundtrack import Side

if TYPE_CHECKING:
    from elder_channel.simulator.call import Call

KEY_GAP_SECONDS = 0.2
LINGER_SECONDS = 2.0
"""How long the caller stays after the agent has hung up."""


@dataclass(frozen=True, eq=False)
class Part:
    """One action of the caller, with the voice that goes with it."""

    action: Action
    voice: Voice | None


@dataclass(frozen=True, eq=False)
class Speech:
    """Something the caller says, from a moment on."""

    voice: Voice
    since: float
    """When it began, in seconds of the event loop's clock."""


class CallerBehaviour:
    """One simulated caller on one call."""

    def __init__(self, call: Call, plan: CallPlan, script: Sequence[Part]) -> None:
        self.speech: Speech | None = None
        """What the caller says now, or said last."""
        self.is_speaking = False
        self._call = call
        self._plan = plan
        self._left = list(script)
        self._seen: Counter[Part] = Counter()
        self.agent_is_gone = False
        """An agent has talked with the caller and hung up, and nobody else has been called since."""
        self._timers: list[asyncio.TimerHandle] = []
        self._lingering: asyncio.TimerHandle | None = None

    @property
    def words(self) -> str | None:
        """What the carrier's own recognition makes of what is being said."""
        return self.speech.voice.words if self.is_speaking and self.speech else None

    def pick_up(self) -> None:
        """The call begins: from here count the caller's patience and the longest a call may last."""
        patience = self._plan.hang_up_after_seconds
        seconds = self._plan.max_seconds if patience is None else min(patience, self._plan.max_seconds)
        self._later(seconds, partial(self._call.end, EndedBy.CALLER))

    def notice(self, event: Event) -> None:
        """Something happened on the call; what waited for it is done."""
        for part in self._left:
            self._seen[part] += part.action.is_meant_by(event)
        self._start_due()

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
        record, now = self._call.record, epoch_seconds()
        if record.first_voiced_sent_at is None:
            record.first_voiced_sent_at = now
            self._call.journey.add("speech.first_voiced_frame")
        if last:
            record.last_voiced_sent_at = now
            self._call.journey.add("speech.last_voiced_frame")

    def stop(self) -> None:
        """The call has ended; nothing more happens."""
        for timer in self._timers:
            timer.cancel()
        self._left.clear()  # lets the recordings go
        self.speech = None

    def _start_due(self) -> None:
        for part in list(self._left):
            action = part.action
            if part not in self._left or action.when is Moment.THEN or self._seen[part] < action.nth:
                continue
            self._start(part)

    def _start(self, part: Part) -> None:
        """Do it after its pause, and when it is over what comes `then`."""
        following = self._following(part)
        self._left.remove(part)
        self._later(part.action.after, partial(self._do, part, following))

    def _following(self, part: Part) -> Part | None:
        place = self._left.index(part) + 1
        if place < len(self._left) and self._left[place].action.when is Moment.THEN:
            return self._left[place]
        return None

    def _do(self, part: Part, following: Part | None) -> None:
        action, seconds = part.action, 0.0
        for place, key in enumerate(action.press or ""):
            seconds = place * KEY_GAP_SECONDS
            self._later(seconds, partial(self._press, key))
        if part.voice is not None:
            seconds = max(seconds, part.voice.seconds)
            self._begin_to_speak(part.voice)
        if action.hang_up:
            self._call.end(EndedBy.CALLER)
        elif following is not None:
            self._later(seconds, partial(self._start, following))

    def _later(self, seconds: float, action: Callable[[], None]) -> asyncio.TimerHandle:
        timer = self._call.pace.later(seconds, action)
        self._timers.append(timer)
        return timer

    def _press(self, key: str) -> None:
        gather = self._call.gather
        delivered = gather is not None and gather.press(key)
        streamed = sum(stream.press(key) for stream in self._call.streams) > 0
        self._call.journey.add("key.pressed", key=key, delivered=delivered or streamed)
        if not (delivered or streamed):
            self._call.warn("key not delivered")

    def _begin_to_speak(self, voice: Voice) -> None:
        self.speech = speech = Speech(voice, asyncio.get_running_loop().time())
        self._call.soundtrack.add(Side.CALLER, b"".join(voice.frames), since=speech.since)
        self.is_speaking = True
        self._call.journey.add("speech.started", seconds=round(voice.seconds, 3))
        if voice.words is not None and self._call.gather is not None:
            self._call.gather.hear_speech()
        self._later(voice.seconds, partial(self._fall_silent, speech))

    def _fall_silent(self, speech: Speech) -> None:
        if self.speech is not speech:  # something else was said meanwhile
            return
        self.is_speaking = False
        voice = speech.voice
        self._call.journey.add("speech.ended")
        if voice.frames and self._call.record.first_voiced_sent_at is None:
            self._call.warn("no media stream heard the caller speak")
        if voice.words is not None and self._call.gather is not None:
            self._call.gather.end_speech(voice.words)
