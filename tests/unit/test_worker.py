"""What is done by the clock: retention, reconciling, and calls that were forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from elder_channel.calls.model import CallState, Outcome
from elder_channel.services.knowing import Knowing
from elder_channel.services.line import LineService
from elder_channel.supervisor import free_port
from elder_channel.worker import erase, make_huey, reconcile
from tests.fakes.line import LineInMemory, open_test_line

ELDER = "+862000000101"
HOTLINE = "+862100000060"


@pytest.fixture
def at(tmp_path: Path) -> Iterator[LineInMemory]:
    """A line whose voice process is not up: nobody listens on its port."""
    opened = open_test_line(tmp_path, ELDER_CHANNEL_SERVER__VOICE_PORT=str(free_port()))
    yield opened
    opened.line.databases.dispose()


def call_with_words(at: LineInMemory, sid: str, caller: str = ELDER) -> None:
    """A call that said something and is over."""
    service = LineService(at.line)
    service.arrive(sid, caller, HOTLINE)
    service.gathered(sid, 1, digits="", speech="我要报案")
    Knowing(at.line).heard(sid, text="我要报案", recognizer="ours", language_posterior={"zh": 0.9}, final=True)
    service.ended(sid)


@pytest.mark.parametrize("caller", [ELDER, "anonymous", ""])
def test_law_7_words_and_numbers_are_erased_after_their_time(at: LineInMemory, caller: str) -> None:
    """Ninety days by default; the call itself stays for the statistics, and nothing is erased twice."""
    call_with_words(at, "CA1", caller)
    at.clock.forward(days=89)
    assert erase(at.line) == 0
    call = at.line.calls.get("CA1")
    assert call
    assert call.transcript
    at.clock.forward(days=2)
    assert erase(at.line) == 1
    assert erase(at.line) == 0
    call = at.line.calls.get("CA1")
    assert call
    assert (call.transcript, call.caller_number) == (None, "")
    assert call.outcome in (Outcome.CALLBACK, Outcome.WORK_ORDER)
    assert at.line.calls.handover("CA1") is None


def test_law_7_an_open_call_and_a_young_one_keep_their_words(at: LineInMemory) -> None:
    """Only what is over, and long enough, is erased."""
    LineService(at.line).arrive("CA0", ELDER, HOTLINE)
    call_with_words(at, "CA1")
    at.clock.forward(days=91)
    call_with_words(at, "CA2")
    assert erase(at.line) == 1
    kept = {sid: at.line.calls.get(sid) for sid in ("CA0", "CA2")}
    assert all(call and call.caller_number == ELDER for call in kept.values())


def test_more_than_one_batch_is_erased_in_one_go(at: LineInMemory) -> None:
    """A backlog of days is worked off at once, in short transactions."""
    call_with_words(at, "CA0")
    with at.line.databases.calls.begin() as connection:
        columns = [row[1] for row in connection.exec_driver_sql("PRAGMA table_info(calls)")]
        copied = ", ".join("'CB' || n.value" if name == "sid" else name for name in columns)
        numbers = "WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 1100)"
        connection.exec_driver_sql(f"{numbers} INSERT INTO calls SELECT {copied} FROM calls, n")
    at.clock.forward(days=91)
    assert erase(at.line) == 1101


def test_law_7_a_shorter_time_takes_effect(tmp_path: Path) -> None:
    """`privacy.keep_transcripts_days` is the site's."""
    at = open_test_line(tmp_path, ELDER_CHANNEL_PRIVACY__KEEP_TRANSCRIPTS_DAYS="1")
    call_with_words(at, "CA1")
    at.clock.forward(days=1, seconds=1)
    assert erase(at.line) == 1
    at.line.databases.dispose()


def test_law_1_calls_of_which_no_last_word_came_are_closed(at: LineInMemory) -> None:
    """Asked of the carrier once they are old enough."""
    LineService(at.line).arrive("CA1", ELDER, HOTLINE)
    at.line.calls.hunted("CA1", at=at.clock())
    at.carrier.over.add("CA1")
    assert reconcile(at.line) == 0
    at.clock.forward(at.line.settings.line.reconcile_after_seconds + 1)
    assert reconcile(at.line) == 1
    call = at.line.calls.get("CA1")
    assert call
    assert call.outcome is Outcome.CALLBACK


def test_law_1_with_the_voice_process_down_people_are_rung_for_who_waits(at: LineInMemory) -> None:
    """The carrier is handed the document itself; each call once; who has just entered is not yet forgotten."""
    service = LineService(at.line)
    service.arrive("CA1", ELDER, HOTLINE)
    at.clock.forward(50)
    service.arrive("CA2", ELDER, HOTLINE)
    reconcile(at.line)
    reconcile(at.line)
    assert [sid for sid, _ in at.carrier.documents] == ["CA1"]
    document = at.carrier.documents[0][1]
    hunt_group = [agent.contact for agent in at.line.settings.agents if agent.hunt_group]
    assert hunt_group
    assert all(contact in document for contact in hunt_group)
    states = {call.sid: call.state for call in at.line.calls.open_calls()}
    assert states == {"CA1": CallState.RINGING, "CA2": CallState.WAITING}


def test_the_worker_has_its_tasks(at: LineInMemory) -> None:
    """Calls, orders, training and greetings every minute, purging sound every ten, words, plans and prices hourly."""
    huey = make_huey(at.line)
    names = {task.rpartition(".")[2].rpartition("_")[0] or task for task in huey._registry._registry}
    assert len(huey._registry.periodic_tasks) == 9, names
    assert at.line.databases.huey_file.exists()
    huey.storage.close()
