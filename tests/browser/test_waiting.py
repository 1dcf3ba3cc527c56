"""Who waits, as a supervisor sees it in a real browser on the wired console."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed (extra dev)")
pytest.importorskip("axe_playwright_python", reason="axe-playwright-python is not installed (extra dev)")

from playwright.sync_api import expect

from elder_channel.agents.model import Presence
from elder_channel.clock import utc_now
from elder_channel.services.line import LineService
from elder_channel.services.routing import RoutingService
from elder_channel.services.waiting import Waiting
from tests.browser.conftest import Served, open_tab, serving
from tests.browser.steps import accessibility_faults, fits, keep_screenshot, sign_in
from tests.fakes.line import LineInMemory, open_test_line
from tests.unit.services.test_waiting import ELDER, STRANGER, wait
from tests.unit.services.test_waiting_list import nobody_free, say_in
from ui.launch import console_command

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser


@pytest.fixture
def at(tmp_path: Path) -> Iterator[LineInMemory]:
    """One caller rung in vain and rung again, two in line, one to be called back, at this very moment."""
    opened = open_test_line(tmp_path)
    opened.clock.now = utc_now()
    opened.clock.forward(-120)
    line = opened.line
    wait(opened, "CA4")
    Waiting(line).take_callback("CA4")
    wait(opened, "CA1")
    say_in(opened, "CA1", "fuzhou")
    opened.clock.forward(3)
    router = RoutingService(line, LineService(line))
    router.tick()
    line.calls.put_back("CA1", "zheng-guodong", presence=Presence.ABSENT, at=opened.clock())
    line.calls.queued("CA1", at=opened.clock())
    opened.clock.forward(30)
    router.tick()
    nobody_free(opened, "sun-lihua")
    wait(opened, "CA2", STRANGER)
    say_in(opened, "CA2", "wenzhou")
    opened.clock.forward(20)
    wait(opened, "CA3", ELDER)
    yield opened
    line.databases.dispose()


@pytest.fixture
def wired(at: LineInMemory) -> Iterator[Served]:
    """The console as the supervisor starts it."""
    with serving(at.line.state, lambda port: console_command(port=port, state=at.line.state)) as served:
        served.appoint("lin.fang")
        yield served


@pytest.fixture
def waiting_page(browser: Browser, wired: Served) -> Iterator[Page]:
    """The page of who waits, signed in."""
    for page in open_tab(browser, wired):
        sign_in(page, "lin.fang")
        page.get_by_role("link", name="谁在等").click()
        expect(page.get_by_role("heading", name="谁在等", level=1)).to_be_visible(timeout=30_000)
        yield page


def test_a_supervisor_sees_who_waits_and_why_for_whom(waiting_page: Page, wired: Served, at: LineInMemory) -> None:
    """Elders first; the trace of the router; callbacks; a caller who leaves is gone by itself."""
    page = waiting_page
    cards = page.locator(".ec-wait")
    expect(cards).to_have_count(4, timeout=20_000)
    expect(cards.first).to_contain_text("长者")
    expect(page.get_by_text("之前：郑国栋")).to_be_visible()
    expect(page.get_by_text("等候中选择回电，保留排队位置")).to_be_visible()
    assert accessibility_faults(page) == []
    keep_screenshot(page, "waiting")
    for width in (375, 640):
        fits(page, width)
        keep_screenshot(page, f"waiting-{width}")
    page.set_viewport_size({"width": 1280, "height": 900})
    at.clock.now = utc_now()
    LineService(at.line).ended("CA2")
    expect(page.get_by_text("第 2 位")).to_have_count(0, timeout=20_000)
    assert wired.outside == []
