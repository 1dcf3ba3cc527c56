"""`elder-channel dialects train|identify`: the acoustic head, and one recording."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from dialects.area import number_evidence
from dialects.audio.decode import decode_audio
from dialects.catalogue import load_catalogue
from dialects.evaluate import on_the_telephone, single_source
from dialects.evidence import Identification
from dialects.recognizers.port import RATE_HZ
from dialects.utterances import LONGEST_SECONDS, read_manifest, utterances_of
from elder_channel.cli.chosen import NO_HEAD, Defaults, Head, Site, choose_settings, head_to_measure
from elder_channel.cli.evaluation import Manifest, NoJoin, evaluate_manifest
from elder_channel.cli.progress import bar, told


def train(
    manifest: Manifest,
    out: Annotated[Path, typer.Option(help="Folder for the heads, their hashes and figures.")],
    no_join: NoJoin = False,
) -> None:
    """Train both heads on the `train` split of a manifest; `dev` only helps to say how sure to be.

    Prints what heads are worth on sources left out of training.
    """
    from dialects.head_files import measurable_clips, train_heads  # the model is loaded for this command only
    from dialects.recognizers.sound_features import SoundFeatures

    with told(), bar("hearing") as progress:
        clips, others = read_manifest(manifest, split="train"), read_manifest(manifest, split="dev")
        join = not no_join
        joined, alone = len(utterances_of(clips, join=join)), len(measurable_clips(clips)) if join else 0
        progress.total(joined + alone + len(utterances_of(others, join=join)))
        figures = train_heads(
            clips,
            SoundFeatures(),
            out,
            join=join,
            calibrate_on=others,
            progress=progress.step,
            catalogue=load_catalogue(),
        )
    for name, of_head in figures.items():
        print(f"{name}: {json.dumps(of_head['leave_one_source_out'], ensure_ascii=False)}")
    print(f"written to {out}; single-source classes, which cannot be known: {', '.join(single_source(clips))}")


def identify_recording(
    audio: Annotated[Path, typer.Argument(help="A recording: wav, flac, mp3, m4a and others.")],
    number: Annotated[str, typer.Option("--from", help="The caller's number.")] = "",
    head: Head = None,
    site: Site = None,
    defaults: Defaults = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Say which dialect a recording is in, how sure that is, and what speaks for it."""
    from dialects.hearing import identify_sound
    from elder_channel.recognition.worker import load_whisper

    with told():
        chosen = choose_settings(site=site, defaults=defaults, head=head)
        if chosen.head != NO_HEAD:
            head_to_measure(chosen)  # on a call a damaged one is left out; here it is told
        catalogue, settings = load_catalogue(), chosen.identification
        samples = decode_audio(audio, rate_hz=RATE_HZ, max_seconds=LONGEST_SECONDS).samples
        recognition = load_whisper(1, acoustic_head=chosen.head).recognize([on_the_telephone(samples)])[0]
        by_number = number_evidence(number, catalogue, settings) if number else None
        found = identify_sound(recognition, by_number, catalogue=catalogue, settings=settings)
    answer = _described(found, recognition.text) | chosen.about()
    answer["english"] = round(recognition.acoustic.get("english", 0.0), 4)
    print(json.dumps(answer, ensure_ascii=False, indent=1)) if as_json else _say(answer)


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
    print(f"head {answer['head']}, settings: {answer['settings_from']}")


def register(app: typer.Typer) -> None:
    """Put the commands under `elder-channel dialects`."""
    app.command(name="train")(train)
    app.command(name="evaluate")(evaluate_manifest)
    app.command(name="identify")(identify_recording)
