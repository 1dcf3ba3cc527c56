"""An agent takes a call on the desk in a real browser, on real books, while the page refreshes itself."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed (extra dev)")
pytest.importorskip("axe_playwright_python", reason="axe-playwright-python is not installed (extra dev)")

from playwright.sync_api import expect

from elder_channel.agents.model import Presence
from elder_channel.bootstrap import Line, open_line
from elder_channel.calls.desk import Act
from elder_channel.customers.model import Customer, Mark
from elder_channel.services.accounts import Account, Accounts, Role
from elder_channel.services.endings import Endings
from elder_channel.storage.migrate import migrate
from tests.browser.conftest import PASSWORD, Served, open_tab, serving
from tests.browser.steps import accessibility_faults, fits, keep_screenshot, wait_until_ready
from tests.fakes.desk import AT_DESK, NUMBER, hear, offer_call, write_agents
from ui.launch import console_command

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
LONG_ENOUGH = {"ELDER_CHANNEL_DESK__ACCEPT_SECONDS": "60"}


@pytest.fixture
def line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Line]:
    """Books of a fresh state folder; nobody is at the carrier's address, so moves wait for the wait document."""
    write_agents(tmp_path / "site")
    settings = {
        "ELDER_CHANNEL_SITE": str(tmp_path / "site"),
        "ELDER_CHANNEL_SERVER__CARRIER_BASE_URL": "http://127.0.0.1:9",
        "ELDER_CHANNEL_RECORDING__ENABLED": "true",
        "ELDER_CHANNEL_LINE__RECORDING_NOTICE": "true",
        **LONG_ENOUGH,
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    opened = open_line(tmp_path, os.environ)
    migrate(opened.databases)
    opened.agents.sync((agent.id for agent in opened.settings.agents), at=opened.clock())
    opened.customers.load([Customer(70, "林示例", (NUMBER,), dialect="fuzhou", elder_flag=True)])
    yield opened
    opened.databases.dispose()


@contextmanager
def console_of_an_agent(state: Path) -> Iterator[Served]:
    """A console with an account for the agent at the desk."""
    with serving(state, lambda port: console_command(port=port, state=state)) as console:
        console.appoint("chief")
        accounts = Accounts(state / "accounts.json", lambda: datetime.now(UTC))
        chief = Account("chief", Role.ADMINISTRATOR)
        accounts.add("zheng.guodong", PASSWORD, Role.AGENT, by=chief, agent_id=AT_DESK)
        yield console


def come_to_work(page: Page) -> None:
    """Sign in and wait for the desk."""
    wait_until_ready(page)
    page.get_by_label("用户名").fill("zheng.guodong")
    page.locator("input[autocomplete=current-password]").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", name="我的工作台")).to_be_visible(timeout=30_000)


def test_an_agent_takes_a_call_and_closes_it(browser: Browser, tmp_path: Path, line: Line) -> None:
    """Masked while it rings, known once accepted, words heard late appear by themselves, corrected, closed."""
    with console_of_an_agent(tmp_path) as console:
        for page in open_tab(browser, console):
            come_to_work(page)
            expect(page.get_by_text("现在没有您的来电")).to_be_visible()
            assert accessibility_faults(page) == []
            keep_screenshot(page, "desk-empty")

            offer_call(line)
            expect(page.get_by_text("来电，请接")).to_be_visible(timeout=15_000)
            expect(page.get_by_text("林**")).to_be_visible()
            expect(page.get_by_text(NUMBER)).to_have_count(0)
            assert accessibility_faults(page) == []
            keep_screenshot(page, "desk-offered")

            page.get_by_role("button", name="接这一通").click()
            expect(page.get_by_text("林示例")).to_be_visible(timeout=15_000)
            expect(page.get_by_text(NUMBER)).to_be_visible()
            Endings(line).agent_answered("CA1", AT_DESK)
            note = page.get_by_role("textbox", name="备注")
            expect(note).to_be_visible(timeout=15_000)
            note.fill("女儿下周再打")
            hear(line, "汝好,侬家我妈跋倒了,骨头断了,我要报案")
            expect(page.get_by_text("骨头断了").first).to_be_visible(timeout=15_000)
            expect(note).to_have_value("女儿下周再打")  # a late word reaches an open form without taking what is in it
            page.get_by_role("button", name="身份问题都答对了").click()
            expect(page.get_by_text("已核对身份")).to_be_visible(timeout=15_000)
            page.get_by_role("button", name="不是长者").click()
            expect(page.get_by_role("status").filter(has_text="已记下：不是长者")).to_be_visible(timeout=15_000)
            page.get_by_role("button", name="家人代长者打来").click()
            expect(page.get_by_role("status").filter(has_text="家人代长者来电，同长者一样接待")).to_be_visible(
                timeout=15_000
            )
            expect(note).to_have_value("女儿下周再打")
            page.get_by_role("button", name="同意录音").click()
            told = page.get_by_role("status").filter(has_text="已记下来电人同意，但运营商没有录成")
            expect(told).to_be_visible(timeout=15_000)
            dialect = page.get_by_role("combobox", name="方言不对")
            dialect.evaluate("field => field.scrollIntoView({block: 'center'})")  # the list opens below it
            dialect.click()
            dialect.fill("莆仙")
            page.get_by_role("option", name="莆仙话").click()
            page.wait_for_timeout(4_000)  # two refreshes, which what was chosen must outlast
            assert accessibility_faults(page) == []
            keep_screenshot(page, "desk-talking")
            for width in (375, 640):
                fits(page, width)
                keep_screenshot(page, f"desk-talking-{width}")
            page.set_viewport_size({"width": 1280, "height": 900})

            Endings(line).ended("CA1")
            expect(page.get_by_text("刚结束，请收个尾")).to_be_visible(timeout=15_000)
            page.get_by_role("button", name="没办完，开工单").click()
            expect(page.get_by_text("现在没有您的来电")).to_be_visible(timeout=15_000)
            expect(page.get_by_text("已保存")).to_be_visible()
            assert accessibility_faults(page) == []
            keep_screenshot(page, "desk-closed")
            assert console.outside == []
    [verdict] = line.corrections.of_calls(["CA1"])["CA1"]
    assert (verdict.from_dialect, verdict.to_dialect, verdict.corrected_by) == ("fuzhou", "puxian", "zheng.guodong")
    acts = line.desk.of_call("CA1")
    assert [act.act for act in acts] == [Act.ACCEPTED, Act.IDENTITY_CHECKED, Act.RECORDING_AGREED, Act.WRAPPED_UP]
    assert acts[-1].note == "女儿下周再打"
    assert line.work_orders.of_call("CA1") is not None
    assert line.agents.states()[AT_DESK].presence is Presence.IDLE
    marked = [(each.mark, each.after, each.changed_by) for each in line.customers.changes_at(NUMBER)]
    assert marked == [
        (Mark.ELDER, False, "zheng.guodong"),
        (Mark.RELATIVE, True, "zheng.guodong"),
        (Mark.ELDER, True, "zheng.guodong"),
    ]


def test_a_call_is_taken_by_keyboard(browser: Browser, tmp_path: Path, line: Line) -> None:
    """Ctrl+Enter accepts; after the call Ctrl+Enter closes it."""
    with console_of_an_agent(tmp_path) as console:
        for page in open_tab(browser, console):
            come_to_work(page)
            offer_call(line)
            expect(page.get_by_role("button", name="接这一通")).to_be_visible(timeout=15_000)
            page.keyboard.press("Control+Enter")
            expect(page.get_by_text("来电，您的电话正在响")).to_be_visible(timeout=15_000)
            Endings(line).agent_answered("CA1", AT_DESK)
            Endings(line).ended("CA1")
            expect(page.get_by_role("button", name="办好了")).to_be_visible(timeout=15_000)
            page.keyboard.press("Control+Enter")
            expect(page.get_by_text("已保存")).to_be_visible(timeout=15_000)
    assert [act.act for act in line.desk.of_call("CA1")] == [Act.ACCEPTED, Act.WRAPPED_UP]
