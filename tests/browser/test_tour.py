"""The tour of docs/console.md as one test from beginning to end, on a real line with a real call."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed (extra dev)")
pytest.importorskip("axe_playwright_python", reason="axe-playwright-python is not installed (extra dev)")

from elder_channel.clock import HOTLINE_ZONE, utc_now
from elder_channel.placing import wait_until
from elder_channel.services.greeting_sending import GreetingSending
from tests.browser.conftest import SCREENSHOTS, open_tab
from tests.browser.stage import Stage, open_stage
from tests.browser.tour import AGENT, DIALECT, MESSAGE, Tour
from tests.browser.tour_sounds import microphone, write_said

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.stack, pytest.mark.model]


@pytest.fixture(scope="module")
def more_arguments(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    """A microphone into which a file is spoken, and leave to use it."""
    return microphone(tmp_path_factory.mktemp("microphone"))


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """The line, up and at work."""
    with open_stage(tmp_path) as opened:
        yield opened


def test_a_new_employee_s_first_day(browser: Browser, stage: Stage, tmp_path: Path) -> None:
    """A phrase, its prompt, a skill, a trial, a real call that uses all three, and tomorrow's greetings."""
    tour = Tour(stage, look_at, write_said(tmp_path / "said.wav"))
    for page in open_tab(browser, stage.served):
        tour.open_the_console(page)
        tour.add_a_phrase(page)
        tour.record_its_prompt(page)
        for colleague in open_tab(browser, stage.served):
            tour.approve_it(colleague)
        tour.give_the_skill(page)
        tour.try_it(page)
        sid = tour.see_a_call(page)
        tour.schedule_greetings(page)
    [take] = stage.line.prompt_takes.all()
    played = [event.get("url", "") for event in stage.simulator.events(sid) if event["name"] == "prompt.started"]
    assert any(take.sha256 in url for url in played), "the recording was not played to the caller"
    assert wait_until(lambda: stage.line.calls.get(sid).ended_at, seconds=20)  # type: ignore[union-attr] # it was placed
    call = stage.line.calls.get(sid)
    assert call
    assert (call.agent_id, call.need) == (AGENT, "payment")
    assert (take.voice_tag, take.message_id) == (DIALECT, MESSAGE)
    tomorrow = utc_now().astimezone(HOTLINE_ZONE).date() + timedelta(days=1)
    states = GreetingSending(stage.line).status(tomorrow).states
    assert sum(states.values()), "no greeting of tomorrow lies in the outbox"
    assert stage.served.outside == []


def look_at(page: Page, name: str) -> None:
    """A picture; axe reads these pages in the tests of each."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"tour-{name}.png")
