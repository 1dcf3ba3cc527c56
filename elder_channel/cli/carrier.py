"""`elder-channel carrier`: what the carrier told us, in our words; and numbers that are marked."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from elder_channel.cli.books import open_books
from elder_channel.services.accounts import Account, Role
from elder_channel.services.carrier_events import CarrierEvents
from elder_channel.services.line import normal_number
from elder_channel.services.nuisance import Nuisance
from elder_channel.telephony.error_codes import CarrierFault, explain

app = typer.Typer(help="What the carrier told us, and numbers that are marked.", no_args_is_help=True)

OPERATOR = Account("operator", Role.ADMINISTRATOR)
"""Whoever may open the state folder at a shell may do what an administrator may."""
_Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


@app.command("explain")
def explain_code(
    code: Annotated[int, typer.Argument(help="The carrier's error code, such as 31920.", min=1, max=999_999)],
    as_json: _Json = False,
) -> None:
    """Say what an error code of the carrier means, whether trying again may help, and what the line does."""
    fault = explain(code)
    if as_json:
        print(json.dumps(_as_json(fault), ensure_ascii=False))
    else:
        zh, en = fault.done
        print(f"{fault.code} ({fault.level}{'' if fault.known else ', not in the table'})")
        print(f"{fault.zh}\n{fault.en}")
        print(f"再试可能有用 / trying again may help: {'是 / yes' if fault.retryable else '否 / no'}")
        print(f"{zh}\n{en}\n{fault.page}")
    raise typer.Exit(0 if fault.known else 1)


@app.command()
def events(
    hours: Annotated[int, typer.Option(help="How far back.", min=1, max=2160)] = 24, as_json: _Json = False
) -> None:
    """Show what the carrier filed against us: errors and warnings, newest first."""
    found = CarrierEvents(open_books(os.environ)).lately(hours=hours)
    if as_json:
        rows = [asdict(event) | {"at": event.at.isoformat(), "meaning": explain(event.code).en} for event in found]
        print(json.dumps({"events": rows}, ensure_ascii=False))
        return
    table = Table("when (UTC)", "level", "code", "about", "path", "meaning")
    for event in found:
        at = f"{event.at:%m-%d %H:%M:%S}"
        table.add_row(at, event.level, str(event.code), event.about, event.path, explain(event.code).en)
    Console().print(table if found else f"The carrier filed nothing in the last {hours} h.")


@app.command()
def marks() -> None:
    """Show the numbers whose callers wait behind others, why, and until when."""
    found = Nuisance(open_books(os.environ)).marks()
    table = Table("number", "reason", "marked by", "until (UTC)", "note")
    for mark in found:
        table.add_row(mark.number, mark.reason.value, mark.by, f"{mark.until:%Y-%m-%d %H:%M}", mark.note)
    Console().print(table if found else "No number is marked.")


@app.command()
def mark(
    call_sid: Annotated[str, typer.Argument(metavar="CALL", help="A call of that caller.")],
    note: Annotated[str, typer.Option(help="Why, for the colleagues.")] = "",
) -> None:
    """Mark the caller of a call as abusive; never an elder or a customer in the books."""
    made = Nuisance(open_books(os.environ)).mark_caller_of(call_sid, by=OPERATOR, note=note)
    print(f"{made.number} waits behind others until {made.until:%Y-%m-%d %H:%M} UTC")


@app.command()
def unmark(number: Annotated[str, typer.Argument(help="The number.")]) -> None:
    """Take the mark off a number."""
    if not Nuisance(open_books(os.environ)).unmark(normal_number(number), by=OPERATOR):
        print(f"{number} is not marked")
        raise typer.Exit(1)
    print(f"{number} is served like any other")


def _as_json(fault: CarrierFault) -> dict[str, Any]:
    zh, en = fault.done
    return asdict(fault) | {"done_zh": zh, "done_en": en, "page": fault.page}
