"""A note that is being written outlives a reload of the page and a restart of the server, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed (extra dev)")
pytest.importorskip("axe_playwright_python", reason="axe-playwright-python is not installed (extra dev)")

from playwright.sync_api import expect

from tests.browser.conftest import PASSWORD, open_tab, serving
from tests.browser.steps import accessibility_faults, keep_screenshot, wait_until_ready
from tests.fakes.line import LineInMemory, open_test_line
from tests.unit.services.test_orders import abandoned
from ui.launch import console_command

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

NOTE = ".st-key-note_words_1 textarea"
WORDS = "女儿说老人家听力不好，下周一上午十点再打，慢一点讲"


@pytest.fixture
def at(tmp_path: Path) -> Iterator[LineInMemory]:
    """A line with one order."""
    opened = open_test_line(tmp_path)
    abandoned(opened)
    yield opened
    opened.line.databases.dispose()


def opened_order(page: Page) -> Page:
    """The order, wherever the page has come back to."""
    menu, name = page.locator(".st-key-menu"), page.get_by_label("用户名")
    expect(menu.or_(name).first).to_be_visible(timeout=90_000)  # the first page of a console that has just been started
    wait_until_ready(page)
    if name.is_visible():
        name.fill("lin.fang")
        page.locator("input[autocomplete=current-password]").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        expect(menu).to_be_visible(timeout=30_000)
        wait_until_ready(page)
    link, order = menu.get_by_role("link", name="会办单"), page.get_by_role("button", name="打开 1 号")
    if link.is_visible():
        link.click()
    order.click()
    expect(page.locator(NOTE)).to_be_visible(timeout=30_000)
    return page


def test_a_note_outlives_a_reload_and_a_restart(browser: Browser, at: LineInMemory) -> None:
    """Typed and never left: kept a moment after the last key, told of with its time and a way to be rid of it."""

    def command(port: int) -> list[str]:
        return console_command(port=port, state=at.line.state)

    with serving(at.line.state, command) as served:
        served.appoint("lin.fang")
        for page in open_tab(browser, served):
            note = opened_order(page).locator(NOTE)
            note.press_sequentially(WORDS)
            kept = page.get_by_role("status").filter(has_text="没写完的内容已替您留着")
            expect(kept).to_be_visible(timeout=15_000)
            note.press_sequentially("。")  # writing goes on while the page is drawn anew, and nothing is swallowed
            expect(note).to_have_value(WORDS + "。")
            page.wait_for_timeout(2_500)
            page.reload()
            expect(opened_order(page).locator(NOTE)).to_have_value(WORDS + "。")
            assert accessibility_faults(page) == []
            keep_screenshot(page, "order-draft")
            assert served.outside == []
    with serving(at.line.state, command) as again:
        for page in open_tab(browser, again):
            note = opened_order(page).locator(NOTE)
            expect(note).to_have_value(WORDS + "。")
            link = page.get_by_role("link", name="工单 1")
            for leave in (page.get_by_role("button", name="返回列表"), page.get_by_role("link", name="提示音 Prompts")):
                leave.click()
                expect(page.locator(NOTE)).to_have_count(0)
                wait_until_ready(page)
                link.click()  # from the list of the same page, then from another page
                expect(note).to_have_value(WORDS + "。", timeout=15_000)
                assert "draft=" not in page.url
            page.goto(f"{again.url}orders?draft=order:1:note")  # in a tab of its own
            expect(note).to_have_value(WORDS + "。", timeout=30_000)
            page.get_by_role("button", name="不要这份草稿").click()
            expect(note).to_have_value("")
            expect(page.get_by_role("link", name="工单 1")).to_have_count(0)
