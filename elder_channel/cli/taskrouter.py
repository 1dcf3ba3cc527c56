"""`elder-channel taskrouter`: what TaskRouter has to know of the line, and telling it."""

from __future__ import annotations

import json
import os
from collections import Counter
from dataclasses import asdict
from typing import Annotated

import typer

from elder_channel.bootstrap import Line
from elder_channel.cli.books import open_books
from elder_channel.cli.started import open_started_line
from elder_channel.errors import ElderChannelError
from elder_channel.services.taskrouter_push import objects_for, push
from elder_channel.telephony.errors import CarrierError
from elder_channel.telephony.taskrouter.limits import MOST_WORKFLOW_BYTES, workflow_bytes
from elder_channel.telephony.taskrouter.pushing import Change, Done

app = typer.Typer(help="Twilio TaskRouter: its objects, written from the line's settings.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]


@app.command()
def show() -> None:
    """Print what TaskRouter would be told, as JSON: activities, task queues, workers and the workflow."""
    print(json.dumps(objects_for(open_books(os.environ)).as_json(), ensure_ascii=False, indent=1))


@app.command()
def check() -> None:
    """Check the settings against TaskRouter's limits, and say what a push would change there; 1 when it would."""
    line = open_started_line(os.environ)
    objects = objects_for(line)
    filters = len(objects.workflow.configuration["task_routing"]["filters"])
    print(f"{len(objects.workers)} workers, {len(objects.queues)} task queues, a workflow of {filters} filters")
    print(f"workflow: {workflow_bytes(objects)} bytes of {MOST_WORKFLOW_BYTES}")
    changes = _pushed(line, dry_run=True)
    _tell(changes, would=True)
    if any(change.done is not Done.KEPT for change in changes):
        raise typer.Exit(1)


@app.command("push")
def push_settings(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make TaskRouter know the settings: make what is missing, change what differs, delete only what we made."""
    changes = _pushed(open_started_line(os.environ), dry_run=dry_run)
    if as_json:
        told = [asdict(change) for change in changes if change.done is not Done.KEPT]
        print(json.dumps({"changes": told, "kept": len(changes) - len(told)}, ensure_ascii=False, indent=1))
    else:
        _tell(changes, would=dry_run)


def _pushed(line: Line, *, dry_run: bool) -> list[Change]:
    try:
        return push(line, dry_run=dry_run)
    except CarrierError as error:
        raise ElderChannelError(
            f"{error} ({error.code}); what was told until then stays, give the command again"
        ) from error


def _tell(changes: list[Change], *, would: bool) -> None:
    for change in changes:
        if change.done is not Done.KEPT:
            print(f"{change.done.value:8} {change.kind.replace('_', ' ')}: {change.name}")
    counts = Counter(change.done for change in changes)
    told = ", ".join(f"{counts[done]} {done.value}" for done in Done)
    print(f"{'it would be' if would else 'done'}: {told}")
