"""`elder-channel prompts readback`: whether what the line says is understood after a telephone line."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from bilingual.messages import Language, load_messages
from bilingual.prompt_audio.manifest import Entry, Manifest, read_manifest
from bilingual.prompt_audio.readback import ReadBack, rate_of, read_back, units
from bilingual.prompt_audio.shelf import Shelf, shipped_folder
from bilingual.prompt_audio.table import replace_table
from bilingual.prompt_lint import Severity, load_profile
from dialects.error_rates import edits, error_rate
from elder_channel.bootstrap import load_settings
from elder_channel.cli.progress import bar
from elder_channel.cli.prompt_build import REPORT, Json
from elder_channel.cli.prompt_lint import findings_of
from elder_channel.reports import merge_report, result

MOST_ERRORS = 0.03
EXIT_MISREAD = 1
"""Exit code when more than 3% of the characters or words were read back wrong."""


def register(app: typer.Typer) -> None:
    """Add the command to a group."""
    app.command(name="readback")(read_back_prompts)


def read_back_prompts(
    folder: Annotated[
        Path | None, typer.Option("--folder", help="Sounds of a build; by default those shipped.")
    ] = None,
    report: Annotated[
        bool, typer.Option("--report", help="Merge the figures into build/reports/prompts.json.")
    ] = False,
    write: Annotated[
        Path | None, typer.Option("--write", help="Renew the table in this document, docs/prompts.md.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Send every prompt through a telephone channel and have Whisper base write down what it hears."""
    began_at = datetime.now(UTC)
    place = folder or shipped_folder()
    manifest = read_manifest(place)
    entries = manifest.entries
    results = results_of(entries, Shelf([place]).wave)
    if report:
        command = "elder-channel prompts readback --report"
        merge_report(REPORT, report_results(results, manifest), command=command, started_at=began_at)
    if write:
        write.write_text(replace_table(write.read_text(encoding="utf-8"), results, entries), encoding="utf-8")
    if as_json:
        print(json.dumps(_as_json(results), ensure_ascii=False, indent=1))
    else:
        _tell(results)
    if any((rate_of(results, language) or 0.0) > MOST_ERRORS for language in Language):
        raise typer.Exit(EXIT_MISREAD)


def results_of(entries: Sequence[Entry], wave: Callable[[str], bytes | None]) -> list[ReadBack]:
    """What Whisper base, the recognizer that ships, understands of these sounds; `wave` gives one by its id."""
    from elder_channel.recognition.worker import load_whisper

    with bar("reading back") as shown:
        shown.total(len({(entry.message, entry.language, entry.manner) for entry in entries}))
        recognizer = load_whisper(int(os.environ.get("OMP_NUM_THREADS", "1") or 1))
        return read_back(entries, wave, load_messages(), recognizer, progress=shown.step)


def report_results(results: Sequence[ReadBack], manifest: Manifest) -> list[dict[str, Any]]:
    """What `prompts.json` says besides the seconds of the build."""
    messages = load_messages()
    read = {language: {each.message for each in results if each.language == language} for language in Language}
    wanted = {each.message for each in results} | {each.message for each in manifest.left_out}
    complete = [language for language in Language if read[language] >= wanted]
    findings = findings_of(load_settings({}), load_profile())
    errors = sum(finding.severity is Severity.ERROR for finding in findings)
    reach = f"<= {MOST_ERRORS}"
    rates = {f"readback.{name}": rate_of(results, code) for name, code in (("cer_zh", "zh"), ("wer_en", "en"))}
    return [
        result("messages", len(messages), "messages"),
        result(
            "languages_complete", len(complete), "languages", reach=len(Language), ok=len(complete) == len(Language)
        ),
        result("lint_errors", errors, "findings", reach=0, ok=not errors),
        *(
            result(name, rate, "share", reach=reach, ok=rate is not None and rate <= MOST_ERRORS)
            for name, rate in rates.items()
        ),
        *(
            result(f"readback.rendered.{name}", _rate_with_left_out(results, manifest, code), "share")
            for name, code in (("cer_zh", "zh"), ("wer_en", "en"))
        ),
        result("readback.left_out_zh", sum(each.language == Language.ZH for each in manifest.left_out), "prompts"),
        result("readback.left_out_en", sum(each.language == Language.EN for each in manifest.left_out), "prompts"),
        result("readback.prompts", len(results), "prompts"),
        result("readback.misread", sum(bool(each.edits.errors) for each in results), "prompts"),
        result(
            "dialects_with_any_recording",
            len({entry.language for entry in manifest.entries} - set(Language)),
            "dialects",
        ),
    ]


def _rate_with_left_out(results: Sequence[ReadBack], manifest: Manifest, language: str) -> float | None:
    """Over everything that was rendered, also what did not ship because it was not understood."""
    behind = [
        edits(units(each.text, language), units(each.heard, language))
        for each in manifest.left_out
        if each.language == language
    ]
    return error_rate([*(each.edits for each in results if each.language == language), *behind])


def _as_json(results: Sequence[ReadBack]) -> dict[str, Any]:
    return {
        "cer_zh": rate_of(results, Language.ZH),
        "wer_en": rate_of(results, Language.EN),
        "prompts": [
            {
                "message": each.message,
                "language": each.language,
                "manner": each.manner,
                "seconds": each.seconds,
                "text": each.text,
                "heard": each.heard,
                "errors": each.edits.errors,
                "units": each.edits.units,
            }
            for each in results
        ],
    }


def _tell(results: Sequence[ReadBack]) -> None:
    table = Table("message", "language", "manner", "wrong", "of", "says", "was heard as")
    for each in results:
        wrong = f"[bold]{each.edits.errors}[/bold]" if each.edits.errors else "0"
        cells = (wrong, str(each.edits.units), each.text, each.heard)
        table.add_row(each.message, each.language, each.manner, *cells)
    Console(width=max(Console().width, 150)).print(table)
    for language, unit in ((Language.ZH, "characters"), (Language.EN, "words")):
        rate = rate_of(results, language)
        print(f"{language}: {'nothing was said' if rate is None else f'{rate:.2%} of the {unit} wrong'}")
