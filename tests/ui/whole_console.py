"""The whole console on one real line with something on every page, and a walk through all of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from streamlit.testing.v1 import AppTest

import elder_channel.services.console as wiring
from dialects.catalogue import load_catalogue
from elder_channel.customers.model import Customer
from elder_channel.services.accounts import Account, Accounts, Role
from elder_channel.services.console import ConsoleServices
from elder_channel.services.endings import Endings
from elder_channel.services.replies import Replies
from tests.fakes.desk import AT_DESK, NUMBER, hear, offer_call, write_agents
from tests.fakes.greeting_scene import put_campaign, put_people
from tests.fakes.line import LineInMemory, open_test_line
from tests.fakes.line_day import keep_call, keep_verdict
from tests.fakes.sites import SITES
from tests.fakes.takes import recording, speech, wav
from tests.ui.conftest import PASSWORD, go_to
from tests.unit.services.test_orders import abandoned
from tests.unit.services.test_recorded_calls import ON, carrier_of, talk
from tests.unit.services.test_waiting import wait
from ui.launch import APP

BOSS, AGENT = "lin.fang", "zheng.guodong"
Step = Callable[[AppTest], AppTest]
Visit = tuple[str, tuple[tuple[str, Step], ...]]


@contextmanager
def whole_console(folder: Path, patch: pytest.MonkeyPatch) -> Iterator[tuple[ConsoleServices, LineInMemory]]:
    """The services as the product wires them, on a line of its own."""
    site = folder / "site"
    write_agents(site)
    (site / "sites.yaml").write_text(SITES, encoding="utf-8")
    at = open_test_line(folder, **ON, ELDER_CHANNEL_LEARNING__KEEP_AUDIO="true")
    patch.setattr(wiring, "open_line", lambda state, environment: at.line)
    patch.setattr(wiring, "set_up_logs", lambda environment: None)
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    patch.setattr(wiring, "Accounts", partial(Accounts, hasher=quick))
    services = wiring.open_console(folder / "state")
    patch.setattr("ui.session.open_console", lambda state: services)
    patch.setenv("ELDER_CHANNEL_STATE", str(folder / "state"))
    _fill(services, at)
    yield services, at
    at.line.databases.dispose()


def _fill(services: ConsoleServices, at: LineInMemory) -> None:
    """Something on every page."""
    accounts = services.accounts
    accounts.claim(accounts.bootstrap_code() or "", BOSS, PASSWORD)
    boss = Account(BOSS, Role.ADMINISTRATOR)
    accounts.add(AGENT, PASSWORD, Role.AGENT, by=boss, agent_id=AT_DESK)
    at.line.customers.load([Customer(70, "林示例", (NUMBER,), dialect="fuzhou", elder_flag=True)])
    talk(at, "CA20")
    carrier_of(at).sounds["RE1"] = b""
    keep_call(at.line.databases.calls, "CA30", at.clock())
    keep_call(at.line.databases.calls, "CA31", at.clock(), waited=25.0, elder=True, dialect="guangzhou")
    keep_verdict(at.line.databases.calls, "CA30", at.clock(), "hainan")
    abandoned(at, "CA40")
    put_people(at, 3)
    put_campaign(at, approved_by="chief")
    Replies(at.line).receive(sid="SM1", number=NUMBER, body="别再发了")
    take = recording(wav(speech()), token="t1")
    services.prompt_takes.record(take, by=boss)
    offer_call(at.line)
    wait(at, "CA2")
    hear(at.line, "我要报案", sid="CA2")


def signed_in(username: str = BOSS) -> AppTest:
    """A tab in which somebody has signed in."""
    page = AppTest.from_file(str(APP), default_timeout=60).run()
    page.text_input(key="login_username").input(username)
    page.text_input(key="login_password").input(PASSWORD)
    return page.button(key="login_submit").click().run()


def _radio(key: str, value: str) -> Step:
    return lambda page: page.radio(key=key).set_value(value).run()


def _press(key: str) -> Step:
    return lambda page: page.button(key=key).click().run()


def _press_first(beginning: str) -> Step:
    def press(page: AppTest) -> AppTest:
        return next(each for each in page.button if str(each.key).startswith(beginning)).click().run()

    return press


def _search(page: AppTest) -> AppTest:
    page.text_input(key="customers_asked").set_value(NUMBER)
    page.text_input(key="customers_reason").set_value("13:05")
    return page.button(key="customers_search").click().run()


def _divert(page: AppTest) -> AppTest:
    page.selectbox(key="plan_province").set_value("福建")
    page.multiselect(key="plan_targets").set_value(["beijing"])
    return page.button(key="plan_preview").click().run()


def _open_agent(page: AppTest) -> AppTest:
    page = page.selectbox(key="roster_who").set_value("zheng").run()
    return page.button(key="roster-open").click().run()


def _employ(page: AppTest) -> AppTest:
    """A colleague gets a password: one of the walk's own, that nobody signs in as."""
    page.text_input(key="account_add_name").set_value(f"new{len(page.selectbox(key='accounts_who').options)}")
    return page.button(key="account_add").click().run()


VISITS: tuple[Visit, ...] = (
    ("", ()),
    ("live", (("judging", _press_first("judge-")), ("marks", _press_first("marks-open-")))),
    ("waiting", ()),
    (
        "orders",
        (
            ("new", _press("orders_new")),
            ("new refused", _press("new_order_submit")),
            ("left", _press("orders_back")),
            ("board", _radio("orders_shape", "board")),
            ("working", _press_first("act-")),
            ("opened", _press_first("open-")),
        ),
    ),
    ("customers", (("found", _search), ("opened", _press("customer-open-70")))),
    (
        "greetings",
        (
            ("campaigns", _radio("greetings_view", "campaigns")),
            ("campaign", _press("open-birthday")),
            ("editor", _press("campaign_edit")),
            ("left", _press("editor_back")),
            ("sending", _radio("greetings_view", "sending")),
            ("replies", _radio("greetings_view", "replies")),
            ("opt-outs", _radio("greetings_view", "opt_outs")),
        ),
    ),
    ("sites", (("diversion", _divert),)),
    (
        "routing",
        (
            ("example", _press("whatif-example")),
            ("asked", _press("whatif-ask")),
            ("agents", _radio("routing_view", "agents")),
            ("agent", _open_agent),
            ("staffing", _radio("routing_view", "staffing")),
            ("needs", _press("staffing-go")),
        ),
    ),
    (
        "prompts",
        (
            ("opened", _press("open-invitation")),
            ("waiting", _radio("prompts_view", "waiting")),
            ("coverage", _radio("prompts_view", "coverage")),
        ),
    ),
    (
        "dialects",
        (
            ("words", _radio("dialects_part", "words")),
            ("adding", _radio("dialects_part", "add")),
            ("grid", _radio("dialects_view", "all")),
        ),
    ),
    (
        "accounts",
        (
            ("chosen", lambda page: page.selectbox(key="accounts_who").set_value(AGENT).run()),
            ("asked", _press("account_close")),
            ("given", _employ),
        ),
    ),
    ("recordings", ()),
    ("review", ()),
    ("reports", ()),
)
"""Every page of the first administrator, each with what is opened on it one after the other."""


def walk(page: AppTest) -> Iterator[tuple[str, AppTest]]:
    """Every page and what opens on it, with its name."""
    for address, steps in VISITS:
        page = go_to(page, address) if address else page
        yield address or "first", page
        for name, step in steps:
            page = step(page)
            yield f"{address} {name}", page


def desk_walk(page: AppTest, at: LineInMemory) -> Iterator[tuple[str, AppTest]]:
    """The desk of an agent: offered, ringing, and with the forms of a call that is talked on."""
    yield "desk offered", page
    page = _press("desk-accept-CA1")(page)
    yield "desk ringing", page
    Endings(at.line).agent_answered("CA1", AT_DESK)
    yield "desk talking", page.run()


def names_of(at: LineInMemory) -> frozenset[str]:
    """What reads the same in every language: people, sites, companies, cities, the title of a campaign."""
    settings, catalogue = at.line.settings, load_catalogue()
    return frozenset(
        (
            *(agent.name for agent in settings.agents),
            *(site.name for site in settings.sites),
            *(company.zh for company in settings.companies),
            *(city for area in catalogue.area_codes.values() for city in area.cities),
            "福州",
            "广州",
            *("林示例", "林**", "生日", "侬家", "汝", "跋"),
            *("an ordinary weekday",),
        )
    )
