"""The day in figures and the reports, as a supervisor sees them in a real browser on the wired console."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed (extra dev)")
pytest.importorskip("axe_playwright_python", reason="axe-playwright-python is not installed (extra dev)")

from playwright.sync_api import expect

from elder_channel.clock import utc_now
from tests.browser.conftest import PASSWORD, Served, open_tab, serving
from tests.browser.steps import accessibility_faults, fits, keep_screenshot, wait_until_ready
from tests.fakes.line import LineInMemory, open_test_line
from tests.fakes.line_day import keep_call, keep_verdict
from tests.unit.services.test_waiting import ELDER, STRANGER, wait
from tests.unit.services.test_waiting_list import say_in
from ui.launch import console_command

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

SPOKEN = ("fuzhou", "minnan", "guangzhou", "sichuan", "wenzhou", None, "putonghua")


@pytest.fixture
def at(tmp_path: Path) -> Iterator[LineInMemory]:
    """A week of calls in many dialects, corrections, and three callers who wait at this very moment."""
    opened = open_test_line(tmp_path)
    opened.clock.now = utc_now()
    engine = opened.line.databases.calls
    for day in range(7):
        for number, dialect in enumerate(SPOKEN * 2):
            moment = opened.clock() - timedelta(days=day, seconds=130 + number)
            waited = None if number % 11 == 5 else 4.0 + (number * 7 + day * 3) % 29
            sid = f"CAD{day}-{number}"
            keep_call(engine, sid, moment, waited=waited, dialect=dialect, elder=number % 3 == 0)
            if number % 5 == 0:
                keep_verdict(engine, sid, moment, "fuzhou" if number % 2 else "minnan")
    opened.clock.forward(-80)
    for sid, number, dialect in (("CA1", ELDER, "fuzhou"), ("CA2", STRANGER, "wenzhou"), ("CA3", ELDER, None)):
        wait(opened, sid, number)
        if dialect:
            say_in(opened, sid, dialect)
    yield opened
    opened.line.databases.dispose()


@pytest.fixture
def wired(at: LineInMemory) -> Iterator[Served]:
    """The console as the supervisor starts it."""
    with serving(at.line.state, lambda port: console_command(port=port, state=at.line.state)) as served:
        served.appoint("lin.fang")
        yield served


@pytest.fixture
def page(browser: Browser, wired: Served) -> Iterator[Page]:
    """A tab that has just signed in."""
    for tab in open_tab(browser, wired):
        wait_until_ready(tab)
        tab.get_by_label("用户名").fill("lin.fang")
        tab.locator("input[autocomplete=current-password]").fill(PASSWORD)
        tab.get_by_role("button", name="登录").click()
        yield tab


def test_the_day_and_its_reports(page: Page, wired: Served) -> None:
    """The day comes first, a figure leads to the report, and the report is taken along; nothing is fetched outside."""
    expect(page.get_by_role("heading", name="今天 Today", level=1)).to_be_visible(timeout=30_000)
    expect(page.locator(".ec-spoken tbody tr").first).to_be_visible(timeout=20_000)
    _looked_at(page, "today")
    page.locator(".st-key-today-within_20").get_by_role("link").click()
    expect(page.get_by_role("heading", name="报表", level=1)).to_be_visible(timeout=30_000)
    expect(page.locator("[data-testid=stVegaLiteChart] canvas, [data-testid=stVegaLiteChart] svg")).to_have_count(
        5, timeout=20_000
    )
    _looked_at(page, "reports")
    with page.expect_download() as download:
        page.get_by_role("button", name="下载 Excel 表格").click()
    assert download.value.suggested_filename.endswith(".xlsx")
    assert Path(download.value.path()).read_bytes().startswith(b"PK")
    assert wired.outside == []


def _looked_at(page: Page, name: str) -> None:
    """No fault of axe; it fits a phone; pictures of both widths are kept."""
    assert accessibility_faults(page) == []
    keep_screenshot(page, name)
    fits(page, 375)
    keep_screenshot(page, f"{name}-375")
    page.set_viewport_size({"width": 1280, "height": 900})
    wait_until_ready(page)
