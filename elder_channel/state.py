"""The state folder, and the note in it by which commands find the running stack."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

RUN_FILE = "run.json"


@dataclass(frozen=True)
class RunningProcess:
    """One process of the stack."""

    pid: int
    port: int | None
    url: str | None


@dataclass(frozen=True)
class Running:
    """A stack that runs, or ran when the note was written."""

    pid: int
    started_at: str
    state: str
    processes: Mapping[str, RunningProcess]

    def url(self, name: str) -> str:
        """The address of a process."""
        return self.processes[name].url or ""


def state_folder(env: Mapping[str, str]) -> Path:
    """`ELDER_CHANNEL_STATE`, else `./var`."""
    return Path(env.get("ELDER_CHANNEL_STATE") or "var").resolve()


def site_folder(env: Mapping[str, str]) -> Path | None:
    """`ELDER_CHANNEL_SITE`, else `./site` when it exists."""
    if named := env.get("ELDER_CHANNEL_SITE"):
        return Path(named).resolve()
    return Path("site").resolve() if Path("site").is_dir() else None


def write_running(state: Path, running: Running) -> None:
    """Leave the note, atomically."""
    temporary = state / f".{RUN_FILE}.{os.getpid()}"
    temporary.write_text(json.dumps(asdict(running), indent=1), encoding="utf-8")
    temporary.replace(state / RUN_FILE)


def find_running(state: Path) -> Running | None:
    """The stack that runs on this state folder, or None; a note left by a dead one counts for nothing."""
    try:
        note = json.loads((state / RUN_FILE).read_text(encoding="utf-8"))
        processes = {name: RunningProcess(**entry) for name, entry in note["processes"].items()}
        running = Running(note["pid"], note["started_at"], note["state"], processes)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return running if psutil.pid_exists(running.pid) else None


def forget_running(state: Path) -> None:
    """Take the note away at the end."""
    (state / RUN_FILE).unlink(missing_ok=True)
