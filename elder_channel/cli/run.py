"""`elder-channel run`: the whole line under one supervisor."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from elder_channel.bootstrap import load_settings, open_line
from elder_channel.cli.journey import Journey
from elder_channel.clock import utc_now
from elder_channel.demo import DemoCall, demo_calls, load_customers, reference_folder
from elder_channel.errors import ElderChannelError
from elder_channel.reports import process_started_at, result, write_report
from elder_channel.services.accounts import Accounts
from elder_channel.services.accounts_file import ACCOUNTS_FILE
from elder_channel.stack import Stack, StackOptions
from elder_channel.state import find_running, state_folder

app = typer.Typer()
console = Console(highlight=False, soft_wrap=True)

READY_LINE = "The line is up."
SECOND_START_REACH = 10.0


@app.command()
def run(
    demo: Annotated[bool, typer.Option("--demo", help="Load fictitious customers and place three calls.")] = False,
    exit_: Annotated[bool, typer.Option("--exit", help="Stop when the calls are done instead of staying up.")] = False,
    simulator: Annotated[
        bool | None,
        typer.Option(
            help="Run the carrier simulator beside the line; default: unless a real carrier or a database is set."
        ),
    ] = None,
    probe: Annotated[bool, typer.Option("--probe", hidden=True, help="Start, say so, stop.")] = False,
) -> None:
    """Start the line, keep it running, and start again what dies. Ctrl-C stops everything."""
    began_at = _began_at()
    state = state_folder(os.environ)
    stop = _stop_on_signals()
    with_simulator = _no_real_carrier() if simulator is None else simulator
    if demo and not with_simulator:
        raise ElderChannelError(
            "--demo needs the simulator, and a real carrier is configured; give --simulator to insist"
        )
    stack = Stack(StackOptions(state, os.environ, simulator=with_simulator), tell=_say)
    with stack:
        seconds = time.time() - began_at
        console.print(f"[b]{READY_LINE}[/b] {seconds:.1f} s")
        if probe:
            return
        reports = _demonstrate(state) if demo else []
        if not exit_:
            _what_next(stack, state)
            while not stop.wait(1.0):
                stack.look_after()
    if demo and exit_:
        _write_demo_report(seconds, reports)


def _no_real_carrier() -> bool:
    """Whether nothing points to a carrier or a database with real callers in it."""
    server = load_settings(os.environ).server
    return not (os.environ.get("TWILIO_AUTH_TOKEN") or server.carrier_base_url or server.database_url)


def _began_at() -> float:
    """When the user's command began: `make` says so, else this process's own start; epoch seconds."""
    given = os.environ.get("ELDER_CHANNEL_BEGAN_AT", "")
    return float(given) if given else process_started_at().timestamp()


def _stop_on_signals() -> threading.Event:
    stop = threading.Event()

    def on_signal(_number: int, _frame: object) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()
        console.print("stopping …")

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    return stop


def _say(text: str) -> None:
    console.print(f"[dim]·[/dim] {escape(text)}")


def _demonstrate(state: Path) -> list[str]:
    """Place the three calls; the outcome of each."""
    running = find_running(state)
    if running is None:
        return []
    line = open_line(state, os.environ)
    load_customers(line.customers)
    line.databases.dispose()
    outcomes: list[str] = []
    for number, call in enumerate(demo_calls(os.environ), start=1):
        _announce(number, call)
        outcomes.append(Journey(running, quiet=False).follow(call.order).outcome)
    return outcomes


def _announce(number: int, call: DemoCall) -> None:
    console.print(
        f"\n[b]Call {number}: {escape(call.title)}[/b]\n   from {call.order.from_number}, {escape(call.voice)}"
    )


def _what_next(stack: Stack, state: Path) -> None:
    server = stack.server
    local = stack.settings.single_sign_on.local_accounts  # else the code would open nothing
    code = Accounts(state / ACCOUNTS_FILE, utc_now).bootstrap_code() if local else None
    pages = "calls as they happen, agents, prompts, greetings, reports"
    console.print(f"\n[b]Open[/b]   http://{server.host}:{server.console_port}   the console: {pages}")
    if code:
        console.print(f"       first administrator's one-time code: [b]{code}[/b]")
    console.print("[b]Try[/b]    give it your own recording; dialects are not imitated here:")
    console.print("       .venv/bin/elder-channel call my-voice.m4a --from 059100000102")
    console.print("       .venv/bin/elder-channel call --key 0 --from anonymous")
    if reference_folder(os.environ) is None:
        console.print("       (the voices above are synthetic)")
    console.print(f"[b]Logs[/b]   {state / 'log'}   [b]Stop[/b]  Ctrl-C")


def _write_demo_report(first_seconds: float, outcomes: list[str]) -> None:
    """Start once more, timed from the command to the line being up, and write `demo.json`."""
    second_seconds = _time_second_start()
    served = outcomes.count("served")
    write_report(
        "demo",
        [
            result("first_start_seconds", round(first_seconds, 2), "s"),
            result(
                "second_start_seconds",
                round(second_seconds, 2),
                "s",
                reach=SECOND_START_REACH,
                ok=second_seconds < SECOND_START_REACH,
            ),
            result("calls", len(outcomes), "calls", reach=3, ok=len(outcomes) == 3),
            result("calls_served", served, "calls", reach=len(outcomes), ok=served == len(outcomes)),
        ],
        command="make demo",
    )
    console.print(f"\nsecond start {second_seconds:.1f} s; written to build/reports/demo.json")
    if served != len(outcomes):
        raise typer.Exit(1)


def _time_second_start() -> float:
    began = time.monotonic()
    env = {name: value for name, value in os.environ.items() if name != "ELDER_CHANNEL_BEGAN_AT"}
    command = [sys.executable, "-m", "elder_channel.cli.main", "run", "--probe"]
    with subprocess.Popen(  # noqa: S603 - our own command
        command, env=env, stdout=subprocess.PIPE, text=True
    ) as process:
        for text in process.stdout or ():
            if READY_LINE in text:
                seconds = time.monotonic() - began
                process.wait()
                return seconds
    raise typer.Exit(1)
