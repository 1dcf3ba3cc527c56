"""The simulator's own waits: prompts, rings, talks and patience, at life's pace or quicker.

Quicker is for calls in which nobody speaks. Sound goes to real models in real time, and what the service waits for by
its own clock takes as long as ever.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Pace:
    """How much quicker than life the simulator waits."""

    speed: float = 1.0

    async def sleep(self, seconds: float) -> None:
        """Wait what is `seconds` in the simulated life."""
        await asyncio.sleep(seconds / self.speed)

    def timeout(self, seconds: float) -> asyncio.Timeout:
        """A bound of `seconds` in the simulated life."""
        return asyncio.timeout(seconds / self.speed)

    def later(self, seconds: float, action: Callable[[], None]) -> asyncio.TimerHandle:
        """Do something after `seconds` of the simulated life."""
        return asyncio.get_running_loop().call_later(seconds / self.speed, action)
