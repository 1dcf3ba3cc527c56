"""The page of today, on real books."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from streamlit.testing.v1 import AppTest

from elder_channel.services.accounts import Role
from elder_channel.services.today import TodayBoard
from tests.fakes.line_day import keep_call
from tests.ui.conftest import PASSWORD, Console, addresses
from tests.ui.seen import words_of
from tests.unit.services.test_waiting import wait
from tests.unit.services.test_waiting_list import say_in
from ui.launch import APP
from ui.today_words import EN, ZH

TodayPage = Callable[..., AppTest]


@pytest.fixture
def today_page(console: Console, signed_in: Callable[..., AppTest]) -> TodayPage:
    """Signs in; called when the test has set its scene."""
    console.today = TodayBoard(console.at.line)
    return lambda username="lin.fang": signed_in(username, to=None)


def test_it_is_the_first_page_and_an_empty_day_teaches(today_page: TodayPage) -> None:
    """Every figure stands with the sentence that says what is counted, in both languages."""
    words = words_of(today_page())
    assert ZH["today.empty"] in words
    assert "elder-channel call" in words
    assert ZH["today.alarms.none"] in words
    explained = [key for key in ZH if key.endswith(".why") and "{" not in ZH[key] and "unknown" not in key]
    assert len(explained) > 4
    assert [key for key in explained if ZH[key] not in words or EN[key] not in words] == []
    assert "00:00 起结束的来电" in words


def test_the_day_in_figures(console: Console, today_page: TodayPage) -> None:
    """Who waits, what they speak, and how many were answered in time."""
    at = console.at
    keep_call(at.line.databases.calls, "CA0", at.clock(), waited=12)
    keep_call(at.line.databases.calls, "CA9", at.clock(), waited=None)
    wait(at, "CA1")
    say_in(at, "CA1", "fuzhou")
    at.clock.forward(150)
    page = today_page()
    words = words_of(page)
    for expected in (
        "2:30",
        "50.0%",
        "福州话",
        "Fuzhou",
        "有人已等了 150 秒",
        "其中长者 0 位",
        "00:00 起要人工的 2 位",
    ):
        assert expected in words
    assert "1 位来电者在等人接听，1 件事要看" in words


def test_each_figure_leads_to_what_it_counts(console: Console, today_page: TodayPage) -> None:
    """A link for every figure whose page the account has; a viewer has no page of who waits."""
    chief = today_page()
    labels = [link.proto.label for link in chief.get("page_link")]
    assert any(label == "去看：谁在等 Go to: Who waits" for label in labels)
    assert any(label == "去看：报表 Go to: Reports" for label in labels)
    console.employ("guest", Role.VIEWER)
    guest = AppTest.from_file(str(APP), default_timeout=30).run()
    guest.text_input(key="login_username").input("guest")
    guest.text_input(key="login_password").input(PASSWORD)
    guest.button(key="login_submit").click().run()
    labels = [link.proto.label for link in guest.get("page_link")]
    assert not any("谁在等" in label for label in labels)
    assert any(label == "去看：报表 Go to: Reports" for label in labels)


def test_a_book_that_cannot_be_read_is_told_where_it_is_missed(console: Console, today_page: TodayPage) -> None:
    """The figure says that it is unknown; the others stand."""
    with console.at.line.databases.calls.begin() as connection:
        connection.execute(sa.text("ALTER TABLE work_orders RENAME TO gone"))
    words = words_of(today_page())
    assert words.count(ZH["today.unknown.why"]) == 2
    assert ZH["alarm.unreadable"].format(count=1) in words
    assert ZH["today.waiting"] in words


@pytest.mark.parametrize("role", list(Role))
def test_who_begins_with_the_day(console: Console, today_page: TodayPage, role: Role) -> None:
    """Everybody but agents, who begin with the calls and are not offered it."""
    console.appoint()
    console.employ("chen", role)
    page = today_page("chen")
    is_agent = role is Role.AGENT
    assert (ZH["page.today"] in [*words_of(page).split()]) is not is_agent
    assert ("reports" in addresses(page)) is (role not in {Role.AGENT, Role.EDITOR})


def test_trouble_is_told_in_words(console: Console, signed_in: Callable[..., AppTest]) -> None:
    """Without the fault's own text, and the page tries again."""

    class Broken:
        def look(self, **_: object) -> None:
            raise RuntimeError("disk of 139****5678 is away")

    console.today = Broken()  # type: ignore[assignment]
    page = signed_in(to=None)
    words = words_of(page)
    assert ZH["today.trouble.explain"] in words
    assert "disk" not in words
    console.today = TodayBoard(console.at.line)
    assert ZH["today.empty"] in words_of(page.run())
