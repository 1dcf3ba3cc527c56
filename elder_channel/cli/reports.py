"""`elder-channel reports`: keep the reports that the documentation quotes."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from elder_channel.line_report import books_results, write_line_report
from elder_channel.quotations import QUOTED, collect, disagreements, documents, quotations, renew

app = typer.Typer(help="Reports of what was measured.", no_args_is_help=True)

Root = Annotated[Path, typer.Option(help="The checkout.", exists=True, file_okay=False)]


@app.callback()
def _reports() -> None:
    """Keep `collect` a command of its own: typer would fold a single one into the group."""


@app.command("collect")
def collect_reports(
    root: Root = Path(),
    write: Annotated[
        bool, typer.Option("--write", help="Also write the figures of the reports over those that differ.")
    ] = False,
) -> None:
    """Copy the reports that the documentation quotes to docs/reports, and name figures they no longer bear out."""
    for copy in collect(root):
        print(f"kept {copy}")
    for document in documents(root) if write else ():
        if count := renew(document, reports=root / QUOTED):
            print(f"{document}: {count} figures renewed; read the words around them again")
    quoted = [each for document in documents(root) for each in quotations(document)]
    wrong = list(disagreements(quoted, reports=root / QUOTED))
    for sentence in wrong:
        print(sentence)
    print(f"{len(quoted)} figures quoted, {len(wrong)} of them to be corrected.")
    raise typer.Exit(1 if wrong else 0)


@app.command("line")
def report_line(
    days: Annotated[int, typer.Option(help="How many days back, up to now.", min=1, max=3660)] = 7,
    write: Annotated[
        bool, typer.Option("--write", help="Also write build/reports/line.json, with what the benches measured.")
    ] = False,
) -> None:
    """Say it once, and the dialect met: what was known when agents of this line picked up."""
    from elder_channel.cli.books import open_books  # the other command needs no books, and starts at once
    from elder_channel.services.say_once import SayOnceReport

    line = open_books(os.environ)
    now = line.clock()
    found = SayOnceReport(line).between(now - timedelta(days=days), now)
    results = books_results(found)
    for each in results:
        print(f"{each['name']}  {'none' if each['value'] is None else each['value']} {each['unit']}".rstrip())
    if write:
        command = f"elder-channel reports line --days {days} --write"
        print(f"merged into {write_line_report(results, command=command)}")
