"""agents.yaml of the site: read with its etag, replaced in one step, every version kept, every change written down.

Versions lie in the state folder by their etag, and `changes.jsonl` says who changed what when. A version that came by
another hand, an editor on the server, is kept as well when it is first met.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

from filelock import FileLock

from elder_channel.services.errors import RosterRefusedError

FILE = "agents.yaml"
FOLDER = "agents_history"
"""In the state folder."""
CHANGES = "changes.jsonl"
LOCK_SECONDS = 10.0
BY_HAND = "file"
"""Who changed it, where nobody of the console did."""


@dataclass(frozen=True)
class RosterChange:
    """One change of the file."""

    number: int
    """From 1."""
    at: datetime
    by: str
    role: str
    what: str
    """`changed`, `added`, `removed`, `restored`, or `by_hand` for a version the console did not write."""
    agent_id: str
    """Empty for a change of the whole file."""
    before: Mapping[str, Any] = field(default_factory=dict)
    """The fields that were changed, as they were."""
    after: Mapping[str, Any] = field(default_factory=dict)
    etag: str = ""
    """Of the version it led to."""


def etag_of(content: bytes) -> str:
    """Names a version of the file."""
    return hashlib.sha256(content).hexdigest()[:16]


class RosterFile:
    """The file of one site and its history."""

    def __init__(self, site: Path | None, state: Path) -> None:
        self._site = site
        self._history = state / FOLDER

    @property
    def can_be_written(self) -> bool:
        """Whether there is a folder of the site's own, and it lets us write."""
        return self._site is not None and self._site.is_dir() and os.access(self._site, os.W_OK)

    def read(self) -> bytes:
        """The file; the packaged demonstration team while the site has none."""
        if self._site is not None:
            try:
                return (self._site / FILE).read_bytes()
            except FileNotFoundError:
                pass
            except OSError as error:
                raise RosterRefusedError("roster_unreadable", f"{FILE} cannot be read: {error.strerror}") from error
        return (files("config") / "defaults" / FILE).read_bytes()

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the file against other consoles."""
        self._history.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self._history / ".lock", timeout=LOCK_SECONDS):
                yield
        except TimeoutError as error:
            raise RosterRefusedError("roster_busy", "Somebody else is writing agents.yaml; try again.") from error

    def replace(self, content: bytes) -> None:
        """Put the content into the site's folder in one step, and keep it; `locked` must be held."""
        assert self._site is not None, "asked before whether it can be written"
        self._keep(content)
        _put(self._site / FILE, content)

    def note(self, change: RosterChange) -> None:
        """Write a change down; `locked` must be held."""
        row = asdict(change) | {"at": change.at.isoformat()}
        with (self._history / CHANGES).open("a", encoding="utf-8") as file:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())

    def meet(self, content: bytes, *, at: datetime) -> None:
        """Keep a version, and write down where it came from when the console did not write it."""
        known = self.changes()
        if known and known[0].etag == etag_of(content):
            return
        self._keep(content)
        self.note(RosterChange(len(known) + 1, at, BY_HAND, "", "by_hand", "", etag=etag_of(content)))

    def changes(self) -> list[RosterChange]:
        """Every change, newest first."""
        try:
            lines = (self._history / CHANGES).read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return []
        rows = [json.loads(line) for line in lines if line.strip()]
        return [RosterChange(**{**row, "at": datetime.fromisoformat(row["at"])}) for row in reversed(rows)]

    def version(self, etag: str) -> bytes:
        """An earlier content; raises `RosterRefusedError` for one that was never kept."""
        path = self._history / f"{etag}.yaml"
        if not etag.isalnum() or not path.is_file():
            raise RosterRefusedError("roster_no_version", "There is no such version any more.")
        return path.read_bytes()

    def _keep(self, content: bytes) -> None:
        path = self._history / f"{etag_of(content)}.yaml"
        if not path.exists():
            _put(path, content)


def _put(path: Path, content: bytes) -> None:
    """Replace a file in one step: who reads it meanwhile reads the old one or the new one, never half."""
    try:
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(mode)
        Path(name).replace(path)
    except OSError as error:
        raise RosterRefusedError("roster_unwritable", f"{path.name} cannot be written: {error.strerror}") from error
