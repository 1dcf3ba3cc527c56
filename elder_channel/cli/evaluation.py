"""`elder-channel dialects evaluate`: what identification and recognition are worth on the recordings of a manifest."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from numpy.typing import NDArray

from dialects.catalogue import load_catalogue
from dialects.evaluate import evaluate, hear, on_the_telephone, percentiles, some_bad_line
from dialects.manifest_checks import clips_to_measure
from dialects.utterances import SEED, Clip, utterances_of
from elder_channel.cli.chosen import Chosen, Defaults, Head, Site, choose_settings, head_to_measure
from elder_channel.cli.evaluation_report import command_line, figures_report, show
from elder_channel.cli.progress import bar, told
from elder_channel.reports import write_report

Manifest = Annotated[Path, typer.Option(help="Tab-separated list of recordings; paths are relative to it.")]
NoJoin = Annotated[bool, typer.Option("--no-join", help="Take every clip alone; short ones are joined otherwise.")]
Line = Callable[[NDArray[np.float32]], NDArray[np.float32]]


class Lines(StrEnum):
    """What the recordings are heard through."""

    PLAIN = "plain"  # a telephone, and nothing else wrong
    BAD = "bad"  # another drawn line each time: rooms, receivers, noise, clipping, lost packets


def evaluate_manifest(
    manifest: Manifest,
    split: Annotated[str | None, typer.Option(help="Rows of this split only, `dev`; all rows otherwise.")] = None,
    unit: Annotated[str | None, typer.Option(help="Rows of this unit only, `sentence`; all rows otherwise.")] = None,
    with_numbers: Annotated[bool, typer.Option("--with-numbers", help="Also fused with simulated numbers.")] = False,
    no_join: NoJoin = False,
    no_recognition: Annotated[bool, typer.Option("--no-recognition", help="Do not transcribe.")] = False,
    no_identification: Annotated[bool, typer.Option("--no-identification", help="Only transcribe.")] = False,
    lines: Annotated[Lines, typer.Option(help="Heard through a plain telephone, or through drawn bad ones.")] = (
        Lines.PLAIN
    ),
    seed: Annotated[int, typer.Option(min=0, help="Which bad lines are drawn.")] = SEED,
    draws: Annotated[
        int, typer.Option(min=1, help="Draw bad lines so often, by `seed` and those after it; the figures are means.")
    ] = 1,
    head: Head = None,
    site: Site = None,
    defaults: Defaults = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    plot: Annotated[Path | None, typer.Option(help="Folder for plots (SVG).")] = None,
    report: Annotated[str, typer.Option(help="Write build/reports/<name>.json, `recognition`.")] = "",
) -> None:
    """Measure recordings: the sound alone, with simulated caller's numbers, and what the recognizer writes."""
    if no_identification and no_recognition:
        raise typer.BadParameter("--no-identification and --no-recognition together leave nothing to measure")
    if draws > 1 and lines is Lines.PLAIN:
        raise typer.BadParameter("--draws goes with --lines bad: a plain line is always the same")
    began_at = datetime.now(UTC)
    with told():
        chosen = choose_settings(site=site, defaults=defaults, head=head)
        clips = clips_to_measure(manifest, catalogue=load_catalogue(), split=split, unit=unit)

        def drawn() -> list[Line]:  # anew for each part, so that leaving one out changes nothing in the other
            seeds = range(seed, seed + draws)
            return [some_bad_line(one) for one in seeds] if lines is Lines.BAD else [on_the_telephone]

        figures: dict[str, Any] = {**chosen.about(), "lines": _named(lines, seed, draws)}
        if not no_identification:
            figures |= _identification(clips, chosen, drawn(), join=not no_join, with_numbers=with_numbers)
        if not no_recognition:  # slow: over the first draw only
            figures["recognition"] = _recognition(clips, chosen, drawn()[0])
    if plot is not None:
        from dialects.plots import write_plots

        write_plots(figures, plot)
    if report:
        said = {
            "--split": split,
            "--unit": unit,
            "--no-join": no_join,
            "--with-numbers": with_numbers,
            "--no-recognition": no_recognition,
            "--no-identification": no_identification,
            "--lines": _said(lines, seed, draws),
            "--head": head,
            "--defaults": defaults,
        }
        results = figures_report(figures)
        write_report(report, results, command=command_line(said, report), started_at=began_at, about=chosen.about())
    print(json.dumps(figures, ensure_ascii=False, indent=1)) if as_json else show(figures)


def _named(lines: Lines, seed: int, draws: int) -> str:
    if lines is Lines.PLAIN:
        return "plain"
    return f"bad, seed {seed}" if draws == 1 else f"bad, mean of seeds {seed} to {seed + draws - 1}"


def _said(lines: Lines, seed: int, draws: int) -> str | None:
    if lines is Lines.PLAIN:
        return None
    return f"bad --seed {seed}" + (f" --draws {draws}" if draws > 1 else "")


def _identification(
    clips: Sequence[Clip], chosen: Chosen, lines: Sequence[Line], *, join: bool, with_numbers: bool
) -> dict[str, Any]:
    trained, of_training = head_to_measure(chosen)
    utterances = utterances_of(clips, join=join)
    with bar("hearing") as progress:
        from dialects.recognizers.sound_features import SoundFeatures  # the model is loaded for this only

        progress.total(len(utterances) * len(lines))
        maker = SoundFeatures()
        heard = [one for line in lines for one in hear(utterances, maker, line=line, progress=progress.step)]
    figures = evaluate(
        heard,
        trained,
        catalogue=load_catalogue(),
        settings=chosen.identification,
        with_numbers=with_numbers,
        repeats=len(lines),
    )
    # how many are of sources that the head was trained on: on those its figures mean nothing
    known = {row["source"] for row in of_training["clips"]}
    figures["acoustic"]["n_of_trained_sources"] = sum(one.source in known for one in utterances)
    figures["left_out"] = {key: of_training[key] for key in ("leave_one_source_out", "leave_one_source_out_clips")}
    return figures


def _recognition(clips: Sequence[Clip], chosen: Chosen, line: Line) -> dict[str, Any]:
    """What the recognizer of the line writes; where no clip has a text, no model is loaded."""
    from dialects.references import reference_of
    from dialects.transcription import Transcribed, recognition_figures, transcribe
    from elder_channel.recognition.worker import load_whisper

    written: list[Transcribed] = []
    about: dict[str, Any] = {"recognizer": None, "latency_ms": None, "processor_ms": None}
    if count := sum(reference_of(clip) is not None for clip in clips):
        with bar("writing") as progress:
            progress.total(count)
            recognizer = load_whisper(1, acoustic_head=chosen.head)
            written = transcribe(clips, recognizer, line=line, progress=progress.step)
        about["recognizer"] = recognizer.capabilities.name
        if written:
            about["latency_ms"] = percentiles([one.milliseconds for one in written])
            about["processor_ms"] = percentiles([one.processor_milliseconds for one in written])
    return {**about, **recognition_figures(clips, written)}
