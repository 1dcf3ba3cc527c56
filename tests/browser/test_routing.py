"""A call is tried, an agent gets a skill, and the next trial uses it: in a real browser, on real books."""

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
from tests.browser.steps import accessibility_faults, fits, keep_screenshot, sign_in, wait_until_ready
from tests.fakes.line import LineInMemory, open_test_line
from tests.fakes.sites import write_sites
from ui.launch import console_command

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

CHAOZHOU = "+8676800000177"


@pytest.fixture
def at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LineInMemory]:
    """A line of three sites and a known elder of Chaozhou, whose dialect nobody speaks yet."""
    write_sites(tmp_path / "site")
    monkeypatch.setenv("ELDER_CHANNEL_SITE", str(tmp_path / "site"))
    opened = open_test_line(tmp_path)
    opened.line.customers.load([Customer(93, "陈示例", (CHAOZHOU,), elder_flag=True, dialect="chaoshan")])
    yield opened
    opened.line.databases.dispose()


@pytest.fixture
def wired(at: LineInMemory) -> Iterator[Served]:
    """The console as the supervisor starts it."""
    with serving(at.line.state, lambda port: console_command(port=port, state=at.line.state)) as served:
        served.appoint("lin.fang")
        yield served


@pytest.fixture
def routing_page(browser: Browser, wired: Served) -> Iterator[Page]:
    """The page of routing, signed in."""
    for page in open_tab(browser, wired):
        sign_in(page, "lin.fang")
        page.get_by_role("link", name="派单").click()
        expect(page.get_by_role("heading", name="先问一个来电")).to_be_visible(timeout=30_000)
        yield page


def choose(page: Page, label: str, option: str) -> None:
    """Choose from a list."""
    field = page.get_by_role("combobox", name=label)
    # At the window's lower edge the list opens out of sight, and closes when the page moves to show it.
    field.evaluate("field => field.scrollIntoView({block: 'center'})")
    field.fill(option)  # a long list shows its first part only
    page.get_by_role("option", name=option).first.click()


def ask(page: Page, answer: str) -> None:
    """Press the button, until the answer stands there."""
    page.get_by_role("button", name="试一试").click()
    expect(page.get_by_role("heading", name=answer)).to_be_visible(timeout=15_000)


def part(page: Page, name: str) -> None:
    """Go to a part of the page."""
    page.get_by_text(name, exact=False).first.click()
    wait_until_ready(page)


def test_a_skill_is_given_and_the_next_trial_uses_it(routing_page: Page, wired: Served, at: LineInMemory) -> None:
    """Nobody speaks it, so anybody takes the call; then somebody does, and gets it; nothing from outside."""
    page = routing_page
    page.get_by_role("textbox", name="来电号码").fill(CHAOZHOU)
    page.get_by_role("textbox", name="说了什么").fill("我想查一下保单")
    ask(page, "秒后派给")
    expect(page.get_by_text("方言不一定对得上").first).to_be_visible()
    assert accessibility_faults(page) == []
    keep_screenshot(page, "routing-what-if")
    fits(page, 375)
    keep_screenshot(page, "routing-what-if-375")
    page.set_viewport_size({"width": 1280, "height": 900})
    part(page, "坐席与技能")
    expect(page.get_by_role("heading", name="派单的规矩")).to_be_visible(timeout=15_000)
    choose(page, "改哪一位", "渝")
    edit = page.get_by_role("button", name="改一位话务员")
    expect(edit).to_be_enabled(timeout=15_000)
    edit.click()
    expect(page.get_by_role("button", name="保存")).to_be_visible(timeout=15_000)
    choose(page, "会讲哪些方言", "潮汕话")
    page.keyboard.press("Escape")  # a list of several stays open
    expect(page.get_by_role("combobox", name="潮汕话讲得怎样")).to_be_visible(timeout=15_000)
    assert accessibility_faults(page) == []
    keep_screenshot(page, "routing-agents")
    fits(page, 375)
    keep_screenshot(page, "routing-agents-375")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("status").filter(has_text="已保存")).to_be_visible(timeout=15_000)
    part(page, "试一试")
    expect(page.get_by_role("textbox", name="来电号码")).to_have_value(CHAOZHOU)
    ask(page, "秒后派给渝")
    expect(page.get_by_text("会讲来电人的话").first).to_be_visible()
    part(page, "排班测算")
    page.get_by_role("button", name="测算", exact=False).click()
    expect(page.get_by_text("各方言要几位会讲").first).to_be_visible(timeout=15_000)
    assert accessibility_faults(page) == []
    keep_screenshot(page, "routing-staffing")
    fits(page, 375)
    keep_screenshot(page, "routing-staffing-375")
    assert at.line.source.reload().value == "changed"
    agent = at.line.settings.agent("yu")
    assert agent is not None
    assert agent.dialects == {"chongqing": 5, "chaoshan": 3}
    assert at.line.calls.open_calls() == []
    assert wired.outside == []


def test_what_is_worked_out_is_left_and_found_again(routing_page: Page, wired: Served) -> None:
    """The peak is begun, the page is left and reloaded: needs, field and peak stand there, with the time."""
    page = routing_page
    part(page, "排班测算")
    page.get_by_role("spinbutton", name="来电是平常的几倍").fill("0.1")
    page.get_by_role("button", name="测算", exact=False).first.click()
    expect(page.get_by_text("算好的").first).to_be_visible(timeout=30_000)
    page.get_by_role("button", name="把最忙的时候派一遍").click()
    page.locator(".st-key-menu").get_by_role("link", name="正在进行的来电").click()
    expect(page.get_by_role("heading", name="正在进行的来电", level=1)).to_be_visible(timeout=30_000)
    page.goto(f"{wired.url}routing")
    wait_until_ready(page)
    part(page, "排班测算")
    expect(page.get_by_text("位就够")).to_be_visible(timeout=90_000)
    expect(page.get_by_role("spinbutton", name="来电是平常的几倍")).to_have_value("0.10")
    assert accessibility_faults(page) == []
    keep_screenshot(page, "routing-staffing-found-again")
    assert wired.outside == []
