"""Measures the line beside a planner at full speed: the same calls with the planner off and on, in one run.

The planner is a process of its own on the same books, as the worker's is and with its priority: a million customers,
day after day into the outbox, as fast as it goes. The calls are those of `bench.line`: webhooks one after another, a
national peak of five calls a second, and twice as many.
"""

from __future__ import annotations

import argparse
import os
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from bench.greeting_books import grow
from bench.greetings import shipped_campaign
from bench.line import ALONE_REQUESTS, BUSY_PER_SECOND, PEAK_CALLS, PEAK_PER_SECOND, busy_orders
from bench.line_caller import LineCaller, demo_sounds, open_caller, prepare_stack
from bench.line_figures import percentile
from elder_channel.bootstrap import open_line
from elder_channel.clock import HOTLINE_ZONE
from elder_channel.own_process import give_way
from elder_channel.placing import Sound
from elder_channel.reports import result
from elder_channel.services.consents import ShellOperator
from elder_channel.services.greeting_plans import GreetingPlans
from elder_channel.worker import NICENESS
from greeting_sms import campaign_books

CUSTOMERS = 1_000_000
DAYS = 366
MOST_MS = 50.0
READY, ROWS = "ready", "rows "


def run() -> list[dict[str, Any]]:
    """Measure both, in four minutes; a list of `{name, value, unit, reach, ok}`."""
    sounds = demo_sounds()
    with tempfile.TemporaryDirectory() as name:
        stack = prepare_stack(Path(name))
        state = Path(name) / "state"
        with stack, open_caller(stack, state) as caller, _Planner(state, stack.env) as planner:
            caller.warm_up(sounds)
            off = _latencies(caller, sounds)
            planner.go()
            began = time.monotonic()
            on = _latencies(caller, sounds)
            rows = planner.stop() / (time.monotonic() - began)
    return [
        *_told("off", off),
        *_told("on", on),
        result("greetings.plan_day_rows_per_second_beside_line", round(rows), "rows/s"),
    ]


def _latencies(caller: LineCaller, sounds: Sequence[Sound]) -> dict[str, list[float]]:
    """Milliseconds of webhooks by the name they are told by."""
    orders = busy_orders(sounds)
    waits: dict[str, list[float]] = {"webhook_alone": caller.ask_alone(ALONE_REQUESTS, _nothing)}
    for name, calls, per_second in (
        ("webhook_peak", orders[:PEAK_CALLS], PEAK_PER_SECOND),
        ("webhook", orders, BUSY_PER_SECOND),
    ):
        held = caller.hold(calls, per_second, placed=_nothing, ended=_nothing)
        waits[name] = [took for call in held for took in call.webhooks_ms]
    return waits


def _nothing() -> None:
    """Nobody follows how far it is."""


def _told(planner: str, waits: Mapping[str, Sequence[float]]) -> list[dict[str, Any]]:
    told = []
    for name, values in waits.items():
        for share in (50, 99):
            value = percentile(values, share)
            bound = {"reach": f"<= {MOST_MS:g}", "ok": value is not None and value <= MOST_MS} if share == 99 else {}
            rounded = None if value is None else round(value, 1)
            told.append(result(f"line.{name}_p{share}_ms[planner {planner}]", rounded, "ms", **bound))
    return told


class _Planner:
    """The planning process: made ready, started, stopped; a context manager."""

    def __init__(self, state: Path, env: dict[str, str]) -> None:
        command = [sys.executable, "-m", "bench.line_beside_planner", "--plan-on", str(state)]
        self._process = subprocess.Popen(command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._expect(READY)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._process.kill()
        self._process.wait()

    def go(self) -> None:
        """Plan from now on."""
        self._say("go")

    def stop(self) -> int:
        """Plan no more; how many rows were decided and written."""
        self._say("stop")
        return int(self._expect(ROWS).removeprefix(ROWS))

    def _say(self, word: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{word}\n")
        self._process.stdin.flush()

    def _expect(self, word: str) -> str:
        """The line that begins with the word; the planner's log comes on the same way."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith(word):
                return line
        raise RuntimeError(f"the planner ended without saying {word!r}")


def plan_on(state: Path) -> None:
    """Be the planning process: fill the books, wait for a line on standard input, plan until the next."""
    line = open_line(state, os.environ)
    engine, here = line.databases.greetings, line.clock().astimezone(HOTLINE_ZONE).date()
    grow(engine, 0, CUSTOMERS, at=line.clock(), last_year=False)
    with engine.begin() as connection:
        version = campaign_books.propose(connection, shipped_campaign(), by="one", at=line.clock()).version
        campaign_books.approve(connection, "birthday", version, by="two", at=line.clock())
    plans = GreetingPlans(line, ShellOperator())
    give_way(NICENESS)
    print(READY, flush=True)
    sys.stdin.readline()
    rows = 0
    while not _is_told_to_stop():
        # After a year it begins again: then everybody is decided once more, and is there already.
        for n in range(1, DAYS):
            told = plans.plan(here + timedelta(days=n), by=ShellOperator.ACCOUNT)
            rows += told.planned
            if _is_told_to_stop():
                break
    print(f"{ROWS}{rows}", flush=True)


def _is_told_to_stop() -> bool:
    return bool(select.select([sys.stdin], [], [], 0)[0])


def main() -> None:
    """Only for the process `run` starts."""
    parser = argparse.ArgumentParser(prog="python -m bench.line_beside_planner", description=__doc__)
    parser.add_argument("--plan-on", type=Path, required=True, metavar="STATE")
    plan_on(parser.parse_args().plan_on)


if __name__ == "__main__":
    main()
