"""Reports: what was measured or proven, by which command, at which commit, on which machine.

A report is `build/reports/<name>.json`: `{command, commit, machine, started_at, seconds, results: [...]}`, where needed
with `about`, each result `{name, value, unit, reach, ok}`. Documentation quotes them; see `elder_channel.quotations`.
"""

from __future__ import annotations

import json
import math
import os
import platform
import subprocess
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

REPORTS = Path("build/reports")
"""Where reports are written, from the checkout; git ignores it."""

BENCH = "bench"
"""The report into which every bench merges its results."""


def result(
    name: str, value: float | None, unit: str, *, reach: str | float | None = None, ok: bool | None = None
) -> dict[str, Any]:
    """Return one result. `reach` is the figure to reach, as number or as a condition in words (`<= 50`).

    `ok` says whether it was reached; None where nothing was to be reached. A value that is no finite number is
    refused with ValueError: it could neither be written as JSON nor compared.
    """
    if value is not None and not math.isfinite(value):
        raise ValueError(f"{name} is {value}, which is not a figure")
    return {"name": name, "value": value, "unit": unit, "reach": reach, "ok": ok}


def write_report(
    name: str,
    results: Iterable[Mapping[str, Any]],
    *,
    command: str,
    directory: Path = REPORTS,
    started_at: datetime | None = None,
    about: Mapping[str, Any] | None = None,
) -> Path:
    """Write `<directory>/<name>.json` whole or not at all, and return its path.

    `command` is what somebody types to measure again. `started_at` (timezone-aware) is when measuring began; left out,
    when this process started. `about` is what a reader must know of how it was measured: settings, a model.
    """
    began_at = started_at or process_started_at()
    report = {
        "command": command,
        "commit": commit(),
        "machine": machine(),
        "started_at": _moment(began_at),
        "seconds": round((datetime.now(UTC) - began_at).total_seconds(), 3),
        **({"about": dict(about)} if about else {}),
        "results": _checked(results),
    }
    return _write(directory / f"{name}.json", report)


def merge_bench(
    results: Iterable[Mapping[str, Any]],
    *,
    command: str = "make bench",
    directory: Path = REPORTS,
    started_at: datetime | None = None,
) -> Path:
    """Merge results into `bench.json` and return its path, as `merge_report` does."""
    return merge_report(BENCH, results, command=command, directory=directory, started_at=started_at)


def merge_report(
    name: str,
    results: Iterable[Mapping[str, Any]],
    *,
    command: str,
    directory: Path = REPORTS,
    started_at: datetime | None = None,
) -> Path:
    """Merge results into `<name>.json` and return its path; the others stay, with their own commit, time and machine.

    A result replaces the one of its name and carries `commit`, `at` and `machine` beside the usual keys; the machine
    with `load`, the processes that wanted a core in the last minute, the bench's own among them.
    """
    facts = {**machine(), "load": round(os.getloadavg()[0], 1)} if hasattr(os, "getloadavg") else machine()
    stamp = {"commit": commit(), "at": _moment(datetime.now(UTC)), "machine": facts}
    merged = {entry["name"]: entry for entry in read_results(directory / f"{name}.json")}
    merged |= {entry["name"]: {**entry, **stamp} for entry in _checked(results)}
    return write_report(name, merged.values(), command=command, directory=directory, started_at=started_at)


def read_results(file: Path) -> list[dict[str, Any]]:
    """Return the results of a report, none when there is no such file; raises ValueError on one that is no report."""
    if not file.exists():
        return []
    report = json.loads(file.read_text(encoding="utf-8"))
    try:
        return _checked(report["results"])
    except (KeyError, TypeError) as error:
        raise ValueError(f"{file} is not a report") from error


def commit(folder: Path | None = None) -> str:
    """Return the commit of the checkout, `-dirty` added when something is not committed; `unknown` outside of one."""
    head = _git(folder, "rev-parse", "--verify", "HEAD")
    if not head:
        return "unknown"
    return f"{head}-dirty" if _git(folder, "status", "--porcelain", "--untracked-files=no") else head


def machine() -> dict[str, str | int | float]:
    """Return what a reader must know of the machine to weigh a figure; nothing that names it."""
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "cpu": _cpu_name(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        "memory_gb": round(psutil.virtual_memory().total / 1e9, 1),
    }


def process_started_at() -> datetime:
    """Return when this process started."""
    return datetime.fromtimestamp(psutil.Process().create_time(), UTC)


def _checked(results: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the results as written, refusing one without the keys or two of one name."""
    entries = [{**result(each["name"], each["value"], each["unit"]), **each} for each in results]
    names = [entry["name"] for entry in entries]
    if len(names) != len(set(names)):
        raise ValueError(f"a result is named twice: {sorted(name for name in names if names.count(name) > 1)[0]}")
    return entries


def _write(path: Path, report: Mapping[str, Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_text(json.dumps(report, ensure_ascii=False, indent=1, allow_nan=False) + "\n", encoding="utf-8")
    temporary.replace(path)
    return path


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")


def _git(folder: Path | None, *arguments: str) -> str:
    """Return what git prints, or nothing when there is no git or no checkout."""
    try:
        done = subprocess.run(  # noqa: S603  # a fixed program with fixed arguments
            ["git", *arguments],  # noqa: S607  # where git lies differs between machines
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _cpu_name() -> str:
    """Return the processor's name; Linux alone needs its own file for it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown"
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or "unknown")
