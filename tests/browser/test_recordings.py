"""A supervisor finds a recording and hears it in a real browser, on real books; a server of our own is the carrier."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed (extra dev)")
pytest.importorskip("axe_playwright_python", reason="axe-playwright-python is not installed (extra dev)")

from playwright.sync_api import expect

from tests.browser.conftest import Served, open_tab, serving
from tests.browser.steps import accessibility_faults, fits, keep_screenshot, sign_in, wait_until_playable
from tests.fakes.line import LineInMemory, open_test_line
from tests.fakes.sounds import two_tones
from tests.unit.services.test_recorded_calls import ON, talk
from ui.launch import console_command

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser


class Shelf(BaseHTTPRequestHandler):
    """Gives out the same sound for every recording."""

    def do_GET(self) -> None:
        """The recording."""
        sound = two_tones(3)
        self.send_response(200)
        self.send_header("Content-Type", "audio/x-wav")
        self.send_header("Content-Length", str(len(sound)))
        self.end_headers()
        self.wfile.write(sound)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def carrier() -> Iterator[str]:
    """The address at which the sound lies."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Shelf)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, carrier: str) -> Iterator[LineInMemory]:
    """A line with one recorded call, and one whose caller did not hear the notice."""
    settings = {**ON, "ELDER_CHANNEL_SERVER__CARRIER_BASE_URL": carrier}
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    opened = open_test_line(tmp_path, **settings)
    talk(opened, "CA1")
    talk(opened, "CA2", heard=False)
    yield opened
    opened.line.databases.dispose()


@pytest.fixture
def recordings_page(browser: Browser, wired: Served) -> Iterator[Page]:
    """The page of recordings, signed in."""
    for page in open_tab(browser, wired):
        sign_in(page, "lin.fang")
        page.get_by_role("link", name="通话录音").click()
        expect(page.get_by_role("heading", name="通话录音", level=1)).to_be_visible(timeout=30_000)
        yield page


@pytest.fixture
def wired(at: LineInMemory) -> Iterator[Served]:
    """The console as the supervisor starts it."""
    with serving(at.line.state, lambda port: console_command(port=port, state=at.line.state)) as served:
        served.appoint("lin.fang")
        yield served


def test_a_recording_is_found_heard_and_accounted_for(recordings_page: Page, wired: Served, at: LineInMemory) -> None:
    """The player has its length and its sides named; who listened stands below; a call without one says why."""
    page = recordings_page
    expect(page.get_by_text("+86591****55").first).to_be_visible(timeout=20_000)
    assert accessibility_faults(page) == []
    keep_screenshot(page, "recordings")
    page.get_by_role("button", name="听这一段").click()
    player = page.locator("audio")
    expect(player).to_be_visible(timeout=20_000)
    expect(page.get_by_text("lin.fang 听过")).to_be_visible()
    wait_until_playable(page, "audio")
    assert page.evaluate("document.querySelector('audio').duration") == pytest.approx(3, abs=0.1)
    page.get_by_text("只听来电人").click()
    page.wait_for_timeout(1_000)
    assert accessibility_faults(page) == []
    keep_screenshot(page, "recordings-heard")
    for width in (375, 640):
        fits(page, width)
        keep_screenshot(page, f"recordings-heard-{width}")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_role("textbox", name="来电编号").fill("CA2")
    page.keyboard.press("Enter")
    expect(page.get_by_text("来电人没有听完录音告知就接通了")).to_be_visible(timeout=20_000)
    assert accessibility_faults(page) == []
    keep_screenshot(page, "recordings-none")
    assert [each.what for each in at.line.recordings.accesses("RE1")] == ["listened"]
    assert wired.outside == []
