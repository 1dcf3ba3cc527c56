"""The page with one button in a real browser, as an old telephone has it: small screen, large type, no script."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn

from elder_channel.one_tap.model import PageState
from elder_channel.placing import wait_until
from elder_channel.services.line import LineService
from elder_channel.services.one_tap import OneTapService, Page
from elder_channel.services.outbound import OutboundService
from elder_channel.web.app import voice_app
from elder_channel.web.one_tap_page import render
from tests.browser.conftest import SCREENSHOTS
from tests.fakes.line import LineInMemory, open_test_line

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

pytestmark = pytest.mark.browser

ELDER = "+8659100000102"
MAX_BYTES = 10 * 1024
TAP_PX = 60
"""T/TAF 114-2022 and the MIIT rules for elders' apps: main targets of 60 by 60 and more."""
TEXT_PX = 18
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag2aaa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
NARROW = {"width": 320, "height": 568}


@dataclass
class Served:
    """The voice process with its page."""

    url: str
    at: LineInMemory
    asked_for: list[str] = field(default_factory=list)

    def link(self) -> str:
        """A new personal link."""
        line = self.at.line
        service = OneTapService(line, OutboundService(line, LineService(line)))
        return service.make_link(number=ELDER, made_by="test").url


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """The voice process on a free port, with a carrier in memory."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    at = open_test_line(tmp_path, ELDER_CHANNEL_SERVER__PUBLIC_BASE_URL=url)
    server = uvicorn.Server(uvicorn.Config(voice_app(at.line), log_level="warning", access_log=False, ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    assert wait_until(lambda: server.started, seconds=60)
    yield Served(url, at)
    server.should_exit = True
    thread.join(timeout=20)
    listener.close()
    at.line.databases.dispose()


def on_a_phone(browser: Browser, served: Served, **more: Any) -> BrowserContext:
    """A browser of a small old telephone that notes every request."""
    options = {"locale": "zh-CN", "viewport": NARROW, "java_script_enabled": False, **more}
    context = browser.new_context(**options)
    context.on("request", lambda request: served.asked_for.append(request.url))
    return context


def test_without_script_the_button_has_the_phone_rung(browser: Browser, served: Served) -> None:
    """Load, press, read that it rings; loading again sends nothing again. Nothing is fetched from elsewhere."""
    from playwright.sync_api import expect

    context = on_a_phone(browser, served)
    page = context.new_page()
    answer = page.goto(served.link())
    assert answer
    assert len(answer.body()) < MAX_BYTES
    assert page.get_by_role("link").count() == 1
    assert served.at.carrier.placed == []
    page.get_by_role("button", name="请打给我").press("Enter")  # the keyboard is enough
    expect(page.get_by_text("正在给您打电话")).to_be_visible()
    page.reload()
    expect(page.get_by_text("正在给您打电话")).to_be_visible()
    assert wait_until(lambda: bool(served.at.carrier.placed), seconds=10)
    assert [asked["number"] for asked in served.at.carrier.placed] == [ELDER]
    assert all(url.startswith(served.url) for url in served.asked_for)
    context.close()


@pytest.mark.parametrize("state", list(PageState))
def test_every_state_can_be_seen_and_pressed(browser: Browser, served: Served, state: PageState) -> None:
    """No fault of axe up to level AAA; targets of 60 px, type of 18 px and more; no sideways scrolling at 320 px."""
    from axe_playwright_python.sync_playwright import Axe

    settings = served.at.line.settings
    page_ = Page(state, "02", "x" * 16)
    html = render(page_, hotline=settings.line.hotline_number, settings=settings.one_tap)
    context = on_a_phone(browser, served, java_script_enabled=True)
    page = context.new_page()
    page.set_content(html)
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": AXE_TAGS}}).response
    assert found["passes"], "axe saw an empty page"
    assert [f"{fault['id']}: {fault['nodes'][0]['html'][:200]}" for fault in found["violations"]] == []
    assert sideways(page) == 0
    for target in page.locator("a, button").all():
        box = target.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= TAP_PX
    sizes = page.evaluate(
        "[...document.querySelectorAll('main *:not(input)')].map(e => parseFloat(getComputedStyle(e).fontSize))"
    )
    assert min(sizes) >= TEXT_PX
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=str(SCREENSHOTS / f"one-tap-{state}.png"), full_page=True)
    context.close()


@pytest.mark.parametrize(
    ("width", "percent"), [pytest.param(320, 200, id="text at 200%"), pytest.param(640, 200, id="zoom of 200%")]
)
def test_larger_type_needs_no_sideways_scrolling(browser: Browser, served: Served, width: int, percent: int) -> None:
    """WCAG 1.4.4 and 1.4.10: on the narrowest telephone with type twice as large, nothing is cut off."""
    context = on_a_phone(browser, served, java_script_enabled=True, viewport={"width": width, "height": 568})
    page = context.new_page()
    page.goto(served.link())
    page.evaluate(f"document.documentElement.style.fontSize = '{percent}%'")
    assert sideways(page) == 0
    button = page.get_by_role("button")
    box = button.bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    assert button.evaluate("e => e.scrollWidth <= e.clientWidth")
    page.screenshot(path=str(SCREENSHOTS / f"one-tap-{width}-{percent}.png"), full_page=True)
    context.close()


def test_the_home_screen_icon_is_offered(browser: Browser, served: Served) -> None:
    """The browser finds the manifest, and has nothing to say against it."""
    context = on_a_phone(browser, served, java_script_enabled=True)
    page = context.new_page()
    page.goto(f"{served.url}/tap")
    manifest = context.new_cdp_session(page).send("Page.getAppManifest")
    assert manifest["url"] == f"{served.url}/tap-files/manifest.webmanifest"
    assert manifest["errors"] == []
    context.close()


def sideways(page: Any) -> int:
    """By how many pixels the page is wider than its window."""
    wide: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return wide
