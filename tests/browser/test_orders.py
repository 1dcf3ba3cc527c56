"""The work orders as staff meet them, in a real browser on the wired console."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed (extra dev)")
pytest.importorskip("axe_playwright_python", reason="axe-playwright-python is not installed (extra dev)")

from playwright.sync_api import expect

from elder_channel.services.accounts import Account, Role
from elder_channel.services.orders import Orders
from elder_channel.workorders.model import OrderState
from tests.browser.conftest import Served, open_tab, serving
from tests.browser.steps import (
    accessibility_faults,
    choose,
    fits,
    keep_screenshot,
    press,
    sign_in,
    turn_to_part,
    wait_until_ready,
    write,
)
from tests.fakes.line import LineInMemory, open_test_line
from tests.unit.services.test_orders import STRANGER, abandoned
from ui.launch import console_command

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser


@pytest.fixture
def at(tmp_path: Path) -> Iterator[LineInMemory]:
    """A line with an elder who gave up waiting, twice, and a stranger."""
    opened = open_test_line(tmp_path)
    abandoned(opened, "CA1")
    opened.clock.forward(90)
    abandoned(opened, "CA2")
    abandoned(opened, "CA3", STRANGER, said="我要查保单")
    yield opened
    opened.line.databases.dispose()


@pytest.fixture
def wired(at: LineInMemory) -> Iterator[Served]:
    """The console as the supervisor starts it, on the line's books."""
    with serving(at.line.state, lambda port: console_command(port=port, state=at.line.state)) as served:
        served.appoint("lin.fang")
        yield served


@pytest.fixture
def orders_page(browser: Browser, wired: Served) -> Iterator[Page]:
    """The list of orders, signed in."""
    for page in open_tab(browser, wired):
        sign_in(page, "lin.fang")
        page.get_by_role("link", name="会办单").click()
        expect(page.get_by_role("heading", name="会办单 Work orders", level=1)).to_be_visible(timeout=30_000)
        expect(page.locator(".ec-order").first).to_be_visible(timeout=30_000)
        yield page


def settle(page: Page) -> None:
    """After a choice: the page is drawn anew in a moment, and what is pressed before that is lost."""
    page.wait_for_timeout(500)
    wait_until_ready(page)


def test_an_order_from_the_list_to_its_end(orders_page: Page, wired: Served, at: LineInMemory) -> None:
    """Found in the list, taken, called in vain, called again, closed; every page is accessible and fetches nothing."""
    page = orders_page
    assert accessibility_faults(page) == []
    keep_screenshot(page, "orders-list")
    expect(page.locator(".ec-order")).to_have_count(2)
    expect(page.locator(".ec-order").first).to_contain_text("长者")
    page.get_by_role("button", name="打开 1 号").click()
    page.get_by_role("button", name="领取这一单").click()
    expect(page.get_by_text("+862000000101")).to_be_visible(timeout=20_000)
    attempt = page.locator(".st-key-order_1_attempt")
    attempt.get_by_text("没人接").click()
    settle(page)
    attempt.get_by_label("说明").fill("响了很久没人接")
    attempt.get_by_role("button", name="记下这次回电").click()
    expect(page.get_by_role("status").filter(has_text="已记下")).to_be_visible(timeout=20_000)
    expect(page.locator(".ec-lines").first).to_contain_text("回电未接通")
    expect(attempt.get_by_label("说明")).to_have_value("")
    expect(attempt.get_by_role("radio", checked=True)).to_have_count(0)
    assert accessibility_faults(page) == []
    keep_screenshot(page, "orders-opened")
    close = page.locator(".st-key-order_1_close")
    close.get_by_text("已答复").click()
    settle(page)
    close.get_by_role("button", name="办结这一单").click()
    expect(page.get_by_role("alert").filter(has_text="要先告诉客户")).to_be_visible(timeout=20_000)
    close.get_by_text("已经告诉客户").click()
    settle(page)
    close.get_by_role("button", name="办结这一单").click()
    expect(page.get_by_role("button", name="重新打开")).to_be_visible(timeout=20_000)
    assert accessibility_faults(page) == []
    keep_screenshot(page, "orders-closed")
    order = at.line.work_orders.get(1)
    assert order
    assert (order.state, order.attempts, order.told_customer) == (OrderState.CLOSED, 1, True)
    assert wired.outside == []


def test_two_people_on_one_order(orders_page: Page, at: LineInMemory) -> None:
    """A colleague was quicker: the page says so, keeps what was written, and takes it the second time."""
    page = orders_page
    page.get_by_role("button", name="打开 2 号").click()
    note = page.locator(".st-key-order_2_note")
    expect(note).to_be_visible(timeout=20_000)
    order = at.line.work_orders.get(2)
    assert order
    Orders(at.line).take(2, etag=order.etag, by=Account("chen", Role.AGENT))
    note.get_by_label("说明").fill("保单已查到")
    note.get_by_role("button", name="保存备注").click()
    expect(page.get_by_role("alert").filter(has_text="刚才有人改过")).to_be_visible(timeout=20_000)
    expect(note.get_by_label("说明")).to_have_value("保单已查到")
    note.get_by_role("button", name="保存备注").click()
    expect(page.locator(".ec-lines").first).to_contain_text("保单已查到", timeout=20_000)


def test_an_order_is_taken_on_the_board(orders_page: Page, wired: Served, at: LineInMemory) -> None:
    """Turned to the board, an order is taken by keyboard and stands in the next column, where it is worked on."""
    page = orders_page
    turn_to_part(page, "orders_shape", 1)
    to_do, doing = page.locator(".st-key-board-open"), page.locator(".st-key-board-taken")
    expect(to_do.locator(".ec-board-card")).to_have_count(2)
    expect(to_do.locator(".ec-board-title")).to_contain_text("待处理（2 单）")
    expect(to_do.locator(".ec-board-card").first).to_contain_text("投诉")
    assert accessibility_faults(page) == []
    keep_screenshot(page, "orders-board")
    page.locator(".st-key-take-1 button").focus()
    page.keyboard.press("Enter")
    expect(doing.locator(".ec-board-card")).to_have_count(1, timeout=20_000)
    expect(doing.locator(".ec-board-card")).to_contain_text("lin.fang")
    expect(to_do.locator(".ec-board-title")).to_contain_text("待处理（1 单）")
    expect(page.get_by_role("status").filter(has_text="1 号：已记下")).to_be_visible()
    order = at.line.work_orders.get(1)
    assert order
    assert (order.state, order.owner) == (OrderState.TAKEN, "lin.fang")
    press(page, "act-1")
    close = doing.locator(".st-key-order_1_close")
    expect(close).to_be_visible(timeout=20_000)
    assert accessibility_faults(page) == []
    keep_screenshot(page, "orders-board-acting")
    for width in (640, 360):
        fits(page, width)
        keep_screenshot(page, f"orders-board-{width}")
    assert wired.outside == []


def test_an_order_is_opened_by_hand(orders_page: Page, wired: Served, at: LineInMemory) -> None:
    """Sent empty it says beside each field what is missing; filled in it is there, and once for a double click."""
    page = orders_page
    press(page, "orders_new")
    press(page, "new_order_submit")
    for field, words in (("type_id", "请先选一项"), ("number", "请填客户电话"), ("note", "请用几句话")):
        expect(page.locator(f".st-key-new_order_problem_{field}")).to_contain_text(words)
    assert accessibility_faults(page) == []
    keep_screenshot(page, "orders-new")
    fits(page, 360)
    page.set_viewport_size({"width": 1280, "height": 900})
    choose(page, "new_order_type_id", "投诉")
    write(page, "new_order_number", "13900001234")
    write(page, "new_order_note", "柜面排队太久，要答复")
    page.locator(".st-key-new_order_submit button").dblclick()
    expect(page.get_by_role("status").filter(has_text="已开单：3 号")).to_be_visible(timeout=20_000)
    assert accessibility_faults(page) == []
    press(page, "orders_back")
    expect(page.locator(".ec-order")).to_have_count(3)
    order = at.line.work_orders.get(3)
    assert order
    assert (order.opened_by, order.caller_number, order.owner) == ("lin.fang", "+8613900001234", "complaints-desk")
    assert wired.outside == []


@pytest.mark.parametrize("width", [640, 360], ids=["200 % zoom", "phone"])
def test_the_page_fits_a_narrow_window(orders_page: Page, width: int) -> None:
    """At double zoom or on a phone nothing has to be pushed sideways."""
    page = orders_page
    page.get_by_role("button", name="打开 1 号").click()
    wait_until_ready(page)
    expect(page.get_by_role("button", name="领取这一单")).to_be_visible(timeout=20_000)
    page.set_viewport_size({"width": width, "height": 900})
    keep_screenshot(page, f"orders-opened-{width}")
    parts = "document.querySelectorAll('.ec-order *, [class*=st-key-order_] *')"
    places = f"[...{parts}].map(e => e.getBoundingClientRect().right)"
    assert page.evaluate(f"Math.max(...{places})") <= width
