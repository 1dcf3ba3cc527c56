"""`elder-channel dialects heads`: the site's own acoustic heads."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from typing import Annotated

import typer

from dialects.head_store import HeadStore, choose_head
from elder_channel.bootstrap import load_settings
from elder_channel.cli.progress import told
from elder_channel.state import HEADS_FOLDER, state_folder

app = typer.Typer(help="The site's own acoustic heads.", no_args_is_help=True)

_Reason = Annotated[str, typer.Option(help="Why; it is put on record.")]


@app.command("list")
def list_heads(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """List the versions, which one is current, and which head the line judges the sound with."""
    store, setting = _store(), load_settings(os.environ).recognition.acoustic_head
    with told():
        versions = store.versions()
        chosen = choose_head(setting, store) if setting != "none" else None
    in_use, problem = (chosen.version, chosen.problem) if chosen else ("none", "")
    if as_json:
        rows = [{"version": one.id, "current": one.current, "record": dict(one.record)} for one in versions]
        print(json.dumps({"setting": setting, "in_use": in_use, "problem": problem, "versions": rows}, indent=1))
        return
    for one in versions:
        made = ", ".join(
            f"{one.record[key]} {key}" for key in ("recordings", "minutes", "sources") if key in one.record
        )
        forced = f"; forced: {one.record['forced']}" if one.record.get("forced") else ""
        print(f"{'*' if one.current else ' '} {one.id}  {made}{forced}")
    if not versions:
        print("no heads of the site's own")
    print(f"recognition.acoustic_head is {setting}: the sound is judged by {in_use}")
    if problem:
        print(problem)


@app.command()
def use(
    version: Annotated[str, typer.Argument(help="A version of `heads list`.")],
    reason: _Reason = "",
) -> None:
    """Put a version in use that is there; the recognizer takes it at its next start."""
    with told():
        _store().use(version, at=datetime.now(UTC), reason=reason)
    print(f"current: {version}")


@app.command()
def rollback(reason: _Reason = "") -> None:
    """Go back to what was in use before the current version."""
    with told():
        before = _store().rollback(at=datetime.now(UTC), reason=reason)
    print(f"current: {before or 'the packaged heads'}")


def _store() -> HeadStore:
    return HeadStore(state_folder(os.environ) / HEADS_FOLDER)
