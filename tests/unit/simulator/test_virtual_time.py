"""The event loop whose time jumps: timers to the microsecond, threads waited for, sockets refused."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

import pytest
from anyio.to_thread import current_default_thread_limiter, run_sync
from hypothesis import given
from hypothesis import strategies as st

from elder_channel.simulator import clock, virtual_time
from elder_channel.simulator.virtual_time import EPOCH_SECONDS, VirtualLoop, VirtualTimeError

Result = TypeVar("Result")


def run(work: Coroutine[Any, Any, Result]) -> Result:
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(work)


def virtual_loop() -> VirtualLoop:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualLoop)
    return loop


@given(st.lists(st.integers(min_value=1, max_value=7200 * 10**6), min_size=1, max_size=20))
def test_every_timer_comes_at_its_microsecond(waits: list[int]) -> None:
    """However many there are, in the order of their moments, and hours are over at once."""

    async def work() -> list[int]:
        begun_at, moments = clock.epoch_seconds(), []

        async def wait(microseconds: int) -> None:
            await asyncio.sleep(microseconds / 10**6)
            moments.append(round((clock.epoch_seconds() - begun_at) * 10**6))

        await asyncio.gather(*map(wait, waits))
        return moments

    assert run(work()) == pytest.approx(sorted(waits), abs=1)


def test_twenty_milliseconds_a_thousand_times_are_twenty_seconds() -> None:
    """Rounding never adds up, so media frames keep their moments."""

    async def work() -> float:
        loop = asyncio.get_running_loop()
        for frame in range(1, 1001):
            await asyncio.sleep(max(0.0, frame * 0.02 - loop.time()))
        return loop.time()

    assert run(work()) == pytest.approx(20, abs=2e-6)


@pytest.mark.parametrize("how", ["asyncio", "anyio"])
def test_time_stands_still_while_a_thread_works(how: str) -> None:
    """A timer of a microsecond comes after the thread's answer, however slow the thread is."""

    async def work() -> list[str]:
        heard: list[str] = []
        begun = threading.Event()

        def think() -> None:
            begun.set()
            threading.Event().wait(0.05)

        async def ask() -> None:
            await (asyncio.to_thread(think) if how == "asyncio" else run_sync(think))
            heard.append(f"thread at {asyncio.get_running_loop().time():g}")

        limiter = current_default_thread_limiter()
        virtual_loop().stand_still_for(lambda: limiter.borrowed_tokens)
        asking = asyncio.create_task(ask())
        await asyncio.sleep(0)
        await asyncio.sleep(1e-6)
        heard.append("timer")
        await asking
        return heard

    assert run(work()) == ["thread at 0", "timer"]


def test_a_thread_that_waits_for_the_loop_lets_time_go_on() -> None:
    """Else both would wait for each other."""

    async def later() -> float:
        with virtual_loop().waited_for():
            await asyncio.sleep(30)
        return asyncio.get_running_loop().time()

    async def work() -> float:
        loop = asyncio.get_running_loop()
        return await asyncio.to_thread(lambda: asyncio.run_coroutine_threadsafe(later(), loop).result())

    assert run(work()) == 30


def test_waiting_for_nothing_is_an_error_and_no_hang() -> None:
    """No timer, no thread: nothing will ever happen."""
    with pytest.raises(VirtualTimeError, match="nothing will ever happen"):
        run(asyncio.Event().wait())


def test_a_socket_is_refused() -> None:
    """Nobody could tell how long to wait for it; the loop remembers, where the application swallows the error."""

    async def work() -> tuple[str, ...]:
        here, there = socket.socketpair()
        with here, there:
            here.setblocking(False)
            with pytest.raises(VirtualTimeError, match="no sockets"):
                await asyncio.get_running_loop().sock_recv(here, 1)
        return virtual_loop().refused

    assert len(run(work())) == 1


def test_moments_and_identifiers_are_the_same_in_every_run() -> None:
    """And begin at a date that means something; outside such a loop they are the machine's."""

    async def work() -> tuple[float, str, str]:
        await asyncio.sleep(90.5)
        return clock.epoch_seconds(), str(clock.new_uuid()), clock.moment().isoformat()

    first = run(work())
    assert first == run(work())
    assert (first[0], first[2]) == (EPOCH_SECONDS + 90.5, "2026-01-01T00:01:30.500000+00:00")
    assert clock.epoch_seconds() != pytest.approx(EPOCH_SECONDS, abs=3600)
    assert clock.new_uuid() != clock.new_uuid()


def test_work_that_never_ends_is_an_error_and_no_hang(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a minute of the machine's; here after a moment."""
    monkeypatch.setattr(virtual_time, "MOST_WORK_SECONDS", 0.01)

    async def work() -> None:
        with virtual_loop().working():
            await asyncio.sleep(1)

    with pytest.raises(VirtualTimeError, match="has not come back"):
        run(work())
