"""Measures the console in a real browser while the line runs and people call.

The stage is that of the browser tests (`tests/browser/stage.py`): every process of the line, a week in its books, a
caller every few seconds. What is told:

- `screens`, and `axe_violations_ours`: every screen, in both languages, read by axe-core as the tests do; none of
  Streamlit's own faults is left out of the count.
- `first_page_ms`: a browser without anything in its cache, from asking for the address until the login stands there
  and the script has ended; the median of five. `first_page_cold_ms` is the very first one after the console's start.
- `later_page_ms`: from the click on a page's link until its address and its head stand there and the script has ended,
  told by the browser's own clock; each page twice after it was seen once, the median of the second halves. The slowest
  page is told beside it.
- `ten_tabs_cpu_share`: ten tabs, each signed in, on the pages that refresh themselves; processor time of the console's
  process over half a minute, as a share of one core.
- `external_requests`: asked of anything but the console, by all of these tabs.

The result goes to build/reports/console.json and into bench.json.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import psutil

from bench.console_screens import LANGUAGES, tab
from bench.line_caller import demo_sounds
from elder_channel.reports import merge_report, result
from tests.browser.conftest import chromium, chromium_path
from tests.browser.screens import SCREENS
from tests.browser.stage import COLLEAGUE, Stage, open_stage
from tests.browser.steps import accessibility_faults, come_in, go, settle

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

REPORT = "console"
COMMAND = "make bench ONLY=console"
CALL_EVERY_SECONDS = 3.0
FIRST_PAGES = 5
PATIENCE_MS = 120_000
"""A first page that takes longer is an error, not a figure."""
TABS, TABS_SECONDS = 10, 30.0
REFRESHING = ("live", "waiting", "orders", "live", "waiting")
"""Pages that refresh themselves, every two and three seconds; two rounds of them are the ten tabs."""
FIRST_REACH_MS, LATER_REACH_MS, TABS_REACH = 3000, 500, 0.5

# Follows the link and counts until the page it leads to stands there: its address, its name in the menu, a head, and
# a script that has ended and stays so for two frames.
_TURN = """async (link) => {
  const here = document.querySelector(".ec-here")?.textContent;
  const app = () => document.querySelector("[data-testid=stApp]");
  const began = performance.now();
  link.click();
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  let calm = 0;
  while (calm < 2 && performance.now() - began < 30000) {
    await frame();
    const turned = document.querySelector(".ec-here")?.textContent !== here && document.querySelector("h1");
    const ended = app().dataset.testScriptState === "notRunning" && !document.querySelector("[data-testid=stSkeleton]");
    calm = turned && ended ? calm + 1 : 0;
  }
  return performance.now() - began;
}"""

# `wait_for_function` evaluates a text within the page, which the console's content policy forbids.
_THERE = """async (patience) => {
  const app = () => document.querySelector("[data-testid=stApp]");
  const there = () => document.querySelector("h1") && app()?.dataset.testScriptState === "notRunning";
  const began = performance.now();
  while (!there() && performance.now() - began < patience) await new Promise((done) => requestAnimationFrame(done));
  return Boolean(there());
}"""


def run() -> list[dict[str, Any]]:
    """Measure all, in about six minutes; a list of `{name, value, unit, reach, ok}`, none without Chromium."""
    if chromium_path() is None:
        print("no chromium: nothing is measured; apt-get install chromium fonts-noto-cjk, or name one in CHROMIUM")
        return []
    with tempfile.TemporaryDirectory() as name, open_stage(Path(name)) as stage, chromium() as browser:
        with stage.callers(demo_sounds(), every_seconds=CALL_EVERY_SECONDS):
            results = [*_pages(browser, stage), _ten_tabs(browser, stage), *_screens(browser, stage)]
        outside = len(stage.served.outside)
    results.append(result("external_requests", outside, "", reach=0, ok=not outside))
    results.append(result("browser_tests", _browser_tests(), "", reach=">= 25", ok=_browser_tests() >= 25))
    print(f"merged into {merge_report(REPORT, results, command=COMMAND)}")
    return [{**each, "name": f"{REPORT}.{each['name']}"} for each in results]


def _pages(browser: Browser, stage: Stage) -> Iterator[dict[str, Any]]:
    """How long the first page takes, and the later ones."""
    firsts = [_first_page(browser, stage) for _ in range(FIRST_PAGES + 1)]
    with _signed_in(browser, stage) as page:
        took = _later_pages(page)
    first, later = median(firsts[1:]), median(each for times in took.values() for each in times)
    slowest = max(took, key=lambda name: median(took[name]))
    print("  ".join(f"{name} {median(times):.0f} ms" for name, times in took.items()))
    yield result("first_page_cold_ms", round(firsts[0]), "ms")
    yield result("first_page_ms", round(first), "ms", reach=f"< {FIRST_REACH_MS}", ok=first < FIRST_REACH_MS)
    yield result("later_page_ms", round(later), "ms", reach=f"< {LATER_REACH_MS}", ok=later < LATER_REACH_MS)
    yield result("later_page_slowest_ms", round(median(took[slowest])), "ms")
    yield result("later_pages", len(took), "")


def _first_page(browser: Browser, stage: Stage) -> float:
    """Milliseconds, in a browser context of its own."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    began = time.perf_counter()
    page.goto(stage.served.url, timeout=PATIENCE_MS)
    there = page.evaluate(_THERE, PATIENCE_MS)
    took = (time.perf_counter() - began) * 1000
    context.close()
    assert there, f"the first page did not come within {PATIENCE_MS} ms"
    return took


def _later_pages(page: Page) -> dict[str, list[float]]:
    """Milliseconds by page, of two rounds; a round before them is not counted."""
    links = ".st-key-menu a"
    names = [str(link.get_attribute("href")).rsplit("/", 1)[-1] for link in page.locator(links).all()]
    took: dict[str, list[float]] = {name: [] for name in names}
    for each_round in range(3):
        for name in names:
            milliseconds = float(page.locator(f'{links}[href="{name}"], {links}[href$="/{name}"]').evaluate(_TURN))
            settle(page)
            if each_round:
                took[name].append(milliseconds)
    return took


def _ten_tabs(browser: Browser, stage: Stage) -> dict[str, Any]:
    """Processor time of the console, as a share of one core."""
    with ExitStack() as tabs:
        for number in range(TABS):
            page = tabs.enter_context(_signed_in(browser, stage))
            go(page, REFRESHING[number % len(REFRESHING)])
        console = psutil.Process(stage.console_pid)
        before, began = _spent(console), time.monotonic()
        time.sleep(TABS_SECONDS)
        share = (_spent(console) - before) / (time.monotonic() - began)
    return result("ten_tabs_cpu_share", round(share, 3), "of a core", reach=f"< {TABS_REACH}", ok=share < TABS_REACH)


def _spent(process: psutil.Process) -> float:
    """Seconds of processor time, of a process and those it started."""
    times = [each.cpu_times() for each in (process, *process.children(recursive=True))]
    return float(sum(each.user + each.system for each in times))


def _screens(browser: Browser, stage: Stage) -> Iterator[dict[str, Any]]:
    """Every screen in both languages, read by axe."""
    faults: list[str] = []
    for language in LANGUAGES:
        for username in dict.fromkeys(screen.username for screen in SCREENS):
            with tab(browser, stage.served, language) as page:
                for screen in (each for each in SCREENS if each.username == username):
                    screen.open(page)
                    faults += [f"{screen.name} ({language}): {fault}" for fault in accessibility_faults(page)]
    print("\n".join(faults))
    yield result("screens", len(SCREENS), "")
    yield result("axe_violations_ours", len(faults), "", reach=0, ok=not faults)


@contextmanager
def _signed_in(browser: Browser, stage: Stage) -> Iterator[Page]:
    with tab(browser, stage.served, "") as page:
        come_in(page, COLLEAGUE)
        yield page


def _browser_tests() -> int:
    """How many tests drive a browser."""
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "tests/browser"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return sum("::" in line for line in done.stdout.splitlines())
