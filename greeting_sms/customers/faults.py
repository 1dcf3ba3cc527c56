"""Rows that cannot be taken, and why: row, column and reason, never the value as it stands."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from greeting_sms.customers.columns import Field

_SHOWN_CHARACTERS: Final = 24
_SHOWN: Final = frozenset(
    {Field.COMPANY, Field.GENDER, Field.LANGUAGE, Field.DIALECT, Field.ZONE, Field.CALENDAR, Field.LEAP, Field.STATUS,
     Field.CONSENTED}
)  # fmt: skip
"""Closed sets, in which a wrong word tells nothing of a person."""
_LETTER: Final = re.compile(r"[^\W\d_]")
_YEAR: Final = re.compile(r"\d{4}")
_DIGIT: Final = re.compile(r"\d")
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a row was not taken, or what was left out of one that was."""

    row: int
    """Line of a CSV on which the row begins; of other sources the row, from 1."""
    column: str
    """The header, or empty where the whole row is meant."""
    reason: str
    value: str = ""
    """Masked."""
    taken: bool = False
    """Whether the row was taken all the same, as with a landline."""


def masked(field: Field, value: str) -> str:
    """A value as a report may show it: its shape, with what tells of a person struck out."""
    text = " ".join(value[:_SHOWN_CHARACTERS].split())
    more = f"… ({len(value)} characters)" if len(value) > _SHOWN_CHARACTERS else ""
    if field in _SHOWN:
        return text + more
    match field:
        case Field.IDENTITY_NUMBER:
            return f"({len(value)} characters)"
        case Field.BIRTHDAY:
            return _LETTER.sub("·", _YEAR.sub("····", text)) + more if not text.isdigit() else _digits(text) + more
        case _:
            return _LETTER.sub("·", _digits(text)) + more


def may_be_formula(text: str) -> bool:
    """Whether a spreadsheet would take the text for a formula."""
    return text.startswith(_FORMULA)


def write_report(path: Path, faults: Iterable[Fault]) -> int:
    """Write the faults as CSV that a spreadsheet can open; how many there were."""
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["row", "column", "reason", "value", "taken"])
        for fault in faults:
            cells = (fault.column, fault.reason, fault.value)
            writer.writerow([fault.row, *map(_harmless, cells), "yes" if fault.taken else "no"])
            count += 1
    return count


def _harmless(text: str) -> str:
    return f"'{text}" if may_be_formula(text) else text


def _digits(text: str) -> str:
    """Digits struck out but for the last two."""
    last = len(_DIGIT.findall(text)) - 2
    return _DIGIT.sub("·", text, count=last) if last > 0 else _DIGIT.sub("·", text)
