"""The console as its users meet it, in a real browser."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed (extra dev)")
pytest.importorskip("axe_playwright_python", reason="axe-playwright-python is not installed (extra dev)")

from playwright.sync_api import expect

from elder_channel.calls.model import Call, CallState, Entry
from elder_channel.storage.calls import SqlCallStore
from elder_channel.storage.engine import open_databases
from elder_channel.storage.migrate import migrate
from tests.browser.conftest import PASSWORD, Served, open_tab, serving, with_calls
from tests.browser.steps import accessibility_faults, go_to_calls, keep_screenshot, sign_in, wait_until_ready
from ui.launch import console_command

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser


def test_the_first_administrator_comes_in_and_sees_the_calls(page: Page, console: Served) -> None:
    """With the printed code a manager sets a password and sees who is calling; nothing is fetched from elsewhere."""
    wait_until_ready(page)
    assert accessibility_faults(page) == []
    keep_screenshot(page, "console-first-use")
    page.get_by_label("一次性口令").fill(console.code)
    page.get_by_label("用户名").fill("lin.fang")
    page.get_by_label("密码 Password —").fill(PASSWORD)
    page.get_by_label("再输一遍密码").fill(PASSWORD)
    page.get_by_role("button", name="设为管理员").click()
    go_to_calls(page)

    expect(page.get_by_text("139****5678")).to_be_visible(timeout=30_000)
    expect(page.get_by_text("很可能是福州话")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    keep_screenshot(page, "console-live")
    page.locator(".st-key-details-CA04 summary").click()
    expect(page.get_by_text("请慢一点讲")).to_be_visible()
    expect(page.get_by_text("当时还有 2 位可以接")).to_be_visible()
    keep_screenshot(page, "console-why-this-agent")
    assert accessibility_faults(page) == []
    assert console.outside == []


def test_the_page_refreshes_by_itself_and_keeps_what_was_opened(page: Page, console: Served) -> None:
    """A new call appears without a reload, the waiting time counts on, and an opened note stays open with its call."""
    console.appoint("lin.fang")
    page.reload()
    sign_in(page, "lin.fang")
    longest = page.locator(".ec-figure-longest b")
    before = longest.text_content(timeout=30_000)
    note = page.locator(".st-key-details-CA06 details")  # the new call is put above this one
    note.locator("summary").click()
    expect(note).to_have_attribute("open", "")

    (console.state / "arrive").touch()
    expect(page.get_by_text("137****0007")).to_be_visible(timeout=10_000)
    expect(note).to_have_attribute("open", "")
    expect(page.locator("details[open]")).to_have_count(1)
    expect(longest).not_to_have_text(before or "", timeout=10_000)


def test_trouble_is_shown_and_goes_away_by_itself(page: Page, console: Served) -> None:
    """While calls cannot be read the page says so in words, and it recovers without a reload."""
    console.appoint("lin.fang")
    page.reload()
    sign_in(page, "lin.fang")
    (console.state / "trouble").touch()
    expect(page.get_by_role("alert")).to_contain_text("暂时读不到来电", timeout=10_000)
    assert accessibility_faults(page) == []
    keep_screenshot(page, "console-trouble")
    (console.state / "quiet").touch()
    (console.state / "trouble").unlink()
    expect(page.get_by_text("现在没有来电")).to_be_visible(timeout=10_000)
    expect(page.get_by_role("alert")).to_have_count(0)
    assert accessibility_faults(page) == []
    keep_screenshot(page, "console-empty")


def test_a_wrong_password_is_refused_and_signing_out_hides_the_calls(page: Page, console: Served) -> None:
    """A stranger sees a sentence, a colleague sees the calls, and after signing out nobody does."""
    console.appoint("lin.fang")
    page.reload()
    wait_until_ready(page)
    page.get_by_label("用户名").fill("lin.fang")
    page.locator("input[autocomplete=current-password]").fill("not this one")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("alert")).to_contain_text("用户名或密码不对")
    assert accessibility_faults(page) == []
    keep_screenshot(page, "console-login-refused")
    sign_in(page, "lin.fang")
    page.get_by_role("button", name="退出").click()
    expect(page.get_by_role("heading", name="请登录")).to_be_visible()
    expect(page.locator(".ec-call")).to_have_count(0)


@pytest.mark.parametrize("width", [640, 360], ids=["200 % zoom", "phone"])
def test_the_page_fits_a_narrow_window(page: Page, console: Served, width: int) -> None:
    """At double zoom or on a phone everything stands in one column and nothing has to be pushed sideways."""
    console.appoint("lin.fang")
    page.reload()
    sign_in(page, "lin.fang")
    expect(page.get_by_text("139****5678")).to_be_visible(timeout=30_000)
    page.set_viewport_size({"width": width, "height": 900})
    keep_screenshot(page, f"console-live-{width}")
    widest = page.evaluate(
        "Math.max(...[...document.querySelectorAll('.ec-call *')].map(e => e.getBoundingClientRect().right))"
    )
    assert widest <= width


def test_a_lost_connection_is_told_on_the_page(browser: Browser, tmp_path: Path) -> None:
    """When the console itself stops, the list that stays on screen is marked as old, in Chinese too."""
    with serving(tmp_path, lambda port: with_calls(tmp_path, port)) as console:
        console.appoint("lin.fang")
        tabs = open_tab(browser, console)
        page = next(tabs)
        sign_in(page, "lin.fang")
    expect(page.get_by_test_id("stApp")).to_have_attribute(
        "data-test-connection-state", "PINGING_SERVER", timeout=20_000
    )
    bar = "getComputedStyle(document.querySelector('[data-testid=stApp]'), '::before').content"
    assert "连接断了" in page.evaluate(bar)
    tabs.close()


def test_the_wired_console_shows_a_call_from_the_books(browser: Browser, tmp_path: Path) -> None:
    """Started as the supervisor starts it, on real databases, the console shows a call that is in them, masked."""
    store = books(tmp_path)
    now = datetime.now(UTC)
    store.open_call(Call("CA100", "+8659100000102", "+862100000060", CallState.PROMPTED, now))
    assert store.enter("CA100", entry=Entry.ONE_KEY, language="zh", at=now)
    with serving(tmp_path, lambda port: console_command(port=port, state=tmp_path)) as console:
        console.appoint("lin.fang")
        for page in open_tab(browser, console):
            sign_in(page, "lin.fang")
            expect(page.get_by_role("heading", name="等人接听")).to_be_visible(timeout=30_000)
            expect(page.get_by_text("一键接入：按了 0")).to_be_visible()
            expect(page.get_by_text("00000102")).to_have_count(0)
            assert accessibility_faults(page) == []
            assert console.outside == []


def books(state: Path) -> SqlCallStore:
    """The calls of a fresh state folder."""
    databases = open_databases(state)
    migrate(databases)
    return SqlCallStore(databases.calls)
