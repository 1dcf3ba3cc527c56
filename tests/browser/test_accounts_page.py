"""Accounts as an administrator keeps them, in a real browser on the wired console."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed (extra dev)")
pytest.importorskip("axe_playwright_python", reason="axe-playwright-python is not installed (extra dev)")

from playwright.sync_api import expect

from tests.browser.conftest import Served, open_tab, serving
from tests.browser.steps import accessibility_faults, choose, come_in, fits, go, keep_screenshot, press, settle, write
from tests.fakes.line import open_test_line
from ui.launch import console_command

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
NEW = "osmanthus-2026"


@pytest.fixture
def wired(tmp_path: Path) -> Iterator[Served]:
    """The console as the supervisor starts it, on the books of a quiet line."""
    opened = open_test_line(tmp_path)
    with serving(opened.line.state, lambda port: console_command(port=port, state=opened.line.state)) as served:
        served.appoint("lin.fang")
        yield served
    opened.line.databases.dispose()


@pytest.fixture
def accounts_page(browser: Browser, wired: Served) -> Iterator[Page]:
    """The page of accounts, signed in as the first administrator."""
    for page in open_tab(browser, wired):
        come_in(page, "lin.fang")
        go(page, "accounts")
        yield page


def fill(page: Page, key: str, text: str) -> None:
    """Write into a field of a form, which is sent with its button only."""
    page.locator(f".st-key-{key} input").fill(text)


def test_an_administrator_adds_an_account_and_it_signs_in(accounts_page: Page, browser: Browser, wired: Served) -> None:
    """The password is shown once; its person chooses another first, and then sees the pages of the role."""
    page = accounts_page
    write(page, "account_add_name", "wang.li")
    choose(page, "account_add_role", "主管")
    press(page, "account_add")
    shown = page.locator(".ec-given")
    expect(shown).to_be_visible(timeout=20_000)
    password = shown.inner_text()
    expect(page.locator(".ec-table")).to_contain_text("wang.li")
    assert accessibility_faults(page) == []
    choose(page, "accounts_who", "wang.li")
    press(page, "account_close")
    assert accessibility_faults(page) == []
    keep_screenshot(page, "accounts")
    press(page, "account_close_leave")
    for width in (640, 360):
        fits(page, width)
        keep_screenshot(page, f"accounts-{width}")
    for other in open_tab(browser, wired):
        write(other, "login_username", "wang.li")
        write(other, "login_password", password)
        other.locator(".st-key-login_submit button").click()
        expect(other.get_by_text("请先把发给您的密码换成自己的")).to_be_visible(timeout=30_000)
        expect(other.locator(".st-key-menu a")).to_have_count(0)
        assert accessibility_faults(other) == []
        keep_screenshot(other, "accounts-first-password")
        for key, words in (("now", "wrong"), ("new", NEW), ("repeat", NEW)):
            fill(other, f"own_password_{key}", words)
        other.locator(".st-key-own_password_submit button").click()
        expect(other.get_by_role("alert").filter(has_text="现在的密码不对")).to_be_visible(timeout=20_000)
        expect(other.locator(".st-key-own_password_new input")).to_have_value("")
        for key, words in (("now", password), ("new", NEW), ("repeat", NEW)):
            fill(other, f"own_password_{key}", words)
        other.locator(".st-key-own_password_submit button").click()
        expect(other.locator(".st-key-menu a").first).to_be_visible(timeout=30_000)
        go(other, "waiting")
        other.reload()  # the cookie is the new sign-in's
        settle(other)
        expect(other.get_by_text("wang.li")).to_be_visible(timeout=30_000)
    assert wired.outside == []
