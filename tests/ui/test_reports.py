"""The page of reports, on real books."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from elder_channel.services.accounts import Role
from elder_channel.services.line_reports import LineReports
from tests.fakes.line_day import keep_call, keep_verdict
from tests.ui.conftest import Console, addresses
from tests.ui.seen import words_of
from ui.report_words import EN, ZH

ReportsPage = Callable[..., AppTest]
TODAY = date(2026, 11, 22)


@pytest.fixture
def reports_page(console: Console, signed_in: Callable[..., AppTest]) -> ReportsPage:
    """Opens the page; called when the test has set its scene."""
    console.reports = LineReports(console.at.line)
    return lambda username="lin.fang": signed_in(username, to="reports")


def test_no_calls_in_these_days(reports_page: ReportsPage) -> None:
    """An empty report says why, and still shows what the standards ask."""
    words = words_of(reports_page())
    assert ZH["reports.empty"] in words
    assert "make demo" in words
    assert ZH["report.standards"] in words
    assert "15 秒内接起" in words


def test_every_sheet_in_both_languages_with_plots_and_tables(console: Console, reports_page: ReportsPage) -> None:
    """Each plot has a table beside it and says in words what it shows."""
    at = console.at
    keep_call(at.line.databases.calls, "CA1", at.clock())
    keep_call(at.line.databases.calls, "CA2", at.clock(), waited=25.0, elder=True, dialect="guangzhou")
    keep_verdict(at.line.databases.calls, "CA1", at.clock(), "fuzhou")
    page = reports_page()
    words = words_of(page)
    for sheet in ("levels", "days", "dialects", "sites", "elders", "once", "weeks", "standards"):
        assert ZH[f"report.{sheet}"] in words
        assert EN[f"report.{sheet}.about"] in words
    for plot in ("days", "dialects", "elders", "weeks"):
        assert ZH[f"plot.{plot}"] in words
    for expected in ("福州话", "粤语广州话", "50.0%", ZH["met.missed"], "100.0%", ZH["row.elders"]):
        assert expected in words
    assert len(page.get("vega_lite_chart")) == 5
    assert len(page.get("download_button")) == 3


@pytest.mark.parametrize(
    ("first", "last", "key"),
    [
        (TODAY, TODAY - timedelta(days=1), "refused.span_backwards"),
        (TODAY, TODAY + timedelta(days=1), "refused.span_ahead"),
        (TODAY - timedelta(days=100), TODAY, "refused.span_too_long"),
    ],
    ids=["backwards", "ahead", "too_long"],
)
def test_days_that_cannot_be_are_explained(reports_page: ReportsPage, first: date, last: date, key: str) -> None:
    """What is wrong, and what to choose; then it goes on."""
    page = reports_page()
    page.date_input(key="reports_first").set_value(first)
    page.date_input(key="reports_last").set_value(last).run()
    assert ZH[key].format(most=92) in words_of(page)
    page.date_input(key="reports_first").set_value(TODAY)
    page.date_input(key="reports_last").set_value(TODAY).run()
    assert ZH["report.levels"] in words_of(page)


@pytest.mark.parametrize("role", [Role.AGENT, Role.EDITOR])
def test_who_is_offered_no_such_page(console: Console, reports_page: ReportsPage, role: Role) -> None:
    """Neither in the menu nor by its address."""
    console.appoint()
    console.employ("chen", role)
    assert "reports" not in addresses(reports_page("chen"))


def test_trouble_is_told_in_words(console: Console, signed_in: Callable[..., AppTest]) -> None:
    """Without the fault's own text."""

    class Broken(LineReports):
        def read(self, *_: object, **__: object) -> None:  # type: ignore[override]
            raise OSError("disk is away")

    console.reports = Broken(console.at.line)
    words = words_of(signed_in(to="reports"))
    assert ZH["reports.trouble.explain"] in words
    assert "disk" not in words
