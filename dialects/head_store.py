"""A site's own acoustic heads: every version kept, one of them current, the one before it a step away.

FOLDER/versions/<version>/   the heads as `dialects.head_files` wrote them, and `record.json`: how they came to be
FOLDER/current.json          the versions that were put in use, the last one current; none: the packaged heads
FOLDER/changes.jsonl         every change with its moment and reason
FOLDER/frozen.json           digest of the frozen set that heads are compared on
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout

from dialects.acoustics import HEADS, AcousticHead, for_this_program, packaged_figures, packaged_head, read_head
from dialects.errors import HeadError, HeadStoreError

HASHES: Final = "sha256.json"
FIGURES: Final = "figures.json"
RECORD: Final = "record.json"
COMPARISON: Final = "comparison.json"
_CURRENT, _CHANGES, _FROZEN, _VERSIONS = "current.json", "changes.jsonl", "frozen.json", "versions"
_LOCK_SECONDS = 10.0
SITE: Final = {"site": "all", "site_licensed": "licensed"}
"""Settings that mean a head of the site, and its kind."""


@dataclass(frozen=True)
class HeadVersion:
    """One version of a site's heads."""

    id: str
    current: bool
    record: Mapping[str, Any]
    """How it came to be; empty when that cannot be read."""


@dataclass(frozen=True, eq=False)
class ChosenHead:
    """The head to judge the sound with."""

    head: AcousticHead
    version: str
    """`all-sources@` and the beginning of the file's SHA-256."""
    problem: str = ""
    """Why it is not the head that was asked for; empty when it is."""


class HeadStore:
    """The heads in a folder. Every method raises HeadStoreError when the folder cannot be read or written."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def versions(self) -> list[HeadVersion]:
        """Every version that is there, oldest first."""
        current = self.current()
        found = sorted(path.name for path in self._versions.iterdir()) if self._versions.is_dir() else []
        return [HeadVersion(id_, id_ == current, self._record(id_)) for id_ in found if not id_.startswith(".")]

    def current(self) -> str | None:
        """The version in use; None while it is the packaged heads."""
        history = self._history()
        return history[-1] if history else None

    def head(self, name: str) -> ChosenHead:
        """The current head of a kind, `all` or `licensed`. Raises HeadError when there is none or it is damaged."""
        version = self.current()
        if version is None:
            raise HeadError(f"The site has no acoustic head of its own in {self.folder}.")
        return read_version(self._versions / version, name)

    def check(self, version: str) -> None:
        """Read a version's heads back, each against its hash; raises HeadError when one cannot be used."""
        folder = self._versions / version
        read_version(folder, "all")
        if f"{HEADS['licensed']}.npz" in _read_json(folder / HASHES):  # too few licensed recordings make none
            read_version(folder, "licensed")

    def figures(self, name: str) -> Mapping[str, Any]:
        """What the current head of a kind was trained on and worth then. Raises HeadError when that cannot be read."""
        file = self._versions / (self.current() or "") / FIGURES
        try:
            figures: Mapping[str, Any] = json.loads(file.read_text(encoding="utf-8"))[name]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise HeadError(f"The figures of the acoustic heads in {file} cannot be read: {error}") from error
        return figures

    def install(self, trained: Path, record: Mapping[str, Any], *, at: datetime, reason: str) -> str:
        """Copy freshly trained heads into the folder and put them in use in one step; the version's id."""
        with self._locked():
            digest = hashlib.sha256((trained / HASHES).read_bytes()).hexdigest()
            version = f"{at:%Y%m%dT%H%M%SZ}-{digest[:8]}"
            temporary = self._versions / f".{version}"
            shutil.rmtree(temporary, ignore_errors=True)
            try:
                _copy_heads(trained, temporary, record)
                temporary.rename(self._versions / version)
            finally:
                shutil.rmtree(temporary, ignore_errors=True)
            self._switch([*self._history(), version], "install", version, at=at, reason=reason)
        return version

    def use(self, version: str, *, at: datetime, reason: str) -> None:
        """Put a version in use that is there. Raises HeadError when it is damaged."""
        with self._locked():
            if version not in {one.id for one in self.versions()}:
                raise HeadStoreError(f"There is no head version {version!r} in {self.folder}.")
            read_version(self._versions / version, "all")
            self._switch([*self._history(), version], "use", version, at=at, reason=reason)

    def rollback(self, *, at: datetime, reason: str) -> str | None:
        """Back to what was in use before; its version, None for the packaged heads."""
        with self._locked():
            history = self._history()
            if not history:
                raise HeadStoreError("The packaged heads are in use; there is nothing before them.")
            before = history[:-1]
            self._switch(before, "rollback", before[-1] if before else "packaged", at=at, reason=reason)
        return before[-1] if before else None

    def frozen_digest(self) -> str | None:
        """Digest of the set that heads are compared on; None until the first comparison fixed it."""
        content = _read_json(self.folder / _FROZEN)
        return str(content["digest"]) if content else None

    def fix_frozen(self, digest: str, *, at: datetime, reason: str) -> None:
        """From now on heads are compared on this set and no other."""
        with self._locked():
            self.folder.mkdir(parents=True, exist_ok=True)
            _write_json(self.folder / _FROZEN, {"digest": digest, "since": at.isoformat()})
            self._note("frozen", digest, at=at, reason=reason)

    @property
    def _versions(self) -> Path:
        return self.folder / _VERSIONS

    def _history(self) -> list[str]:
        content = _read_json(self.folder / _CURRENT)
        versions = content.get("history", []) if content else []
        if not isinstance(versions, list) or not all(isinstance(one, str) and _plain(one) for one in versions):
            raise HeadStoreError(f"{self.folder / _CURRENT} does not name versions; delete it to use packaged heads.")
        return versions

    def _record(self, version: str) -> Mapping[str, Any]:
        try:
            return _read_json(self._versions / version / RECORD)
        except HeadStoreError:
            return {}

    def _switch(self, history: Sequence[str], what: str, version: str, *, at: datetime, reason: str) -> None:
        self._note(what, version, at=at, reason=reason)  # first: a change that is not on record must not be
        _write_json(self.folder / _CURRENT, {"history": list(history)})

    def _note(self, what: str, version: str, *, at: datetime, reason: str) -> None:
        entry = {"at": at.isoformat(), "what": what, "version": version, "reason": reason}
        with (self.folder / _CHANGES).open("a", encoding="utf-8") as out:
            out.write(json.dumps(entry, ensure_ascii=False) + "\n")

    @contextmanager
    def _locked(self) -> Iterator[None]:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with FileLock(self.folder / ".lock", timeout=_LOCK_SECONDS):
                yield
        except Timeout as error:
            raise HeadStoreError(f"Somebody else is changing the heads in {self.folder}.") from error
        except OSError as error:
            raise HeadStoreError(f"The heads in {self.folder} cannot be changed: {error}.") from error


def _copy_heads(trained: Path, folder: Path, record: Mapping[str, Any]) -> None:
    """Copy freshly trained heads with their record; raises HeadError when they cannot be read back."""
    folder.mkdir(parents=True)
    for name in (HASHES, FIGURES, *json.loads((trained / HASHES).read_text(encoding="utf-8"))):
        shutil.copyfile(trained / name, folder / name)
    _write_json(folder / RECORD, record)
    read_version(folder, "all")  # what cannot be read back is not put in use


def read_version(folder: Path, name: str) -> ChosenHead:
    """A head of a folder that `dialects.head_files` wrote, checked by its hash and its features. Raises HeadError."""
    file = f"{HEADS[name]}.npz"
    try:
        hashes = json.loads((folder / HASHES).read_text(encoding="utf-8"))
        sha256 = str(hashes[file])
    except (OSError, ValueError, TypeError) as error:
        raise HeadError(f"The acoustic heads in {folder} cannot be read: {error}") from error
    except KeyError as error:
        raise HeadError(f"There is no {name!r} head in {folder}: it had too little to be trained on.") from error
    head = for_this_program(read_head(folder / file, sha256=sha256), folder / file)
    return ChosenHead(head, _version(name, sha256))


def choose_head(setting: str, store: HeadStore) -> ChosenHead:
    """The head a setting means: `all`, `licensed`, `site` or `site_licensed`.

    A site's head that is missing, damaged or trained on other features gives way to the packaged one of its kind, and
    `problem` says so. Raises HeadError when that cannot be read either, or the setting is unknown.
    """
    if setting not in SITE:
        return _packaged(setting)
    try:
        return store.head(SITE[setting])
    except (HeadError, HeadStoreError) as error:
        fallback = _packaged(SITE[setting])
        return ChosenHead(fallback.head, fallback.version, f"{error} The packaged head is used instead.")


def figures_of(setting: str, store: HeadStore) -> Mapping[str, Any]:
    """What the head that a setting means was trained on and worth then. Raises HeadError."""
    return store.figures(SITE[setting]) if setting in SITE else packaged_figures(setting)


def _packaged(name: str) -> ChosenHead:
    return ChosenHead(packaged_head(name), packaged_version(name))


def packaged_version(name: str) -> str:
    """Version of a packaged head, `all` or `licensed`, as a chosen one tells it. Raises HeadError."""
    return _version(name, packaged_hash(name))


def packaged_hash(name: str) -> str:
    """SHA-256 of a packaged head's file. Raises HeadError."""
    from importlib import resources

    folder = Path(str(resources.files("dialects"))) / "data" / "heads"
    try:
        return str(json.loads((folder / HASHES).read_text(encoding="utf-8"))[f"{HEADS[name]}.npz"])
    except (OSError, ValueError, KeyError) as error:
        raise HeadError(f"The acoustic heads in {folder} cannot be read: {error}") from error


def _version(name: str, sha256: str) -> str:
    return f"{HEADS[name]}@{sha256[:12]}"


def _plain(name: str) -> bool:
    """A folder's name and no path."""
    return bool(name) and Path(name).name == name and not name.startswith(".")


def _read_json(file: Path) -> dict[str, Any]:
    """The content of a file; empty when there is none."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise HeadStoreError(f"{file} cannot be read: {error}") from error
    if not isinstance(content, dict):
        raise HeadStoreError(f"{file} cannot be read: it is no mapping")
    return content


def _write_json(file: Path, content: Mapping[str, Any]) -> None:
    """Replace the file in one step."""
    temporary = file.with_name(f".{file.name}.new")
    with temporary.open("w", encoding="utf-8") as out:
        out.write(json.dumps(content, ensure_ascii=False, indent=1) + "\n")
        out.flush()
        os.fsync(out.fileno())
    temporary.replace(file)
