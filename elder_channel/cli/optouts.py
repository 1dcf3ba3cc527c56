"""`elder-channel optouts`: the group's list of numbers that get no greetings."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated

import typer

from elder_channel.cli.books import open_books
from elder_channel.services.consents import ShellOperator
from elder_channel.services.opt_outs import OptOuts
from elder_channel.services.replies import Replies
from greeting_sms.opt_out_files import read_opt_outs

app = typer.Typer(help="Numbers that get no greetings.", no_args_is_help=True)

File = Annotated[Path, typer.Argument(metavar="FILE", help="CSV with a column `number`.", dir_okay=False)]
FAULTS_SHOWN = 20
_REFUSED_ROWS = 1


@app.command("import")
def import_list(
    file: File, as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False
) -> None:
    """Take a list in; numbers that are known already stay as they are. Exit code 1 when a row could not be read."""
    done = OptOuts(open_books(os.environ), ShellOperator()).import_rows(
        read_opt_outs(file), by=ShellOperator.ACCOUNT, source="import"
    )
    faults = [{"row": fault.row, "column": fault.column, "reason": fault.reason} for fault in done.faults]
    if as_json:
        print(json.dumps({"new": done.new, "known": done.known, "faults": faults}, ensure_ascii=False))
    else:
        print(f"{done.new} new, {done.known} known already, {len(faults)} rows not read")
        for fault in faults[:FAULTS_SHOWN]:
            print(f"  row {fault['row']}, {fault['column'] or 'whole row'}: {fault['reason']}")
    if faults:
        raise typer.Exit(_REFUSED_ROWS)


@app.command("export")
def export_list(file: File) -> None:
    """Write the whole list as CSV."""
    with file.open("w", encoding="utf-8", newline="") as target:
        count = OptOuts(open_books(os.environ), ShellOperator()).export(target, by=ShellOperator.ACCOUNT)
    print(f"{count:,} {'number' if count == 1 else 'numbers'}")


@app.command()
def withdraw(
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="Whose opt-out is lifted, in E.164.")],
    reason: Annotated[str, typer.Option(help="Who asked for it, and how.")],
) -> None:
    """Let a number have greetings again, at its owner's wish; who did it and why is kept."""
    lifted = Replies(open_books(os.environ)).withdraw(
        number, reason=reason, by=ShellOperator.ACCOUNT, accounts=ShellOperator()
    )
    print("lifted" if lifted else "there was no opt-out of this number")
