"""What a person does at the console, and how a page is checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import PASSWORD, SCREENSHOTS

if TYPE_CHECKING:
    from playwright.sync_api import Page

AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def wait_until_ready(page: Page) -> None:
    """Until Streamlit is connected and has drawn the page: before that axe sees a skeleton and finds nothing."""
    app = page.get_by_test_id("stApp")
    expect(app).to_have_attribute("data-test-connection-state", "CONNECTED", timeout=30_000)
    expect(app).to_have_attribute("data-test-script-state", "notRunning", timeout=30_000)
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)
    expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=30_000)


def sign_in(page: Page, username: str) -> None:
    """Sign in and go to the calls."""
    wait_until_ready(page)
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    go_to_calls(page)


def go_to_calls(page: Page) -> None:
    """From the first page to the calls, for who comes to the day's figures first."""
    calls = page.get_by_role("heading", name="正在进行的来电", level=1)
    today = page.get_by_role("heading", name="今天 Today", level=1)
    expect(calls.or_(today)).to_be_visible(timeout=30_000)
    if today.is_visible():
        wait_until_ready(page)
        page.locator(".st-key-menu").get_by_role("link", name="正在进行的来电").click()
    expect(calls).to_be_visible(timeout=30_000)


def accessibility_faults(page: Page) -> list[str]:
    """Rules of axe the page breaks, with the first place of each; none is tolerated, not even Streamlit's own."""
    wait_until_ready(page)
    answer = Axe().run(page, options={"runOnly": {"type": "tag", "values": AXE_TAGS}}).response
    assert answer["passes"], "axe saw an empty page"
    return [f"{fault['id']}: {fault['nodes'][0]['html'][:200]}" for fault in answer["violations"]]


def keep_screenshot(page: Page, name: str) -> None:
    """Save what the page looks like under build/screenshots, from the head of the page to its end."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    wait_until_ready(page)
    size = page.viewport_size
    assert size is not None
    # Streamlit scrolls inside the page, so "full page" would show the window only: make the window as long as the page.
    height = page.evaluate("document.querySelector('[data-testid=stMainBlockContainer]').scrollHeight")
    page.set_viewport_size({"width": size["width"], "height": max(size["height"], int(height))})
    page.screenshot(path=SCREENSHOTS / f"{name}.png")
    page.set_viewport_size(size)


def fits(page: Page, width: int) -> None:
    """Make the window so wide, and fail where something has to be pushed sideways: 375 is a phone, 640 double zoom."""
    page.set_viewport_size({"width": width, "height": 900})
    wait_until_ready(page)
    page.wait_for_timeout(300)  # columns fall below each other a moment later
    inside = "[data-testid=stMainBlockContainer] *"
    places = f"[...document.querySelectorAll('{inside}')].map(e => [e.getBoundingClientRect().right, e.outerHTML])"
    right, what = page.evaluate(f"{places}.reduce((most, each) => each[0] > most[0] ? each : most, [0, ''])")
    assert right <= width, f"{right} > {width}: {what[:300]}"
