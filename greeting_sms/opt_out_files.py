"""Opt-outs as a CSV file: other systems' lists read row by row, ours written out."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from greeting_sms.consent import OptOut
from greeting_sms.customers.csv_source import CsvSource
from greeting_sms.customers.faults import Fault
from greeting_sms.errors import ColumnsError
from greeting_sms.numbers import Kind, read_number

COLUMNS = ("number", "opted_out_at", "source")
_NUMBER_NAMES = frozenset({"number", "phone", "mobile", "手机号", "手机号码", "电话", "号码"})
_SINCE_NAMES = frozenset({"opted_out_at", "退订时间"})
_SOURCE_NAMES = frozenset({"source", "来源"})
MAX_SOURCE = 32


@dataclass(frozen=True)
class OptOutRow:
    """A row that can be taken."""

    line: int
    number: str
    since: datetime | None
    source: str


def read_opt_outs(file: Path) -> Iterator[OptOutRow | Fault]:
    """The rows of a CSV in UTF-8 (with a mark or without) or GB 18030. Raises `ImportFailedError` for a whole file."""
    source = CsvSource(file)
    headers = [header.strip().lower() for header in source.headers]
    at = {name: _place(headers, names) for name, names in _WANTED.items()}
    if at["number"] is None:
        raise ColumnsError(source.name, f"no column for the number; known names: {', '.join(sorted(_NUMBER_NAMES))}")
    for row in source.rows():
        if isinstance(row, Fault):
            yield row
        else:
            yield _read(row.number, row.cells, at)


def write_opt_outs(file: TextIO, opt_outs: Iterable[OptOut]) -> int:
    """Write them as CSV; how many."""
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    count = 0
    for each in opt_outs:
        writer.writerow((each.number, each.opted_out_at.astimezone(UTC).isoformat(timespec="seconds"), each.source))
        count += 1
    return count


_WANTED = {"number": _NUMBER_NAMES, "since": _SINCE_NAMES, "source": _SOURCE_NAMES}


def _place(headers: list[str], names: frozenset[str]) -> int | None:
    return next((at for at, header in enumerate(headers) if header in names), None)


def _read(line: int, cells: Sequence[str], at: dict[str, int | None]) -> OptOutRow | Fault:
    def cell(name: str) -> str:
        place = at[name]
        return cells[place].strip() if place is not None and place < len(cells) else ""

    number = read_number(cell("number"))
    if number.kind is Kind.MALFORMED:
        return Fault(line, "number", "no number that can be texted or called")
    since: datetime | None = None
    if told := cell("since"):
        try:
            since = datetime.fromisoformat(told)
        except ValueError:
            return Fault(line, "opted_out_at", "no time like 2026-05-01T09:30:00+08:00")
        if since.tzinfo is None:
            return Fault(line, "opted_out_at", "a time without its zone")
    return OptOutRow(line, number.e164, since, cell("source").lstrip("=+-@ ")[:MAX_SOURCE])
