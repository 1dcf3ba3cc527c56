"""What the console stands on."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from elder_channel.bootstrap import Line, open_line
from elder_channel.logs import set_up_logs
from elder_channel.services.account_desk import AccountDesk
from elder_channel.services.account_upkeep import AccountUpkeep
from elder_channel.services.accounts import Accounts
from elder_channel.services.accounts_file import ACCOUNTS_FILE
from elder_channel.services.call_sound import CallSound
from elder_channel.services.choices import Choices, choices_of
from elder_channel.services.consents import Consents
from elder_channel.services.corrections import Corrections
from elder_channel.services.customer_files import CustomerFiles
from elder_channel.services.desk import Desk
from elder_channel.services.desk_orders import CallOrders
from elder_channel.services.dialect_board import DialectBoard
from elder_channel.services.dialect_words import DialectWords
from elder_channel.services.drafts import Drafts
from elder_channel.services.greeting_desk import GreetingDesk, greeting_desk
from elder_channel.services.line_reports import LineReports
from elder_channel.services.live import LiveCallReader
from elder_channel.services.live_calls import LiveCalls
from elder_channel.services.marks import CallerMarks
from elder_channel.services.order_callbacks import OrderCallbacks
from elder_channel.services.order_calls import callbacks_of
from elder_channel.services.orders import Orders
from elder_channel.services.prompt_board import PromptBoard
from elder_channel.services.prompt_ear import LineEar
from elder_channel.services.prompt_takes import PromptTakes
from elder_channel.services.provider import Provider
from elder_channel.services.recorded_calls import RecordedCalls
from elder_channel.services.recording_consent import RecordingConsent
from elder_channel.services.results import Results
from elder_channel.services.review import Review
from elder_channel.services.roster import RosterService
from elder_channel.services.sessions import Sessions
from elder_channel.services.settings_desk import SettingsDesk, settings_desk
from elder_channel.services.shift_handover import ShiftHandover
from elder_channel.services.sign_on import SignOn
from elder_channel.services.site_board import SitesAtAGlance
from elder_channel.services.sites import SiteSwitches
from elder_channel.services.staffing import StaffingDesk
from elder_channel.services.steering import Steering
from elder_channel.services.today import TodayBoard
from elder_channel.services.training import Training
from elder_channel.services.transfers import Transfers
from elder_channel.services.waiting_list import WaitingList
from elder_channel.services.what_if import WhatIf


@dataclass(frozen=True)
class ConsoleServices:
    """The services a page may use."""

    live: LiveCallReader
    switches: SiteSwitches
    accounts: Accounts
    sessions: Sessions
    sign_on: SignOn
    corrections: Corrections
    consents: Consents
    choices: Choices
    desk: Desk
    orders: Orders
    marks: CallerMarks
    sites: SitesAtAGlance
    recordings: RecordedCalls
    waiting: WaitingList
    prompt_board: PromptBoard
    prompt_takes: PromptTakes
    recording_consent: RecordingConsent
    greetings: GreetingDesk
    customers: CustomerFiles
    today: TodayBoard
    reports: LineReports
    dialect_board: DialectBoard
    dialect_words: DialectWords
    review: Review
    training: Training
    what_if: WhatIf
    roster: RosterService
    staffing: StaffingDesk
    settings: SettingsDesk
    drafts: Drafts
    steering: Steering
    handover: ShiftHandover
    account_desk: AccountDesk
    call_sound: CallSound
    results: Results
    callbacks: OrderCallbacks | None = None
    """Absent where the line places no calls: then people call back by hand."""


def open_console(state: Path) -> ConsoleServices:
    """The services on a state folder whose databases are up to date."""
    set_up_logs(os.environ)
    line = open_line(state, os.environ)
    accounts = Accounts(state / ACCOUNTS_FILE, line.clock)
    sessions = sessions_of(line, accounts)
    corrections = Corrections(line, accounts)
    return ConsoleServices(
        LiveCalls(line),
        SiteSwitches(line),
        accounts,
        sessions,
        sign_on_of(line, sessions),
        corrections,
        Consents(line, accounts),
        choices_of(line.catalogue),
        Desk(line, accounts, corrections, orders=CallOrders(line), transfers=Transfers(line)),
        Orders(line),
        CallerMarks(line, accounts),
        SitesAtAGlance(line),
        RecordedCalls(line),
        WaitingList(line),
        PromptBoard(line),
        PromptTakes(line, accounts, LineEar(line)),
        RecordingConsent(line, accounts),
        greeting_desk(line, accounts),
        CustomerFiles(line, accounts),
        TodayBoard(line),
        LineReports(line),
        DialectBoard(line, PromptBoard(line)),
        DialectWords(line, accounts),
        Review(line, accounts, corrections),
        Training(line, accounts),
        WhatIf(line, accounts),
        RosterService(line, accounts),
        StaffingDesk(line, accounts),
        settings_desk(line, accounts),
        Drafts(line, accounts),
        Steering(line, accounts),
        ShiftHandover(line),
        account_desk_of(line, accounts, state / ACCOUNTS_FILE),
        CallSound(line, accounts),
        Results(line, accounts),
        callbacks_of(line),
    )


def account_desk_of(line: Line, accounts: Accounts, path: Path) -> AccountDesk:
    """The accounts in this file, as administrators change them."""
    upkeep = AccountUpkeep(path, line.clock)
    return AccountDesk(path, accounts, upkeep, lambda: {each.id: each.name for each in line.settings.agents})


def sessions_of(line: Line, accounts: Accounts) -> Sessions:
    """The sign-ins of the line's console, by the settings in force."""
    return Sessions(
        line.console_sessions,
        accounts,
        lambda: line.settings.console,
        line.clock,
        local_accounts=lambda: line.settings.single_sign_on.local_accounts,
    )


def sign_on_of(line: Line, sessions: Sessions) -> SignOn:
    """Sign-in by the provider of the settings, if they name one."""
    return SignOn(
        AccountUpkeep(line.state / ACCOUNTS_FILE, line.clock),
        sessions,
        Provider(lambda: line.settings.single_sign_on.metadata_url),
        line.clock,
        settings=lambda: line.settings.single_sign_on,
        console=lambda: line.settings.console,
        agents=lambda: {agent.id for agent in line.settings.agents},
    )
