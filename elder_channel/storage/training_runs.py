"""Keeps training runs, a folder each in the state folder, so that a run is found again after any restart.

FOLDER/<run>/run.json        the run; changed under the folder's lock, and only from a state that was expected
FOLDER/<run>/progress.json   how far its process is; written by that process alone
FOLDER/<run>/cancel          somebody wants it stopped
FOLDER/<run>/material/       the judged sound while it is trained on, gone afterwards
FOLDER/<run>/heads/          what came of it: heads, hashes, figures, comparison, record
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import structlog
from filelock import FileLock
from pydantic import ValidationError

from elder_channel.learning.runs import RunProgress, RunState, TrainingRun

FOLDER: Final = "learning/runs"
"""In the state folder."""
_RUN, _PROGRESS, _CANCEL, _RECORD = "run.json", "progress.json", "cancel", "record.json"
_LOCK_SECONDS = 10.0

log = structlog.get_logger()


class TrainingRunFiles:
    """The runs. Every method raises OSError when the folder cannot be read or written."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def all(self) -> list[TrainingRun]:
        """Every run, newest first; what cannot be read is left out and logged."""
        if not self.folder.is_dir():
            return []
        names = sorted((path.name for path in self.folder.iterdir() if path.is_dir()), reverse=True)
        return [run for name in names if (run := self.get(name))]

    def get(self, run_id: str) -> TrainingRun | None:
        """One run; None where there is none of that name, or its file is no run."""
        try:
            return TrainingRun.model_validate_json((self.folder / Path(run_id).name / _RUN).read_bytes())
        except FileNotFoundError:
            return None
        except ValidationError:
            log.warning("training.unreadable", run=run_id)
            return None

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the lock, so that of two who decide only one does. Raises OSError (filelock's Timeout is one)."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with FileLock(self.folder / ".lock", timeout=_LOCK_SECONDS, mode=0o600):
            yield

    def write(self, run: TrainingRun) -> None:
        """Keep a run as it is now, in one step."""
        folder = self.folder / run.id
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _replace(folder / _RUN, run.model_dump_json(indent=1))

    def change(self, run_id: str, expected: Collection[RunState], **values: Any) -> TrainingRun | None:
        """The run after the change; None, and nothing changed, when it is in no state that was expected."""
        with self.locked():
            run = self.get(run_id)
            if run is None or run.state not in expected:
                return None
            changed = run.model_copy(update=values)
            self.write(changed)
            return changed

    def progress(self, run_id: str) -> RunProgress | None:
        """How far its process is; None before it has said so."""
        try:
            return RunProgress.model_validate_json((self.folder / run_id / _PROGRESS).read_bytes())
        except (FileNotFoundError, ValidationError):
            return None

    def tell(self, run_id: str, progress: RunProgress) -> None:
        """Say how far it is."""
        _replace(self.folder / run_id / _PROGRESS, progress.model_dump_json())

    def ask_to_stop(self, run_id: str) -> None:
        """Leave word that its process may end."""
        (self.folder / run_id / _CANCEL).touch()

    def is_to_stop(self, run_id: str) -> bool:
        """Whether somebody wants it stopped."""
        return (self.folder / run_id / _CANCEL).exists()

    def material(self, run_id: str) -> Path:
        """Where the sound lies while it is trained on."""
        return self.folder / run_id / "material"

    def heads(self, run_id: str) -> Path:
        """Where its heads lie."""
        return self.folder / run_id / "heads"

    def write_record(self, run_id: str, record: dict[str, Any]) -> None:
        """How its heads came to be, for whoever puts them in use."""
        _replace(self.heads(run_id) / _RECORD, json.dumps(record, ensure_ascii=False, indent=1))

    def record(self, run_id: str) -> dict[str, Any]:
        """How its heads came to be; raises OSError, and ValueError for what is no JSON."""
        record: dict[str, Any] = json.loads((self.heads(run_id) / _RECORD).read_text(encoding="utf-8"))
        return record

    def forget_material(self, run_id: str) -> None:
        """Delete the sound that was trained on."""
        shutil.rmtree(self.material(run_id), ignore_errors=True)

    def forget_heads(self, run_id: str) -> None:
        """Delete heads nobody wants."""
        shutil.rmtree(self.heads(run_id), ignore_errors=True)


def _replace(file: Path, content: str) -> None:
    temporary = file.with_name(f".{file.name}.new")
    try:
        with temporary.open("w", encoding="utf-8") as out:
            out.write(content + "\n")
            out.flush()
            os.fsync(out.fileno())
        temporary.replace(file)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
