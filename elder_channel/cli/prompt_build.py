"""`elder-channel prompts build` and `ship`: every sentence of the line as sound."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from bilingual.errors import EngineAbsentError
from bilingual.messages import Language, load_messages
from bilingual.prompt_audio.build import Built, build
from bilingual.prompt_audio.engine import PromptEngine
from bilingual.prompt_audio.manifest import LeftOut, prompt_of, read_manifest, sounds_by_prompt
from bilingual.prompt_audio.pack import pack, pack_sounds, shipped_already
from bilingual.prompt_audio.renditions import Rendition, renditions
from bilingual.prompt_audio.shelf import SITE_FOLDER, shipped_folder
from elder_channel.bootstrap import load_settings
from elder_channel.cli.progress import bar
from elder_channel.reports import merge_report, result
from elder_channel.state import state_folder

REPORT = "prompts"
EXIT_INCOMPLETE = 1
"""Exit code when a sentence could not be rendered: the carrier's voice will say it."""
MOST_SECONDS = 180
_ABOUT = "Synthetic voices, see LICENSE.md. Written by `elder-channel prompts ship`; do not edit."


class Voices(StrEnum):
    """Which engine speaks what nobody has recorded."""

    KOKORO = "kokoro"
    PADDLE = "paddle"


Folder = Annotated[
    Path | None, typer.Option("--folder", help="Where to; by default the state folder, where the line looks first.")
]
Recordings = Annotated[
    Path | None, typer.Option(help="A folder with recordings of a person, zh/greeting_choice-1.wav; they win.")
]
Licence = Annotated[str, typer.Option(help="What the speaker of the recordings has agreed to, for the manifest.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def register(app: typer.Typer) -> None:
    """Add the commands to a group."""
    app.command(name="build")(build_prompts)
    app.command(name="ship")(ship_prompts)


def build_prompts(
    folder: Folder = None,
    voices: Annotated[Voices, typer.Option(help="Who speaks what nobody has recorded.")] = Voices.KOKORO,
    recordings: Recordings = None,
    licence: Licence = "by the speaker's consent",
    at_once: Annotated[int, typer.Option(min=1, max=32, help="Sentences rendered beside each other.")] = 2,
    report: Annotated[
        bool, typer.Option("--report", help="Merge the figures into build/reports/prompts.json.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Render every sentence in both languages to 8 kHz mu-law and 16 kHz; what has not changed is kept.

    A running line takes new sounds at its next start.
    """
    began_at, began = datetime.now(UTC), time.perf_counter()
    target = folder or state_folder(os.environ) / SITE_FOLDER
    wanted = wanted_renditions(os.environ)
    built = _build(wanted, _engines(voices, recordings, licence), target, at_once=at_once)
    seconds = time.perf_counter() - began
    if report:
        merge_report(
            REPORT, _results(built, seconds), command="elder-channel prompts build --report", started_at=began_at
        )
    if as_json:
        print(json.dumps(_as_json(built, seconds, target), ensure_ascii=False, indent=1))
    else:
        _tell(built, seconds, target)
    if built.failed:
        raise typer.Exit(EXIT_INCOMPLETE)


def ship_prompts(
    voices: Annotated[Voices, typer.Option(help="Who speaks.")] = Voices.KOKORO,
    at_once: Annotated[int, typer.Option(min=1, max=32, help="Sentences rendered beside each other.")] = 2,
    work: Annotated[Path, typer.Option(help="Where the sounds are built first; what is there is used again.")] = Path(
        "build/prompts"
    ),
    as_json: Json = False,
) -> None:
    """Render what has changed and pack it small into `bilingual/data/prompts/`: for the makers of the program.

    A sound that ships already stays as it is: the voice never says a sentence the same way twice. What is new and not
    read back right by Whisper base after a telephone line stays behind: there the carrier's voice speaks. A test fails
    while the shipped sounds say something else than the shipped words.
    """
    from elder_channel.cli.prompt_readback import results_of

    began = time.perf_counter()
    target, engines, wanted = shipped_folder(), _engines(voices, None, ""), wanted_renditions({})
    there, before = shipped_already(wanted, engines, target), sounds_by_prompt(read_manifest(target).entries)
    built = _build(tuple(each for each in wanted if each not in there), engines, work, at_once=at_once)
    if not built.failed:
        new = iter(built.entries)
        packed = pack_sounds([there.get(each) or next(new) for each in wanted], work, target)
        # What is judged is what ships, not what it was packed from.
        after = sounds_by_prompt(packed)
        new_prompts = [entry for entry in packed if after[prompt_of(entry)] != before.get(prompt_of(entry))]
        heard = results_of(new_prompts, lambda id_: (target / f"{id_}.opus").read_bytes())
        left_out = [
            LeftOut(message=each.message, language=each.language, manner=each.manner, text=each.text, heard=each.heard)
            for each in heard
            if not each.is_right
        ]
        pack(packed, work, target, about=_ABOUT, left_out=left_out)
        for each in left_out:
            print(f"left out, not understood: {each.text} -> {each.heard}", file=sys.stderr)
    seconds = time.perf_counter() - began
    if as_json:
        print(json.dumps(_as_json(built, seconds, target), ensure_ascii=False, indent=1))
    else:
        _tell(built, seconds, target)
    if built.failed:
        raise typer.Exit(EXIT_INCOMPLETE)


def wanted_renditions(env: Mapping[str, str]) -> tuple[Rendition, ...]:
    """Everything to be rendered for a site; without its environment, for the settings that ship."""
    names = load_settings(env).one_tap
    values = {Language.ZH.value: {"line": names.line_name_zh}, Language.EN.value: {"line": names.line_name_en}}
    return renditions(load_messages().values(), values)


def _engines(voices: Voices, recordings: Path | None, licence: str) -> list[PromptEngine]:
    engines: list[PromptEngine] = []
    if recordings:
        from bilingual.prompt_audio.recorded_files import RecordedFiles

        engines.append(RecordedFiles(recordings, licence=licence))
    return [*engines, *(_paddle_voices() if voices is Voices.PADDLE else [_kokoro()])]


def _kokoro() -> PromptEngine:
    from bilingual.prompt_audio.kokoro import Kokoro

    return Kokoro()


def _paddle_voices() -> list[PromptEngine]:
    """Mandarin by its own voice where there is one; the mixed voice speaks English, too."""
    from bilingual.prompt_audio.paddle_speech import PaddleSpeech, installed_voices

    voices = installed_voices()
    if not voices:
        raise EngineAbsentError("A voice of PaddleSpeech", "docs/prompts.md tells where its models go")
    return [PaddleSpeech(voice) for voice in voices]


def _build(wanted: tuple[Rendition, ...], engines: list[PromptEngine], target: Path, *, at_once: int) -> Built:
    with bar("rendering") as shown:
        return build(wanted, engines, target, at_once=at_once, progress=shown.step, expected=shown.total)


def _results(built: Built, seconds: float) -> list[dict[str, Any]]:
    made = [
        result("rendered", built.rendered, "sounds"),
        result("kept", built.kept, "sounds"),
        result("failed", len(built.failed), "sounds", reach=0, ok=not built.failed),
    ]
    if built.kept == 0:  # from nothing; what a second build takes says little
        made.append(
            result("build_seconds", round(seconds, 1), "s", reach=f"<= {MOST_SECONDS}", ok=seconds <= MOST_SECONDS)
        )
    return made


def _as_json(built: Built, seconds: float, target: Path) -> dict[str, Any]:
    return {
        "folder": str(target),
        "rendered": built.rendered,
        "kept": built.kept,
        "removed": built.removed,
        "failed": built.failed,
        "build_seconds": round(seconds, 1),
        "sound_seconds": round(sum(entry.seconds for entry in built.entries), 1),
        "entries": [entry.model_dump(exclude_none=True) for entry in built.entries],
    }


def _tell(built: Built, seconds: float, target: Path) -> None:
    table = Table("message", "language", "manner", "s", "LUFS", "voice", "says")
    for entry in built.entries:
        cells = (f"{entry.seconds:.1f}", f"{entry.lufs:.1f}", f"{entry.engine} {entry.voice}", entry.text)
        table.add_row(f"{entry.message} {entry.phrase}", entry.language, entry.manner, *cells)
    Console(width=max(Console().width, 150)).print(table)
    print(f"{built.rendered} rendered, {built.kept} kept, {built.removed} files removed, {seconds:.0f} s: {target}")
    for failed in built.failed:
        print(f"not rendered, the carrier's voice will say it: {failed}")
