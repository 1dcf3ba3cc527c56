"""An event loop whose time jumps to the next timer as soon as nothing is left to do: minutes of waiting take none.

The real clock plays no part in it, so two runs give the same moments to the microsecond. While a thread works for the
loop (`run_in_executor`, `asyncio.to_thread`, anyio's threads), time stands still: however long it takes, it takes no
virtual time. What cannot be waited for in this way, a socket or another process, is refused.

`looptime` and `async-solipsism` are the libraries for this, and neither fits: the first lets virtual time go on with
the real clock while a thread works, so that runs differ; the second is under the GPL and refuses threads that call
back.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random
from typing import Any, TypeVar, TypeVarTuple

from elder_channel.simulator.errors import SimulatorError

Result = TypeVar("Result")
Arguments = TypeVarTuple("Arguments")

EPOCH_SECONDS = 1_767_225_600
"""Where every run begins: 2026-01-01T00:00:00Z."""
MOST_WORK_SECONDS = 60.0
"""Real seconds after which a thread that does not report back is taken for one that never will."""
_MICROSECONDS = 1_000_000


class VirtualTimeError(SimulatorError):
    """The virtual clock cannot go on; the message says what it waits for."""


class VirtualLoop(asyncio.SelectorEventLoop):
    """An asyncio event loop on virtual time. `random` gives identifiers that are the same in every run."""

    def __init__(self) -> None:
        self._clock = _Clock(self._is_at_work)
        super().__init__(self._clock)
        self._clock_resolution = 1 / _MICROSECONDS
        self.random = Random(0)  # noqa: S311 (identifiers that must be the same in every run, and secure nothing)
        self._working = 0
        self._others_at_work: list[Callable[[], int]] = []

    def time(self) -> float:
        """Seconds since the loop was made."""
        return self._clock.now / _MICROSECONDS

    def epoch_seconds(self) -> float:
        """Seconds since the epoch, had the loop been made at `EPOCH_SECONDS`."""
        return (EPOCH_SECONDS * _MICROSECONDS + self._clock.now) / _MICROSECONDS

    @property
    def refused(self) -> tuple[str, ...]:
        """What was asked of the world outside and not given."""
        return tuple(self._clock.refused)

    def stand_still_for(self, count: Callable[[], int]) -> None:
        """Threads besides those of executors: time does not jump while `count` says that some are at work."""
        self._others_at_work.append(count)

    @contextmanager
    def working(self) -> Iterator[None]:
        """Time stands still while in here: somebody outside the loop works for it."""
        self._count(+1)
        try:
            yield
        finally:
            self._count(-1)

    @contextmanager
    def waited_for(self) -> Iterator[None]:
        """A thread that works for the loop waits for the loop itself meanwhile, so time may go on."""
        self._count(-1)
        try:
            yield
        finally:
            self._count(+1)

    def run_in_executor(
        self, executor: Any, func: Callable[[*Arguments], Result], *args: *Arguments
    ) -> asyncio.Future[Result]:
        """As ever; time stands still until the thread is done."""
        future = super().run_in_executor(executor, func, *args)
        self._count(+1)
        future.add_done_callback(lambda _: self._count(-1))
        return future

    async def shutdown_default_executor(self) -> None:
        """As ever; the thread that takes the others down works for the loop too."""
        with self.working():
            await super().shutdown_default_executor()

    def _count(self, change: int) -> None:
        self._working += change

    def _is_at_work(self) -> bool:
        return self._working + sum(count() for count in self._others_at_work) > 0


class _Clock(selectors.DefaultSelector):
    """Waits for the loop: where a real selector sleeps, it moves the hands on."""

    def __init__(self, is_at_work: Callable[[], bool]) -> None:
        super().__init__()
        self.now = 0
        """Microseconds since the beginning."""
        self.refused: list[str] = []
        self._is_at_work = is_at_work
        self._wakes_loop: int | None = None

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        """Take the socket by which threads wake the loop, and no other. Raises VirtualTimeError."""
        number = fileobj if isinstance(fileobj, int) else fileobj.fileno()
        if self._wakes_loop not in (None, number):
            self.refused.append(
                "on the virtual clock there are no sockets, pipes and processes: nobody could wait for them"
            )
            raise VirtualTimeError(self.refused[-1])
        self._wakes_loop = number
        return super().register(fileobj, events, data)

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """What threads have reported; else the next timer is due. Raises VirtualTimeError when nothing will come."""
        ready = super().select(0)
        if ready or timeout == 0:
            return ready
        if self._is_at_work():
            if ready := super().select(MOST_WORK_SECONDS):
                return ready
            raise VirtualTimeError(f"a thread has not come back for {MOST_WORK_SECONDS:g} s of real time")
        if timeout is None:
            raise VirtualTimeError("everybody waits, and nothing will ever happen: no timer is set, no thread works")
        self.now += max(1, round(timeout * _MICROSECONDS))
        return ready
