"""The line today in figures, on real books."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from elder_channel.clock import HOTLINE_ZONE
from elder_channel.services.accounts import Account, Role
from elder_channel.services.endings import Endings
from elder_channel.services.errors import NotAllowedError
from elder_channel.services.line import LineService
from elder_channel.services.today import STAYS_KNOWN, Recognizer, TodayBoard
from elder_channel.services.today_alarms import FEWEST_CALLS, Alarm, Kind, alarms_of
from tests.fakes.line import LineInMemory
from tests.fakes.line_day import keep_call
from tests.unit.services.test_waiting import ELDER, STRANGER, wait
from tests.unit.services.test_waiting_list import say_in

CHIEF = Account("lin.fang", Role.SUPERVISOR)


def test_an_empty_day(at: LineInMemory) -> None:
    """Everything is known, nothing is there, and nobody is alarmed."""
    today = TodayBoard(at.line).look(by=CHIEF)
    assert today.since == datetime(2026, 11, 22, tzinfo=HOTLINE_ZONE)
    assert today.now
    assert (today.now.waiting, today.now.longest_wait_seconds) == (0, None)
    assert today.calls
    assert (today.calls.in_all, today.calls.elder_share) == (0, None)
    assert today.say_once
    assert today.say_once.dialect_match is None
    assert today.recognizer == Recognizer("not_running")
    assert today.greetings
    assert today.greetings.in_all == 0
    assert today.alarms == ()


def test_who_waits_by_dialect_and_who_talks(at: LineInMemory) -> None:
    """A caller on the line is one who was answered; who still waits is not decided yet."""
    wait(at, "CA1")
    say_in(at, "CA1", "fuzhou")
    wait(at, "CA2", ELDER)
    wait(at, "CA3", STRANGER)
    at.clock.forward(18)
    Endings(at.line).agent_answered("CA3", "chen-jiaming")
    at.clock.forward(72)
    today = TodayBoard(at.line).look(by=CHIEF)
    assert today.now
    assert (today.now.waiting, today.now.waiting_elders, today.now.talking) == (2, 1, 1)
    assert today.now.longest_wait_seconds == 90
    assert set(today.now.waiting_by_dialect) == {("fuzhou", "福州话", 1), ("guangzhou", "粤语广州话", 1)}
    assert today.calls
    assert (today.calls.in_all, today.calls.level.asked) == (3, 1)
    assert [today.calls.level.share_within(seconds) for seconds in (15, 20)] == [0, 1]
    assert today.calls.elder_share == pytest.approx(1 / 3)
    assert Alarm(Kind.LONG_WAIT, 90) in today.alarms


def test_yesterday_is_not_today(at: LineInMemory) -> None:
    """The day begins at midnight of the hotline; a call that ended this very moment is in it."""
    midnight = datetime(2026, 11, 22, tzinfo=HOTLINE_ZONE)
    keep_call(at.line.databases.calls, "CA1", midnight - timedelta(seconds=121))
    keep_call(at.line.databases.calls, "CA2", midnight)
    keep_call(at.line.databases.calls, "CA3", at.clock() - timedelta(seconds=120))
    today = TodayBoard(at.line).look(by=CHIEF)
    assert today.calls
    assert today.calls.level.calls == 2
    assert today.say_once
    assert today.say_once.picked_up == 2


def test_a_caller_who_hung_up_leaves_an_order(at: LineInMemory) -> None:
    """It counts against the level, and is due."""
    wait(at, "CA1", ELDER)
    at.clock.forward(40)
    LineService(at.line).ended("CA1")
    today = TodayBoard(at.line).look(by=CHIEF)
    assert today.calls
    assert today.calls.level.share_answered == 0
    assert today.orders
    assert (today.orders.late, today.orders.due, today.orders.for_elders) == (0, 1, 1)


@pytest.mark.parametrize(
    ("table", "unknown"),
    [
        ("pick_ups", {"calls", "say_once"}),
        ("work_orders", {"orders"}),
        ("carrier_events", {"carrier"}),
        ("agents", {"now"}),
        ("switches", {"switches_on"}),
        ("calls", {"now", "calls", "say_once", "carrier"}),
    ],
)
def test_a_book_that_cannot_be_read_leaves_the_others(at: LineInMemory, table: str, unknown: set[str]) -> None:
    """Its figures are unknown, and an alarm says so."""
    with at.line.databases.calls.begin() as connection:
        connection.execute(sa.text("PRAGMA legacy_alter_table = ON"))
        connection.execute(sa.text(f"ALTER TABLE {table} RENAME TO gone"))
    today = TodayBoard(at.line).look(by=CHIEF)
    parts = ("now", "calls", "say_once", "orders", "greetings", "recognizer", "carrier", "switches_on")
    assert {part for part in parts if getattr(today, part) is None} == unknown
    assert Alarm(Kind.UNREADABLE, len(unknown)) in today.alarms


def test_the_greetings_book_is_a_file_of_its_own(at: LineInMemory) -> None:
    """When it is broken the calls are told as before."""
    with at.line.databases.greetings.begin() as connection:
        connection.execute(sa.text("DROP TABLE greeting_stops"))
    today = TodayBoard(at.line).look(by=CHIEF)
    assert today.greetings is None
    assert today.calls


def test_ten_tabs_ask_the_books_once(at: LineInMemory) -> None:
    """For five seconds everybody sees the same figures."""
    board = TodayBoard(at.line)
    first = board.look(by=CHIEF)
    wait(at, "CA1")
    assert board.look(by=CHIEF) is first
    at.clock.forward(STAYS_KNOWN.total_seconds())
    assert board.look(by=CHIEF).now != first.now


def test_agents_do_not_see_the_whole_line(at: LineInMemory) -> None:
    """Asked each time, also for figures that are known already."""
    board = TodayBoard(at.line)
    board.look(by=CHIEF)
    with pytest.raises(NotAllowedError):
        board.look(by=Account("chen", Role.AGENT))


def test_what_is_alarming(at: LineInMemory) -> None:
    """A slow day, late orders, a broken recognizer: the most urgent first; a handful of calls says nothing yet."""
    keep_call(at.line.databases.calls, "CA0", at.clock() - timedelta(hours=1), waited=40)
    quiet = TodayBoard(at.line).look(by=CHIEF)
    assert quiet.alarms == ()
    for number in range(1, FEWEST_CALLS):
        keep_call(at.line.databases.calls, f"CA{number}", at.clock() - timedelta(hours=1), waited=10 + number)
    today = TodayBoard(at.line).look(by=CHIEF)
    broken = replace(today, recognizer=Recognizer("model_damaged"), switches_on=2)
    assert alarms_of(broken) == (Alarm(Kind.RECOGNIZER), Alarm(Kind.SLOW, 50), Alarm(Kind.SWITCHES, 2))
