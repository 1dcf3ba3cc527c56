"""A customer is found, opened and changed in a real browser, on real books."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed (extra dev)")
pytest.importorskip("axe_playwright_python", reason="axe-playwright-python is not installed (extra dev)")

from playwright.sync_api import expect

from elder_channel.customers.model import Customer
from tests.browser.conftest import Served, open_tab, serving
from tests.browser.steps import accessibility_faults, fits, keep_screenshot, sign_in
from tests.fakes.line import LineInMemory, open_test_line
from ui.launch import console_command

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

WHO, NUMBER = 71, "+8659100000171"


@pytest.fixture
def at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LineInMemory]:
    """Books with the customer."""
    monkeypatch.setenv("ELDER_CHANNEL_SITE", str(tmp_path / "site"))
    opened = open_test_line(tmp_path)
    opened.line.customers.load([Customer(WHO, "林示例", (NUMBER,), dialect="fuzhou")])
    yield opened
    opened.line.databases.dispose()


@pytest.fixture
def wired(at: LineInMemory) -> Iterator[Served]:
    """The console as the supervisor starts it."""
    with serving(at.line.state, lambda port: console_command(port=port, state=at.line.state)) as served:
        served.appoint("lin.fang")
        yield served


@pytest.fixture
def customers_page(browser: Browser, wired: Served) -> Iterator[Page]:
    """The page of customers, signed in."""
    for page in open_tab(browser, wired):
        sign_in(page, "lin.fang")
        page.get_by_role("link", name="客户 Customers").click()
        expect(page.get_by_role("heading", name="还没有查找任何人")).to_be_visible(timeout=30_000)
        yield page


def test_a_customer_is_found_and_changed(customers_page: Page, at: LineInMemory) -> None:
    """With a reason, masked until opened; nothing of the page breaks a rule of accessibility."""
    page = customers_page
    page.get_by_label("号码、客户编号或完整姓名").fill("059100000171")
    page.get_by_label("原因（例如").fill("客户来电")
    page.get_by_role("button", name="查找").click()
    expect(page.get_by_text("+86591****71").first).to_be_visible(timeout=30_000)
    page.get_by_role("button", name=f"打开 {WHO} 号").click()
    expect(page.get_by_text(NUMBER).first).to_be_visible(timeout=30_000)
    page.get_by_label("家人号码").fill("0591 0000 0172")
    page.get_by_label("为什么更改").fill("女儿来电")
    page.get_by_role("button", name="保存更改").click()
    expect(page.get_by_text("已保存").first).to_be_visible(timeout=30_000)
    page.get_by_role("button", name="删除……").click()
    expect(page.get_by_text("删除后不能恢复").first).to_be_visible(timeout=30_000)
    assert accessibility_faults(page) == []
    keep_screenshot(page, "customers")
    fits(page, 640)
    customer = at.line.customer_files.get(WHO)
    assert customer is not None
    assert customer.family_numbers == ("+8659100000172",)
