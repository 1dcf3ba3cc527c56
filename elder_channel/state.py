"""The state folder, and the note in it by which commands find the running stack."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

import psutil

RUN_FILE = "run.json"
HEADS_FOLDER = "heads"
"""The site's own acoustic heads, in the state folder."""
_SAME_MOMENT_SECONDS = 5.0
"""The system derives a process's age from clocks that are adjusted now and then."""


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
    created_at: float
    """When the process began, in epoch seconds: numbers of dead processes are given out again."""
    started_at: str
    state: str
    processes: Mapping[str, RunningProcess]
    environment: Mapping[str, str] = field(default_factory=dict)
    """Settings of server.yaml as this stack has them, as environment variables."""

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


def additions_folder(env: Mapping[str, str]) -> Path:
    """Where the site's own words of the dialects lie: `dialects` in the site folder, which need not be there yet."""
    return Path(env.get("ELDER_CHANNEL_SITE") or "site").resolve() / "dialects"


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
        running = Running(
            int(note["pid"]),
            float(note["created_at"]),
            str(note["started_at"]),
            str(note["state"]),
            processes,
            dict(note["environment"]),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError):
        return None
    return running if _lives(running) else None


def _lives(running: Running) -> bool:
    """Whether the process of the note is there, and no other that has got its number."""
    try:
        process = psutil.Process(running.pid)
        same = abs(process.create_time() - running.created_at) < _SAME_MOMENT_SECONDS
        return same and process.status() != psutil.STATUS_ZOMBIE
    except (psutil.Error, ValueError, OverflowError):
        return False


def own_birth() -> float:
    """When this process began, in epoch seconds, as `find_running` will look it up."""
    return float(psutil.Process().create_time())


def forget_running(state: Path) -> None:
    """Take our own note away at the end; the note of another stack that runs on this folder stays."""
    running = find_running(state)
    if running is None or running.pid == os.getpid():
        (state / RUN_FILE).unlink(missing_ok=True)
