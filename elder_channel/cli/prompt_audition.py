"""`elder-channel prompts audition`: other takes of what is not understood."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Annotated

import typer

from bilingual.messages import Language
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
    text: Annotated[list[str] | None, typer.Option(help="These phrases only, in the language given.")] = None,
) -> None:
    """Try takes of each phrase until Whisper base reads it back right, and keep them: for the makers of the program.

    A phrase whose usual take is understood needs none.
    """
    from bilingual.prompt_audio.audition import audition
    from bilingual.prompt_audio.kokoro import Kokoro
    from elder_channel.recognition.worker import load_whisper

    kept = read_takes(FILE)
    phrases = [phrase for phrase in _phrases(language, text) if again or (phrase.language, phrase.text) not in kept]
    kokoro, recognizer = Kokoro(takes={}), load_whisper(1)
    with bar("auditioning") as shown:
        shown.total(len(phrases))
        for number, phrase in enumerate(phrases, start=1):
            (found,) = audition([phrase], _takes, kokoro, recognizer)
            kept[phrase.language, phrase.text] = found.take
            write_takes(FILE, kept)  # after each: it takes long
            shown.step(number)
            print(f"{found.errors} wrong after {found.tried}, {found.take}: {phrase.text} -> {found.heard}", flush=True)


def _takes(_: Phrase) -> Sequence[Take]:
    return (USUAL, *OTHERS)


def _phrases(language: Language | None, texts: list[str] | None) -> list[Phrase]:
    if texts:
        return [Phrase("phrase", 1, language or Language.ZH, text) for text in texts]
    all_phrases = {(each.phrase.language, each.phrase.text): each.phrase for each in wanted_renditions(os.environ)}
    return [phrase for phrase in all_phrases.values() if language is None or phrase.language == language]
