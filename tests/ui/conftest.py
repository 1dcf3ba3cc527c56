"""The console's pages run headless on accounts in a temporary folder and calls in memory."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
import streamlit as st
from argon2 import PasswordHasher
from streamlit.testing.v1 import AppTest

import ui.session
from dialects.catalogue import load_catalogue
from elder_channel.customers.model import Customer
from elder_channel.services.account_desk import AccountDesk
from elder_channel.services.accounts import Account, Accounts, Role
from elder_channel.services.call_sound import CallSound
from elder_channel.services.choices import Choices, choices_of
from elder_channel.services.consents import Consents
from elder_channel.services.console import account_desk_of, sign_on_of
from elder_channel.services.corrections import Corrections
from elder_channel.services.customer_files import CustomerFiles
from elder_channel.services.desk import Desk
from elder_channel.services.desk_orders import CallOrders
from elder_channel.services.dialect_board import DialectBoard
from elder_channel.services.dialect_words import DialectWords
from elder_channel.services.drafts import Drafts
from elder_channel.services.endings import Endings
from elder_channel.services.greeting_desk import GreetingDesk
from elder_channel.services.line_reports import LineReports
from elder_channel.services.marks import CallerMarks
from elder_channel.services.order_callbacks import OrderCallbacks
from elder_channel.services.orders import Orders
from elder_channel.services.prompt_board import PromptBoard
from elder_channel.services.prompt_takes import PromptTakes
from elder_channel.services.recorded_calls import RecordedCalls
from elder_channel.services.recording_consent import RecordingConsent
from elder_channel.services.results import Results
from elder_channel.services.review import Review
from elder_channel.services.roster import RosterService
from elder_channel.services.sessions import Sessions
from elder_channel.services.settings_desk import SettingsDesk
from elder_channel.services.shift_handover import ShiftHandover
from elder_channel.services.sign_on import SignOn
from elder_channel.services.site_board import SitesAtAGlance
from elder_channel.services.staffing import StaffingDesk
from elder_channel.services.steering import Steering
from elder_channel.services.today import TodayBoard
from elder_channel.services.training import Training
from elder_channel.services.waiting_list import WaitingList
from elder_channel.services.what_if import WhatIf
from tests.fakes.desk import AT_DESK, NUMBER, TransfersInMemory, write_agents
from tests.fakes.line import LineInMemory, open_test_line
from tests.fakes.live_calls import LiveCallsInMemory, SwitchesInMemory
from tests.ui.seen import words_of
from ui.launch import APP

PASSWORD = "jasmine-tea-2026"
ME = "zheng.guodong"
"""The agent at the desk."""
AsAgent = Callable[..., AppTest]


@dataclass
class Console:
    """What the pages read from; a test changes it and runs the page again."""

    live: LiveCallsInMemory
    accounts: Accounts
    sessions: Sessions
    sign_on: SignOn
    at: LineInMemory
    """The books behind the work orders."""
    orders: Orders
    callbacks: OrderCallbacks | None = None
    switches: SwitchesInMemory = field(default_factory=SwitchesInMemory)
    corrections: Corrections | None = None
    consents: Consents | None = None
    desk: Desk | None = None
    marks: CallerMarks | None = None
    sites: SitesAtAGlance | None = None
    recordings: RecordedCalls | None = None
    waiting: WaitingList | None = None
    prompt_board: PromptBoard | None = None
    prompt_takes: PromptTakes | None = None
    recording_consent: RecordingConsent | None = None
    greetings: GreetingDesk | None = None
    customers: CustomerFiles | None = None
    today: TodayBoard | None = None
    reports: LineReports | None = None
    dialect_board: DialectBoard | None = None
    dialect_words: DialectWords | None = None
    review: Review | None = None
    training: Training | None = None
    what_if: WhatIf | None = None
    roster: RosterService | None = None
    staffing: StaffingDesk | None = None
    settings: SettingsDesk | None = None
    drafts: Drafts | None = None
    account_desk: AccountDesk | None = None
    steering: Steering | None = None
    handover: ShiftHandover | None = None
    call_sound: CallSound | None = None
    results: Results | None = None
    choices: Choices = field(default_factory=lambda: choices_of(load_catalogue()))

    def appoint(self, username: str = "lin.fang") -> None:
        """Make the first administrator without going through the page."""
        self.accounts.claim(self.accounts.bootstrap_code() or "", username, PASSWORD)

    def employ(self, username: str, role: Role) -> Account:
        """Add a colleague; somebody must have been appointed."""
        return self.accounts.add(username, PASSWORD, role, by=Account("lin.fang", Role.ADMINISTRATOR))


@pytest.fixture
def console(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Console]:
    """The services behind the pages."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    accounts = Accounts(tmp_path / "accounts.json", lambda: datetime.now(UTC), hasher=quick)
    opened = open_test_line(tmp_path)
    # By the clock of the accounts: the line's own stands still in these tests.
    books, settings = opened.line.console_sessions, opened.line.settings.console
    sessions = Sessions(books, accounts, lambda: settings, lambda: datetime.now(UTC))
    sign_on = sign_on_of(opened.line, sessions)
    drafts, results = Drafts(opened.line, accounts), Results(opened.line, accounts)
    live, orders = LiveCallsInMemory(), Orders(opened.line)
    services = Console(live, accounts, sessions, sign_on, opened, orders, drafts=drafts, results=results)
    services.account_desk = account_desk_of(opened.line, accounts, tmp_path / "accounts.json")
    monkeypatch.setenv("ELDER_CHANNEL_STATE", str(tmp_path))
    monkeypatch.setattr(ui.session, "open_console", lambda _state: services)
    st.cache_resource.clear()
    yield services
    st.cache_resource.clear()
    opened.line.databases.dispose()


@pytest.fixture
def page() -> AppTest:
    """A browser tab that has just opened the console."""
    return AppTest.from_file(str(APP), default_timeout=30)


@pytest.fixture
def signed_in(console: Console, page: AppTest) -> Callable[..., AppTest]:
    """Opens the console, signs in and goes to the calls; called when the test has set its scene."""

    def open_and_sign_in(username: str = "lin.fang", *, to: str | None = "live") -> AppTest:
        if console.accounts.needs_first_account():
            console.appoint()
        page.run()
        page.text_input(key="login_username").input(username)
        page.text_input(key="login_password").input(PASSWORD)
        page.button(key="login_submit").click().run()
        return go_to(page, to) if to in addresses(page) else page

    return open_and_sign_in


def go_to(page: AppTest, address: str) -> AppTest:
    """Follow a link to another page; AppTest itself only knows pages that are files."""
    known = page._registered_pages.items()
    page._page_hash = next(hash_ for hash_, info in known if info.get("url_pathname") == address)
    return page.run()


def when_done(page: AppTest, words: str, *, seconds: float = 30.0) -> str:
    """What the page says once these words stand on it: something is worked out aside."""
    until = time.monotonic() + seconds
    while words not in (said := words_of(page.run())):
        assert time.monotonic() < until, said[-2000:]
        time.sleep(0.1)
    return said


def addresses(page: AppTest) -> set[str | None]:
    """The addresses of the pages that are offered; the first page's is empty."""
    return {info.get("url_pathname") for info in page._registered_pages.values()}


@pytest.fixture
def transfers() -> TransfersInMemory:
    """Where calls are passed on to."""
    return TransfersInMemory()


@pytest.fixture
def at(tmp_path: Path, console: Console, transfers: TransfersInMemory) -> Iterator[LineInMemory]:
    """Books without a call; the console reads and writes them."""
    write_agents(tmp_path / "desk" / "site")
    opened = open_test_line(tmp_path / "desk")
    line = opened.line
    line.customers.load([Customer(70, "林示例", (NUMBER,), dialect="fuzhou", elder_flag=True)])
    console.corrections = Corrections(line, console.accounts)
    console.desk = Desk(line, console.accounts, console.corrections, orders=CallOrders(line), transfers=transfers)
    console.marks = CallerMarks(line, console.accounts)
    console.recording_consent = RecordingConsent(line, console.accounts)
    console.handover = ShiftHandover(line)
    console.orders = Orders(line)
    console.choices = choices_of(line.catalogue)
    yield opened
    line.databases.dispose()


@pytest.fixture
def as_agent(console: Console, page: AppTest) -> AsAgent:
    """Signs an agent in; called when the test has set its scene."""

    def open_and_sign_in(role: Role = Role.AGENT, agent_id: str | None = AT_DESK) -> AppTest:
        console.appoint("chief")
        chief = Account("chief", Role.ADMINISTRATOR)
        console.accounts.add(ME, PASSWORD, role, by=chief, agent_id=agent_id)
        page.run()
        page.text_input(key="login_username").input(ME)
        page.text_input(key="login_password").input(PASSWORD)
        return page.button(key="login_submit").click().run()

    return open_and_sign_in


def talking(at: LineInMemory, page: AppTest) -> AppTest:
    """The offered call is accepted and picked up."""
    page.button(key="desk-accept-CA1").click().run()
    Endings(at.line).agent_answered("CA1", AT_DESK)
    return page.run()
