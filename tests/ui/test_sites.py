"""The page of sites, on real books."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from elder_channel.customers.model import Customer
from elder_channel.services.accounts import Account, Role
from elder_channel.services.line import LineService
from elder_channel.services.site_board import SitesAtAGlance
from elder_channel.services.sites import SiteSwitches
from tests.fakes.line import LineInMemory, open_test_line
from tests.fakes.sites import write_sites
from tests.ui.conftest import Console, go_to
from tests.ui.seen import words_of
from ui.words import EN, ZH

BOSS = Account("lin.fang", Role.ADMINISTRATOR)
ELDER = "+8659100000101"
SitesPage = Callable[..., AppTest]


def wire(console: Console, opened: LineInMemory) -> None:
    """Let the console read and turn the switches of this line."""
    console.switches = SiteSwitches(opened.line)  # type: ignore[assignment]
    console.sites = SitesAtAGlance(opened.line)


@pytest.fixture
def at(tmp_path: Path, console: Console) -> Iterator[LineInMemory]:
    """A line of three sites at 16:00 on a Sunday."""
    write_sites(tmp_path / "sites" / "site")
    opened = open_test_line(tmp_path / "sites")
    opened.line.customers.load([Customer(93, "林示例", (ELDER,), elder_flag=True)])
    wire(console, opened)
    yield opened
    opened.line.databases.dispose()


@pytest.fixture
def sites_page(console: Console, signed_in: Callable[..., AppTest]) -> SitesPage:
    """Opens the page; called when the test has set its scene."""

    def open_page(username: str = "lin.fang") -> AppTest:
        return go_to(signed_in(username), "sites")

    return open_page


def plan_diversion(page: AppTest, *sites: str) -> AppTest:
    """Choose what a typhoon asks for, and look who is affected."""
    page.selectbox(key="plan_province").set_value("福建")
    page.multiselect(key="plan_targets").set_value(list(sites))
    return page.button(key="plan_preview").click().run()


def test_the_sites_and_where_calls_go(at: LineInMemory, sites_page: SitesPage) -> None:
    """Open or not and why, until when, people, hours and holidays, in both languages."""
    words = words_of(sites_page())
    for expected in (
        *("福州中心", ZH["site.standing.open"], EN["site.standing.open"], "到 20:00", "until 20:00"),
        *("在岗 2 人，0 人正忙", "2 at work, 0 busy", "每天 08:00–20:00", "2026-11-25"),
        *(ZH["site.night"], EN["site.night"], ZH["way.none_own"], "→ 北京中心", ZH["switches.none"]),
    ):
        assert expected in words
    assert "2026-10-01" not in words


def test_a_province_is_diverted_after_a_look_at_who_is_affected_and_back(
    at: LineInMemory, sites_page: SitesPage
) -> None:
    """Preview, reason, confirmation; since when and by whom; taken back the same way; all of it in the history."""
    LineService(at.line).arrive("CA1", ELDER, "+862100000060")
    page = plan_diversion(sites_page(), "beijing")
    words = words_of(page)
    for expected in ("正在等或正在响的 1 通，其中长者 1 通", "北京中心：在岗 1 人", ZH["preview.nobody_speaks"]):
        assert expected in words
    assert at.line.switches.on() == []
    page.button(key="plan_confirm").click().run()
    assert ZH["refused.no_reason"] in words_of(page)
    page.text_input(key="plan_reason").input("台风，福州停电")
    page.button(key="plan_confirm").click().run()
    words = words_of(page)
    assert ZH["plan.done"] in words
    assert "灾备：福建的来电现在转到北京中心" in words
    assert "lin.fang：台风，福州停电" in words
    [on] = at.line.switches.on()
    assert (on.subject, on.sites, on.on_by) == ("福建", ("beijing",), "lin.fang")
    page.button(key="off-divert-福建").click().run()
    page.text_input(key="plan_reason").input("风过了")
    page.button(key="plan_confirm").click().run()
    words = words_of(page)
    assert ZH["plan.undone"] in words
    assert ZH["switches.none"] in words
    assert "lin.fang：风过了" in words
    assert at.line.switches.on() == []


@pytest.mark.parametrize(
    ("kind", "site", "title"),
    [("drain", "chengdu", "成都中心维护中"), ("drain_line", None, "整条线维护中")],
)
def test_a_site_or_the_line_is_emptied_and_filled_again(
    at: LineInMemory, sites_page: SitesPage, kind: str, site: str | None, title: str
) -> None:
    """With a look at where the calls go then."""
    page = sites_page()
    page.radio(key="plan_kind").set_value(kind).run()
    if site:
        page.selectbox(key="plan_site").set_value(site)
    page.button(key="plan_preview").click().run()
    assert ("四川、重庆的来电" if site else ZH["preview.line.hunt"]) in words_of(page)
    page.text_input(key="plan_reason").input("换设备")
    page.button(key="plan_confirm").click().run()
    assert title in words_of(page)
    page.button(key=f"off-{kind}-{site or '*'}").click().run()
    page.text_input(key="plan_reason").input("换好了")
    page.button(key="plan_confirm").click().run()
    assert at.line.switches.on() == []


def test_who_was_overtaken_looks_again(at: LineInMemory, sites_page: SitesPage) -> None:
    """A colleague turned a switch between preview and confirmation: nothing is done, and the page says so."""
    page = plan_diversion(sites_page(), "beijing", "chengdu")
    SiteSwitches(at.line).drain("chengdu", reason="停电", by=BOSS)
    page.text_input(key="plan_reason").input("台风")
    page.button(key="plan_confirm").click().run()
    assert ZH["refused.switches_meanwhile"] in words_of(page)
    assert [each.subject for each in at.line.switches.on()] == ["chengdu"]
    page = plan_diversion(page, "beijing", "chengdu")
    assert "成都中心：正在维护清空" in words_of(page)


def test_what_is_missing_is_asked_for_and_leaving_it_does_nothing(at: LineInMemory, sites_page: SitesPage) -> None:
    """Without a province, without sites; and a plan can be dropped."""
    page = sites_page()
    page.button(key="plan_preview").click().run()
    assert ZH["refused.no_such_province"] in words_of(page)
    page.selectbox(key="plan_province").set_value("福建")
    page.button(key="plan_preview").click().run()
    assert ZH["refused.no_sites"] in words_of(page)
    page = plan_diversion(page, "beijing")
    page.button(key="plan_cancel").click().run()
    assert at.line.switches.on() == []
    assert page.button(key="plan_preview")


def test_an_agent_sees_the_sites_and_turns_nothing(at: LineInMemory, console: Console, sites_page: SitesPage) -> None:
    """The forms are not there, and the sentence says who may."""
    console.appoint()
    console.employ("chen", Role.AGENT)
    SiteSwitches(at.line).drain("chengdu", reason="停电", by=BOSS)
    page = sites_page("chen")
    assert ZH["sites.only_leads"] in words_of(page)
    assert {button.key for button in page.button} == {"sign_out"}


def test_without_sites_the_page_says_what_that_means(tmp_path: Path, console: Console, sites_page: SitesPage) -> None:
    """The whole line can still be emptied."""
    (tmp_path / "none" / "site").mkdir(parents=True)
    (tmp_path / "none" / "site" / "sites.yaml").write_text("schema: 1\nsites: []\n", encoding="utf-8")
    agents = 'schema: 1\nagents: [{id: bei, name: 北, contact: "client:bei", hunt_group: true}]\n'
    (tmp_path / "none" / "site" / "agents.yaml").write_text(agents, encoding="utf-8")
    opened = open_test_line(tmp_path / "none")
    wire(console, opened)
    page = sites_page()
    assert ZH["sites.none.explain"] in words_of(page)
    assert page.radio(key="plan_kind").options == [f"{ZH['plan.kind.drain_line']} {EN['plan.kind.drain_line']}"]
    opened.line.databases.dispose()


def test_trouble_is_told_in_words(console: Console, sites_page: SitesPage) -> None:
    """Without the fault's own text."""

    class Broken:
        def board(self) -> None:
            raise OSError("disk is away")

    console.sites = Broken()  # type: ignore[assignment]
    words = words_of(sites_page())
    assert ZH["sites.trouble.explain"] in words
    assert "disk" not in words


def test_a_look_ahead_tells_whom_a_call_at_night_would_reach(at: LineInMemory, sites_page: SitesPage) -> None:
    """Province and hour are chosen, and the answer stands there with its reasons; anybody who sees the page may."""
    page = sites_page()
    page.selectbox(key="route_province").set_value("福建").run()
    words = words_of(page)
    assert f"02:00 来电：{ZH['way.night']}" in words
    assert "第 1 先问：北京中心" in words
    assert "会讲福州话的：成（成都中心）" in words
    assert EN["route.rule"] in words
    page.time_input(key="route_time").set_value(time(10, 0)).run()
    assert f"10:00 来电：{ZH['way.own']}" in words_of(page)
