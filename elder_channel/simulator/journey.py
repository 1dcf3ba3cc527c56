"""What happened on a call, in order, for whoever watches it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from elder_channel.simulator.clock import epoch_seconds


@dataclass(frozen=True)
class Event:
    """One thing that happened on a call."""

    n: int
    """Its number on this call, from 1."""
    at: float
    """Seconds since the epoch."""
    name: str
    """Such as `prompt.started`; docs/simulator.md lists them."""
    fields: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The event as the control API shows it."""
        return {"n": self.n, "at": self.at, "name": self.name, **self.fields}


class Journey:
    """The events of one call; watchers wait for the next one."""

    def __init__(self, now: Callable[[], float] = epoch_seconds) -> None:
        self._now = now
        self.on_event: Callable[[Event], None] | None = None
        """Told of each event: the caller, who acts on what happens."""
        self._events: list[Event] = []
        self._changed = asyncio.Event()
        self.done = False

    def add(self, name: str, /, **fields: Any) -> Event:
        """Note that something happened now."""
        event = Event(len(self._events) + 1, self._now(), name, fields)
        self._events.append(event)
        self._wake()
        if self.on_event is not None:
            self.on_event(event)
        return event

    @property
    def nothing_said(self) -> bool:
        """Whether nothing was said or played since the call was put into a queue, or at all if it never was."""
        for event in reversed(self._events):
            if event.name in ("prompt.started", "queue.entered"):
                return event.name == "queue.entered"
        return True

    def close(self) -> None:
        """Nothing more will be added; watchers are let go."""
        self.done = True
        self._wake()

    async def closed(self) -> None:
        """Wait until nothing more will be added."""
        while not self.done:
            await self._changed.wait()

    def after(self, n: int) -> list[Event]:
        """The events that follow number `n`."""
        return self._events[max(n, 0) :]

    async def wait_after(self, n: int, *, wait_seconds: float) -> list[Event]:
        """The events after number `n`, waiting up to `wait_seconds` for the first of them."""
        try:
            async with asyncio.timeout(wait_seconds):
                while not self.after(n) and not self.done:
                    await self._changed.wait()
        except TimeoutError:
            pass
        return self.after(n)

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()
