"""Reports of a span of days, on real books."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from elder_channel.clock import HOTLINE_ZONE
from elder_channel.services.accounts import Account, Role
from elder_channel.services.errors import NotAllowedError, ReportRefusedError
from elder_channel.services.line_reports import MOST_DAYS, LineReports, weeks_between
from elder_channel.services.standards import Met
from tests.fakes.line import LineInMemory
from tests.fakes.line_day import keep_call, keep_verdict

CHIEF = Account("lin.fang", Role.ADMINISTRATOR)
TODAY = date(2026, 11, 22)
"""A Sunday."""


@pytest.fixture
def days(at: LineInMemory) -> LineInMemory:
    """A week with calls on two of its days."""
    engine, now = at.line.databases.calls, at.clock()
    keep_call(engine, "CA1", now)
    keep_call(engine, "CA2", now, waited=25.0, elder=True, dialect="guangzhou", agent_id="chen-jiaming", matched="any")
    keep_call(engine, "CA3", now - timedelta(days=3), waited=None)
    keep_call(engine, "CA4", now - timedelta(days=3), language="en", dialect=None)
    keep_call(engine, "CA5", now - timedelta(days=3), is_test=True)
    keep_verdict(engine, "CA1", now, "fuzhou")
    keep_verdict(engine, "CA2", now - timedelta(days=7), "minnan")
    at.clock.forward(600)
    return at


def test_a_span_of_days(days: LineInMemory) -> None:
    """By day, dialect and site, elders beside others, and what was known at pick-up."""
    report = LineReports(days.line).read(TODAY - timedelta(days=6), TODAY, by=CHIEF)
    assert (report.whole.calls, report.whole.answered, report.elders.calls, report.others.calls) == (4, 3, 1, 3)
    assert [each.day.day for each in report.by_day if each.level.calls] == [19, 22]
    assert len(report.by_day) == 7
    assert [(each.name, each.level.calls) for each in report.by_dialect][-1] == ("", 1)
    assert {each.name for each in report.by_dialect} == {"福州话", "粤语广州话", "英语", ""}
    assert sum(each.level.calls for each in report.by_site) == 4
    assert report.by_site[-1].id is None
    assert (report.say_once.picked_up, report.say_once.wishes) == (3, 3)
    assert report.say_once.dialect_match == pytest.approx(2 / 3)


def test_one_day(days: LineInMemory) -> None:
    """Both ends are in the span."""
    report = LineReports(days.line).read(TODAY, TODAY, by=CHIEF)
    assert report.whole.calls == 2
    assert [each.verdicts.judged for each in report.weeks] == [1]


def test_the_drift_week_by_week(days: LineInMemory) -> None:
    """A correction stands in the week it was made in."""
    report = LineReports(days.line).read(TODAY - timedelta(days=13), TODAY, by=CHIEF)
    assert [(each.first.day, each.last.day) for each in report.weeks] == [(9, 15), (16, 22)]
    assert [each.verdicts.share_right for each in report.weeks] == [0.0, 1.0]


def test_weeks_are_cut_off_at_the_ends() -> None:
    """Every day of the span is in exactly one week."""
    found = list(weeks_between(date(2026, 11, 18), date(2026, 12, 1)))
    assert [(first.day, last.day) for first, last in found] == [(18, 22), (23, 29), (30, 1)]


def test_clauses_are_judged_by_the_figures(days: LineInMemory) -> None:
    """Two of four within 20 seconds is fewer than 85 of 100; where no share is asked for none is judged."""
    report = LineReports(days.line).read(TODAY - timedelta(days=6), TODAY, by=CHIEF)
    measured = {
        each.clause.measure: (each.share, each.kept)
        for judged in report.standards
        for each in judged.clauses
        if each.clause.met is Met.STAFFING
    }
    assert measured == {
        "within_15": (0.5, None),
        "within_20": (0.5, False),
        "within_30": (0.75, None),
        "answered": (0.75, False),
    }


def test_days_that_change_no_more_are_read_once(days: LineInMemory) -> None:
    """Asked again, an old day costs nothing; today is read afresh."""
    reports, engine = LineReports(days.line), days.line.databases.calls
    span = TODAY - timedelta(days=6), TODAY
    assert reports.read(*span, by=CHIEF).whole.calls == 4
    keep_call(engine, "CA6", days.clock())
    keep_call(engine, "CA7", days.clock() - timedelta(days=4))
    assert reports.read(*span, by=CHIEF).whole.calls == 5


def test_the_day_is_the_hotlines(days: LineInMemory) -> None:
    """At eight in the evening of London it is tomorrow already."""
    days.clock.forward(8 * 3600)
    assert days.clock().astimezone(HOTLINE_ZONE).date() == LineReports(days.line).today() == date(2026, 11, 23)


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [
        (TODAY, TODAY - timedelta(days=1), "span_backwards"),
        (TODAY, TODAY + timedelta(days=1), "span_ahead"),
        (TODAY - timedelta(days=MOST_DAYS), TODAY, "span_too_long"),
    ],
    ids=["backwards", "ahead", "too_long"],
)
def test_a_span_that_cannot_be(at: LineInMemory, first: date, last: date, code: str) -> None:
    """Is refused by its own word."""
    with pytest.raises(ReportRefusedError) as refused:
        LineReports(at.line).read(first, last, by=CHIEF)
    assert refused.value.code == code


@pytest.mark.parametrize("role", [Role.AGENT, Role.EDITOR])
def test_reports_are_for_who_answers_for_the_service(at: LineInMemory, role: Role) -> None:
    """Asked in the service, whatever the page shows."""
    with pytest.raises(NotAllowedError):
        LineReports(at.line).read(TODAY, TODAY, by=Account("x", role))
