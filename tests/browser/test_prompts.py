"""A native speaker records a prompt with a microphone in a real browser, and a second person approves it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed (extra dev)")
pytest.importorskip("axe_playwright_python", reason="axe-playwright-python is not installed (extra dev)")

from playwright.sync_api import expect

from elder_channel.prompts.model import TakeState
from elder_channel.services.accounts import Account, Accounts, Role
from elder_channel.services.accounts_file import ACCOUNTS_FILE
from tests.browser.conftest import PASSWORD, Served, open_tab, serving
from tests.browser.steps import (
    accessibility_faults,
    fits,
    keep_screenshot,
    sign_in,
    wait_until_playable,
    wait_until_ready,
)
from tests.fakes.line import LineInMemory, open_test_line
from tests.fakes.takes import speech, wav
from ui.launch import console_command

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

SPEAKER, APPROVER = "chen.hong", "lin.fang"
SPOKEN_SECONDS = 5.6


@pytest.fixture(scope="module")
def more_arguments(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    """A microphone into which a file is spoken, and leave to use it."""
    file = tmp_path_factory.mktemp("microphone") / "spoken.wav"
    file.write_bytes(wav(speech(4.8)))
    device = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
    return (*device, f"--use-file-for-fake-audio-capture={file}%noloop")


@pytest.fixture
def at(tmp_path: Path) -> Iterator[LineInMemory]:
    """A line without recordings."""
    opened = open_test_line(tmp_path)
    yield opened
    opened.line.databases.dispose()


@pytest.fixture
def wired(at: LineInMemory) -> Iterator[Served]:
    """The console as it is started, with an agent who speaks Cantonese and somebody who approves."""
    state = at.line.state
    with serving(state, lambda port: console_command(port=port, state=state)) as served:
        served.appoint(APPROVER)
        accounts = Accounts(state / ACCOUNTS_FILE, at.line.clock)
        accounts.add(SPEAKER, PASSWORD, Role.AGENT, by=Account(APPROVER, Role.ADMINISTRATOR))
        yield served


def open_prompts(page: Page, username: str) -> None:
    """Sign in and go to the page of prompts."""
    sign_in(page, username)
    page.get_by_role("link", name="提示音").click()
    expect(page.get_by_role("heading", name="提示音", level=1)).to_be_visible(timeout=30_000)
    wait_until_ready(page)


def choose(page: Page, view: str) -> None:
    """Look at another part of the page."""
    page.get_by_text(view, exact=False).first.click()
    expect(page.get_by_role("radio", name=view)).to_be_checked()
    page.wait_for_timeout(500)  # the page is drawn anew in a moment: what is pressed before that is lost
    wait_until_ready(page)


def record(page: Page) -> None:
    """Press the microphone's button, speak, and press it again."""
    page.get_by_role("button", name="开始录音 Record", exact=True).click()
    page.wait_for_timeout(SPOKEN_SECONDS * 1000)
    page.get_by_role("button", name="Stop recording").click()


def test_recorded_with_a_microphone_and_approved_by_a_second_person(
    browser: Browser, wired: Served, at: LineInMemory
) -> None:
    """From the table of what is missing to what callers hear; every page can be read without eyes."""
    for page in open_tab(browser, wired):
        open_prompts(page, SPEAKER)
        assert accessibility_faults(page) == []
        choose(page, "还缺什么")
        expect(page.get_by_text("接下来最该录的")).to_be_visible(timeout=20_000)
        assert accessibility_faults(page) == []
        keep_screenshot(page, "prompts-coverage")
        page.get_by_role("button", name="去录：粤语广州话，invitation").click()
        expect(page.get_by_text("录这句时照着说")).to_be_visible(timeout=20_000)
        record(page)
        expect(page.get_by_text("可以交了")).to_be_visible(timeout=30_000)
        assert accessibility_faults(page) == []
        keep_screenshot(page, "prompts-recorded")
        page.get_by_text("说话的人同意").click()
        page.get_by_role("button", name="交给别人审核").click()
        expect(page.get_by_text("已交，等另一个人审核")).to_be_visible(timeout=20_000)
        expect(page.get_by_text("这是您自己录的")).to_be_visible()
    [take] = at.line.prompt_takes.all()
    assert (take.state, take.recorded_by, take.voice_tag) == (TakeState.WAITING, SPEAKER, "guangzhou")
    for page in open_tab(browser, wired):
        open_prompts(page, APPROVER)
        choose(page, "等人审核")
        page.get_by_role("button", name="听、录、审：invitation").click()
        player = f".st-key-take-{take.id} audio"
        expect(page.locator(player)).to_be_visible(timeout=20_000)
        wait_until_playable(page, player)
        seconds = page.evaluate(f"document.querySelector('{player}').duration")
        assert seconds == pytest.approx(take.seconds, abs=0.1)
        assert accessibility_faults(page) == []
        for width in (375, 640):
            fits(page, width)
            keep_screenshot(page, f"prompts-{width}")
        page.set_viewport_size({"width": 1280, "height": 900})
        keep_screenshot(page, "prompts-approving")
        page.get_by_role("button", name="通过，开始放第 1 版").click()
        expect(page.get_by_text("已通过，从下一通电话起放这一段")).to_be_visible(timeout=20_000)
    assert at.line.prompt_takes.in_force() == {take.id}
    assert wired.outside == []
