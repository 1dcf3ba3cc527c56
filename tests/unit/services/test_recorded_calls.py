"""Recorded calls as supervisors find and hear them, over real books and a carrier in memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from elder_channel.calls.recording import Ground, RecordingState
from elder_channel.services.accounts import Account, Role
from elder_channel.services.errors import NotAllowedError, RecordingRefusedError
from elder_channel.services.line import LineService
from elder_channel.services.recorded_calls import RecordedCalls
from elder_channel.services.recordings import Recordings
from elder_channel.telephony.errors import CarrierError
from tests.fakes.line import LineInMemory, open_test_line
from tests.fakes.recorder import FakeRecorder

NUMBER, HOTLINE, AGENT = "+8659100000155", "+862100000060", "zheng-guodong"
LEAD = Account("lead", Role.SUPERVISOR)
ON = {"ELDER_CHANNEL_LINE__RECORDING_NOTICE": "true", "ELDER_CHANNEL_RECORDING__ENABLED": "true"}


@pytest.fixture
def at(tmp_path: Path) -> Iterator[LineInMemory]:
    """A line that records whoever has heard the notice."""
    opened = open_test_line(tmp_path, **ON)
    yield opened
    opened.line.databases.dispose()


@pytest.fixture
def recorded(at: LineInMemory) -> RecordedCalls:
    """The service under test."""
    return RecordedCalls(at.line)


def talk(at: LineInMemory, sid: str, *, heard: bool = True, over: bool = True) -> None:
    """A call from ring to end; the notice is heard or not."""
    service, recordings = LineService(at.line), Recordings(at.line)
    service.arrive(sid, NUMBER, HOTLINE)
    service.gathered(sid, 1, digits="0", speech="")
    if heard:
        recordings.notice_heard(sid)
    service.agent_answered(sid, AGENT)
    if over:
        at.clock.forward(65)
        service.ended(sid)
        for each in at.line.recordings.of_call(sid):
            recordings.word(each.sid, sid, RecordingState.KEPT, duration_seconds=65)


def carrier_of(at: LineInMemory) -> FakeRecorder:
    """Where the sound lies."""
    return cast(FakeRecorder, at.line.recorder)


def test_a_recording_is_told_without_a_word_of_what_was_said(at: LineInMemory, recorded: RecordedCalls) -> None:
    """When, how long, who in a mask, on what ground, until when, and who has listened."""
    talk(at, "CA1")
    recorded.listen("RE1", by=LEAD)
    at.clock.forward(60)
    talk(at, "CA2")
    newest, older = recorded.find(by=LEAD).calls
    assert (newest.call_sid, older.call_sid) == ("CA2", "CA1")
    assert (older.duration_seconds, older.ground, older.why_not) == (65, Ground.NOTICE_HEARD, None)
    assert (older.caller, older.agent, older.deleted_on.isoformat()) == ("+86591****55", "郑国栋", "2027-05-21")
    assert [(each.by, each.what) for each in older.accesses] == [("lead", "listened")]
    assert newest.accesses == ()
    assert [each.call_sid for each in recorded.find(by=LEAD, call_sid=" CA1 ").calls] == ["CA1"]


@pytest.mark.parametrize("role", [Role.AGENT, Role.VIEWER, Role.EDITOR, Role.APPROVER])
def test_law_7_nobody_else_sees_hears_or_deletes(at: LineInMemory, recorded: RecordedCalls, role: Role) -> None:
    """The page is not even listed for them."""
    talk(at, "CA1")
    other = Account("chen", role)
    for act in (
        lambda: recorded.find(by=other),
        lambda: recorded.listen("RE1", by=other),
        lambda: recorded.delete("CA1", by=other),
    ):
        with pytest.raises(NotAllowedError):
            act()
    assert at.line.recordings.accesses("RE1") == []


def test_law_7_what_was_recorded_without_a_ground_is_heard_by_nobody(at: LineInMemory, recorded: RecordedCalls) -> None:
    """Nor what is over its time, although it still lies at the carrier."""
    Recordings(at.line).word("RE9", "CA9", RecordingState.KEPT, duration_seconds=9)
    carrier_of(at).sounds["RE9"] = b"RIFF"
    talk(at, "CA1")
    with pytest.raises(RecordingRefusedError) as error:
        recorded.listen("RE9", by=LEAD)
    assert error.value.code == "recording_no_ground"
    at.clock.forward(days=180)
    with pytest.raises(RecordingRefusedError) as error:
        recorded.listen("RE1", by=LEAD)
    assert error.value.code == "recording_over"
    assert {each.why_not for each in recorded.find(by=LEAD).calls} == {"recording_no_ground", "recording_over"}


def test_law_7_a_recording_that_is_only_late_is_still_deleted_in_time(
    at: LineInMemory, recorded: RecordedCalls
) -> None:
    """While the call lasts nobody hears it; word of its end was lost and the carrier has nothing yet: not forgotten."""
    talk(at, "CA1", over=False)
    assert recorded.find(by=LEAD).calls[0].why_not == "recording_running"
    with pytest.raises(RecordingRefusedError):
        recorded.listen("RE1", by=LEAD)
    LineService(at.line).ended("CA1")
    sound = carrier_of(at).sounds.pop("RE1")
    with pytest.raises(RecordingRefusedError) as error:
        recorded.listen("RE1", by=LEAD)
    assert error.value.code == "recording_gone"
    carrier_of(at).sounds["RE1"] = sound
    assert recorded.listen("RE1", by=LEAD) == sound
    at.clock.forward(days=181)
    assert Recordings(at.line).delete_due() == 1


def test_a_fault_of_the_carrier_is_told_and_the_hearing_stays_on_record(
    at: LineInMemory, recorded: RecordedCalls
) -> None:
    """Who wanted to hear it is written down before the sound is fetched."""
    talk(at, "CA1")
    carrier_of(at).failure = CarrierError("down", code="no_answer", retryable=True)
    for act in (lambda: recorded.listen("RE1", by=LEAD), lambda: recorded.delete("CA1", by=LEAD)):
        with pytest.raises(RecordingRefusedError) as error:
            act()
        assert error.value.code == "recording_unreachable"
    assert [each.what for each in at.line.recordings.accesses("RE1")] == ["listened"]


def test_a_caller_may_have_it_deleted(at: LineInMemory, recorded: RecordedCalls) -> None:
    """Who did it stays on record; nobody hears it any more."""
    talk(at, "CA1")
    assert recorded.delete("CA1", by=LEAD) == 1
    (gone,) = recorded.find(by=LEAD).calls
    assert (gone.state, gone.why_not, gone.deleted_on.isoformat()) == (
        RecordingState.DELETED,
        "recording_deleted",
        "2026-11-22",
    )
    assert [(each.by, each.what) for each in gone.accesses] == [("lead", "deleted")]


def test_why_a_call_has_none(at: LineInMemory, recorded: RecordedCalls) -> None:
    """Unknown, nobody answered, put through during the notice, or the carrier did not record."""
    LineService(at.line).arrive("CA1", NUMBER, HOTLINE)
    talk(at, "CA2", heard=False)
    carrier_of(at).failure = CarrierError("down", code="no_answer", retryable=True)
    talk(at, "CA3")
    asked = ("CA0", "CA1", "CA2", "CA3")
    why = [recorded.find(by=LEAD, call_sid=sid).why_none for sid in asked]
    assert why == ["unknown_call", "nobody_answered", "no_notice", "not_started"]


def test_without_recording_the_list_says_so(tmp_path: Path) -> None:
    """It is off by default."""
    opened = open_test_line(tmp_path, ELDER_CHANNEL_LINE__RECORDING_NOTICE="true")
    talk(opened, "CA1")
    recorded = RecordedCalls(opened.line)
    found = recorded.find(by=LEAD, call_sid="CA1")
    assert (found.enabled, found.calls, found.why_none) == (False, (), "off")
    opened.line.databases.dispose()
