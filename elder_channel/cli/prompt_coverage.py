"""`elder-channel prompts coverage` and `import`: what is recorded in which dialect, and a folder of recordings."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from elder_channel.cli.books import operator
from elder_channel.cli.prompt_build import REPORT
from elder_channel.cli.prompt_recordings import EXIT_WRONG, Shell, Unheard, described, ear_of
from elder_channel.cli.started import open_started_line
from elder_channel.prompts.coverage import TakeStatus
from elder_channel.reports import merge_report, result
from elder_channel.services.prompt_board import BEST_NEXT, Coverage, PromptBoard
from elder_channel.services.prompt_ear import NoEar
from elder_channel.services.prompt_import import Imported, Outcome, PromptImport, Speaker
from elder_channel.services.prompt_takes import PromptTakes

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]


def coverage(
    best: Annotated[
        int, typer.Option(min=1, max=1000, help="How many recordings to name as the next best.")
    ] = BEST_NEXT,
    report: Annotated[
        bool, typer.Option("--report", help="Merge the figures into build/reports/prompts.json.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """What is recorded in each of the 42 dialects, what is missing, and what had best be recorded next."""
    board = PromptBoard(open_started_line(os.environ))
    found = board.coverage(best=best)
    if report:
        merge_report(REPORT, _results(found), command="elder-channel prompts coverage --report")
    if as_json:
        print(json.dumps(_as_json(found), ensure_ascii=False, indent=1))
        return
    Console(width=max(Console().width, 100)).print(_table(found, board))
    source = (
        f"{found.callers.calls} calls of this line"
        if found.callers.calls
        else "places, by the mobile numbers given out there"
    )
    print(f"{found.dialects_with_any} of {len(found.voices)} dialects have a recording; callers by {source}")
    for take in found.lost:
        named = f"take {take.id}, version {take.version} of {take.message_id} in {take.voice_tag}"
        print(f"{named}: its sound is gone or damaged, so callers hear the built prompt; record it anew")
    print("best next:")
    for each in found.best:
        voice = board.voices[each.voice_tag]
        print(f"  {voice.zh} ({voice.tag})  {each.message_id}  would be heard by {each.gain:.1%} of all callers")


def import_folder(
    folder: Annotated[Path, typer.Argument(help="Holds <dialect>/<message_id>.wav, .flac, .mp3 and so on.")],
    speaker: Annotated[str, typer.Option(help="Whose voice it is, where a dialect has no speaker.yaml.")] = "",
    consent: Annotated[str, typer.Option(help="How the speaker agreed, where a dialect has no speaker.yaml.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check only; keep nothing.")] = False,
    no_recognizer: Unheard = False,
    as_json: AsJson = False,
) -> None:
    """Take in a folder of recordings and say of each file what became of it. Exit code 1 when one was refused."""
    if bool(speaker) != bool(consent):
        raise typer.BadParameter("give --speaker and --consent together")
    line = open_started_line(os.environ)
    service = PromptImport(PromptTakes(line, Shell(), NoEar() if no_recognizer else ear_of(line)), line.catalogue)
    done = service.run(
        folder,
        by=operator(),
        speaker=Speaker(speaker=speaker, consent=consent) if speaker else None,
        dry_run=dry_run,
        told=(lambda _: None) if as_json else _tell,
    )
    counts = Counter(each.outcome for each in done)
    if as_json:
        print(json.dumps({"files": [_file(each) for each in done], "counts": counts}, ensure_ascii=False, indent=1))
    else:
        print(", ".join(f"{count} {outcome}" for outcome, count in counts.items()))
    if counts[Outcome.REFUSED]:
        raise typer.Exit(EXIT_WRONG)


def register(app: typer.Typer) -> None:
    """Put the commands under `elder-channel prompts`."""
    app.command()(coverage)
    app.command("import")(import_folder)


def _tell(each: Imported) -> None:
    version = f" as version {each.version}" if each.version else ""
    print(f"{each.outcome}{version}: {each.file}" + (f": {each.text}" if each.text else ""))
    for finding in each.findings:
        if each.outcome is not Outcome.REFUSED or finding.en not in each.text:
            print(f"  {finding.severity}: {finding.en}")


def _file(each: Imported) -> dict[str, Any]:
    return {**vars(each), "findings": [described(finding) for finding in each.findings]}


def _table(found: Coverage, board: PromptBoard) -> Table:
    table = Table("dialect", "中文", "callers", "played", "waiting", "outdated", "missing", "heard in dialect")
    for each in found.voices:
        counts = [str(each.counts[status] or "") for status in TakeStatus]
        table.add_row(each.tag, board.voices[each.tag].zh, f"{each.callers:.1%}", *counts, f"{each.reached:.0%}")
    return table


def _results(found: Coverage) -> list[dict[str, Any]]:
    any_recording = result("dialects_with_any_recording", found.dialects_with_any, "dialects", reach=len(found.voices))
    return [any_recording, result("recordings_lost", len(found.lost), "recordings", reach=0, ok=not found.lost)]


def _as_json(found: Coverage) -> dict[str, Any]:
    return {
        "messages": found.messages,
        "dialects_with_any_recording": found.dialects_with_any,
        "own_calls": found.callers.calls,
        "lost": [take.id for take in found.lost],
        "dialects": [
            {"id": each.tag, "callers": round(each.callers, 6), "reached": round(each.reached, 4), **each.counts}
            for each in found.voices
        ],
        "best_next": [
            {"dialect": each.voice_tag, "message": each.message_id, "gain": round(each.gain, 6)} for each in found.best
        ],
    }
