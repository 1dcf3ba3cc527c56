"""`elder-channel outbound`: the calls the line places itself."""

from __future__ import annotations

import os
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from elder_channel.cli.started import open_started_line
from elder_channel.logs import mask_number
from elder_channel.services.line import LineService
from elder_channel.services.outbound import OutboundService

app = typer.Typer(help="The calls the line places itself.")


@app.callback()
def _group() -> None:
    """Keeps `list` a command of its own while it is the only one."""


@app.command("list")
def list_requests(
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many, the newest first.")] = 20,
) -> None:
    """The latest requests, and how near the last hour's calls are to their ceilings."""
    line = open_started_line(os.environ)
    table = Table("id", "reason", "number", "state", "attempts", "last outcome", "not before (UTC)")
    for each in line.outbound.newest(limit):
        outcome, moment = each.last_outcome or "", f"{each.not_before:%Y-%m-%d %H:%M:%S}"
        number = mask_number(each.number) if each.number else "erased"
        table.add_row(str(each.id), each.reason, number, each.state, str(each.attempts), outcome, moment)
    console = Console()
    console.print(table)
    so_far = OutboundService(line, LineService(line)).allowance(line.settings.line.hotline_number)
    ceiling = line.settings.outbound_ceiling
    calls = f"{so_far.calls_last_hour} of {ceiling.max_calls_per_hour} calls"
    cost = f"{so_far.cost_last_hour:.2f} of {ceiling.max_cost_per_hour:.2f}"
    console.print(f"in the last hour: {calls}, at a cost of {cost} ({so_far.verdict})")
