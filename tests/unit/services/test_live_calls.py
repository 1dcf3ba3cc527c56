"""What the console shows of calls, and what it leaves in the books."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from elder_channel.calls.tables import readings
from elder_channel.services.knowing import Knowing
from elder_channel.services.line import LineService
from elder_channel.services.live_calls import LiveCalls
from tests.fakes.line import LineInMemory, open_test_line

ELDER = "+862000000101"
HOTLINE = "+862100000060"


def recorded(at: LineInMemory) -> list[tuple[str, str, date]]:
    """Who has read what, and on which day."""
    query = sa.select(readings.c.call_sid, readings.c.reader, readings.c.read_on).order_by(*readings.primary_key)
    with at.line.databases.calls.connect() as connection:
        return [tuple(row) for row in connection.execute(query)]  # type: ignore[misc]


def elder_says(at: LineInMemory, text: str, sid: str = "CA1") -> None:
    """A known elder has said something."""
    LineService(at.line).arrive(sid, ELDER, HOTLINE)
    Knowing(at.line).heard(sid, text=text, recognizer="ours", language_posterior={"zh": 0.95}, final=True)


@pytest.mark.parametrize(
    ("caller", "shown"),
    [(ELDER, "+86200****01"), ("+14155550100", "+14****00"), ("anonymous", "匿名"), ("", "匿名")],
)
def test_law_7_numbers_are_masked(at: LineInMemory, caller: str, shown: str) -> None:
    """Before they leave the books."""
    LineService(at.line).arrive("CA1", caller, HOTLINE)
    assert [call.caller for call in LiveCalls(at.line).list_calls(viewer="wang")] == [shown]


def test_numbers_are_shown_when_the_site_says_so(tmp_path: Path) -> None:
    """`privacy.show_numbers` is the site's decision."""
    at = open_test_line(tmp_path, ELDER_CHANNEL_PRIVACY__SHOW_NUMBERS="true")
    LineService(at.line).arrive("CA1", ELDER, HOTLINE)
    assert [call.caller for call in LiveCalls(at.line).list_calls(viewer="wang")] == [ELDER]
    at.line.databases.dispose()


def test_law_7_a_reading_is_recorded_once_a_day_and_reader(at: LineInMemory) -> None:
    """The page refreshes every second; the books keep one line. The next day is another one."""
    elder_says(at, "我要报案")
    live = LiveCalls(at.line)
    for viewer in ("wang", "wang", "li", "wang"):
        live.list_calls(viewer=viewer)
    LiveCalls(at.line).list_calls(viewer="wang")
    day = date(2026, 11, 22)
    assert recorded(at) == [("CA1", "li", day), ("CA1", "wang", day)]
    at.clock.forward(days=1)
    live.list_calls(viewer="wang")
    assert recorded(at)[-1] == ("CA1", "wang", date(2026, 11, 23))


def test_the_day_of_a_reading_is_the_hotlines(at: LineInMemory) -> None:
    """Seventeen o'clock in UTC is the next morning in Shanghai."""
    elder_says(at, "我要报案")
    at.clock.forward(9 * 3600)
    LiveCalls(at.line).list_calls(viewer="wang")
    assert recorded(at) == [("CA1", "wang", date(2026, 11, 23))]


def test_a_call_without_words_leaves_no_reading(at: LineInMemory) -> None:
    """There was nothing to read."""
    LineService(at.line).arrive("CA1", ELDER, HOTLINE)
    LiveCalls(at.line).list_calls(viewer="wang")
    assert recorded(at) == []


def test_a_call_is_shown_with_everything_staff_need(at: LineInMemory) -> None:
    """Best five dialects with evidence, words, need, note and agent."""
    elder_says(at, "我要报案")
    at.line.calls.assign("CA1", "chen-jiaming", matched="exact", at=at.clock())
    [call] = LiveCalls(at.line).list_calls(viewer="wang")
    assert (call.state, call.elder, call.entry, call.language) == ("ringing", True, "known_elder", "zh-CN")
    assert (len(call.posterior), call.posterior[0][:2], call.abstained) == (
        5,
        ("guangzhou", at.line.catalogue.name("guangzhou")),
        False,
    )
    assert {source for source, _, _ in call.evidence} >= {"number", "customer", "acoustic"}
    assert (call.transcript, call.agent_name, call.matched) == ("我要报案", "陈嘉明", "exact")
    assert call.need
    assert call.handover


def test_ended_calls_stay_for_ten_minutes(at: LineInMemory) -> None:
    """Newest first; then they are gone from the page."""
    service = LineService(at.line)
    service.arrive("CA1", ELDER, HOTLINE)
    at.clock.forward(1)
    service.arrive("CA2", ELDER, HOTLINE)
    service.ended("CA1")
    live = LiveCalls(at.line)
    assert [(call.call_sid, call.outcome) for call in live.list_calls(viewer="wang")] == [
        ("CA2", None),
        ("CA1", "callback"),
    ]
    at.clock.forward(601)
    assert [call.call_sid for call in live.list_calls(viewer="wang")] == ["CA2"]


def test_an_urgent_need_is_marked(at: LineInMemory) -> None:
    """Staff see that the call goes first, and what it was known by."""
    elder_says(at, "救命啊")
    elder_says(at, "我要专人公", sid="CA2")
    calls = {call.call_sid: call for call in LiveCalls(at.line).list_calls(viewer="wang")}
    assert (calls["CA1"].urgent, calls["CA2"].urgent) == (True, False)
    assert calls["CA2"].need is not None
    assert "像「转人工」" in calls["CA2"].need


def test_only_the_first_come_whole_and_are_read(at: LineInMemory) -> None:
    """Hundreds of calls are counted, and so many are shown; nobody has read the words of the others (law 7)."""
    elder_says(at, "我要报案")
    elder_says(at, "救命啊", sid="CA2")
    elder_says(at, "我要查保单", sid="CA3")
    live = LiveCalls(at.line)
    calls = {call.call_sid: call for call in live.list_calls(viewer="wang", most=1, also={"CA3"})}
    assert [sid for sid, call in sorted(calls.items()) if call.is_whole] == ["CA2", "CA3"]
    assert (calls["CA1"].transcript, calls["CA1"].caller, calls["CA1"].state) == (None, "", "waiting")
    assert {sid for sid, *_ in recorded(at)} == {"CA2", "CA3"}


def test_ten_open_pages_ask_the_books_once(at: LineInMemory) -> None:
    """For a moment what one has read is good for the others."""
    elder_says(at, "我要报案")
    live = LiveCalls(at.line, shared_seconds=60.0)
    assert [call.state for call in live.list_calls(viewer="wang")] == ["waiting"]
    LineService(at.line).ended("CA1")
    assert [call.state for call in live.list_calls(viewer="lin")] == ["waiting"]
    assert {reader for _, reader, *_ in recorded(at)} == {"wang", "lin"}
