"""`elder-channel prompts audition`: other takes of what is not understood."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Annotated

import typer

from bilingual.manner import HEARING, PLAIN
from bilingual.messages import Language
from bilingual.prompt_audio.audition import Part, audition
from bilingual.prompt_audio.engine import Phrase
from bilingual.prompt_audio.takes import FILE, OTHERS, USUAL, Take, read_takes, write_takes
from elder_channel.cli.progress import bar
from elder_channel.cli.prompt_build import wanted_renditions


def register(app: typer.Typer) -> None:
    """Add the command to a group."""
    app.command(name="audition")(audition_prompts)


def audition_prompts(
    language: Annotated[Language | None, typer.Option(help="One language; both by default.")] = None,
    again: Annotated[bool, typer.Option("--again", help="Also phrases that have a take of their own already.")] = False,
    text: Annotated[
        list[str] | None, typer.Option(help="These phrases only, in the language given; they need not be said yet.")
    ] = None,
) -> None:
    """Try takes of each phrase until Whisper base reads it back right, and keep them: for the makers of the program.

    A take must be understood in every manner the phrase is said in, twice. Takes of phrases that nobody says any more
    are dropped.
    """
    from bilingual.prompt_audio.kokoro import Kokoro
    from elder_channel.recognition.worker import load_whisper

    said = _parts_said()
    kept = read_takes(FILE)
    parts = [
        part
        for (spoken_in, words), part in (_parts_of(text, language or Language.ZH) if text else said).items()
        if text or ((language is None or spoken_in == language) and (again or (spoken_in, words) not in kept))
    ]
    with bar("auditioning") as shown:
        shown.total(len(parts))
        for number, found in enumerate(audition(parts, _takes, Kokoro(takes={}), load_whisper(1)), start=1):
            kept[found.phrase.language, found.phrase.text] = found.take
            write_takes(FILE, {key: take for key, take in kept.items() if key in said})  # after each: it takes long
            shown.step(number)
            what = f"{found.errors} wrong after {found.tried}, {found.take}"
            print(f"{what}: {found.phrase.text} -> {found.heard}", flush=True)


def _takes(_: Phrase) -> Sequence[Take]:
    return (USUAL, *OTHERS)


def _parts_of(texts: Sequence[str], language: Language) -> dict[tuple[str, str], Part]:
    """Words that are tried, in the manners most messages are said in."""
    return {
        (language.value, text): Part(Phrase("phrase", number, language.value, text), (PLAIN, HEARING))
        for number, text in enumerate(texts, start=1)
    }


def _parts_said() -> dict[tuple[str, str], Part]:
    """Every phrase of the line once, with all its manners."""
    parts: dict[tuple[str, str], Part] = {}
    for rendition in wanted_renditions(os.environ):
        phrase, manner = rendition.phrase, rendition.spoken_in
        known = parts.get((phrase.language, phrase.text), Part(phrase, ()))
        manners = known.manners if manner in known.manners else (*known.manners, manner)
        parts[phrase.language, phrase.text] = Part(known.phrase, manners)
    return parts
