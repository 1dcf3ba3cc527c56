"""The list of sounds: which phrase in which manner lies in which file, who says it, how long and how loud."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bilingual.errors import PromptManifestError

FILE: Final = "manifest.json"


class Entry(BaseModel):
    """One phrase in one manner, as sound."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[0-9a-f]{32}$", description="Of words, language, manner, voice, engine and its version.")
    key: str = Field(pattern=r"^[0-9a-f]{32}$", description="Of words, language and manner: by it the line finds it.")
    message: str
    phrase: int = Field(ge=1, description="Which phrase of the message in this language.")
    language: str
    manner: str
    text: str = Field(min_length=1, description="What is heard.")
    engine: str
    engine_version: str
    voice: str
    licence: str
    seconds: float = Field(gt=0)
    lufs: float = Field(description="Integrated loudness, EBU R 128.")
    file: str = Field(pattern=r"^[0-9a-f]{32}\.[a-z]+$", description="The sound for the telephone.")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="Of that file.")
    wide_file: str | None = Field(None, pattern=r"^[0-9a-f]{32}\.wide\.wav$", description="The same at 16 kHz.")
    wide_sha256: str | None = Field(None, pattern=r"^[0-9a-f]{64}$")


class LeftOut(BaseModel):
    """A prompt that was rendered and is not shipped, because it was not understood."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    message: str
    language: str
    manner: str
    text: str
    heard: str = Field(description="What was understood instead.")


class Manifest(BaseModel):
    """Everything in one folder of sounds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    about: str = "Written by `elder-channel prompts build`; do not edit."
    left_out: tuple[LeftOut, ...] = Field((), description="What the carrier's voice says instead.")
    entries: tuple[Entry, ...] = ()


Prompt = tuple[str, str, str]
"""Message, language and manner."""


def prompt_of(entry: Entry) -> Prompt:
    """The prompt a sound is a phrase of."""
    return entry.message, entry.language, entry.manner


def sounds_by_prompt(entries: Iterable[Entry]) -> dict[Prompt, tuple[str, ...]]:
    """The ids of the sounds of each prompt, in the order they are played."""
    prompts: dict[Prompt, tuple[str, ...]] = {}
    for entry in sorted(entries, key=lambda entry: entry.phrase):
        prompts[prompt_of(entry)] = (*prompts.get(prompt_of(entry), ()), entry.id)
    return prompts


def read_manifest(folder: Path) -> Manifest:
    """The list of the sounds in a folder, empty where there is none. Raises `PromptManifestError`."""
    file = folder / FILE
    try:
        return Manifest.model_validate_json(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Manifest()
    except (OSError, UnicodeDecodeError) as error:
        raise PromptManifestError(str(file), str(error)) from error
    except ValidationError as error:
        fault = error.errors()[0]
        where = ".".join(str(step) for step in fault["loc"]) or "the whole file"
        raise PromptManifestError(str(file), f"{where}: {fault['msg']}") from error


def write_manifest(
    folder: Path, entries: Iterable[Entry], *, about: str | None = None, left_out: Iterable[LeftOut] = ()
) -> None:
    """Write the list, whole or not at all, one entry to a line."""
    told = json.dumps(about or Manifest().about, ensure_ascii=False)
    content = f'{{"about": {told},\n"left_out": [{_lines(left_out)}],\n"entries": [{_lines(entries)}]}}\n'
    write_whole(folder / FILE, content.encode())


def _lines(items: Iterable[BaseModel]) -> str:
    lines = ",\n".join(item.model_dump_json(exclude_none=True) for item in items)
    return f"\n{lines}\n" if lines else ""


def write_whole(file: Path, content: bytes) -> None:
    """Write a file so that nobody ever reads half of it."""
    temporary = file.with_name(f".{file.name}.{os.getpid()}")
    temporary.write_bytes(content)
    temporary.replace(file)


def intact(file: Path, sha256: str | None) -> bool:
    """Whether the file is there and has this hash."""
    try:
        return sha256 is not None and hashlib.sha256(file.read_bytes()).hexdigest() == sha256
    except OSError:
        return False
