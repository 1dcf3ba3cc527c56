"""The caller's word on being recorded: one tap of the agent who talks, taken back by one more (law 7)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from elder_channel.calls.desk import Act, answer_to_recording
from elder_channel.calls.recording import Ground, RecordingState
from elder_channel.services.accounts import Account, Role
from elder_channel.services.errors import NotAllowedError, RecordingRefusedError
from elder_channel.services.line import LineService
from elder_channel.services.recording_consent import RecordingConsent, RecordingOnDesk, recording_on_desk
from elder_channel.services.recordings import Recordings
from elder_channel.telephony.errors import CarrierError
from tests.fakes.desk_scene import COLLEAGUE, ME, PEOPLE
from tests.fakes.line import LineInMemory, open_test_line
from tests.fakes.recorder import FakeRecorder

HOTLINE, ELDER = "+862100000060", "+862000000101"
RECORDS = {"ELDER_CHANNEL_RECORDING__ENABLED": "true", "ELDER_CHANNEL_LINE__RECORDING_NOTICE": "true"}
LEAD = Account("lead", Role.SUPERVISOR)
MINE = ME.agent_id or ""


@pytest.fixture
def at(tmp_path: Path) -> Iterator[LineInMemory]:
    """A line that records who agrees."""
    opened = open_test_line(tmp_path, **RECORDS)
    yield opened
    opened.line.databases.dispose()


@pytest.fixture
def consent(at: LineInMemory) -> RecordingConsent:
    """The buttons of the desk."""
    return RecordingConsent(at.line, PEOPLE)


def talk(at: LineInMemory, sid: str = "CA1", *, heard: bool = False, agent: str = MINE) -> None:
    """Somebody of the desk talks with a caller, who has heard the notice to its end or not."""
    LineService(at.line).arrive(sid, ELDER, HOTLINE)
    if heard:
        Recordings(at.line).notice_heard(sid)
    LineService(at.line).agent_answered(sid, agent)
    at.clock.forward(5)


def shown(at: LineInMemory, sid: str = "CA1") -> RecordingOnDesk:
    """What stands on the desk."""
    call = at.line.calls.get(sid)
    assert call
    found = recording_on_desk(at.line, call)
    assert found
    return found


def carrier_of(at: LineInMemory) -> FakeRecorder:
    """What the carrier has."""
    assert isinstance(at.line.recorder, FakeRecorder)
    return at.line.recorder


def test_who_says_yes_is_recorded_from_then_on(at: LineInMemory, consent: RecordingConsent) -> None:
    """Who took it down, and when, is kept and shown; a second tap is none."""
    talk(at)
    before = shown(at)
    assert (before.running, before.agreed, before.may_agree, before.may_refuse) == (None, None, True, True)
    consent.agreed("CA1", by=ME)
    consent.agreed("CA1", by=ME)
    after = shown(at)
    assert (after.running, after.agreed, after.noted_by) == (Ground.AGREED, True, ME.username)
    assert (after.noted_at, after.may_agree, after.may_refuse) == (at.clock(), False, True)
    assert [act.act for act in at.line.desk.of_call("CA1")] == [Act.RECORDING_AGREED]
    assert [each.agreed_by for each in at.line.recordings.of_call("CA1")] == [ME.username]


@pytest.mark.parametrize("heard", [True, False], ids=["after the notice", "after a yes"])
def test_law_7_who_says_no_is_recorded_no_more_and_nothing_is_kept(
    at: LineInMemory, consent: RecordingConsent, heard: bool
) -> None:
    """What runs is ended, what there is is deleted, and the conversation goes on."""
    talk(at, heard=heard)
    if not heard:
        consent.agreed("CA1", by=ME)
    at.clock.forward(20)
    consent.refused("CA1", by=ME)
    after = shown(at)
    assert (after.running, after.agreed, after.may_agree, after.may_refuse) == (None, False, True, False)
    assert (carrier_of(at).stopped, carrier_of(at).sounds) == (["RE1"], {})
    (gone,) = at.line.recordings.of_call("CA1")
    assert gone.state is RecordingState.DELETED
    assert [(each.by, each.what) for each in at.line.recordings.accesses(gone.sid)] == [(ME.username, "deleted")]


def test_who_changes_the_mind_again_is_recorded_anew(at: LineInMemory, consent: RecordingConsent) -> None:
    """The last word counts, and every word is kept."""
    talk(at)
    for said in (consent.agreed, consent.refused, consent.agreed):
        said("CA1", by=ME)
        at.clock.forward(3)
    assert [each.state for each in at.line.recordings.of_call("CA1")] == [
        RecordingState.DELETED,
        RecordingState.RUNNING,
    ]
    assert len(at.line.desk.of_call("CA1")) == 3
    LineService(at.line).ended("CA1")
    assert Recordings(at.line).listen("RE2", by=LEAD) == b"RIFF"


def test_law_7_a_no_holds_for_the_colleague_who_takes_over(at: LineInMemory, consent: RecordingConsent) -> None:
    """The notice was heard, but a later no is stronger; nor is a call recorded twice because it was passed on."""
    talk(at, heard=True)
    call = at.line.calls.get("CA1")
    assert call
    assert not Recordings(at.line).conversation_began(call), "it is being recorded already"
    consent.refused("CA1", by=ME)
    assert not Recordings(at.line).conversation_began(replace(call, agent_id=COLLEAGUE.agent_id))
    assert len(carrier_of(at).started) == 1


def test_law_7_while_the_carrier_is_down_a_no_is_kept_and_nobody_listens(
    at: LineInMemory, consent: RecordingConsent
) -> None:
    """The agent is told, a second tap tries again, and the clock deletes what is left."""
    talk(at, heard=True)
    carrier_of(at).failure = CarrierError("down", code="no_answer", retryable=True)
    with pytest.raises(RecordingRefusedError) as error:
        consent.refused("CA1", by=ME)
    assert error.value.code == "recording_delete_later"
    assert shown(at).may_refuse, "it still runs at the carrier"
    said = answer_to_recording(at.line.desk.of_call("CA1"))
    assert said
    assert said.act is Act.RECORDING_REFUSED
    LineService(at.line).ended("CA1")
    with pytest.raises(RecordingRefusedError) as error:
        Recordings(at.line).listen("RE1", by=LEAD)
    assert error.value.code == "recording_taken_back"
    assert Recordings(at.line).delete_due() == 0
    carrier_of(at).failure = None
    assert (Recordings(at.line).delete_due(), Recordings(at.line).delete_due()) == (1, 0)


def test_law_7_a_recording_nobody_knew_of_goes_with_the_no(at: LineInMemory, consent: RecordingConsent) -> None:
    """Word of its start was lost; the carrier is asked what it has."""
    talk(at)
    carrier_of(at).start("CA1", callback_url="")
    consent.refused("CA1", by=ME)
    assert carrier_of(at).sounds == {}


def test_a_yes_the_carrier_does_not_follow_is_told(at: LineInMemory, consent: RecordingConsent) -> None:
    """The yes is kept; one more tap tries again."""
    talk(at)
    carrier_of(at).failure = CarrierError("down", code="no_answer", retryable=True)
    with pytest.raises(RecordingRefusedError) as error:
        consent.agreed("CA1", by=ME)
    assert error.value.code == "recording_not_started"
    assert (shown(at).agreed, shown(at).running, shown(at).may_agree) == (True, None, True)
    carrier_of(at).failure = None
    consent.agreed("CA1", by=ME)
    assert shown(at).running is Ground.AGREED


@pytest.mark.parametrize(
    "by",
    [Account("viewer", Role.VIEWER), Account("unknown", Role.ADMINISTRATOR), COLLEAGUE, Account("nobody", Role.AGENT)],
    ids=["may only look", "has no account", "has another call", "is no agent"],
)
def test_only_who_talks_with_the_caller_takes_it_down(at: LineInMemory, consent: RecordingConsent, by: Account) -> None:
    """The account is looked up anew; nothing is kept of a tap that was refused."""
    talk(at)
    for said in (consent.agreed, consent.refused):
        with pytest.raises((NotAllowedError, RecordingRefusedError)):
            said("CA1", by=by)
    assert at.line.desk.of_call("CA1") == []


def test_after_the_call_nothing_is_taken_down(at: LineInMemory, consent: RecordingConsent) -> None:
    """Supervisors delete then; a call nobody knows is refused as well."""
    talk(at)
    LineService(at.line).ended("CA1")
    for sid, code in (("CA1", "recording_no_talk"), ("CA404", "recording_not_yours")):
        with pytest.raises(RecordingRefusedError) as error:
            consent.agreed(sid, by=ME)
        assert error.value.code == code


def test_where_nothing_is_recorded_nobody_is_asked(tmp_path: Path) -> None:
    """The desk shows no buttons, and a yes is refused with the reason."""
    at = open_test_line(tmp_path)
    talk(at)
    call = at.line.calls.get("CA1")
    assert call
    assert recording_on_desk(at.line, call) is None
    with pytest.raises(RecordingRefusedError) as error:
        RecordingConsent(at.line, PEOPLE).agreed("CA1", by=ME)
    assert error.value.code == "recording_off"
    at.line.databases.dispose()
