"""`elder-channel doctor`: what is installed and present, what is missing and how to get it."""

from __future__ import annotations

import json
import os
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from elder_channel.doctor import examine, healthy
from elder_channel.findings import Finding, State

app = typer.Typer()

_STYLES = {State.OK: "green", State.MISSING: "yellow", State.WRONG: "bold red"}


@app.command()
def doctor(as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False) -> None:
    """Look at this machine: what the line needs, what is there, and how to get what is missing."""
    findings = examine(os.environ)
    if as_json:
        print(json.dumps({"healthy": healthy(findings), "findings": [_as_json(each) for each in findings]}))
    else:
        _print_lines(findings)
    raise typer.Exit(0 if healthy(findings) else 1)


def _as_json(finding: Finding) -> dict[str, str | bool]:
    return {
        "part": finding.part,
        "state": finding.state.value,
        "text": finding.text,
        "remedy": finding.remedy,
        "needed": finding.needed,
    }


def _print_lines(findings: list[Finding]) -> None:
    console = Console(soft_wrap=True, highlight=False)
    for finding in findings:
        style = _STYLES[finding.state]
        remedy = f" -> {finding.remedy}" if finding.remedy else ""
        console.print(f"[{style}]{finding.state:8}[/]{finding.part:15} {escape(finding.text + remedy)}")
    console.print(
        "The line can run."
        if healthy(findings)
        else "Something the line needs is wrong: " + ", ".join(each.part for each in findings if each.fatal) + "."
    )
