"""`elder-channel dialects corrections`: what agents said of calls, and the kept sound as a manifest to train on."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from elder_channel.bootstrap import Line
from elder_channel.cli.books import open_books
from elder_channel.clock import HOTLINE_ZONE
from elder_channel.learning.model import Correction, standing_of

app = typer.Typer(help="Agents' verdicts on calls.", no_args_is_help=True)

_Since = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Calls judged on this day or later, the hotline's day.")
]


@app.command("list")
def list_corrections(
    since: _Since = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON array, one object a verdict.")] = False,
) -> None:
    """List the verdicts, newest call last: what the line had thought, what the agent said, how much sound is kept."""
    line = open_books(os.environ)
    history = line.corrections.since(_moment(since))
    seconds = _kept_seconds(line, history)
    rows = [_row(one, seconds.get(sid, 0.0)) for sid, verdicts in history.items() for one in verdicts]
    if as_json:
        print(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for row in rows:
        probability = "" if row["from_probability"] is None else f" {row['from_probability']:.0%}"
        found = f"{row['from_dialect'] or '-'}{probability}"
        need = f", need {row['from_need'] or '-'} -> {row['to_need']}" if row["to_need"] else ""
        print(
            f"{row['at']}  {row['call']}  #{row['number']}  {found} -> {row['to_dialect'] or '(not judged)'}{need}  "
            f"by {row['role']}  {row['kept_seconds']:.1f} s kept"
        )
    latest = [standing_of(verdicts) for verdicts in history.values()]
    judged = [one.judged for one in latest if one and one.judged]
    right = sum(one.confirms for one in judged)
    print(f"{len(history)} calls judged; of {len(judged)} dialects the line had {right} right")


@app.command("export")
def export(
    out: Annotated[
        Path, typer.Option(help="Folder for manifest.tsv, provenance.tsv and audio/; an older export is renewed.")
    ],
    since: _Since = None,
) -> None:
    """Write the kept utterances of judged calls as a manifest, with the sound beside it and pseudonyms for speakers."""
    from elder_channel.services.corrections_export import export_corrections

    done = export_corrections(open_books(os.environ), out, since=_moment(since))
    print(f"{done.clips} utterances of {done.speakers} speakers, {done.minutes} min, in {out}")
    if done.missing:
        print(f"{done.missing} left out: their sound is not there, or not what was kept")
    if done.taken_away:
        print(f"{done.taken_away} of the earlier export taken away: no longer kept")


def _moment(day: datetime | None) -> datetime | None:
    return day.replace(tzinfo=HOTLINE_ZONE) if day else None


def _kept_seconds(line: Line, history: Mapping[str, Any]) -> dict[str, float]:
    seconds: dict[str, float] = {}
    for clip in line.sound_clips.of_calls(history):
        seconds[clip.call_sid] = seconds.get(clip.call_sid, 0.0) + clip.seconds
    return seconds


def _row(one: Correction, kept_seconds: float) -> dict[str, Any]:
    return {
        "at": one.corrected_at.astimezone(HOTLINE_ZONE).isoformat(timespec="seconds"),
        "call": one.call_sid,
        "number": one.number,
        "from_dialect": one.from_dialect,
        "from_probability": one.from_probability,
        "to_dialect": one.to_dialect,
        "confirms": one.confirms,
        "from_need": one.from_need,
        "to_need": one.to_need,
        "somebody_else": one.somebody_else,
        "role": one.role,
        "kept_seconds": round(kept_seconds, 1),
    }
