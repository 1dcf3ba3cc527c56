"""What the service sends into a call: heard in real time, and its marks sent back when they are reached."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from elder_channel.simulator.call import Call

_BYTES_PER_SECOND = 8000.0

Tell = Callable[[str, dict[str, Any]], None]


@dataclass(eq=False)
class _Mark:
    """A mark among what waits to be heard."""

    name: str
    timer: asyncio.TimerHandle | None = None


class Playback:
    """The carrier's buffer of sound for one caller."""

    def __init__(self, call: Call, tell: Tell) -> None:
        self._call = call
        self._tell = tell
        self._until = 0.0
        """When all that was sent will have been heard, in seconds of the event loop's clock."""
        self._marks: list[_Mark] = []
        self._end: asyncio.TimerHandle | None = None

    def add(self, sound: bytes) -> None:
        """Mu-law to be heard after what is waiting already."""
        now = asyncio.get_running_loop().time()
        if self._end is None:
            self._until = now
            self._call.answer()
            self._call.prompt_started(place="main", stream=True)
        else:
            self._end.cancel()
        self._until += len(sound) / _BYTES_PER_SECOND
        self._end = asyncio.get_running_loop().call_at(self._until, self._heard_all)

    def mark(self, name: str) -> None:
        """A mark behind what was sent so far; sent back at once when nothing is waiting."""
        loop = asyncio.get_running_loop()
        at = max(self._until, loop.time()) if self._end is not None else loop.time()
        mark = _Mark(name)
        mark.timer = loop.call_at(at, self._reached, mark)
        self._marks.append(mark)

    def clear(self) -> None:
        """Forget what was not heard yet; its marks are sent back all the same. Source: telephony.md S27."""
        for mark in list(self._marks):
            if mark.timer is not None:
                mark.timer.cancel()
            self._reached(mark)
        if self._end is not None:
            self._end.cancel()
            self._heard_all()

    def _reached(self, mark: _Mark) -> None:
        self._marks.remove(mark)
        self._tell("mark", {"name": mark.name})

    def _heard_all(self) -> None:
        self._end = None
        self._call.journey.add("prompt.ended")
