"""Changes of settings that wait for a second person: written down event by event, never rewritten."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from filelock import FileLock

from config.second_person import concern_of_change
from config.taking_over import taking
from elder_channel.services.errors import SiteFileError
from elder_channel.services.settings_files import Writing
from elder_channel.services.settings_model import Edit, FieldChange, Proposal, Standing
from elder_channel.services.site_file import LOCK_SECONDS

FILE = "proposals.jsonl"
_PROPOSED = "proposed"


class SettingsProposals:
    """The proposals of one line, in its state folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold them against other consoles; raises `SiteFileError`."""
        self._folder.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self._folder / ".lock", timeout=LOCK_SECONDS):
                yield
        except TimeoutError as error:
            raise SiteFileError("file_busy", "Somebody else is writing proposals; try again.") from error

    def all(self) -> list[Proposal]:
        """Every proposal, newest first."""
        try:
            lines = (self._folder / FILE).read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return []
        found: dict[int, Proposal] = {}
        for row in (json.loads(line) for line in lines if line.strip()):
            if row["event"] == _PROPOSED:
                found[row["id"]] = _proposal(row)
            else:
                found[row["id"]] = _decided(found[row["id"]], row)
        return list(reversed(found.values()))

    def add(self, edits: Sequence[Edit], writing: Writing, *, at: datetime) -> Proposal:
        """Keep a proposal; `locked` must be held."""
        id_ = len(self.all()) + 1
        told = {"by": writing.by, "role": writing.role, "what": writing.what, "note": writing.note}
        rows = [_edit_row(edit) for edit in edits]
        self._write({"event": _PROPOSED, "id": id_, "at": at.isoformat(), **told, "edits": rows})
        return Proposal(id_, at, writing.by, writing.role, writing.what, writing.note, tuple(edits))

    def decide(self, id_: int, standing: Standing, *, by: str, reason: str, at: datetime) -> None:
        """Write down what became of one; `locked` must be held."""
        self._write({"event": standing, "id": id_, "at": at.isoformat(), "by": by, "reason": reason})

    def _write(self, row: dict[str, Any]) -> None:
        with (self._folder / FILE).open("a", encoding="utf-8") as file:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())


def _edit_row(edit: Edit) -> dict[str, Any]:
    fields = [{"key": each.key, "before": each.before, "after": each.after} for each in edit.fields]
    return {
        "section": edit.section,
        "base": edit.base,
        "before": edit.before,
        "after": edit.after,
        "fields": fields,
    }


def _proposal(row: dict[str, Any]) -> Proposal:
    edits = tuple(
        Edit(each["section"], each["base"], each["before"], each["after"], _fields(each)) for each in row["edits"]
    )
    at = datetime.fromisoformat(row["at"])
    return Proposal(row["id"], at, row["by"], row["role"], row["what"], row["note"], edits)


def _fields(row: dict[str, Any]) -> tuple[FieldChange, ...]:
    section = row["section"]
    return tuple(
        FieldChange(
            each["key"],
            each["before"],
            each["after"],
            concern_of_change(section, each["key"], each["before"], each["after"]),
            taking(section, each["key"]),
        )
        for each in row["fields"]
    )


def _decided(proposal: Proposal, row: dict[str, Any]) -> Proposal:
    return replace(
        proposal,
        standing=Standing(row["event"]),
        decided_at=datetime.fromisoformat(row["at"]),
        decided_by=row["by"],
        reason=row["reason"],
    )
