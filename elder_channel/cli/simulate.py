"""`elder-channel simulate`: play scenarios, and say what came of them."""

from __future__ import annotations

import logging
import os
import signal
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import structlog
import typer
from rich.console import Console
from rich.markup import escape

from elder_channel.errors import ElderChannelError
from elder_channel.rehearsal.groups import AT_ONCE, LINES, Pace, rehearse
from elder_channel.rehearsal.in_process import find_application, rehearse_in_process
from elder_channel.rehearsal.other_service import OtherService, rehearse_other
from elder_channel.reports import result, write_report
from elder_channel.simulator.in_process.playing import NOBODYS_TOKEN, VOICE_PATH
from elder_channel.simulator.scenarios.html import write_html
from elder_channel.simulator.scenarios.performance import Clock, Performance
from elder_channel.simulator.scenarios.reading import ScenarioFile, read_scenarios
from elder_channel.simulator.scenarios.results import results_of
from elder_channel.simulator.scenarios.telling import failure_lines

app = typer.Typer()

REPORT = "simulate"
TOKEN_VARIABLE = "TWILIO_AUTH_TOKEN"  # noqa: S105 (the variable's name, not its value)
_WHATEVER_ACCOUNT = "AC" + "0" * 32


@app.command()
def simulate(
    scenarios: Annotated[list[Path], typer.Argument(metavar="SCENARIOS…", help="Scenario files, or folders of them.")],
    report: Annotated[Path | None, typer.Option(metavar="FILE", help="Write a report to read: one HTML file.")] = None,
    as_json_: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
    tag: Annotated[list[str] | None, typer.Option(help="Only scenarios with one of these tags.")] = None,
    at_once: Annotated[int, typer.Option(min=1, max=50, help="Scenarios at the same time on one line.")] = AT_ONCE,
    lines: Annotated[int, typer.Option(min=1, max=20, help="Lines of our own up at the same time.")] = LINES,
    speed: Annotated[
        float, typer.Option(min=1, max=50, help="How much quicker than life the simulator waits, where nobody speaks.")
    ] = 1.0,
    check: Annotated[bool, typer.Option("--check", help="Only read the scenarios.")] = False,
    service: Annotated[
        str | None,
        typer.Option(
            metavar="URL", help="Play against this service: its address for incoming calls, with --app a path."
        ),
    ] = None,
    auth_token: Annotated[
        str | None, typer.Option(envvar=TOKEN_VARIABLE, help="With --service or --app: what requests are signed with.")
    ] = None,
    account_sid: Annotated[str, typer.Option(help="With --service or --app: the account the requests name.")] = (
        _WHATEVER_ACCOUNT
    ),
    status_url: Annotated[str | None, typer.Option(help="With --service or --app: told when a call has ended.")] = None,
    fallback: Annotated[
        Path | None, typer.Option(help="With --service or --app: TwiML file followed when it fails.")
    ] = None,
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="With --service: port of the simulator's REST API.")
    ] = None,
    clock: Annotated[
        Clock, typer.Option(help="virtual: time jumps to the next moment at which something happens. Needs --app.")
    ] = Clock.REAL,
    application: Annotated[
        str | None,
        typer.Option("--app", metavar="MODULE:ATTR", help="With --clock virtual: the ASGI application that is tried."),
    ] = None,
) -> None:
    """Play scenarios of calls and check what is expected of them; 1 when one of them fails."""
    files = _chosen(read_scenarios(scenarios), tag or [])
    if check:
        print(f"{len(files)} scenarios can be read.")
        return
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # asked to stop, the lines are taken down, as on Ctrl-C
    # Links are made and desks are worked at in this very process; what is logged of it in passing is no result.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    began_at = datetime.now(UTC)
    teller = _Teller(quiet=as_json_)
    if clock is Clock.VIRTUAL:
        tried = find_application(_wanted(application, speed=speed, port=port))
        other = OtherService(service or VOICE_PATH, account_sid, auth_token or NOBODYS_TOKEN, status_url, fallback)
        playing = rehearse_in_process(files, tried, other)
    elif application:
        raise ElderChannelError("--app needs --clock virtual; on the real clock start it yourself, and give --service")
    elif service:
        other = OtherService(service, account_sid, _needed(auth_token), status_url, fallback, port)
        playing = rehearse_other(files, other, at_once=at_once, speed=speed)
    else:
        playing = rehearse(files, os.environ, pace=Pace(at_once, lines, speed), tell=teller.say)
    performances = list(teller.tell(playing))
    seconds = (datetime.now(UTC) - began_at).total_seconds()
    passed = sum(each.passed for each in performances)
    if report:
        write_html(report, performances, began_at=began_at)
    ours = not (service or application)
    if ours and not tag and all(path.is_dir() for path in scenarios):  # a part of a library is no figure
        _write_report(performances, scenarios, began_at)
    if as_json_:
        print(results_of(performances).model_dump_json(indent=1))
    else:
        teller.say(f"{passed} of {len(performances)} scenarios passed in {seconds:.0f} s")
    raise typer.Exit(0 if passed == len(performances) else 1)


def _wanted(application: str | None, *, speed: float, port: int | None) -> str:
    """The application for the virtual clock, with nothing that is of the real one."""
    if application is None:
        raise ElderChannelError("--clock virtual needs --app: our own line has processes, which live by the real clock")
    if speed != 1 or port is not None:
        raise ElderChannelError("--speed and --port are of the real clock; leave them out with --clock virtual")
    return application


def _chosen(files: list[ScenarioFile], tags: list[str]) -> list[ScenarioFile]:
    chosen = [file for file in files if not tags or set(tags) & set(file.scenario.tags)]
    if not chosen:
        known = sorted({tag for file in files for tag in file.scenario.tags})
        raise ElderChannelError(f"no scenario has the tag {' or '.join(tags)}; there are {', '.join(known)}")
    return chosen


def _needed(auth_token: str | None) -> str:
    if not auth_token:
        raise ElderChannelError(f"--service needs --auth-token, or {TOKEN_VARIABLE} in the environment")
    return auth_token


class _Teller:
    """Says on the terminal how each scenario went, as it is over."""

    def __init__(self, *, quiet: bool) -> None:
        self._console = Console(file=sys.stderr if quiet else sys.stdout, highlight=False, soft_wrap=True)
        self._quiet = quiet
        self._began = time.monotonic()

    def say(self, text: str) -> None:
        """A line of its own."""
        if not self._quiet:
            self._console.print(escape(text))

    def tell(self, performances: Iterator[Performance]) -> Iterator[Performance]:
        """Hand on every performance, telling of it."""
        for performance in performances:
            if not self._quiet:
                self._tell(performance)
            yield performance

    def _tell(self, performance: Performance) -> None:
        word = "[green]passed[/green]" if performance.passed else "[red]FAILED[/red]"
        name = f"{performance.file.id}: {performance.file.scenario.name}"
        self._console.print(f"{word} {performance.seconds:5.1f} s  {escape(name)}{_times(performance)}")
        for line in failure_lines(performance):
            self._console.print(f"         {escape(line)}")


def _times(performance: Performance) -> str:
    """When the first caller was in the queue and when answered, from dialling."""
    if not performance.calls:
        return ""
    call = performance.calls[0].call
    moments = (("queue", call.first("queue.entered")), ("answer", call.first("agent.answered")))
    told = ", ".join(f"{name} {at:.1f} s" for name, at in moments if at is not None)
    return f" [dim]({told})[/dim]" if told else ""


def _write_report(performances: list[Performance], scenarios: list[Path], began_at: datetime) -> None:
    """`simulate.json`: how many scenarios there are and how many passed."""
    count, passed = len(performances), sum(each.passed for each in performances)
    write_report(
        REPORT,
        [
            result("scenarios", count, "scenarios", reach=">= 40", ok=count >= 40),
            result("passed", passed, "scenarios", reach=count, ok=passed == count),
            result("seconds", round(sum(each.seconds for each in performances), 1), "s of calls"),
        ],
        command=f"elder-channel simulate {' '.join(map(str, scenarios))}",
        started_at=began_at,
    )
