"""Where the files of a model lie on this machine, and whether they are the right ones."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from dialects.recognizers.models import Engine, ModelDescription, ModelFile
from dialects.recognizers.weights import cache_directory

MODELS_VARIABLE: Final = "ELDER_CHANNEL_MODELS"
"""Names the folder in which each model has a folder of its own."""

_LIBRARIES: Mapping[Engine, tuple[str, str]] = {
    Engine.WHISPER: ("faster_whisper", "make setup"),
    Engine.PADDLE: ("paddlespeech", "make setup-full, or: pip install -c constraints.txt 'elder-channel[paddle]'"),
    Engine.SHERPA: ("sherpa_onnx", "make setup-full, or: pip install -c constraints.txt 'elder-channel[sherpa]'"),
}


class Presence(StrEnum):
    """How the files of a model were found."""

    VERIFIED = "verified"  # all are there, every one has the hash it should have
    PRESENT = "present"  # all are there with the sizes that are known; hashes were not, or cannot be, compared
    INCOMPLETE = "incomplete"
    DAMAGED = "damaged"
    ABSENT = "absent"


@dataclass(frozen=True)
class FoundModel:
    """What was found of one model."""

    model: ModelDescription
    folder: Path
    presence: Presence
    missing: tuple[str, ...] = ()
    """Files that are not there."""
    wrong: tuple[str, ...] = ()
    """Files of another size or hash than they should have."""

    @property
    def usable(self) -> bool:
        """Whether it may be loaded."""
        return self.presence in {Presence.VERIFIED, Presence.PRESENT}


def models_folder(env: Mapping[str, str] = os.environ) -> Path:
    """The folder of all models: `ELDER_CHANNEL_MODELS`, else the user's cache directory for `elder-channel`."""
    named = env.get(MODELS_VARIABLE, "").strip()
    return Path(named).expanduser() if named else cache_directory()


def find_model(model: ModelDescription, folder: Path, *, compare_hashes: bool = False) -> FoundModel:
    """How the files of `model` stand in `folder`, which is the model's own.

    Sizes are always compared, hashes only when asked: a gigabyte takes seconds.
    """
    if not folder.is_dir():
        return FoundModel(model, folder, Presence.ABSENT, missing=tuple(file.name for file in model.files))
    missing = tuple(file.name for file in model.files if not (folder / file.name).is_file())
    there = [file for file in model.files if file.name not in missing]
    wrong = tuple(file.name for file in there if not _is_right(folder / file.name, file, compare_hashes))
    if wrong:
        presence = Presence.DAMAGED
    elif missing:
        presence = Presence.INCOMPLETE
    elif compare_hashes and all(file.sha256 for file in model.files):
        presence = Presence.VERIFIED
    else:
        presence = Presence.PRESENT
    return FoundModel(model, folder, presence, missing, wrong)


def engine_installed(engine: Engine) -> bool:
    """Whether the library of an engine is installed; it is not imported for that."""
    return find_spec(_LIBRARIES[engine][0]) is not None


def how_to_install(engine: Engine) -> str:
    """The command that installs an engine."""
    return _LIBRARIES[engine][1]


def _is_right(path: Path, file: ModelFile, compare_hashes: bool) -> bool:
    if file.bytes is not None and path.stat().st_size != file.bytes:
        return False
    if not (compare_hashes and file.sha256):
        return True
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest() == file.sha256
