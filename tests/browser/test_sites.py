"""A province is diverted and taken back in a real browser, on real books, while the page refreshes itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed (extra dev)")
pytest.importorskip("axe_playwright_python", reason="axe-playwright-python is not installed (extra dev)")

from playwright.sync_api import expect

from elder_channel.services.accounts import Account, Role
from elder_channel.services.sites import SiteSwitches
from tests.browser.conftest import Served, open_tab, serving
from tests.browser.steps import accessibility_faults, fits, keep_screenshot, sign_in
from tests.fakes.line import LineInMemory, open_test_line
from tests.fakes.sites import write_sites
from ui.launch import console_command

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser


@pytest.fixture
def at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LineInMemory]:
    """A line of three sites, one of them being emptied."""
    write_sites(tmp_path / "site")
    monkeypatch.setenv("ELDER_CHANNEL_SITE", str(tmp_path / "site"))
    opened = open_test_line(tmp_path)
    SiteSwitches(opened.line).drain("chengdu", reason="换空调", by=Account("chen", Role.SUPERVISOR))
    yield opened
    opened.line.databases.dispose()


@pytest.fixture
def wired(at: LineInMemory) -> Iterator[Served]:
    """The console as the supervisor starts it."""
    with serving(at.line.state, lambda port: console_command(port=port, state=at.line.state)) as served:
        served.appoint("lin.fang")
        yield served


@pytest.fixture
def sites_page(browser: Browser, wired: Served) -> Iterator[Page]:
    """The page of sites, signed in."""
    for page in open_tab(browser, wired):
        sign_in(page, "lin.fang")
        page.get_by_role("link", name="职场与开关").click()
        expect(page.get_by_role("heading", name="各职场现在")).to_be_visible(timeout=30_000)
        yield page


def choose(page: Page, label: str, option: str) -> None:
    """Choose from a list."""
    field = page.get_by_role("combobox", name=label)
    # At the window's lower edge the list opens out of sight, and closes when the page moves to show it.
    field.evaluate("field => field.scrollIntoView({block: 'center'})")
    field.fill(option)  # a long list shows its first part only
    page.get_by_role("option", name=option).click()


def test_a_province_is_diverted_and_taken_back(sites_page: Page, wired: Served, at: LineInMemory) -> None:
    """Who is affected is told before anything is done; it says since when, by whom and why; nothing from outside."""
    page = sites_page
    expect(page.get_by_text("成都中心维护中").first).to_be_visible()
    page.get_by_text("某省某时来电，会派到哪里").click()
    province = page.get_by_role("combobox", name="来电的省份")
    expect(province).to_be_visible()
    page.wait_for_timeout(1_000)  # the part has opened to its full height: a list below it would close otherwise
    choose(page, "来电的省份", "福建")
    expect(page.get_by_text("没有人会讲福州话")).to_be_visible(timeout=15_000)
    assert accessibility_faults(page) == []
    keep_screenshot(page, "sites")
    choose(page, "哪个省", "福建")
    choose(page, "转到哪些职场", "北京中心")
    page.keyboard.press("Escape")  # a list of several stays open
    page.get_by_role("button", name="先看影响谁").click()
    expect(page.get_by_role("heading", name="影响谁")).to_be_visible(timeout=15_000)
    assert at.line.switches.on()[0].subject == "chengdu"
    page.get_by_label("为什么").fill("台风，福州停电")
    page.wait_for_timeout(6_000)  # a refresh, which what was written must outlast
    expect(page.get_by_label("为什么")).to_have_value("台风，福州停电")
    assert accessibility_faults(page) == []
    keep_screenshot(page, "sites-preview")
    fits(page, 375)
    keep_screenshot(page, "sites-preview-375")
    fits(page, 640)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_role("button", name="确认：福建的来电转到北京中心").click()
    expect(page.get_by_text("灾备：福建的来电现在转到北京中心").first).to_be_visible(timeout=15_000)
    expect(page.get_by_role("status").filter(has_text="已生效")).to_be_visible()
    assert accessibility_faults(page) == []
    fits(page, 375)
    keep_screenshot(page, "sites-375")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_role("button", name="收回").last.click()
    page.get_by_label("为什么").fill("风过了")
    page.get_by_role("button", name="确认：福建的来电恢复原样").click()
    expect(page.get_by_role("status").filter(has_text="已收回")).to_be_visible(timeout=15_000)
    page.get_by_text("谁在什么时候开过、关过").click()
    expect(page.get_by_text("风过了").first).to_be_visible()
    assert accessibility_faults(page) == []
    newest = at.line.switches.history(most=1)[0]
    assert (newest.subject, newest.off_by, newest.off_reason) == ("福建", "lin.fang", "风过了")
    assert wired.outside == []
