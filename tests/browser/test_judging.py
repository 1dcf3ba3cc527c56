"""An agent judges a call in a real browser, on real books, while the page refreshes itself."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed (extra dev)")
pytest.importorskip("axe_playwright_python", reason="axe-playwright-python is not installed (extra dev)")

from playwright.sync_api import expect

from dialects.evidence import Identification, Source, WeighedEvidence
from elder_channel.calls.model import Call, CallState, Entry
from elder_channel.customers.model import Customer
from elder_channel.storage.calls import SqlCallStore
from elder_channel.storage.corrections import SqlCorrectionStore
from elder_channel.storage.customers import SqlCustomerStore
from elder_channel.storage.engine import Databases, open_databases
from elder_channel.storage.migrate import migrate
from tests.browser.conftest import open_tab, serving
from tests.browser.steps import accessibility_faults, keep_screenshot, sign_in
from ui.launch import console_command

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser
NUMBER = "+8659100000102"


def answered_call(state: Path) -> Databases:
    """The books of a fresh state folder with one call somebody talks to."""
    databases = open_databases(state)
    migrate(databases)
    SqlCustomerStore(databases.calls).load([Customer(7, "某人", (NUMBER,))])
    now = datetime.now(UTC)
    evidence = (WeighedEvidence(Source.NUMBER, "区号 0591 → 福州话", 1.2),)
    found = Identification({"fuzhou": 0.8, "puxian": 0.2}, False, evidence)
    calls = SqlCallStore(databases.calls)
    calls.open_call(
        Call("CA100", NUMBER, "+862100000060", CallState.PROMPTED, now, customer_id=7, identification=found)
    )
    calls.enter("CA100", entry=Entry.ONE_KEY, language="zh", at=now)
    calls.answered("CA100", "lin-xiulan", at=now)
    return databases


def test_an_agent_corrects_the_dialect(browser: Browser, tmp_path: Path) -> None:
    """Opened, chosen over several refreshes of the page, saved, shown; in the books of call and customer."""
    databases = answered_call(tmp_path)
    with serving(tmp_path, lambda port: console_command(port=port, state=tmp_path)) as console:
        console.appoint("lin.fang")
        for page in open_tab(browser, console):
            sign_in(page, "lin.fang")
            page.get_by_role("button", name="方言对吗").click()
            dialect = page.get_by_role("combobox", name="实际讲的是")
            expect(dialect).to_be_visible(timeout=30_000)
            assert accessibility_faults(page) == []
            keep_screenshot(page, "console-judging")
            dialect.evaluate("field => field.scrollIntoView({block: 'center'})")  # the list opens below it
            dialect.click()
            dialect.fill("莆仙")
            page.get_by_role("option", name="莆仙话").click()
            page.wait_for_timeout(5_000)  # the page refreshes every two seconds, and what was chosen must outlast that
            page.get_by_role("button", name="保存更正").click()
            expect(page.get_by_text("话务员更正：是莆仙话")).to_be_visible(timeout=10_000)
            expect(page.get_by_role("status").get_by_text("已记下")).to_be_visible()
            assert accessibility_faults(page) == []
            keep_screenshot(page, "console-judged")
    [kept] = SqlCorrectionStore(databases.calls).of_calls(["CA100"])["CA100"]
    assert (kept.from_dialect, kept.to_dialect, kept.corrected_by) == ("fuzhou", "puxian", "lin.fang")
    customer = SqlCustomerStore(databases.calls).at_number(NUMBER).owner
    assert customer
    assert customer.dialect == "puxian"
    databases.dispose()
