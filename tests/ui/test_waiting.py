"""The page of who waits, on real books."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from elder_channel.agents.model import Presence
from elder_channel.services.accounts import Role
from elder_channel.services.line import LineService
from elder_channel.services.routing import RoutingService
from elder_channel.services.waiting_list import WaitingList
from tests.ui.conftest import Console, go_to
from tests.ui.seen import words_of
from tests.unit.services.test_waiting import ELDER, wait
from tests.unit.services.test_waiting_list import nobody_free, say_in
from ui.words import EN, ZH

WaitingPage = Callable[..., AppTest]


@pytest.fixture
def waiting_page(console: Console, signed_in: Callable[..., AppTest]) -> WaitingPage:
    """Opens the page; called when the test has set its scene."""
    console.waiting = WaitingList(console.at.line)
    return lambda username="lin.fang": go_to(signed_in(username), "waiting")


def test_nobody_waits(waiting_page: WaitingPage) -> None:
    """Each part says so, in both languages."""
    words = words_of(waiting_page())
    for key in ("waiting.line.none", "waiting.ringing.none", "waiting.callbacks.none"):
        assert ZH[key] in words
        assert EN[key] in words
    assert "16 人空闲，16 人在岗" in words


def test_who_waits_how_long_for_whom(console: Console, waiting_page: WaitingPage) -> None:
    """Place, dialect, what is asked for now, and how many fit; masked."""
    at = console.at
    nobody_free(at, "sun-lihua")
    wait(at, "CA1")
    say_in(at, "CA1", "fuzhou")
    wait(at, "CA2", ELDER)
    at.clock.forward(90)
    words = words_of(waiting_page())
    for expected in (
        *("第 1 位", "第 2 位", "已等 1:30", "+86591****55", ZH["elder"], "讲福州话", "speaks Fuzhou"),
        *(ZH["choice.step.any"], "合适的：空闲 1 人，在岗 1 人", "估计还要"),
    ):
        assert expected in words
    assert "报案" not in words


def test_why_this_agent_and_who_was_before(console: Console, waiting_page: WaitingPage) -> None:
    """In the router's reasons, for every choice."""
    at = console.at
    wait(at, "CA1")
    say_in(at, "CA1", "fuzhou")
    at.clock.forward(3)
    router = RoutingService(at.line, LineService(at.line))
    router.tick()
    at.line.calls.put_back("CA1", "zheng-guodong", presence=Presence.ABSENT, at=at.clock())
    at.line.calls.queued("CA1", at=at.clock())
    at.clock.forward(30)
    router.tick()
    words = words_of(waiting_page())
    assert "之前：郑国栋，16:00:03 派的" in words
    assert ZH["choice.match.exact"] in words
    assert words.count("为什么是") == 1


def test_callbacks_stand_with_their_time(console: Console, waiting_page: WaitingPage) -> None:
    """And late ones say by how much."""
    at = console.at
    nobody_free(at)
    wait(at, "CA1", ELDER)
    LineService(at.line).ended("CA1")
    page = waiting_page()
    assert "1 号会办单" in words_of(page)
    assert "到期：" in words_of(page)
    at.clock.forward(days=3)
    assert "已逾期" in words_of(page.run())


def test_an_agent_is_offered_no_such_page(console: Console, waiting_page: WaitingPage) -> None:
    """Neither in the menu nor by its address."""
    console.appoint()
    console.employ("chen", Role.AGENT)
    with pytest.raises(StopIteration):
        waiting_page("chen")


def test_trouble_is_told_in_words(console: Console, signed_in: Callable[..., AppTest]) -> None:
    """Without the fault's own text."""

    class Broken:
        def look(self, **_: object) -> None:
            raise OSError("disk is away")

    console.waiting = Broken()  # type: ignore[assignment]
    words = words_of(go_to(signed_in(), "waiting"))
    assert ZH["waiting.trouble.explain"] in words
    assert "disk" not in words
