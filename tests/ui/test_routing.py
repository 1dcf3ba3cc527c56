"""The page of routing on real books and a real list of agents: what if, agents and skills, staffing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from elder_channel.customers.model import Customer
from elder_channel.recognition.errors import RecognitionUnavailableError
from elder_channel.services.accounts import Account, Role
from elder_channel.services.results import Results
from elder_channel.services.roster import RosterService
from elder_channel.services.staffing import StaffingDesk
from elder_channel.services.what_if import WhatIf
from tests.fakes.line import LineInMemory, open_test_line
from tests.fakes.people import People
from tests.fakes.sites import write_sites
from tests.ui.conftest import PASSWORD, Console, go_to, when_done
from tests.ui.seen import words_of
from ui.components.roster_form import OPENED
from ui.launch import APP
from ui.words import EN, ZH

BOSS = Account("lin.fang", Role.ADMINISTRATOR)
ELDER = "+8659100000101"
RoutingPage = Callable[..., AppTest]


@pytest.fixture
def at(tmp_path: Path, console: Console) -> Iterator[LineInMemory]:
    """A line of three sites with a known elder."""
    write_sites(tmp_path / "routing" / "site")
    opened = open_test_line(tmp_path / "routing")
    opened.line.customers.load([Customer(93, "林示例", (ELDER,), elder_flag=True)])
    console.what_if = WhatIf(opened.line, console.accounts)
    console.roster = RosterService(opened.line, console.accounts)
    console.staffing = StaffingDesk(opened.line, console.accounts, hours=0.02)
    yield opened
    opened.line.databases.dispose()


@pytest.fixture
def routing_page(console: Console, signed_in: Callable[..., AppTest]) -> RoutingPage:
    """Opens a part of the page; called when the test has set its scene."""

    def open_page(part: str = "what_if", username: str = "lin.fang") -> AppTest:
        page = go_to(signed_in(username), "routing")
        return page.radio(key="routing_view").set_value(part).run() if part != "what_if" else page

    return open_page


def open_form(page: AppTest, agent_id: str) -> tuple[AppTest, str]:
    """The agent's form; the end of its fields' keys."""
    page.selectbox(key="roster_who").set_value(agent_id).run()
    page.button(key="roster-open").click().run()
    return page, page.session_state[OPENED].serial


def ask_at_ten(page: AppTest) -> None:
    """Ask for a morning on which every site is open, whenever the test runs."""
    page.radio(key="whatif_when").set_value("then").run()
    page.date_input(key="whatif_day").set_value(date(2026, 12, 1))
    page.time_input(key="whatif_time").set_value(time(10, 0))
    page.button(key="whatif-ask").click().run()


def test_the_page_teaches_and_an_example_shows_the_whole_decision(at: LineInMemory, routing_page: RoutingPage) -> None:
    """Empty it says how to ask; the example fills it in; the answer names agent, reasons, steps and what is heard."""
    page = routing_page()
    words = words_of(page)
    assert ZH["whatif.empty.explain"] in words
    assert EN["whatif.rule"] in words
    page.button(key="whatif-example").click().run()
    ask_at_ten(page)
    words = words_of(page)
    for expected in ("秒后派给福", "given to 福", "福州话", ZH["choice.step.exact"], ZH["whatif.people.chosen"]):
        assert expected in words
    assert ZH["whatif.kept_nothing"] in words
    assert EN["whatif.heard"] in words


def test_a_known_elder_is_told_with_the_name_hidden(at: LineInMemory, routing_page: RoutingPage) -> None:
    """Whose number, why an elder, and that nothing is asked first."""
    page = routing_page()
    page.text_input(key="whatif_number").input(ELDER)
    page.radio(key="whatif_does").set_value("silent").run()
    page.button(key="whatif-ask").click().run()
    words = words_of(page)
    assert "客户林**本人的号码" in words
    assert "林示例" not in words
    assert "算作长者：客户资料里注明是长者" in words
    assert ZH["entry.known_elder"] in words


def test_what_is_wrong_is_told_with_what_to_do(at: LineInMemory, routing_page: RoutingPage) -> None:
    """A number that is none, a recording that was forgotten."""
    page = routing_page()
    page.text_input(key="whatif_number").input("12345678901234567890")
    page.button(key="whatif-ask").click().run()
    assert ZH["refused.what_if_number"] in words_of(page)
    page.text_input(key="whatif_number").input("")
    page.radio(key="whatif_does").set_value("plays").run()
    page.button(key="whatif-ask").click().run()
    assert ZH["refused.what_if_nothing"] in words_of(page)


def test_without_a_recognizer_the_page_says_so(at: LineInMemory, console: Console, routing_page: RoutingPage) -> None:
    """And what to do instead."""

    class Away:
        def dialled(self) -> tuple[()]:
            return ()

        def decide(self, *_: object, **__: object) -> None:
            raise RecognitionUnavailableError("unreachable", "The recognizer is not there.", retryable=True)

    console.what_if = Away()  # type: ignore[assignment]
    page = routing_page()
    page.button(key="whatif-ask").click().run()
    assert ZH["whatif.unheard.explain"] in words_of(page)


def test_an_agent_sees_the_list_and_neither_asks_nor_changes(
    at: LineInMemory, console: Console, routing_page: RoutingPage
) -> None:
    """The sentences say who may."""
    console.appoint()
    console.employ("chen", Role.AGENT)
    page = routing_page(username="chen")
    assert ZH["routing.only_writers"] in words_of(page)
    page.radio(key="routing_view").set_value("agents").run()
    words = words_of(page)
    assert ZH["roster.only_leads"] in words
    assert "福州话 5" in words
    assert {button.key for button in page.button} == {"sign_out"}
    page.radio(key="routing_view").set_value("staffing").run()
    assert ZH["staffing.only_leads"] in words_of(page)


def test_the_list_is_narrowed_and_the_rules_are_told(at: LineInMemory, routing_page: RoutingPage) -> None:
    """Who speaks a dialect; nobody for one nobody speaks; steps, night and overflow in words."""
    page = routing_page("agents")
    words = words_of(page)
    for expected in ("福 ", "cheng", ZH["rules.title"], "第 0–7 秒", "北京中心", "90%"):
        assert expected in words
    page.selectbox(key="roster_dialect").set_value("chongqing").run()
    words = words_of(page)
    assert "1 位，名册上共 4 位" in words
    page.selectbox(key="roster_dialect").set_value("hakka").run()
    assert ZH["roster.none.explain"] in words_of(page)


def test_a_skill_is_changed_and_seen_at_what_if(at: LineInMemory, routing_page: RoutingPage) -> None:
    """Saved with a word, in the file, in the history with before and after, and taken back."""
    page, serial = open_form(routing_page("agents"), "bei")
    page.multiselect(key=f"roster-dialects-{serial}").set_value(["beijing", "fuzhou"]).run()
    page.selectbox(key=f"roster-level-fuzhou-{serial}").set_value(4).run()
    page.button(key="roster-save").click().run()
    words = words_of(page)
    assert ZH["roster.saved"] in words
    assert "福州话 4" in words
    assert "从 北京话 5 改为 北京话 5、福州话 4" in words
    agent = at.line.settings.agent("bei")
    assert agent is not None
    assert agent.dialects == {"beijing": 5, "fuzhou": 4}
    page.button(key="roster-back-1").click().run()
    assert "名册整个回到" in words_of(page)
    page.button(key="roster-restore-yes").click().run()
    assert ZH["roster.restored"] in words_of(page)
    agent = at.line.settings.agent("bei")
    assert agent is not None
    assert agent.dialects == {"beijing": 5}


def test_two_who_change_the_same_decide_field_by_field(at: LineInMemory, routing_page: RoutingPage) -> None:
    """The second one sees both, keeps what else was typed, and loses nothing of the first one's other changes."""
    page, serial = open_form(routing_page("agents"), "bei")
    page.text_input(key=f"roster-name-{serial}").input("北方")
    page.checkbox(key=f"roster-elder_trained-{serial}").check()
    page.run()
    seen = at.line.settings.agent("bei")
    assert seen is not None
    other = RosterService(at.line, People(BOSS))
    other.save({"name": "小北", "wrap_up_seconds": 20}, seen=seen, by=BOSS)
    page.button(key="roster-save").click().run()
    words = words_of(page)
    assert ZH["roster.conflict"] in words
    page.radio(key=f"roster-whose-name-{serial}").set_value("mine").run()
    page.button(key="roster-decide").click().run()
    assert ZH["roster.saved"] in words_of(page)
    agent = at.line.settings.agent("bei")
    assert agent is not None
    assert (agent.name, agent.elder_trained, agent.wrap_up_seconds) == ("北方", True, 20)


def test_what_the_line_would_refuse_is_told_and_not_written(at: LineInMemory, routing_page: RoutingPage) -> None:
    """A contact that is none, shifts that cannot be read."""
    page, serial = open_form(routing_page("agents"), "bei")
    page.text_input(key=f"roster-contact-{serial}").input("client:fu")
    page.button(key="roster-save").click().run()
    words = words_of(page)
    assert ZH["refused.roster_wrong"] in words
    assert "already has this contact" in words
    page.text_area(key=f"roster-shifts-{serial}").input("周一 八点")
    page.button(key="roster-save").click().run()
    assert "班次第 1 行看不懂" in words_of(page)
    agent = at.line.settings.agent("bei")
    assert agent is not None
    assert agent.contact == "client:bei"


def test_somebody_comes_and_somebody_goes(at: LineInMemory, routing_page: RoutingPage) -> None:
    """Added with an id of their own, taken off after a second question."""
    page = routing_page("agents")
    page.button(key="roster-new").click().run()
    serial = page.session_state[OPENED].serial
    for field, value in {"id": "min", "name": "闽", "contact": "client:min"}.items():
        page.text_input(key=f"roster-{field}-{serial}").input(value)
    page.text_area(key=f"roster-shifts-{serial}").input("周一-周五 08:00-17:00")
    page.button(key="roster-save").click().run()
    assert ZH["roster.added"] in words_of(page)
    new = at.line.settings.agent("min")
    assert new is not None
    assert new.shifts[0].closes == "17:00"
    page.button(key="roster-remove").click().run()
    assert "去掉以后不再派给闽" in words_of(page)
    page.button(key="roster-remove-yes").click().run()
    assert ZH["roster.removed"] in words_of(page)
    assert at.line.settings.agent("min") is None


def test_staffing_is_worked_out_with_plots_and_tables_and_the_peak_is_played(
    at: LineInMemory, routing_page: RoutingPage
) -> None:
    """Empty it says what to do; then agents each hour, speakers, and what the router makes of the peak."""
    page = routing_page("staffing")
    assert ZH["staffing.empty.explain"] in words_of(page)
    page.number_input(key="staffing_times").set_value(0.1)
    page.button(key="staffing-go").click().run()
    words = words_of(page)
    for expected in ("an ordinary weekday", ZH["staffing.agents"], "四川话", "10:00"):
        assert expected in words
    assert len(page.get("arrow_vega_lite_chart") or page.get("vega_lite_chart")) == 2
    page.button(key="staffing-play").click().run()
    words = when_done(page, ZH["staffing.matched"])
    assert "现在名册上的 4 位" in words


def test_what_was_worked_out_is_found_again(
    at: LineInMemory, console: Console, routing_page: RoutingPage, signed_in: Callable[..., AppTest]
) -> None:
    """In a tab that knows nothing of the first: fields, plots, the played peak, and the time."""
    page = routing_page("staffing")
    page.number_input(key="staffing_times").set_value(0.1)
    page.button(key="staffing-go").click().run()
    page.button(key="staffing-play").click().run()
    when_done(page, ZH["staffing.matched"])
    other = AppTest.from_file(str(APP), default_timeout=30).run()
    other.text_input(key="login_username").input("lin.fang")
    other.text_input(key="login_password").input(PASSWORD)
    other = go_to(other.button(key="login_submit").click().run(), "routing")
    other.radio(key="routing_view").set_value("staffing").run()
    words = words_of(other)
    for expected in ("算好的", ZH["staffing.matched"], "四川话"):
        assert expected in words
    assert other.number_input(key="staffing_times").value == 0.1
    other.number_input(key="staffing_times").set_value(0.2)
    other.button(key="staffing-go").click().run()
    assert ZH["staffing.matched"] not in words_of(other)  # that peak is another day's
    other.button(key="staffing-again").click().run()
    assert other.number_input(key="staffing_times").value == 0.2


def test_work_that_was_broken_off_is_told(at: LineInMemory, console: Console, routing_page: RoutingPage) -> None:
    """The console was started anew in the middle, or the peak takes too long."""
    page = routing_page("staffing")
    page.number_input(key="staffing_times").set_value(0.1)
    page.button(key="staffing-go").click().run()
    console.results = Results(console.at.line, console.accounts, start=lambda _: None)
    page.button(key="staffing-play").click().run()
    assert ZH["result.waits"] in words_of(page)
    assert page.button(key="staffing-play").disabled
    console.results = Results(console.at.line, console.accounts)
    assert "控制台中途重新启动了" in words_of(page.run())


def test_trouble_is_told_in_words(console: Console, routing_page: RoutingPage) -> None:
    """Without the fault's own text."""

    class Broken:
        def look(self, **_: object) -> None:
            raise OSError("disk is away")

        def dialled(self) -> tuple[()]:
            return ()

    console.roster = console.what_if = Broken()  # type: ignore[assignment]
    words = words_of(routing_page("agents"))
    assert ZH["routing.trouble.explain"] in words
    assert "disk" not in words
