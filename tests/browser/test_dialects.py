"""The page of dialects in a real browser: looked at by everybody, a phrase tried, kept, and used by the line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed (extra dev)")
pytest.importorskip("axe_playwright_python", reason="axe-playwright-python is not installed (extra dev)")

from playwright.sync_api import expect

from dialects.intents import find_need
from elder_channel.services.accounts import Account, Accounts, Role
from elder_channel.services.accounts_file import ACCOUNTS_FILE
from elder_channel.web.app import look_at_dialects
from tests.browser.conftest import PASSWORD, Served, open_tab, serving
from tests.browser.steps import accessibility_faults, fits, keep_screenshot, sign_in, wait_until_ready
from tests.fakes.line import LineInMemory, open_test_line
from ui.launch import console_command

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

CHIEF, EDITOR = "lin.fang", "chen.hong"


@pytest.fixture
def at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LineInMemory]:
    """A line to whose dialects nothing was added; the console is told the same site folder."""
    opened = open_test_line(tmp_path)
    monkeypatch.setenv("ELDER_CHANNEL_SITE", str(tmp_path / "site"))
    yield opened
    opened.line.databases.dispose()


@pytest.fixture
def wired(at: LineInMemory) -> Iterator[Served]:
    """The console as it is started, with an editor."""
    state = at.line.state
    with serving(state, lambda port: console_command(port=port, state=state)) as served:
        served.appoint(CHIEF)
        accounts = Accounts(state / ACCOUNTS_FILE, at.line.clock)
        accounts.add(EDITOR, PASSWORD, Role.EDITOR, by=Account(CHIEF, Role.ADMINISTRATOR))
        yield served


def test_a_phrase_for_fuzhou_is_tried_kept_and_used(browser: Browser, wired: Served, at: LineInMemory) -> None:
    """What it would change stands there before it is saved; the line takes it over while it runs."""
    for page in open_tab(browser, wired):
        sign_in(page, EDITOR)
        page.get_by_role("link", name="方言 Dialects").click()
        expect(page.get_by_role("heading", name="方言", level=1)).to_be_visible(timeout=30_000)
        page.get_by_text("42 种一览").click()
        expect(page.get_by_role("rowheader", name="福州话")).to_be_visible(timeout=20_000)
        page.set_viewport_size(
            {"width": 375, "height": 900}
        )  # a table of eight columns is pushed sideways in its own frame
        assert accessibility_faults(page) == []
        keep_screenshot(page, "dialects-all-375")
        page.set_viewport_size({"width": 1280, "height": 900})
        keep_screenshot(page, "dialects-all")
        page.get_by_text("一种方言").click()
        box = page.get_by_role("combobox", name="哪种方言")
        box.fill("福州")
        box.press("Enter")
        expect(page.get_by_text("福建福州")).to_be_visible(timeout=20_000)
        assert accessibility_faults(page) == []
        keep_screenshot(page, "dialects-fuzhou")
        page.get_by_text("词和说法").first.click()
        expect(page.get_by_text("𣍐").first).to_be_visible(timeout=20_000)
        wait_until_ready(page)
        page.get_by_text("加词、收回").click()
        expect(page.get_by_text("还没有加过")).to_be_visible(timeout=20_000)
        wait_until_ready(page)
        page.get_by_text("要办的事的说法").click()
        words = page.get_by_label("说法（2 到 30 个汉字")
        expect(words).to_be_visible(timeout=20_000)
        words.fill("你好")
        words.press("Enter")
        expect(page.get_by_text("变差").last).to_be_visible(timeout=30_000)
        assert accessibility_faults(page) == []
        keep_screenshot(page, "dialects-worse")
        words.fill("保险毛做了")
        words.press("Enter")
        expect(page.get_by_text("答案都不变")).to_be_visible(timeout=30_000)
        wait_until_ready(page)
        need = page.get_by_role("combobox", name="意思是")
        need.click()
        need.fill("退保")
        page.get_by_role("option", name="退保").click()
        page.get_by_role("button", name="加进去").click()
        expect(page.get_by_text("「保险毛做了」就是退保")).to_be_visible(timeout=30_000)
        fits(page, 375)
        assert accessibility_faults(page) == []
        keep_screenshot(page, "dialects-added-375")
    look_at_dialects(at.line)
    found = find_need("保险毛做了", at.line.catalogue)
    assert found
    assert found.need.id == "surrender"
    assert wired.outside == []
