"""Marks of a caller, on the desk and for team leads on the page of calls."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from streamlit.testing.v1 import AppTest

from elder_channel.calls.nuisance import MarkReason
from elder_channel.services.endings import Endings
from elder_channel.services.live_calls import LiveCalls
from elder_channel.services.marks import CallerMarks
from elder_channel.services.nuisance import Nuisance
from tests.fakes.desk import AT_DESK, NUMBER, offer_call
from tests.fakes.line import LineInMemory
from tests.fakes.live_calls import talking_call
from tests.ui.conftest import AsAgent, Console, talking
from tests.ui.seen import words_of
from ui.words import EN, ZH


def test_marks_come_with_the_pick_up(at: LineInMemory, as_agent: AsAgent) -> None:
    """Not before: the agent has not heard the caller yet."""
    offer_call(at.line)
    page = as_agent()
    assert ZH["marks.title"] not in words_of(page)
    words = words_of(talking(at, page))
    for key in ("marks.title", "marks.elder.on", "marks.hearing.off", "marks.relative.off", "marks.nuisance.never"):
        assert ZH[key] in words
        assert EN[key] in words
    assert not [button for button in page.button if button.key == "mark-nuisance-CA1"]


@pytest.mark.parametrize(
    ("mark", "first", "then"),
    [("elder", "unset", "set"), ("hearing", "set", "unset"), ("relative", "set", "unset")],
)
def test_one_tap_notes_it_and_one_more_takes_it_back(
    at: LineInMemory,
    as_agent: AsAgent,
    mark: str,
    first: str,
    then: str,
) -> None:
    """What was noted is said at once, and who noted it last stands beside it."""
    offer_call(at.line)
    page = talking(at, as_agent())
    before = getattr(at.line.calls.get("CA1"), mark)
    for turn in (first, then):
        page.button(key=f"mark-{mark}-CA1").click().run()
        words = words_of(page)
        assert ZH[f"marks.done.{mark}.{turn}"] in words
        assert f"zheng.guodong：{ZH[f'marks.{mark}.{turn}']}" in words
    assert getattr(at.line.calls.get("CA1"), mark) is before
    assert len(at.line.customers.changes_at(NUMBER)) == 2


def test_a_stranger_is_marked_as_a_nuisance_and_back(at: LineInMemory, as_agent: AsAgent) -> None:
    """Until a day that is told; whatever else is noted of a stranger holds for this call, and the page says so."""
    stranger = "+8659100000177"
    offer_call(at.line, number=stranger)
    page = talking(at, as_agent())
    assert ZH["marks.this_call"] in words_of(page)
    page.button(key="mark-nuisance-CA1").click().run()
    words = words_of(page)
    assert ZH["marks.done.nuisance.set"] in words
    assert "到 11-29" in words
    assert Nuisance(at.line).mark_on(stranger) is MarkReason.ABUSIVE
    page.button(key="mark-nuisance-CA1").click().run()
    assert ZH["marks.done.nuisance.unset"] in words_of(page)
    assert Nuisance(at.line).mark_on(stranger) is None


def test_a_team_lead_marks_any_caller_from_the_page_of_calls(
    console: Console,
    signed_in: Callable[..., AppTest],
    at: LineInMemory,
) -> None:
    """Opened by a button, closed by another; an agent has no such button there."""
    offer_call(at.line)
    at.line.calls.accept_offer("CA1", AT_DESK, at=at.clock())
    Endings(at.line).agent_answered("CA1", AT_DESK)
    console.live.calls = LiveCalls(at.line).list_calls(viewer="test")
    page = signed_in()
    page.button(key="marks-open-CA1").click().run()
    page.button(key="mark-elder-CA1").click().run()
    assert ZH["marks.done.elder.unset"] in words_of(page)
    assert not at.line.calls.get("CA1").elder  # type: ignore[union-attr]
    page.button(key="marks-close-CA1").click().run()
    assert ZH["marks.title"] not in words_of(page)


def test_a_call_that_is_gone_is_told(console: Console, signed_in: Callable[..., AppTest]) -> None:
    """The page shows a call the books no longer have."""
    console.live.calls = [talking_call(datetime.now(UTC))]
    console.marks = CallerMarks(console.at.line, console.accounts)
    page = signed_in()
    page.button(key="marks-open-CA03").click().run()
    assert ZH["refused.mark_call"] in words_of(page)
