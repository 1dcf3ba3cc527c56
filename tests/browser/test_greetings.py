"""A campaign is approved by a second person, watched while it goes out, and paused, in a real browser on real books."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed (extra dev)")
pytest.importorskip("axe_playwright_python", reason="axe-playwright-python is not installed (extra dev)")

from playwright.sync_api import expect

from elder_channel.clock import HOTLINE_ZONE, utc_now
from elder_channel.services.accounts import Account, Accounts, Role
from elder_channel.services.greeting_plans import GreetingPlans
from elder_channel.services.replies import Replies
from greeting_sms.campaign_books import CampaignState, versions
from tests.browser.conftest import Served, open_tab, serving
from tests.browser.steps import accessibility_faults, fits, keep_screenshot, sign_in
from tests.fakes.greeting_scene import put_campaign, put_people
from tests.fakes.line import LineInMemory, open_test_line
from ui.launch import console_command

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

BOSS = Account("lin.fang", Role.ADMINISTRATOR)


def tomorrow() -> date:
    """The hotline's."""
    return utc_now().astimezone(HOTLINE_ZONE).date() + timedelta(days=1)


@pytest.fixture
def at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LineInMemory]:
    """Today's books: a campaign that waits for approval, people with birthdays, and two replies."""
    monkeypatch.setenv("ELDER_CHANNEL_SITE", str(tmp_path / "site"))
    opened = open_test_line(tmp_path)
    opened.clock.now = utc_now()
    put_campaign(opened, by="editor")
    for ahead, count in ((0, 12), (1, 40), (3, 25), (9, 61)):
        day = tomorrow() + timedelta(days=ahead - 1)
        born = {"birth_month": day.month, "birth_day": day.day}
        put_people(opened, count, beginning=1000 * ahead, **born)
    for sid, words in (("SM1", "退订"), ("SM2", "谢谢你们，祝工作顺利")):
        Replies(opened.line).receive(sid=sid, number="+8659100000102", body=words)
    yield opened
    opened.line.databases.dispose()


@pytest.fixture
def wired(at: LineInMemory) -> Iterator[Served]:
    """The console as the supervisor starts it."""
    with serving(at.line.state, lambda port: console_command(port=port, state=at.line.state)) as served:
        served.appoint("lin.fang")
        yield served


@pytest.fixture
def greetings_page(browser: Browser, wired: Served) -> Iterator[Page]:
    """The page of greetings, signed in."""
    for page in open_tab(browser, wired):
        sign_in(page, "lin.fang")
        page.get_by_role("link", name="生日祝福").click()
        expect(page.get_by_role("heading", name="今天和今后 30 天")).to_be_visible(timeout=30_000)
        yield page


def turn_to(page: Page, part: str, heading: str) -> None:
    """Choose a part of the page."""
    page.get_by_text(part, exact=False).locator("visible=true").first.click()
    expect(page.get_by_text(heading).first).to_be_visible(timeout=15_000)


def look(page: Page, name: str) -> None:
    """No fault of accessibility, a picture, and on a phone nothing to be pushed sideways."""
    assert accessibility_faults(page) == []
    keep_screenshot(page, f"greetings-{name}")
    fits(page, 375)
    page.set_viewport_size({"width": 1280, "height": 900})


def test_a_campaign_is_approved_watched_and_paused(greetings_page: Page, wired: Served, at: LineInMemory) -> None:
    """Every step says what it leads to before it is taken; nothing comes from outside."""
    page = greetings_page
    look(page, "calendar")
    turn_to(page, "活动 Campaigns", "等人批准")
    page.get_by_role("button", name="打开 birthday").click()
    page.get_by_role("button", name="批准第 1 版").click()
    expect(page.get_by_text("批准后，这一版从下一次排期起")).to_be_visible(timeout=15_000)
    page.get_by_role("button", name="确认：批准第 1 版").click()
    expect(page.get_by_text("已批准。")).to_be_visible(timeout=15_000)
    planned = GreetingPlans(at.line, Accounts(at.line.state / "accounts.json", utc_now)).plan(tomorrow(), by=BOSS)
    assert planned.new == 40
    turn_to(page, "发送 Sending", "停发和恢复")
    page.get_by_role("spinbutton", name="year, 看哪一天的生日").click()
    page.keyboard.type(f"{tomorrow():%Y%m%d}")
    page.keyboard.press("Escape")  # the calendar beside the field
    page.locator("h1").filter(visible=True).first.click()
    expect(page.get_by_text("已排好，等时间到")).to_be_visible(timeout=15_000)
    look(page, "sending")
    turn_to(page, "活动 Campaigns", "各版本")
    page.get_by_role("button", name="暂停这个活动").click()
    expect(page.get_by_text("已排好的 40 条一条也不再发出")).to_be_visible(timeout=15_000)
    page.get_by_label("为什么").fill("英文有错字")
    assert accessibility_faults(page) == []
    page.get_by_role("button", name="确认：暂停").click()
    expect(page.get_by_text("英文有错字").first).to_be_visible(timeout=15_000)
    with at.line.databases.greetings.connect() as connection:
        assert versions(connection)[0].state is CampaignState.PAUSED
    page.get_by_role("button", name="编辑这个活动").click()
    expect(page.get_by_role("heading", name="真实客户会读到的")).to_be_visible(timeout=15_000)
    look(page, "editor")
    page.get_by_role("button", name="离开编辑").click()
    turn_to(page, "客户回复 Replies", "谢谢你们")
    look(page, "replies")
    turn_to(page, "退订 Opt-outs", "导入名单")
    look(page, "opt-outs")
    assert wired.outside == []
