"""Every screen of the console, and how one comes to it; by keys, so that the language does not matter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.browser.stage import AGENT, COLLEAGUE
from tests.browser.steps import choose, come_in, go, press, settle, turn_to_part, write

if TYPE_CHECKING:
    from playwright.sync_api import Page

Act = Callable[["Page"], None]


@dataclass(frozen=True)
class Screen:
    """One screen: who sees it, on which page, and what is done there before it is looked at."""

    name: str
    page: str
    """Address of the page; empty for the first one."""
    act: Act | None = None
    username: str = COLLEAGUE
    from_: str = ""
    """Selector of what stands at the window's upper edge; the page's head where it is left out."""

    def open(self, page: Page) -> None:
        """Come to it; the tab may stand anywhere."""
        settle(page)
        if not self.username:
            return
        if page.locator(".st-key-login_username").count():
            come_in(page, self.username)
        if self.page and not page.url.split("?")[0].endswith(f"/{self.page}"):
            go(page, self.page)
        if self.act is not None:
            self.act(page)
        page.evaluate("document.querySelector('[data-testid=stMain]')?.scrollTo(0, 0)")
        if self.from_:
            page.locator(self.from_).first.evaluate("it => it.scrollIntoView({block: 'start'})")


def _part(key: str, number: int) -> Act:
    return lambda page: turn_to_part(page, key, number)


def _all(*acts: Act) -> Act:
    def act(page: Page) -> None:
        for each in acts:
            each(page)

    return act


def _press(key: str) -> Act:
    return lambda page: press(page, key)


def _first(key: str) -> Act:
    """Press the first button whose key begins so, where there is one."""

    def act(page: Page) -> None:
        button = page.locator(f"[class*=st-key-{key}] button").first
        if button.count():
            button.click()
            settle(page)

    return act


def _back(page: Page) -> None:
    """From an order that is open to the list."""
    if page.locator(".st-key-orders_back").count():
        press(page, "orders_back")


def _search(page: Page) -> None:
    write(page, "customers_asked", "+8659100000193")
    write(page, "customers_reason", "来电核对资料")
    press(page, "customers_search")


def _ask(page: Page) -> None:
    press(page, "whatif-example")
    press(page, "whatif-ask")
    expect(page.locator(".ec-notice h2")).to_be_visible(timeout=30_000)


def _fuzhou(page: Page) -> None:
    turn_to_part(page, "dialects_view", 0)
    in_english = page.locator("html").get_attribute("lang") == "en"
    choose(page, "dialects_dialect", "Fuzhou" if in_english else "福州话")


SCREENS = (
    Screen("login", "", username=""),
    Screen("today", ""),
    Screen("live", "live"),
    Screen("waiting", "waiting"),
    Screen("orders", "orders", _all(_back, _part("orders_shape", 0))),
    Screen("order", "orders", _first("open-")),
    Screen("order-new", "orders", _all(_back, _press("orders_new"))),
    Screen("orders-board", "orders", _all(_back, _part("orders_shape", 1))),
    Screen("customers", "customers", _search, from_=".st-key-customers_asked"),
    Screen("customer", "customers", _first("customer-open-"), from_=".st-key-customers_close"),
    Screen("greetings-calendar", "greetings", _part("greetings_view", 0), from_=".st-key-month-turning"),
    Screen(
        "greetings-campaigns",
        "greetings",
        _all(_part("greetings_view", 1), _first("open-birthday")),
        from_=".st-key-campaigns_back",
    ),
    Screen("greetings-editor", "greetings", _press("campaign_edit"), from_=".st-key-editor_how"),
    Screen(
        "greetings-sending",
        "greetings",
        _all(_press("editor_back"), _part("greetings_view", 2)),
        from_=".st-key-sending_day",
    ),
    Screen("greetings-replies", "greetings", _part("greetings_view", 3), from_=".st-key-greetings_view"),
    Screen("greetings-opt-outs", "greetings", _part("greetings_view", 4), from_=".st-key-greetings_view"),
    Screen("sites", "sites"),
    Screen("routing-what-if", "routing", _all(_part("routing_view", 0), _ask), from_=".ec-notice"),
    Screen("routing-agents", "routing", _part("routing_view", 1), from_=".st-key-routing_view"),
    Screen(
        "routing-staffing", "routing", _all(_part("routing_view", 2), _first("staffing")), from_=".st-key-routing_view"
    ),
    Screen("prompts", "prompts", _part("prompts_view", 0), from_=".st-key-prompts_voice"),
    Screen("prompts-coverage", "prompts", _part("prompts_view", 2), from_=".st-key-prompts_view"),
    Screen("dialects", "dialects", _part("dialects_view", 1), from_=".st-key-dialects_group"),
    Screen("dialect", "dialects", _fuzhou, from_=".st-key-dialects_dialect"),
    Screen("dialect-words", "dialects", _part("dialects_part", 1), from_=".st-key-dialects_part"),
    Screen("recordings", "recordings"),
    Screen("review", "review"),
    Screen("settings", "settings", _part("settings_view", 0)),
    Screen("settings-history", "settings", _part("settings_view", 2)),
    Screen("reports", "reports", from_="[data-testid=stVegaLiteChart]"),
    Screen("accounts", "accounts"),
    Screen("desk", "", username=AGENT),
)
"""All of them; a new page belongs here, a test compares."""
