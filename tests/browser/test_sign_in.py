"""Signing in by the company's accounts, staying signed in, and what the pages ask for, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed (extra dev)")

from playwright.sync_api import expect

from elder_channel.services.accounts_file import ACCOUNTS_FILE, read_book
from elder_channel.supervisor import free_port
from tests.browser.conftest import PASSWORD, Served, open_tab, serving
from tests.browser.steps import keep_screenshot, wait_until_ready
from tests.fakes.identity_provider import CLIENT_ID, CLIENT_SECRET, IdentityProvider, running_provider
from tests.fakes.line import open_test_line
from ui.launch import console_command

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def provider() -> Iterator[IdentityProvider]:
    """The company's accounts, on this machine."""
    with running_provider(free_port()) as running:
        yield running


@pytest.fixture(scope="module")
def wired(provider: IdentityProvider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The console as the supervisor starts it, with local accounts and the provider."""
    at = open_test_line(tmp_path_factory.mktemp("sign_in"))
    settings = {
        "ELDER_CHANNEL_OIDC_CLIENT_SECRET": CLIENT_SECRET,
        "ELDER_CHANNEL_SINGLE_SIGN_ON__METADATA_URL": provider.metadata_url,
        "ELDER_CHANNEL_SINGLE_SIGN_ON__CLIENT_ID": CLIENT_ID,
        "ELDER_CHANNEL_SINGLE_SIGN_ON__ROLES": '{"line-editors": "editor"}',
    }
    state: Path = at.line.state
    with serving(state, lambda port: console_command(port=port, state=state), settings) as served:
        served.appoint("lin.fang")
        yield served
    at.line.databases.dispose()


@pytest.fixture
def page(browser: Browser, wired: Served) -> Iterator[Page]:
    """A tab of a browser that has never been here."""
    wired.outside.clear()  # the provider is outside; that test goes there
    yield from open_tab(browser, wired)


def test_signing_in_by_the_company_s_account(page: Page, wired: Served, provider: IdentityProvider) -> None:
    """Who has no role is told so; with one the person comes in with it, stays in over a reload, and leaves for good."""
    _by_provider(page)
    expect(page.get_by_role("alert").filter(has_text="没有使用控制台的权限")).to_be_visible(timeout=30_000)
    keep_screenshot(page, "sign-in")
    provider.person = {**provider.person, "groups": ["everybody", "line-editors"]}
    _by_provider(page)
    expect(page.get_by_text("chen.jing")).to_be_visible(timeout=30_000)
    [account] = [each for each in read_book(wired.state / ACCOUNTS_FILE).accounts if each.subject]
    assert (account.username, account.role, account.password_hash) == ("chen.jing", "editor", None)
    page.reload()
    expect(page.get_by_text("chen.jing")).to_be_visible(timeout=30_000)
    wait_until_ready(page)
    page.get_by_role("button", name="退出").click()
    expect(page.get_by_label("用户名")).to_be_visible(timeout=30_000)
    wait_until_ready(page)
    assert provider.ended == 1
    assert [each["name"] for each in page.context.cookies() if each["name"].startswith("_streamlit_user")] == []


def test_no_page_asks_anybody_outside(page: Page, wired: Served) -> None:
    """The administrator goes through every page: all that is loaded is the console's own, and nothing is blocked."""
    wait_until_ready(page)
    page.get_by_label("用户名").fill("lin.fang")
    page.locator("input[autocomplete=current-password]").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=False).first.click()
    menu = page.locator(".st-key-menu")
    expect(menu).to_be_visible(timeout=30_000)
    wait_until_ready(page)
    page.reload()  # the cookie has come by then
    expect(menu).to_be_visible(timeout=30_000)
    wait_until_ready(page)
    [cookie] = [each for each in page.context.cookies() if each["name"] == "elder_channel"]
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")
    assert "elder_channel=" not in page.evaluate("document.cookie")
    links = menu.get_by_role("link")
    addresses = [wired.url, *(links.nth(place).get_attribute("href") or "" for place in range(links.count()))]
    assert len(addresses) > 10
    for address in addresses[1:]:
        menu.locator(f'a[href="{address}"]').click()
        expect(menu.locator(f'a[href="{address}"]')).to_have_count(0, timeout=30_000)
        wait_until_ready(page)
    assert wired.outside == []


def _by_provider(page: Page) -> None:
    """Press the button and agree at the provider."""
    wait_until_ready(page)
    page.get_by_role("button", name="用公司账号登录").click()
    page.get_by_role("heading", name="Provider").wait_for(timeout=30_000)
    page.locator("#go").click()
    wait_until_ready(page)
