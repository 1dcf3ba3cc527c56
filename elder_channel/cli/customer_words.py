"""What an import of customers tells: counts, a sample, faults; never whose they are."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from elder_channel.services.customers import Preview
from greeting_sms.customers.faults import Fault
from greeting_sms.customers.importing import Read
from greeting_sms.customers.record import Record

FAULTS_SHOWN: Final = 10


def counts(read: Read, seconds: float) -> dict[str, Any]:
    return {
        "rows": read.rows,
        "taken": read.staged,
        "rejected": read.rejected,
        "seconds": round(seconds, 2),
        "rows_per_second": round(read.rows / seconds) if seconds else 0,
    }


def sample_as_json(seen: Preview | None) -> dict[str, Any]:
    return {"sample": [_shown(record) for record in seen.sample]} if seen else {}


def _shown(record: Record) -> dict[str, Any]:
    """A record as a preview shows it: whether things were understood, not whose they are."""
    kept = record._asdict()
    hidden = {"name": "·" * len(record.name), "number": f"…{record.number[-2:]}" if record.number else None}
    return {name: value for name, value in (kept | hidden).items() if name not in ("digest", "contradicted_by")}


def print_result(result: dict[str, Any], read: Read, seen: Preview | None, report: Path | None) -> None:
    if seen:
        for record in seen.sample:
            print(
                "  ".join(f"{name}={value}" for name, value in _shown(record).items() if value not in (None, "", False))
            )
    for fault in read.faults[:FAULTS_SHOWN]:
        print(_line(fault))
    if len(read.faults) > FAULTS_SHOWN:
        print(
            f"… {len(read.faults) - FAULTS_SHOWN:,} more"
            + (f", all in {report}" if report else "; --report FILE lists all")
        )
    if read.passed_over:
        print(f"columns passed over: {', '.join(header[:24] for header in read.passed_over)}")
    if not read.has_group_ids:
        print("no column says who is one person: every row became a person of its own")
    verb = "would be" if seen else "are"
    counts = {name: f"{value:,}" for name, value in result.items() if isinstance(value, int)}
    print(
        "{rows} rows: {taken} taken, {rejected} rejected; {new} {verb} new, {changed} changed, {unchanged} unchanged "
        "({rows_per_second} rows/s)".format(verb=verb, **counts)
    )
    if not seen:
        print("{people} people changed; {doubts} doubts are open (elder-channel customers doubts)".format(**counts))


def _line(fault: Fault) -> str:
    kind = "note" if fault.taken else "rejected"
    column = f", {fault.column}" if fault.column else ""
    return f"{kind}: row {fault.row}{column}: {fault.reason}" + (f" [{fault.value}]" if fault.value else "")
