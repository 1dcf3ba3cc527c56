"""`elder-channel endpointing measure`: how often a profile cuts a caller off who only paused."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from dialects.audio.decode import decode_audio
from dialects.endpointing.disturbances import RATE_HZ
from dialects.endpointing.figures import figures_of
from dialects.endpointing.measure import measure
from dialects.endpointing.scenes import SEED, Sentence, scenes
from dialects.plots import cutoff_curves
from dialects.settings import ElderEndpointing, EndpointingSettings, ListeningSettings, Profile
from dialects.utterances import Clip, read_manifest
from elder_channel.bootstrap import load_settings
from elder_channel.reports import merge_report, result

app = typer.Typer(help="When an utterance counts as finished, measured.", no_args_is_help=True)

REPORT = "line"
SWEEP_MS = (700, 1000, 1300, 1600, 2000, 2400, 2800, 3200, 3400, 3800)
"""End silences of the trade-off."""
_SENTENCE_SECONDS = (2.0, 9.0)
"""Recordings of this length are taken for sentences."""


@app.callback()
def _endpointing() -> None:
    """Keep `measure` a command of its own: typer would fold a single one into the group."""


@app.command("measure")
def measure_profiles(
    profile: Annotated[
        list[Profile] | None, typer.Option(help="Profiles to measure, as configured; both by default.")
    ] = None,
    sweep: Annotated[bool, typer.Option("--sweep", help="Also the trade-off: one row for each end silence.")] = False,
    per_cell: Annotated[int, typer.Option(min=1, help="Scenes of each pause length in each condition.")] = 6,
    seed: Annotated[int, typer.Option(help="Seed of the test set.")] = SEED,
    recordings: Annotated[
        Path | None,
        typer.Option(help="A manifest of recordings to make the scenes from, instead of the shipped voices."),
    ] = None,
    split: Annotated[str | None, typer.Option(help="Rows of this split of the manifest only.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    plot: Annotated[
        Path | None, typer.Option(help="Write the trade-off as SVG into this folder; needs --sweep.")
    ] = None,
    report: Annotated[bool, typer.Option("--report", help="Merge the figures into build/reports/line.json.")] = False,
) -> None:
    """Play calls with pauses of 0.6 to 3 s to the endpointing profiles, and count whom they cut off.

    The calls are made from the shipped synthetic voices with a fixed seed: pauses inside sentences, gaps between turns,
    breath, hesitation, noise, soft and clipped levels, lost packets, a television in the room.
    """
    began_at = datetime.now(UTC)
    settings = load_settings(os.environ)
    configured = {Profile.ELDER: settings.endpointing_elder, Profile.STANDARD: settings.endpointing_standard}
    chosen: dict[str, EndpointingSettings] = {each.value: configured[each] for each in profile or list(Profile)}
    sweeping = {f"sweep-{ms}": _with_end_silence(ms) for ms in SWEEP_MS} if sweep else {}
    sentences = _recorded(recordings, split=split, seed=seed) if recordings else _shipped()
    figures = _measure(sentences, chosen | sweeping, settings.listening, per_cell=per_cell, seed=seed)
    if plot is not None:
        plot.mkdir(parents=True, exist_ok=True)
        curves = {f"{ms} ms": figures[f"sweep-{ms}"]["by_pause"] for ms in SWEEP_MS if sweep}
        (plot / "endpointing-cutoffs.svg").write_text(cutoff_curves(curves), encoding="utf-8")
    if report and recordings is None:
        merge_report(REPORT, report_results(figures), command=_command(sweep), started_at=began_at)
    if as_json:
        print(json.dumps(figures, ensure_ascii=False, indent=1))
    else:
        _show(figures)


def report_results(figures: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The results of the report; the first is the elder profile's share of pauses that ended the utterance."""
    results = []
    for name, found in figures.items():
        end = "" if name == Profile.ELDER else f"[{name}]"
        results += [
            result(f"endpointing_cutoffs{end}", found["cutoffs"]["share"], "share"),
            result(f"endpointing_pauses{end}", found["cutoffs"]["n"], "pauses"),
            result(f"endpointing_sentences_cut{end}", found["sentences_cut"]["share"], "share"),
            result(f"endpointing_merged{end}", found["merged"]["share"], "share"),
            result(f"endpointing_onsets_missed{end}", found["onsets_missed"]["share"], "share"),
            result(f"endpointing_onset_p95_ms{end}", found["onset_ms"]["p95"], "ms"),
            result(f"endpointing_end_p50_ms{end}", found["end_ms"]["p50"], "ms"),
            result(f"endpointing_known_from_p50_ms{end}", found["known_from_ms"]["p50"], "ms"),
            result(f"endpointing_known_from_p95_ms{end}", found["known_from_ms"]["p95"], "ms"),
        ]
        rows = (("pause", found["by_pause"]), ("gap", found["merged_by_gap"]))
        results += [
            result(f"endpointing_{kind}_{seconds}{end}", row["share"], "share")
            for kind, of in rows
            for seconds, row in of.items()
        ]
    return results


def _measure(
    sentences: Sequence[Sentence],
    profiles: Mapping[str, EndpointingSettings],
    listening: ListeningSettings,
    *,
    per_cell: int,
    seed: int,
) -> dict[str, Any]:
    made = scenes(sentences, per_cell=per_cell, seed=seed)
    shown = track(made, "listening", console=Console(stderr=True), transient=True)
    outcomes = measure(shown, profiles, listening=listening)
    return {name: figures_of(outcomes[name], profile) for name, profile in profiles.items()}


def _with_end_silence(milliseconds: int) -> EndpointingSettings:
    return ElderEndpointing(end_silence_ms=milliseconds, max_wait_ms=max(milliseconds, 4000))


def _shipped() -> list[Sentence]:
    folder = Path(str(resources.files("elder_channel") / "data" / "demo"))
    return [_sentence(file) for file in sorted(folder.glob("*.flac"))]


def _recorded(manifest: Path, *, split: str | None, seed: int, most: int = 60) -> list[Sentence]:
    """Recordings of a sentence's length, at most so many and drawn by the seed, of as many sources as there are."""
    clips = read_manifest(manifest, split=split)
    by_source: dict[str, list[Clip]] = {}
    for clip in clips:
        if _SENTENCE_SECONDS[0] <= clip.seconds <= _SENTENCE_SECONDS[1]:
            by_source.setdefault(clip.source, []).append(clip)
    draw = np.random.default_rng(seed)
    each = max(1, most // max(1, len(by_source)))
    chosen = [of[int(i)] for of in by_source.values() for i in draw.permutation(len(of))[:each]]
    if not chosen:
        raise typer.BadParameter(f"{manifest} has no recording of {_SENTENCE_SECONDS[0]} to {_SENTENCE_SECONDS[1]} s")
    return [_sentence(clip.path) for clip in chosen[:most]]


def _sentence(file: Path) -> Sentence:
    return Sentence(file.stem, decode_audio(file, rate_hz=RATE_HZ).samples)


def _command(sweep: bool) -> str:
    return "elder-channel endpointing measure" + (" --sweep" if sweep else "") + " --report"


def _show(figures: Mapping[str, Any]) -> None:
    first = next(iter(figures.values()))
    pauses, gaps = list(first["by_pause"]), list(first["merged_by_gap"])
    columns = ["profile", "end", *(f"{seconds} s" for seconds in pauses), "all"]
    cutoffs = Table(*columns, title="Cut off: share of pauses inside a sentence, by length, that ended the utterance")
    for name, found in figures.items():
        rows = [*found["by_pause"].values(), found["cutoffs"]]
        cutoffs.add_row(name, f"{found['settings']['end_silence_ms']} ms", *(_share(row) for row in rows))
    columns = ["profile", *(f"{gap} s" for gap in gaps), "missed onsets", "onset", "end", "recognized from", "asked"]
    others = Table(*columns, title="Turns merged, by the gap between them; times after the true voice, median / 95%")
    for name, found in figures.items():
        times = [_time(found[key]) for key in ("onset_ms", "end_ms", "known_from_ms")]
        merged = [_share(row) for row in found["merged_by_gap"].values()]
        others.add_row(name, *merged, _share(found["onsets_missed"]), *times, str(found["recognitions_per_scene"]))
    console = Console(width=max(Console().width, 150))
    console.print(cutoffs)
    console.print(others)
    _show_conditions(console, figures)


def _show_conditions(console: Console, figures: Mapping[str, Any]) -> None:
    for name, found in figures.items():
        if name.startswith("sweep"):
            continue
        table = Table("condition", "cut off", "onsets missed", "onsets false", "never ended", "onset", title=name)
        for condition, row in found["by_condition"].items():
            shares = (_share(row[key]) for key in ("cutoffs", "onsets_missed", "onsets_false", "never_ended"))
            table.add_row(condition, *shares, _time(row["onset_ms"]))
        console.print(table)


def _share(row: Mapping[str, Any]) -> str:
    return f"{row['count']}/{row['n']}"


def _time(row: Mapping[str, Any]) -> str:
    return " / ".join("-" if row[at] is None else f"{row[at]}" for at in ("p50", "p95")) + " ms"
