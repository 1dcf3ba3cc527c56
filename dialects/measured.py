"""What was measured of each dialect by commands of this repository: how it is written down, how its sound is known.

The reports of `elder-channel dialects evaluate` lie in docs/reports, which are not shipped; `data/measured.json` holds
what they say of dialects, with the command and the day of each. Written anew after a report has changed by
`python -m dialects.measured docs/reports > dialects/data/measured.json`; a test compares both.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

REPORTS: Final = ("recognition", "recognition_sentences", "recognition_words")
"""Whole utterances never trained on, single sentences, single words and sayings."""
_FIELDS: Final = {
    "recognition.": ("n", "cer", "cer_low", "cer_high"),
    "acoustic.": ("n", "top1", "top3"),
}


@dataclass(frozen=True)
class WrittenDown:
    """How much of what was said the recognizer wrote wrongly."""

    report: str
    measured_on: date
    clips: int
    error_rate: float
    """Share of characters; above 1 where it wrote more than was said."""
    low: float | None
    high: float | None
    """95% interval over clips; None for a single one."""


@dataclass(frozen=True)
class KnownBySound:
    """How often the acoustic head named it."""

    report: str
    measured_on: date
    utterances: int
    top1: float
    top3: float


@dataclass(frozen=True)
class MeasuredDialect:
    """Everything measured of one dialect; empty where nobody has measured."""

    written: tuple[WrittenDown, ...] = ()
    sound: tuple[KnownBySound, ...] = ()


@lru_cache(maxsize=1)
def measured() -> Mapping[str, MeasuredDialect]:
    """By dialect, and `putonghua`; groups and English are left out."""
    file = Path(str(resources.files("dialects"))) / "data" / "measured.json"
    reports = json.loads(file.read_text(encoding="utf-8"))
    dialects = {id_ for report in reports.values() for id_ in report["dialects"]}
    return {id_: _measured(id_, reports) for id_ in sorted(dialects)}


@lru_cache(maxsize=1)
def commands() -> Mapping[str, str]:
    """The command of each report."""
    file = Path(str(resources.files("dialects"))) / "data" / "measured.json"
    return {name: str(report["command"]) for name, report in json.loads(file.read_text(encoding="utf-8")).items()}


def _measured(id_: str, reports: Mapping[str, Any]) -> MeasuredDialect:
    written, sound = [], []
    for name, report in reports.items():
        on, found = date.fromisoformat(report["measured_on"]), report["dialects"].get(id_, {})
        if "cer" in found.get("recognition", {}):
            row = found["recognition"]
            written.append(WrittenDown(name, on, row["n"], row["cer"], row.get("cer_low"), row.get("cer_high")))
        if "top1" in found.get("acoustic", {}):
            row = found["acoustic"]
            sound.append(KnownBySound(name, on, row["n"], row["top1"], row["top3"]))
    return MeasuredDialect(tuple(written), tuple(sound))


def from_reports(folder: Path) -> dict[str, Any]:
    """What the reports of a folder say of dialects, ready for JSON."""
    return {name: _from_report(json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))) for name in REPORTS}


def _from_report(report: Mapping[str, Any]) -> dict[str, Any]:
    dialects: dict[str, dict[str, dict[str, Any]]] = {}
    for result in report["results"]:
        part, _, rest = str(result["name"]).partition("per_dialect.")
        id_, _, field = rest.partition(".")
        if field in _FIELDS.get(part, ()) and result["value"] is not None:
            dialects.setdefault(id_, {}).setdefault(part.rstrip("."), {})[field] = result["value"]
    on = datetime.fromisoformat(report["started_at"]).date().isoformat()
    return {"command": report["command"], "measured_on": on, "dialects": dict(sorted(dialects.items()))}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(from_reports(Path(sys.argv[1])), ensure_ascii=False, indent=1) + "\n")
