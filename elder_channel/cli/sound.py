"""`elder-channel dialects identify`: one recording."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from dialects.area import number_evidence
from dialects.audio.decode import decode_audio
from dialects.catalogue import load_catalogue
from dialects.evaluate import on_the_telephone
from dialects.evidence import Identification
from dialects.recognizers.port import RATE_HZ
from dialects.utterances import LONGEST_SECONDS
from elder_channel.cli.chosen import NO_HEAD, Defaults, Head, Site, choose_settings, head_to_measure
from elder_channel.cli.evaluation import evaluate_manifest
from elder_channel.cli.progress import told


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
    app.command(name="evaluate")(evaluate_manifest)
    app.command(name="identify")(identify_recording)
