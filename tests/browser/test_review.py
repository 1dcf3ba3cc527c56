"""A corrected dialect on its way: said by an agent, listened to by a second person, in the manifest to train on."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed (extra dev)")
pytest.importorskip("axe_playwright_python", reason="axe-playwright-python is not installed (extra dev)")

from playwright.sync_api import expect

from elder_channel.services.accounts import Account, Accounts, Role
from elder_channel.services.accounts_file import ACCOUNTS_FILE
from elder_channel.services.review import EXPORT_FOLDER
from tests.browser.conftest import PASSWORD, Served, open_tab, serving
from tests.browser.steps import accessibility_faults, keep_screenshot, sign_in, wait_until_ready
from tests.fakes.learning import agreed, answered_call, kept_utterance, learning_line
from tests.fakes.line import LineInMemory
from ui.launch import console_command

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser
CHIEF, HEARER = "lin.fang", "chen.hong"


@pytest.fixture
def at(tmp_path: Path) -> Iterator[LineInMemory]:
    """A call of a customer who agreed, answered just now, with one utterance kept."""
    with learning_line(tmp_path) as opened:
        opened.clock.now = datetime.now(UTC)
        agreed(opened)
        answered_call(opened)
        kept_utterance(opened)
        yield opened


@pytest.fixture
def wired(at: LineInMemory) -> Iterator[Served]:
    """The console as it is started, with an agent."""
    state = at.line.state
    with serving(state, lambda port: console_command(port=port, state=state)) as served:
        served.appoint(CHIEF)
        accounts = Accounts(state / ACCOUNTS_FILE, at.line.clock)
        accounts.add(HEARER, PASSWORD, Role.AGENT, by=Account(CHIEF, Role.ADMINISTRATOR))
        yield served


def test_a_corrected_dialect_is_reviewed_and_stands_in_the_manifest(
    browser: Browser, wired: Served, at: LineInMemory
) -> None:
    """An agent corrects it on the call; an administrator finds it in review and writes the manifest."""
    for page in open_tab(browser, wired):
        sign_in(page, HEARER)
        page.get_by_role("button", name="方言对吗").click()
        dialect = page.get_by_role("combobox", name="实际讲的是")
        expect(dialect).to_be_visible(timeout=30_000)
        dialect.evaluate("field => field.scrollIntoView({block: 'center'})")  # the list opens below it
        dialect.click()
        dialect.fill("莆仙")
        page.get_by_role("option", name="莆仙话").click()
        page.get_by_role("button", name="保存更正").click()
        expect(page.get_by_text("话务员更正：是莆仙话")).to_be_visible(timeout=15_000)
        page.get_by_role("button", name="退出").click()
        sign_in(page, CHIEF)
        page.get_by_role("link", name="复核 Review").click()
        expect(page.get_by_text("话务员更正过，请第二个人听")).to_be_visible(timeout=30_000)
        wait_until_ready(page)
        assert accessibility_faults(page) == []
        page.get_by_role("button", name="写出清单").click()
        expect(page.get_by_text("已写出 1 段声音")).to_be_visible(timeout=15_000)
        expect(page.get_by_text("判断过、可以用的录音 1 段")).to_be_visible(timeout=15_000)
        keep_screenshot(page, "review-manifest")
    with (at.line.state / EXPORT_FOLDER / "manifest.tsv").open(encoding="utf-8", newline="") as lines:
        [row] = csv.DictReader(lines, delimiter="\t")
    assert row["dialect_id"] == "puxian"
    assert (at.line.state / EXPORT_FOLDER / row["file"]).read_bytes()[:4] == b"RIFF"
    assert wired.outside == []
