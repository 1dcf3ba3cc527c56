"""Recordings: of whom, from when, who may listen, and how they are deleted."""

from __future__ import annotations

from urllib.parse import urldefrag
from xml.etree import ElementTree as ET

import pytest

from elder_channel.calls.model import CallState
from elder_channel.calls.recording import Ground, RecordingState
from elder_channel.services.accounts import Account, Role
from elder_channel.services.errors import NotAllowedError, RecordingRefusedError
from elder_channel.services.line import LineService
from elder_channel.services.recordings import Recordings
from elder_channel.telephony.errors import CarrierError
from elder_channel.worker import tidy_carrier
from tests.fakes.line import LineInMemory
from tests.fakes.recorder import FakeRecorder
from tests.fakes.webhooks import BASE, STRANGER, Carrier

SUPERVISOR, CLERK = Account("wang", Role.SUPERVISOR), Account("lin", Role.AGENT)
AGENT = "lin-xiulan"
RECORDS = {"ELDER_CHANNEL_RECORDING__ENABLED": "true", "ELDER_CHANNEL_LINE__RECORDING_NOTICE": "true"}


def recorder(at: LineInMemory) -> FakeRecorder:
    """The carrier's recordings."""
    assert isinstance(at.line.recorder, FakeRecorder)
    return at.line.recorder


def talk(at: LineInMemory, carrier: Carrier, *, heard: bool, sid: str = "CA1", number: str = STRANGER) -> None:
    """A call up to the pick-up, the notice played to its end or not."""
    carrier.ask("incoming", sid, From=number)
    carrier.ask("gather", sid, query="attempt=1", Digits="0", From=number)
    answer = carrier.ask("wait", sid, query="round=0", From=number)
    if heard:
        url = ET.fromstring(answer.text).findtext("Redirect") or ""
        carrier.ask("wait", sid, query=urldefrag(url).url.partition("?")[2], From=number)
    LineService(at.line).agent_answered(sid, AGENT)


@pytest.mark.parametrize("at", [RECORDS], indirect=True)
def test_law_7_only_who_heard_the_notice_to_its_end_is_recorded(at: LineInMemory, carrier: Carrier) -> None:
    """On both channels, from the pick-up on; who was put through during the notice is not."""
    talk(at, carrier, heard=False)
    assert recorder(at).started == []
    talk(at, carrier, heard=True, sid="CA2")
    ((call, callback),) = recorder(at).started
    assert call == "CA2"
    assert callback.startswith(f"{BASE}/voice/recording-status#ct=")
    assert [each.ground for each in at.line.recordings.of_call("CA2")] == [Ground.NOTICE_HEARD]


def test_nobody_is_recorded_by_default(at: LineInMemory, carrier: Carrier) -> None:
    """It is off; nor is anybody asked."""
    talk(at, carrier, heard=True)
    assert recorder(at).started == []
    with pytest.raises(RecordingRefusedError):
        Recordings(at.line).agreed("CA1", by=CLERK)


@pytest.mark.parametrize("at", [RECORDS], indirect=True)
def test_who_agrees_is_recorded_from_then_on_once(at: LineInMemory, carrier: Carrier) -> None:
    """The agent takes the word down; nobody who is not talking is recorded."""
    talk(at, carrier, heard=False)
    service = Recordings(at.line)
    assert service.agreed("CA1", by=CLERK)
    assert not service.agreed("CA1", by=CLERK)
    (kept,) = at.line.recordings.of_call("CA1")
    assert (kept.ground, kept.agreed_by) == (Ground.AGREED, "lin")
    carrier.ask("incoming", "CA3")
    with pytest.raises(RecordingRefusedError):
        service.agreed("CA3", by=CLERK)


@pytest.mark.parametrize("at", [RECORDS], indirect=True)
def test_law_1_a_recording_that_cannot_start_costs_the_recording_only(at: LineInMemory, carrier: Carrier) -> None:
    """The conversation goes on."""
    recorder(at).failure = CarrierError("down", code="no_answer", retryable=True)
    talk(at, carrier, heard=True)
    call = at.line.calls.get("CA1")
    assert call is not None
    assert call.state is CallState.TALKING
    assert at.line.recordings.of_call("CA1") == []


@pytest.mark.parametrize("at", [RECORDS], indirect=True)
def test_late_words_of_a_recording_undo_nothing(at: LineInMemory, carrier: Carrier) -> None:
    """`in-progress` after `completed` changes nothing; an unknown one is kept, so that it is deleted in time."""
    talk(at, carrier, heard=True)
    for word in ("completed", "in-progress", "completed"):
        carrier.ask("recording-status", RecordingSid="RE1", RecordingStatus=word, RecordingDuration="7")
    carrier.ask("recording-status", "CA8", RecordingSid="RE8", RecordingStatus="in-progress")
    kept, unknown = at.line.recordings.get("RE1"), at.line.recordings.get("RE8")
    assert kept is not None
    assert unknown is not None
    assert (kept.state, kept.duration_seconds, kept.ground) == (RecordingState.KEPT, 7, Ground.NOTICE_HEARD)
    assert (unknown.state, unknown.ground) == (RecordingState.RUNNING, Ground.UNKNOWN)


@pytest.mark.parametrize("at", [RECORDS], indirect=True)
def test_law_7_listening_is_for_supervisors_and_always_on_record(at: LineInMemory, carrier: Carrier) -> None:
    """An agent is refused; a fault of the carrier after the record was made leaves the record."""
    talk(at, carrier, heard=True)
    service = Recordings(at.line)
    with pytest.raises(NotAllowedError):
        service.listen("RE1", by=CLERK)
    LineService(at.line).ended("CA1")
    assert service.listen("RE1", by=SUPERVISOR) == b"RIFF"
    recorder(at).failure = CarrierError("down", code="no_answer", retryable=True)
    with pytest.raises(CarrierError):
        service.listen("RE1", by=SUPERVISOR)
    assert [(each.by, each.what) for each in at.line.recordings.accesses("RE1")] == [("wang", "listened")] * 2
    with pytest.raises(RecordingRefusedError):
        service.listen("RE404", by=SUPERVISOR)


@pytest.mark.parametrize("at", [RECORDS], indirect=True)
def test_law_7_recordings_are_deleted_when_their_time_is_over(at: LineInMemory, carrier: Carrier) -> None:
    """Not a day sooner; what the carrier refuses is tried again, and the deletion is on record."""
    talk(at, carrier, heard=True)
    at.clock.forward(days=179)
    assert tidy_carrier(at.line) == 0
    at.clock.forward(days=2)
    recorder(at).failure = CarrierError("down", code="no_answer", retryable=True)
    assert tidy_carrier(at.line) == 0
    recorder(at).failure = None
    assert tidy_carrier(at.line) == 1
    assert recorder(at).sounds == {}
    (gone,) = at.line.recordings.of_call("CA1")
    assert (gone.state, gone.deleted_at) == (RecordingState.DELETED, at.clock.now)
    assert [(each.by, each.what) for each in at.line.recordings.accesses("RE1")] == [("line", "deleted")]
    assert tidy_carrier(at.line) == 0


@pytest.mark.parametrize("at", [RECORDS], indirect=True)
def test_a_caller_who_wishes_it_has_the_recording_deleted_at_once(at: LineInMemory, carrier: Carrier) -> None:
    """Also one whose start was never answered, so that the books do not know it."""
    talk(at, carrier, heard=True)
    recorder(at).sounds["RE7"], recorder(at).calls["RE7"] = b"RIFF", "CA1"
    assert Recordings(at.line).delete_of_call("CA1", by=SUPERVISOR) == 2
    assert recorder(at).sounds == {}
