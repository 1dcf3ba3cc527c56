"""The switch of the language in a real browser: what is typed and chosen, but not sent, stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed (extra dev)")

from playwright.sync_api import expect

from tests.browser.conftest import PASSWORD, Served
from tests.browser.steps import accessibility_faults, keep_screenshot, wait_until_ready

if TYPE_CHECKING:
    from playwright.sync_api import Page


def switch(page: Page, name: str, tag: str) -> None:
    """Press the language, and wait until the page as a whole is in it."""
    page.locator(".st-key-screen_language").get_by_text(name, exact=True).click()
    expect(page.locator("html")).to_have_attribute("lang", tag, timeout=20_000)
    wait_until_ready(page)


def heading_stands(page: Page, title: str) -> None:
    """Asked for by name: while one page follows another both have a heading for a moment."""
    expect(page.get_by_role("heading", level=1, name=title, exact=True)).to_be_visible(timeout=30_000)


def test_switching_in_the_middle_of_a_form_loses_nothing(page: Page, console: Served) -> None:
    """At the login while a name is typed, and in a form on a call with lists chosen and nothing sent."""
    console.appoint("lin.fang")
    page.reload()
    wait_until_ready(page)
    page.get_by_label("用户名").press_sequentially("lin.fa")
    eye = page.get_by_test_id("stTextInput").get_by_role("button")
    expect(eye).to_have_accessible_name("显示密码 Show password")  # what Streamlit says by itself
    switch(page, "English", "en")
    expect(eye).to_have_accessible_name("Show password")
    heading_stands(page, "Please sign in")
    name = page.get_by_label("User name")
    expect(name).to_have_value("lin.fa")
    name.press("End")
    name.press_sequentially("ng")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    heading_stands(page, "Today")
    wait_until_ready(page)
    page.locator(".st-key-menu").get_by_role("link", name="Live calls").click()
    heading_stands(page, "Live calls")
    assert accessibility_faults(page) == []
    keep_screenshot(page, "live-english")
    page.get_by_role("button", name="Is the dialect right?").first.click()
    _choose(page, "What was really spoken", "Fuzhou")
    page.get_by_text("Somebody else than the customer is calling").click()
    switch(page, "中文", "zh-CN")
    expect(page.get_by_role("combobox", name="实际讲的是")).to_have_value("福州话")
    expect(page.get_by_role("checkbox", name="打电话的不是客户本人")).to_be_checked()
    keep_screenshot(page, "live-chinese")
    switch(page, "中文 + English", "zh-CN")
    expect(page.get_by_role("combobox", name="实际讲的是")).to_have_value("福州话 Fuzhou")
    assert "held" not in page.url


def _choose(page: Page, label: str, option: str) -> None:
    box = page.get_by_role("combobox", name=label)
    box.evaluate("each => each.scrollIntoView({block: 'center'})")
    box.fill(option)
    page.get_by_role("option", name=option, exact=True).click()
    expect(box).to_have_value(option)
