"""`elder-channel dialects evaluate|identify`: what the acoustic head is worth, and one recording."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from dialects.acoustics import packaged_figures, packaged_head
from dialects.area import number_evidence
from dialects.audio.decode import decode_audio
from dialects.catalogue import load_catalogue
from dialects.evaluate import evaluate, hear, on_the_telephone
from dialects.evidence import Identification
from dialects.recognizers.port import RATE_HZ
from dialects.settings import IdentificationSettings
from dialects.utterances import LONGEST_SECONDS, read_manifest, utterances_of
from elder_channel.cli.progress import bar as _bar
from elder_channel.cli.progress import told as _told
from elder_channel.reports import result, write_report

Manifest = Annotated[Path, typer.Option(help="Tab-separated list of recordings; paths are relative to it.")]
NoJoin = Annotated[bool, typer.Option("--no-join", help="Take every clip alone; short ones are joined otherwise.")]
Head = Annotated[str, typer.Option(help="`all` sources or only `licensed` ones.")]


def evaluate_manifest(
    manifest: Manifest,
    split: Annotated[str | None, typer.Option(help="Rows of this split only, `dev`; all rows otherwise.")] = None,
    with_numbers: Annotated[bool, typer.Option("--with-numbers", help="Also fused with simulated numbers.")] = False,
    no_join: NoJoin = False,
    head: Head = "all",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    plot: Annotated[Path | None, typer.Option(help="Folder for plots (SVG).")] = None,
    report: Annotated[str, typer.Option(help="Write build/reports/<name>.json, `recognition`.")] = "",
) -> None:
    """Measure identification on recordings: the sound alone, and with simulated caller's numbers."""
    from dialects.recognizers.sound_features import SoundFeatures

    began_at = datetime.now(UTC)
    with _told(), _bar("hearing") as bar:
        utterances = utterances_of(read_manifest(manifest, split=split), join=not no_join)
        bar.total(len(utterances))
        heard = hear(utterances, SoundFeatures(), progress=bar.step)
        figures = evaluate(
            heard,
            packaged_head(head),
            catalogue=load_catalogue(),
            settings=IdentificationSettings(),
            with_numbers=with_numbers,
        )
    if plot is not None:
        from dialects.plots import write_plots

        write_plots(figures, plot)
    if report:
        results = [*report_results(figures), *left_out_results(packaged_figures(head))]
        write_report(report, results, command=_command(split, no_join), started_at=began_at)
    print(json.dumps(figures, ensure_ascii=False, indent=1)) if as_json else _show(figures)


def identify_recording(
    audio: Annotated[Path, typer.Argument(help="A recording: wav, flac, mp3, m4a and others.")],
    number: Annotated[str, typer.Option("--from", help="The caller's number.")] = "",
    head: Head = "all",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Say which dialect a recording is in, how sure that is, and what speaks for it."""
    from dialects.hearing import identify_sound
    from dialects.recognizers.whisper import WhisperRecognizer

    with _told():
        catalogue, settings = load_catalogue(), IdentificationSettings()
        samples = decode_audio(audio, rate_hz=RATE_HZ, max_seconds=LONGEST_SECONDS).samples
        recognition = WhisperRecognizer(head=packaged_head(head)).recognize([on_the_telephone(samples)])[0]
        by_number = number_evidence(number, catalogue, settings) if number else None
        found = identify_sound(recognition, by_number, catalogue=catalogue, settings=settings)
    answer = _described(found, recognition.text)
    answer["english"] = round(recognition.acoustic.get("english", 0.0), 4)
    print(json.dumps(answer, ensure_ascii=False, indent=1)) if as_json else _say(answer)


def report_results(figures: dict[str, Any]) -> list[dict[str, Any]]:
    """The figures as results of a report, with what is to be reached."""
    acoustic, fused = figures["acoustic"], figures.get("fused")
    results = [
        result("acoustic.top1", acoustic["top1"], "share", reach=">= 0.6", ok=_reaches(acoustic["top1"], 0.6)),
        result("acoustic.top3", acoustic["top3"], "share", reach=">= 0.85", ok=_reaches(acoustic["top3"], 0.85)),
        result("acoustic.ece", acoustic["ece"], "share"),
        result("acoustic.n", acoustic["n"], "utterances"),
        result("acoustic.latency_p50", figures["latency_ms"]["p50"], "ms"),
    ]
    if fused:
        low_error = fused["ece"] is not None and fused["ece"] <= 0.05
        results += [
            result("fused.top1", fused["top1"], "share", reach=">= 0.85", ok=_reaches(fused["top1"], 0.85)),
            result("fused.ece", fused["ece"], "share", reach="<= 0.05", ok=low_error),
        ]
    return results


def left_out_results(figures: dict[str, Any]) -> list[dict[str, Any]]:
    """What was measured on left-out sources when the head was trained, as results of a report."""
    joined, clips = figures["leave_one_source_out"], figures["leave_one_source_out_clips"]
    results = [
        result("acoustic.loso_top1", joined["top1"], "share"),
        result("acoustic.loso_top3", joined["top3"], "share"),
        result("acoustic.loso_n", joined["n"], "utterances"),
    ]
    if clips:
        results.append(result("acoustic.loso_clips_top1", clips["top1"], "share"))
        results.append(result("acoustic.loso_clips_top3", clips["top3"], "share"))
    return results


def _reaches(value: float | None, wanted: float) -> bool:
    return value is not None and value >= wanted


def _command(split: str | None, no_join: bool) -> str:
    rows = f" --split {split}" if split else ""
    return f"elder-channel dialects evaluate --manifest MANIFEST{rows}{' --no-join' if no_join else ''} --with-numbers"


def _described(found: Identification, text: str) -> dict[str, Any]:
    catalogue = load_catalogue()
    return {
        "abstained": found.abstained,
        "best": [
            {"id": class_id, "zh": catalogue.name(class_id), "probability": round(p, 4)} for class_id, p in found.best()
        ],
        "evidence": [
            {"source": one.source, "text": one.text, "weight": round(one.weight, 3)} for one in found.evidence
        ],
        "text": text,
    }


def _say(answer: dict[str, Any]) -> None:
    for one in answer["best"]:
        print(f"{one['probability']:6.1%}  {one['zh']} ({one['id']})")
    if answer["abstained"]:
        print("Too unsure to name one.")
    for one in answer["evidence"]:
        print(f"  {one['text']}  [{one['weight']:.2f} nats]")
    print(f"heard: {answer['text'] or '-'}")


def _show(figures: dict[str, Any]) -> None:
    for name in ("acoustic", "fused"):
        if one := figures.get(name):
            low, high = one["top1_interval"]
            print(f"{name}: top-1 {_share(one['top1'])} ({_share(low)} to {_share(high)}), top-3 {_share(one['top3'])}")
            print(f"  calibration error {one['ece']}, {one['n']} answers that count of {one['n_all']}")
            for dialect_id, row in one["per_dialect"].items():
                print(f"  {dialect_id:16} {row['n']:5}  {row['top1']:5.0%} {row['top3']:5.0%}  as {row['credit']}")
    print(f"cost of an utterance: {figures['latency_ms']['p50']} ms median, {figures['latency_ms']['p95']} ms p95")


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.1%}"


def register(app: typer.Typer) -> None:
    """Put the commands under `elder-channel dialects`."""
    app.command(name="evaluate")(evaluate_manifest)
    app.command(name="identify")(identify_recording)
