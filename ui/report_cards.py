"""Reports as sheets: the page, the CSV, the Excel file and the page to print all show the same cells.

Knows nothing of Streamlit or HTML.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from elder_channel.calls.levels import STANDARD_SECONDS, Level
from elder_channel.clock import HOTLINE_ZONE
from elder_channel.services.line_reports import LineReport, NamedLevel, WeekVerdicts
from elder_channel.services.standards import JudgedClause, Met, Words
from ui.presenters import readable
from ui.words import Text, say

_MARKDOWN = re.compile(r"\*\*|`|\[([^\]]+)\]\([^)]*\)")


@dataclass(frozen=True)
class Share:
    """A share of one; shown as percent with one digit."""

    of_one: float

    def __str__(self) -> str:
        return f"{int(self.of_one * 1000 + 1e-9) / 10:.1f}%"  # rounded down: one miss in thousands is not none


Cell = Text | Share | int | float | None
"""None: there is nothing to count."""


@dataclass(frozen=True)
class Sheet:
    """One table, with what is counted in it."""

    name: str
    title: Text
    about: Text
    columns: tuple[Text, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class ReportPage:
    """The whole report."""

    told: Text
    """Which days, and when it was read."""
    sheets: tuple[Sheet, ...]
    is_empty: bool

    def sheet(self, name: str) -> Sheet:
        """The sheet of this name."""
        return next(each for each in self.sheets if each.name == name)


_LEVEL_COLUMNS = ("calls", "asked", "answered", "share_answered", "within_15", "within_20", "within_30", "wait")


def present_report(report: LineReport) -> ReportPage:
    """The report as sheets."""
    made = report.made_at.astimezone(HOTLINE_ZONE).strftime("%Y-%m-%d %H:%M")
    return ReportPage(
        told=say("reports.told", first=report.first, last=report.last, made=made),
        sheets=(
            _levels("levels", "what", [(say("row.whole"), report.whole)]),
            _levels("days", "day", [(_plain(each.day.isoformat()), each.level) for each in report.by_day]),
            _levels("dialects", "dialect", [(_dialect(each), each.level) for each in report.by_dialect]),
            _levels("sites", "site", [(_site(each), each.level) for each in report.by_site]),
            _levels("elders", "who", [(say("row.elders"), report.elders), (say("row.others"), report.others)]),
            _once(report),
            _weeks(report.weeks),
            _standards(report),
        ),
        is_empty=report.whole.calls == 0,
    )


def by_standard(sheet: Sheet) -> tuple[Sheet, ...]:
    """The sheet of the standards as one for each, with how many of its clauses are kept."""
    found: dict[Cell, list[tuple[Cell, ...]]] = {}
    for row in sheet.rows:
        found.setdefault(row[0], []).append(row[1:])
    return tuple(
        Sheet(f"standard-{number}", title, _kept(rows), sheet.columns[1:], tuple(rows))
        for number, (title, rows) in enumerate(found.items())
        if isinstance(title, Text)
    )


def _kept(rows: Iterable[tuple[Cell, ...]]) -> Text:
    """`符合 8 · 部分符合 1`, in both languages."""
    counted = Counter(row[2] for row in rows if isinstance(row[2], Text))
    return Text(*(" · ".join(f"{met[place]} {count}" for met, count in counted.items()) for place in (0, 1)))


def level_cells(level: Level) -> tuple[Cell, ...]:
    """A level as cells, in the order of the columns."""
    mean = level.mean_wait_seconds
    return (
        level.calls,
        level.asked,
        level.answered,
        _share(level.share_answered),
        *(_share(level.share_within(seconds)) for seconds in STANDARD_SECONDS),
        None if mean is None else round(mean, 1),
    )


def _levels(name: str, first: str, rows: Iterable[tuple[Text, Level]]) -> Sheet:
    columns = (first, *_LEVEL_COLUMNS)
    return _sheet(name, columns, ((of, *level_cells(level)) for of, level in rows))


def _dialect(each: NamedLevel) -> Text:
    return Text(each.name, readable(each.id)) if each.id else say("row.unnamed")


def _site(each: NamedLevel) -> Text:
    return _plain(each.name) if each.id else say("row.no_site")


def _once(report: LineReport) -> Sheet:
    found = report.say_once
    figures: tuple[tuple[str, Cell], ...] = (
        ("picked_up", found.picked_up),
        ("rate", _share(found.say_once_rate)),
        ("rate_heard", _share(found.say_once_rate_heard)),
        ("match", _share(found.dialect_match)),
        ("match_group", _share(found.dialect_match_group)),
    )
    rows = (
        (say(f"once.{name}"), value, say(f"once.{name}.how", heard=found.heard, wishes=found.wishes))
        for name, value in figures
    )
    return _sheet("once", ("figure", "value", "counted"), rows)


def _weeks(weeks: Iterable[WeekVerdicts]) -> Sheet:
    columns = ("week", "judged", "confirmed", "corrected", "unnamed", "share_right")
    rows = (
        (
            _plain(f"{week.first:%m-%d} – {week.last:%m-%d}"),
            week.verdicts.judged,
            week.verdicts.named_right,
            week.verdicts.named - week.verdicts.named_right,
            week.verdicts.unnamed,
            _share(week.verdicts.share_right),
        )
        for week in weeks
    )
    return _sheet("weeks", columns, rows)


def _standards(report: LineReport) -> Sheet:
    columns = ("standard", "clause", "here", "met", "reached", "reach")
    rows = (
        (
            _words(judged.standard.title),
            _words(each.clause.asked),
            _words(each.clause.here),
            _met(each),
            _share(each.share),
            _share(each.clause.reach),
        )
        for judged in report.standards
        for each in judged.clauses
    )
    return _sheet("standards", columns, rows)


def _met(each: JudgedClause) -> Text:
    if each.clause.met is Met.STAFFING and each.kept is not None:
        return say("met.kept" if each.kept else "met.missed")
    return say(f"met.{each.clause.met}")


def _sheet(name: str, columns: Iterable[str], rows: Iterable[tuple[Cell, ...]]) -> Sheet:
    heads = tuple(say(f"column.{column}") for column in columns)
    return Sheet(name, say(f"report.{name}"), say(f"report.{name}.about"), heads, tuple(rows))


def _share(share: float | None) -> Share | None:
    return None if share is None else Share(share)


def _words(words: Words) -> Text:
    """A clause without the marks of the documentation."""
    return Text(*(_MARKDOWN.sub(lambda found: found[1] or "", each) for each in (words.zh, words.en)))


def _plain(text: str) -> Text:
    return Text(text, text)
