"""An editor changes a setting that needs a second person, and an approver approves it: in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed (extra dev)")
pytest.importorskip("axe_playwright_python", reason="axe-playwright-python is not installed (extra dev)")

from playwright.sync_api import expect

from elder_channel.services.accounts import Account, Accounts, Role
from tests.browser.conftest import PASSWORD, Served, open_tab, serving
from tests.browser.steps import accessibility_faults, fits, keep_screenshot, sign_in, wait_until_ready
from tests.fakes.line import LineInMemory, open_test_line
from ui.launch import console_command

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

BOSS = Account("lin.fang", Role.ADMINISTRATOR)


@pytest.fixture
def at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LineInMemory]:
    """A line whose site says from when on somebody is old."""
    site = tmp_path / "site"
    site.mkdir()
    (site / "line.yaml").write_text("# 本单位\nschema: 1\nelder_age: 65\n", encoding="utf-8")
    monkeypatch.setenv("ELDER_CHANNEL_SITE", str(site))
    opened = open_test_line(tmp_path)
    yield opened
    opened.line.databases.dispose()


@pytest.fixture
def wired(at: LineInMemory) -> Iterator[Served]:
    """The console as the supervisor starts it, with an editor and an approver."""
    with serving(at.line.state, lambda port: console_command(port=port, state=at.line.state)) as served:
        served.appoint(BOSS.username)
        accounts = Accounts(at.line.state / "accounts.json", lambda: datetime.now(UTC))
        accounts.add("chen", PASSWORD, Role.EDITOR, by=BOSS)
        accounts.add("wu", PASSWORD, Role.APPROVER, by=BOSS)
        yield served


@pytest.fixture
def page(browser: Browser, wired: Served) -> Iterator[Page]:
    """A tab of its own."""
    yield from open_tab(browser, wired)


def open_settings(page: Page, username: str) -> None:
    """Sign in and go to the settings."""
    sign_in(page, username)
    wait_until_ready(page)
    page.locator(".st-key-menu").get_by_role("link", name="设置").click()
    expect(page.get_by_role("heading", name="设置 Settings", level=1)).to_be_visible(timeout=30_000)
    wait_until_ready(page)


def press(page: Page, name: str, *, shows: str) -> None:
    """Press a button, until what it leads to stands there."""
    page.get_by_role("button", name=name).click()
    expect(page.get_by_text(shows).first).to_be_visible(timeout=15_000)
    wait_until_ready(page)


def test_an_editor_hands_a_marked_setting_in_and_an_approver_approves_it(
    page: Page, wired: Served, at: LineInMemory
) -> None:
    """The difference is seen by both; it is in force only then; nothing is fetched from outside."""
    open_settings(page, "chen")
    choose = page.get_by_role("combobox", name="哪一类设置")
    choose.fill("来电进线")
    page.get_by_role("option", name="来电进线").first.click()
    notice = page.get_by_text("播放录音告知 recording_notice").first
    expect(notice).to_be_visible(timeout=15_000)
    wait_until_ready(page)
    notice.click()
    expect(page.get_by_text("还没有改什么")).to_have_count(0, timeout=15_000)
    expect(page.get_by_role("button", name="看改动")).to_be_enabled(timeout=15_000)
    press(page, "看改动", shows="+recording_notice: true")
    assert accessibility_faults(page) == []
    keep_screenshot(page, "settings-form")
    why = page.get_by_role("textbox", name="为什么改")
    why.fill("一月起告知录音")
    why.press("Enter")
    press(page, "提交，等第二个人批准", shows="已提交。")
    assert at.line.source.reload().value == "unchanged"
    page.get_by_role("button", name="退出").click()
    open_settings(page, "wu")
    page.get_by_text("等人批准").first.click()
    expect(page.get_by_text("一月起告知录音").first).to_be_visible(timeout=15_000)
    assert accessibility_faults(page) == []
    keep_screenshot(page, "settings-waiting")
    press(page, "批准 Approve", shows="批准以后就写进")
    press(page, "确认：批准第 1 号", shows="已批准，写进去了。")
    at.line.source.reload()
    assert at.line.settings.line.recording_notice is True
    page.get_by_text("谁改过什么").first.click()
    expect(page.get_by_text("chen 改了").first).to_be_visible(timeout=15_000)
    fits(page, 375)
    keep_screenshot(page, "settings-history-375")
    assert wired.outside == []
