"""A real browser on the real console: Debian's Chromium, driven by Playwright, on a free port of this machine."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from elder_channel.services.accounts import Accounts
from ui.launch import APP, HEALTH_PATH, console_environment

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Request

CHECKOUT = APP.parent.parent
SCREENSHOTS = CHECKOUT / "build" / "screenshots"
PASSWORD = "jasmine-tea-2026"
START_SECONDS = 60
EXPECT_MS = 20_000
"""How long a page may take to show what a test waits for: two cores that the line, the browser and the suite share."""

# Debian's Chromium in a container: no sandbox, no /dev/shm to speak of, and no calls home of its own.
CHROMIUM_ARGUMENTS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage"),
)


@dataclass
class Served:
    """A running console."""

    url: str
    state: Path
    code: str
    """The first administrator's one-time code."""
    outside: list[str] = field(default_factory=list)
    """Addresses a page asked for that are not the console's own."""
    blocked: list[str] = field(default_factory=list)
    """What the content policy kept a page from doing."""

    def appoint(self, username: str) -> None:
        """Add a person without going through the page."""
        accounts = Accounts(self.state / "accounts.json", lambda: datetime.now(UTC))
        accounts.claim(self.code, username, PASSWORD)


@pytest.fixture(scope="module")
def more_arguments() -> tuple[str, ...]:
    """What else Chromium is started with; a module that needs more says so."""
    return ()


@pytest.fixture(scope="module")
def browser(more_arguments: tuple[str, ...]) -> Iterator[Browser]:
    """Chromium, named by `CHROMIUM` or where Debian puts it; gone after the module: its driver keeps an event loop."""
    pytest.importorskip("playwright.sync_api", reason="playwright is not installed (extra dev)")
    if chromium_path() is None:
        pytest.skip("no chromium: apt-get install chromium fonts-noto-cjk, or name one in CHROMIUM")
    with chromium(more_arguments) as chrome:
        yield chrome


def chromium_path() -> str | None:
    """Where Chromium is: named by `CHROMIUM`, or where Debian puts it."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium")


@contextmanager
def chromium(more_arguments: Sequence[str] = ()) -> Iterator[Browser]:
    """A running Chromium."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=EXPECT_MS)
    with sync_playwright() as driver:
        arguments = [*CHROMIUM_ARGUMENTS, *more_arguments]
        chrome = driver.chromium.launch(executable_path=chromium_path(), headless=True, args=arguments)
        yield chrome
        chrome.close()


@pytest.fixture
def console(tmp_path: Path) -> Iterator[Served]:
    """The console on calls held in memory, with nobody appointed yet."""
    with serving(tmp_path, lambda port: with_calls(tmp_path, port)) as served:
        yield served


@pytest.fixture
def page(browser: Browser, console: Served) -> Iterator[Page]:
    """A browser tab of a Chinese user in Shanghai that notes every request to elsewhere."""
    yield from open_tab(browser, console)


def open_tab(browser: Browser, console: Served, *, language: str = "") -> Iterator[Page]:
    """A tab on the console's first page, in a language where one is named; closed afterwards."""
    context = browser.new_context(
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        viewport={"width": 1280, "height": 900},
        reduced_motion="reduce",
    )
    context.set_default_navigation_timeout(90_000)
    tab = context.new_page()

    def note(request: Request) -> None:
        if not request.url.startswith((console.url, console.url.replace("http", "ws", 1), "data:", "blob:")):
            console.outside.append(request.url)

    tab.on("request", note)
    tab.on("console", lambda said: "Content Security Policy" in said.text and console.blocked.append(said.text))
    tab.goto(f"{console.url}?lang={language}" if language else console.url)
    yield tab
    context.close()
    assert console.blocked == []


def with_calls(state: Path, port: int) -> list[str]:
    """The command that runs the console on calls held in memory."""
    return [sys.executable, str(Path(__file__).with_name("console_with_calls.py")), str(state), str(port)]


@contextmanager
def serving(
    state: Path, command: Callable[[int], list[str]], settings: Mapping[str, str] | None = None
) -> Iterator[Served]:
    """Start a console on a free port, wait until it answers, and end it afterwards; also a second one on the state.

    `settings` are environment variables.
    """
    code = Accounts(state / "accounts.json", lambda: datetime.now(UTC)).bootstrap_code() or ""
    port = _free_port()
    log = state / "console.log"
    with log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(
            command(port),
            env=console_environment({**os.environ, **(settings or {})}, state=state),
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=state,
        )
        try:
            url = f"http://127.0.0.1:{port}/"
            _wait_until_healthy(url, process, log)
            yield Served(url, state, code)
        finally:
            process.terminate()
            process.wait(timeout=20)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_healthy(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url.rstrip("/") + HEALTH_PATH, timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise AssertionError(f"the console did not start:\n{log.read_text(encoding='utf-8')[-2000:]}")
