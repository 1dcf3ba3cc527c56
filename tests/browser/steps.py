"""What a person does at the console, and how a page is checked."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import PASSWORD, SCREENSHOTS

if TYPE_CHECKING:
    from playwright.sync_api import Page

AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SETTLING_MS, SETTLED_MS = 400, 10_000
OPENING_TRIES = 4


def expect_one_title(page: Page) -> None:
    """Until one page stands: there are two titles, for a moment, while one page goes and another comes."""
    # Asked in one look: between "there is one" and "it is visible" another page may come.
    expect(page.locator("h1").filter(visible=True)).to_have_count(1, timeout=30_000)


def wait_until_ready(page: Page) -> None:
    """Until Streamlit is connected and has drawn the page: before that axe sees a skeleton and finds nothing."""
    app = page.get_by_test_id("stApp")
    expect(app).to_have_attribute("data-test-connection-state", "CONNECTED", timeout=30_000)
    expect(app).to_have_attribute("data-test-script-state", "notRunning", timeout=30_000)
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)
    expect_one_title(page)


def sign_in(page: Page, username: str) -> None:
    """Sign in and go to the calls."""
    wait_until_ready(page)
    page.get_by_label("用户名").fill(username)
    page.locator("input[autocomplete=current-password]").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    go_to_calls(page)


def go_to_calls(page: Page) -> None:
    """From the first page to the calls, for who comes to the day's figures first."""
    calls = page.get_by_role("heading", name="正在进行的来电", level=1)
    today = page.get_by_role("heading", name="今天 Today", level=1)
    expect(calls.or_(today).first).to_be_visible(timeout=30_000)
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


def settle(page: Page) -> None:
    """After a press: the page is drawn anew in a moment, and what is pressed before that is lost.

    A page that refreshes itself may be at it whenever one looks, on a busy machine: then its head is enough.
    """
    page.wait_for_timeout(SETTLING_MS)
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0, timeout=30_000)
    expect_one_title(page)
    with suppress(AssertionError):
        expect(page.get_by_test_id("stApp")).to_have_attribute(
            "data-test-script-state", "notRunning", timeout=SETTLED_MS
        )


def come_in(page: Page, username: str) -> None:
    """Sign in, in whatever language the page is."""
    wait_until_ready(page)
    write(page, "login_username", username)
    write(page, "login_password", PASSWORD)
    page.locator(".st-key-login_submit button").click()
    expect(page.locator(".st-key-menu")).to_be_visible(timeout=30_000)
    settle(page)


def go(page: Page, name: str) -> None:
    """Follow the link to a page by its address; where calls come and go around it, it hardly ever stands still."""
    page.locator(f'.st-key-menu a[href="{name}"], .st-key-menu a[href$="/{name}"]').dispatch_event("click")
    expect(page).to_have_url(re.compile(rf"/{name}(\?|$)"), timeout=20_000)
    settle(page)


def turn_to_part(page: Page, key: str, number: int) -> None:
    """Choose the part of this number among those a page has, the first is 0."""
    part = page.locator(f".st-key-{key} [role=radiogroup] label").nth(number)
    part.click()
    expect(part.locator("input")).to_be_checked()
    settle(page)


def press(page: Page, key: str) -> None:
    """Press a button by its key."""
    button = page.locator(f".st-key-{key} button")
    expect(button).to_be_enabled(timeout=20_000)
    button.click()
    settle(page)


def write(page: Page, key: str, text: str) -> None:
    """Fill a field in and leave it, as the next click would."""
    box = page.locator(f".st-key-{key}").locator("input, textarea").first
    box.fill(text)
    box.blur()
    page.wait_for_timeout(SETTLING_MS)


def choose(page: Page, field: str, option: str, *, of_several: bool = False) -> None:
    """Choose from a list, found by the beginning of its key: the first entry that has these words.

    A list of which several may be chosen stays open, and is closed here.
    """
    box = page.locator(f"[class*=st-key-{field}] input[role=combobox]").first
    # At the window's lower edge the list opens out of sight, and closes when the page moves to show it.
    box.evaluate("box => box.scrollIntoView({block: 'center'})")
    entry = page.get_by_role("option", name=option).first
    for _ in range(OPENING_TRIES):  # what is drawn anew in this moment closes the list
        box.fill(option)  # a long list shows its first part only
        with suppress(AssertionError):
            expect(entry).to_be_visible(timeout=5_000)
            break
        box.fill("")
    entry.click()
    if of_several:
        page.keyboard.press("Escape")
    settle(page)


def wait_until_playable(page: Page, player: str) -> None:
    """Until the sound of a player is there; `wait_for_function` would evaluate a text, which the policy forbids."""
    waited = (
        "async (it) => { for (let n = 0; n < 400 && !it.readyState; n++) await new Promise((d) => setTimeout(d, 50)); "
    )
    assert page.locator(player).first.evaluate(waited + "return it.readyState > 0; }"), f"{player} has no sound"
