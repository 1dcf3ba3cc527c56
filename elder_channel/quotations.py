"""Figures quoted in documentation, and whether the reports still say the same.

A figure is followed by an invisible marker that names its report and result:

    The second start takes 4.1 s<!-- demo.json:second_start_seconds -->.

The unit may be left out; when written it must be the report's own. A figure holds when it is the report's value rounded
to the decimals written. Markers inside code (`...` or fences) are examples and are passed over.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from elder_channel.reports import REPORTS, read_results

QUOTED = Path("docs/reports")
"""Where the quoted reports are kept, committed."""

_CODE = re.compile(r"^(```|~~~).*?^\1|`[^`\n]+`", re.MULTILINE | re.DOTALL)
_MARKER = re.compile(r"<!--\s*(?P<report>[\w-]+)\.json:(?P<name>[^\s>]+)\s*-->")
_FIGURE = re.compile(r"(?P<figure>[-−]?\d[\d,]*(?:\.\d+)?)\s*(?P<unit>[^\s\d|<>]*)\**\s*$")


@dataclass(frozen=True)
class Quotation:
    """One figure of the documentation that a report answers for."""

    document: Path
    line: int
    report: str
    """Name of the report, without `.json`."""

    name: str
    """Name of the result in it."""

    figure: str
    """The number as written; empty when no number stands before the marker."""

    unit: str


def documents(root: Path) -> list[Path]:
    """Return the README and every Markdown file of the documentation."""
    found = [root / "README.md", *sorted((root / "docs").rglob("*.md"))]
    return [document for document in found if document.is_file()]


def quotations(document: Path) -> Iterator[Quotation]:
    """Yield every quoted figure of a Markdown file, in its order."""
    for number, line in enumerate(_without_code(document.read_text(encoding="utf-8")).splitlines(), start=1):
        for marker in _MARKER.finditer(line):
            before = _FIGURE.search(line[: marker.start()])
            figure, unit = (before["figure"], before["unit"].rstrip("*")) if before else ("", "")
            yield Quotation(document, number, marker["report"], marker["name"], figure, unit)


def disagreements(quoted: Iterable[Quotation], *, reports: Path) -> Iterator[str]:
    """Yield a sentence for every quotation that the reports in the folder do not bear out."""
    for each in quoted:
        reason = _disagreement(each, reports / f"{each.report}.json")
        if reason:
            yield f"{each.document}:{each.line}: {each.report}.json:{each.name}: {reason}"


def collect(root: Path) -> list[Path]:
    """Copy the reports that the documentation quotes from `build/reports` to `docs/reports`; return the copies.

    A quoted report that has not been made on this machine keeps the copy already committed.
    """
    names = sorted({each.report for document in documents(root) for each in quotations(document)})
    copies = []
    for name in names:
        made = root / REPORTS / f"{name}.json"
        if made.is_file():
            (root / QUOTED).mkdir(parents=True, exist_ok=True)
            copies.append(Path(shutil.copyfile(made, root / QUOTED / made.name)))
    return copies


def renew(document: Path, *, reports: Path) -> int:
    """Write into a document what the reports say now, to as many decimals as stood there; return how many changed.

    A figure whose report or result is not there stays, for `disagreements` to name. The words around it are not ours.
    """
    text = document.read_text(encoding="utf-8")
    lines, changed = text.split("\n"), 0
    for index, plain in enumerate(_without_code(text).split("\n")):
        for marker in reversed(list(_MARKER.finditer(plain))):
            before = _FIGURE.search(plain[: marker.start()])
            value = _value(reports / f"{marker['report']}.json", marker["name"])
            if before is None or value is None or _rounds_to(value, before["figure"]):
                continue
            start, end = before.span("figure")
            lines[index] = lines[index][:start] + _written_like(value, before["figure"]) + lines[index][end:]
            changed += 1
    if changed:
        document.write_text("\n".join(lines), encoding="utf-8")
    return changed


def _without_code(text: str) -> str:
    """The text with code blanked, not cut, so that places stay."""
    return _CODE.sub(lambda code: re.sub(r"[^\n]", " ", code.group()), text)


def _value(report: Path, name: str) -> float | None:
    return next((entry["value"] for entry in read_results(report) if entry["name"] == name), None)


def _written_like(value: float, figure: str) -> str:
    """The value with the decimals, the thousands marks and the minus sign of the figure it replaces."""
    decimals = -int(Decimal(figure.replace(",", "").replace("−", "-")).as_tuple().exponent)
    written = f"{value:,.{decimals}f}" if "," in figure else f"{value:.{decimals}f}"
    return written.replace("-", "−") if "−" in figure else written


def _disagreement(quoted: Quotation, report: Path) -> str | None:
    if not quoted.figure:
        return "no figure stands before the marker"
    if not report.is_file():
        return f"there is no {report.name} among the reports; make reports copies it"
    entry = next((entry for entry in read_results(report) if entry["name"] == quoted.name), None)
    if entry is None:
        return "the report has no result of this name"
    if quoted.unit and quoted.unit != entry["unit"]:
        return f"the unit is {quoted.unit} here and {entry['unit']} in the report"
    if entry["value"] is None or not _rounds_to(entry["value"], quoted.figure):
        return f"{quoted.figure} is written here, {entry['value']} stands in the report"
    return None


def _rounds_to(value: float, written: str) -> bool:
    """Return whether the value lies within half of the last digit written; a half may be rounded either way."""
    figure = Decimal(written.replace(",", "").replace("−", "-"))
    half = Decimal(1).scaleb(int(figure.as_tuple().exponent)) / 2
    return abs(Decimal(str(value)) - figure) <= half
