"""A YAML file of the site: read with its etag, replaced in one step, every version kept, every change written down.

Versions lie in the state folder by their etag, and `changes.jsonl` says who changed what when. A version that came by
another hand, an editor on the server, is kept as well when it is first met.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

from filelock import FileLock

from elder_channel.services.errors import SiteFileError
from elder_channel.storage.whole_files import replace_file

CHANGES = "changes.jsonl"
LOCK_SECONDS = 10.0
BY_HAND = "file"
"""Who changed it, where nobody of the console did."""


@dataclass(frozen=True)
class FileChange:
    """One change of a file."""

    number: int
    """From 1."""
    at: datetime
    by: str
    role: str
    what: str
    """`changed`, `added`, `removed`, `restored`, `imported`, or `by_hand` for a version the console did not write."""
    subject: str = ""
    """Whose row was changed; empty for a change of the whole file."""
    before: Mapping[str, Any] = field(default_factory=dict)
    """The fields that were changed, as they were."""
    after: Mapping[str, Any] = field(default_factory=dict)
    etag: str = ""
    """Of the version it led to."""
    note: str = ""
    """Why, in the words of who changed it."""
    approved_by: str = ""
    """The second person, where one was needed."""


def etag_of(content: bytes) -> str:
    """Names a version of the file."""
    return hashlib.sha256(content).hexdigest()[:16]


class SiteFile:
    """The file of one site and its history.

    `name` is the file's, such as `agents.yaml`; `history` the folder its versions are kept in. While the site has no
    such file `read` gives `otherwise`, or, where that is None, what is packaged.
    """

    def __init__(self, site: Path | None, name: str, history: Path, *, otherwise: bytes | None = None) -> None:
        self._site = site
        self.name = name
        self._history = history
        self._otherwise = otherwise

    @property
    def can_be_written(self) -> bool:
        """Whether there is a folder of the site's own, and it lets us write."""
        return self._site is not None and self._site.is_dir() and os.access(self._site, os.W_OK)

    @property
    def exists(self) -> bool:
        """Whether the site has a file of its own."""
        return self._site is not None and (self._site / self.name).is_file()

    def read(self) -> bytes:
        """The file as it is now, or what stands for it."""
        if self._site is not None:
            try:
                return (self._site / self.name).read_bytes()
            except FileNotFoundError:
                pass
            except OSError as error:
                raise SiteFileError("file_unreadable", f"{self.name} cannot be read: {error.strerror}") from error
        if self._otherwise is not None:
            return self._otherwise
        return (files("config") / "defaults" / self.name).read_bytes()

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the file against other consoles."""
        self._history.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self._history / ".lock", timeout=LOCK_SECONDS):
                yield
        except TimeoutError as error:
            raise SiteFileError("file_busy", f"Somebody else is writing {self.name}; try again.") from error

    def replace(self, content: bytes) -> None:
        """Put the content into the site's folder in one step, and keep it; `locked` must be held."""
        assert self._site is not None, "asked before whether it can be written"
        self._keep(content)
        _put(self._site / self.name, content)

    def take_away(self) -> None:
        """Have the site no such file any more, as before the first write; `locked` must be held."""
        assert self._site is not None, "asked before whether it can be written"
        (self._site / self.name).unlink(missing_ok=True)

    def note(self, change: FileChange) -> None:
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
        self._history.mkdir(parents=True, exist_ok=True)
        self._keep(content)
        self.note(FileChange(len(known) + 1, at, BY_HAND, "", "by_hand", etag=etag_of(content)))

    def changes(self) -> list[FileChange]:
        """Every change, newest first."""
        try:
            lines = (self._history / CHANGES).read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return []
        return [_change(json.loads(line)) for line in reversed(lines) if line.strip()]

    def version(self, etag: str) -> bytes:
        """An earlier content; raises `SiteFileError` for one that was never kept."""
        path = self._history / f"{etag}.yaml"
        if not etag.isalnum() or not path.is_file():
            raise SiteFileError("file_no_version", "There is no such version any more.")
        return path.read_bytes()

    def _keep(self, content: bytes) -> None:
        path = self._history / f"{etag_of(content)}.yaml"
        if not path.exists():
            _put(path, content)


def _change(row: dict[str, Any]) -> FileChange:
    """A row of the history; those of agents were once written with an `agent_id`."""
    row = {**row, "at": datetime.fromisoformat(row["at"]), "subject": row.get("subject", row.get("agent_id", ""))}
    row.pop("agent_id", None)
    return FileChange(**row)


def _put(path: Path, content: bytes) -> None:
    try:
        replace_file(path, content)
    except OSError as error:
        raise SiteFileError("file_unwritable", f"{path.name} cannot be written: {error.strerror}") from error
