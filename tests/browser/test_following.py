"""The sound of a call on the live page: it plays, its words follow, and pressed words move it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed (extra dev)")
pytest.importorskip("axe_playwright_python", reason="axe-playwright-python is not installed (extra dev)")

from playwright.sync_api import expect

from dialects.recognizers.port import Stretch
from tests.browser.conftest import Served, open_tab, serving
from tests.browser.steps import accessibility_faults, fits, keep_screenshot, sign_in, wait_until_ready
from tests.fakes.learning import HEARD, agreed, answered_call, heard_utterances, learning_line
from tests.fakes.line import LineInMemory
from ui.launch import console_command

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator

pytestmark = pytest.mark.browser
CHIEF = "lin.fang"
FIRST = replace(
    HEARD, text="喂 我要报案", seconds=3.0, stretches=(Stretch("喂", 0.2, 0.8), Stretch("我要报案", 1.4, 2.6))
)
SECOND = replace(HEARD, text="在哪里付", seconds=3.0)


@pytest.fixture(scope="module")
def more_arguments() -> tuple[str, ...]:
    """No loudspeaker is needed, and sound counts as silent."""
    return ("--mute-audio",)


@pytest.fixture
def at(tmp_path: Path) -> Iterator[LineInMemory]:
    """A call of a customer who agreed, answered just now, with two utterances kept."""
    with learning_line(tmp_path) as opened:
        opened.clock.now = datetime.now(UTC)
        agreed(opened)
        answered_call(opened)
        heard_utterances(opened, [FIRST, SECOND])
        yield opened


@pytest.fixture
def wired(at: LineInMemory) -> Iterator[Served]:
    """The console as it is started."""
    state = at.line.state
    with serving(state, lambda port: console_command(port=port, state=state)) as served:
        served.appoint(CHIEF)
        yield served


def test_the_words_follow_the_sound_and_the_sound_follows_the_words(
    browser: Browser, wired: Served, at: LineInMemory
) -> None:
    """Open a call, play, the mark moves; Enter on words moves the sound; it goes on through the page's refreshes."""
    for page in open_tab(browser, wired):
        sign_in(page, CHIEF)
        page.get_by_text("交接单与时间").first.click()
        page.get_by_role("button", name="听这通来电").click()
        words = page.locator(".ec-following button")
        expect(words).to_have_count(3, timeout=15_000)
        audio = page.locator("audio")
        expect(audio).to_have_attribute("src", re.compile("/media/"))
        expect(page.locator(".ec-following [aria-current]")).to_have_count(0)
        audio.evaluate("sound => sound.play()")
        for text in ("喂", "我要报案", "在哪里付"):
            expect(words.filter(has_text=text)).to_have_attribute("aria-current", "true", timeout=8_000)
            expect(page.locator(".ec-following [aria-current]")).to_have_count(1)
        assert _at(audio) > 3.0
        words.filter(has_text="我要报案").focus()
        page.keyboard.press("Enter")
        expect(words.filter(has_text="我要报案")).to_have_attribute("aria-current", "true", timeout=5_000)
        assert 1.3 < _at(audio) < 3.0
        audio.evaluate("sound => sound.pause()")
        words.filter(has_text="在哪里付").click()
        expect(words.filter(has_text="在哪里付")).to_have_attribute("aria-current", "true", timeout=5_000)
        assert not audio.evaluate("sound => sound.paused")
        audio.evaluate("sound => sound.pause()")
        where = _at(audio)
        page.wait_for_timeout(5_000)  # two refreshes of the page
        assert _at(audio) == where
        expect(words.filter(has_text="在哪里付")).to_have_attribute("aria-current", "true")
        wait_until_ready(page)
        assert accessibility_faults(page) == []
        keep_screenshot(page, "call-sound")
        fits(page, 375)
    assert [each.by for each in at.line.customer_files.accesses(70)] == [CHIEF]
    assert wired.outside == []


def _at(audio: Locator) -> float:
    """Where the sound is, seconds."""
    return float(audio.evaluate("sound => sound.currentTime"))
