"""Reports of a span of days: service levels, dialect by dialect and site by site, and what agents corrected."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import structlog

from dialects.acoustics import ENGLISH
from elder_channel.bootstrap import Line
from elder_channel.calls.levels import Level, LevelOf, Verdicts, total
from elder_channel.clock import HOTLINE_ZONE
from elder_channel.services.accounts import Account, Role
from elder_channel.services.errors import NotAllowedError, ReportRefusedError
from elder_channel.services.say_once import SayOnce, SayOnceReport
from elder_channel.services.standards import JudgedStandard, judge_standards
from elder_channel.storage.line_figures import SqlLineFigures

MAY_READ_REPORTS = frozenset({Role.VIEWER, Role.APPROVER, Role.SUPERVISOR, Role.ADMINISTRATOR})
"""Whoever answers for the service; nobody is measured by them who only answers calls."""
MOST_DAYS = 92
"""A quarter: each day is a question to the books."""
_STILL_CHANGING = timedelta(days=2)
"""Calls that ended lately may be put on the way again; what is older stays as it is."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class DayLevel:
    """One day."""

    day: date
    level: Level


@dataclass(frozen=True)
class NamedLevel:
    """The calls of a dialect, or of a site."""

    id: str | None
    """None: no dialect was named, or no agent answered, or the agent belongs to no site."""
    name: str
    level: Level


@dataclass(frozen=True)
class WeekVerdicts:
    """What agents said in one week; its ends are cut off where the span ends."""

    first: date
    last: date
    verdicts: Verdicts


@dataclass(frozen=True)
class LineReport:
    """All figures of a span of days."""

    first: date
    last: date
    made_at: datetime
    whole: Level
    elders: Level
    others: Level
    by_day: tuple[DayLevel, ...]
    by_dialect: tuple[NamedLevel, ...]
    by_site: tuple[NamedLevel, ...]
    """Sites of those who answered; the last one, without a name, are calls nobody answered."""
    say_once: SayOnce
    weeks: tuple[WeekVerdicts, ...]
    standards: tuple[JudgedStandard, ...]


class LineReports:
    """Reads reports."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._figures = SqlLineFigures(line.databases.calls)
        self._say_once = SayOnceReport(line)
        self._kept: dict[date, list[LevelOf]] = {}
        """Days that change no more; a span is asked for again and again while somebody looks at it."""

    def today(self) -> date:
        """The day it is at the hotline."""
        return self._line.clock().astimezone(HOTLINE_ZONE).date()

    def read(self, first: date, last: date, *, by: Account) -> LineReport:
        """The figures of the calls that ended from the day `first` to the day `last`, both included.

        Raises `NotAllowedError` for agents and editors, and `ReportRefusedError` for a span that cannot be.
        """
        if by.role not in MAY_READ_REPORTS:
            raise NotAllowedError("Reports are for who answers for the service.")
        self._check_span(first, last)
        days = {day: self._of_day(day) for day in days_between(first, last)}
        groups = [each for found in days.values() for each in found]
        whole = total(each.level for each in groups)
        begins, ends = midnight(first), midnight(last + timedelta(days=1))
        log.info("report.read", by=by.username, first=first.isoformat(), last=last.isoformat())
        return LineReport(
            first=first,
            last=last,
            made_at=self._line.clock(),
            whole=whole,
            elders=total(each.level for each in groups if each.elder),
            others=total(each.level for each in groups if not each.elder),
            by_day=tuple(DayLevel(day, total(each.level for each in found)) for day, found in days.items()),
            by_dialect=self._by(groups, lambda each: each.dialect, self._dialect),
            by_site=self._by(groups, self._sites(), self._site),
            say_once=self._say_once.between(begins, ends),
            weeks=tuple(self._week(*week) for week in weeks_between(first, last)),
            standards=judge_standards(whole),
        )

    def _check_span(self, first: date, last: date) -> None:
        if last < first:
            raise ReportRefusedError("span_backwards", "The last day lies before the first.")
        if last > self.today():
            raise ReportRefusedError("span_ahead", "There are no calls of days to come.")
        if (last - first).days >= MOST_DAYS:
            raise ReportRefusedError("span_too_long", f"A report covers at most {MOST_DAYS} days.")

    def _of_day(self, day: date) -> list[LevelOf]:
        if day in self._kept:
            return self._kept[day]
        found = self._figures.levels_between(midnight(day), midnight(day + timedelta(days=1)))
        if day < self.today() - _STILL_CHANGING:
            if len(self._kept) >= 4 * MOST_DAYS:
                self._kept.clear()
            self._kept[day] = found
        return found

    def _by(
        self, groups: Sequence[LevelOf], key: Callable[[LevelOf], str | None], name: Callable[[str], str]
    ) -> tuple[NamedLevel, ...]:
        """The calls by what `key` tells of them: most calls first, those it tells nothing of last."""
        found: dict[str | None, Level] = defaultdict(Level)
        for each in groups:
            found[key(each)] += each.level
        named = [NamedLevel(id_, name(id_) if id_ else "", level) for id_, level in found.items()]
        return tuple(sorted(named, key=lambda each: (each.id is None, -each.level.calls, each.name)))

    def _sites(self) -> Callable[[LevelOf], str | None]:
        """Tells the site of who answered; agents who are no more belong to none."""
        sites = {agent.id: agent.site for agent in self._line.settings.agents}
        return lambda each: sites.get(each.agent_id or "") or None

    def _site(self, id_: str) -> str:
        return next((site.name for site in self._line.settings.sites if site.id == id_), id_)

    def _dialect(self, id_: str) -> str:
        return "英语" if id_ == ENGLISH else self._line.catalogue.name(id_)

    def _week(self, first: date, last: date) -> WeekVerdicts:
        verdicts = self._figures.verdicts_between(midnight(first), midnight(last + timedelta(days=1)))
        return WeekVerdicts(first, last, verdicts)


def midnight(day: date) -> datetime:
    """When the day begins at the hotline."""
    return datetime.combine(day, time.min, HOTLINE_ZONE)


def days_between(first: date, last: date) -> Iterator[date]:
    """Every day of the span, both ends included."""
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def weeks_between(first: date, last: date) -> Iterator[tuple[date, date]]:
    """The weeks of the span, Monday to Sunday, cut off at its ends."""
    begins = first
    while begins <= last:
        ends = min(last, begins + timedelta(days=6 - begins.weekday()))
        yield begins, ends
        begins = ends + timedelta(days=1)
