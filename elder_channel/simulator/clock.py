"""What time it is in the simulation: the machine's, or that of a virtual event loop."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from uuid import UUID, uuid4

from elder_channel.simulator.virtual_time import VirtualLoop


def epoch_seconds() -> float:
    """Seconds since the epoch."""
    loop = _virtual_loop()
    return time.time() if loop is None else loop.epoch_seconds()


def moment() -> datetime:
    """The same as a moment, in UTC."""
    return datetime.fromtimestamp(epoch_seconds(), UTC)


def stopwatch() -> float:
    """Seconds since some beginning, for measuring how long something takes."""
    loop = _virtual_loop()
    return time.perf_counter() if loop is None else loop.time()


def new_uuid() -> UUID:
    """A fresh identifier; on a virtual clock the same in every run."""
    loop = _virtual_loop()
    return uuid4() if loop is None else UUID(int=loop.random.getrandbits(128), version=4)


def _virtual_loop() -> VirtualLoop | None:
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return None
    return loop if isinstance(loop, VirtualLoop) else None
