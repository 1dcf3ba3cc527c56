"""What the page of recordings says, and the marks of a caller."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from elder_channel.calls.nuisance import MarkReason
from elder_channel.calls.recording import Ground, RecordingAccess, RecordingState
from elder_channel.clock import HOTLINE_ZONE
from elder_channel.customers.model import Mark, MarkChange
from elder_channel.services.marks import MarksOnCaller
from elder_channel.services.recorded_calls import RecordedCall, RecordingsFound
from ui.mark_cards import present_marks
from ui.recording_cards import RecordingCard, present_recordings
from ui.words import say

AT = datetime(2026, 11, 22, 8, tzinfo=UTC)
KEPT = RecordedCall(
    sid="RE1",
    call_sid="CA1",
    started_at=AT,
    duration_seconds=None,
    ground=Ground.NOTICE_HEARD,
    agreed_by=None,
    state=RecordingState.KEPT,
    why_not=None,
    deleted_on=date(2027, 5, 21),
    caller="139****5678",
    elder=True,
    agent="郑国栋",
    dialect=None,
    accesses=(),
)
MARKS = MarksOnCaller(
    elder=True,
    hearing=False,
    relative=False,
    nuisance=None,
    nuisance_until=None,
    may_be_nuisance=False,
    remembered=True,
    history=(),
)


def card_of(recording: RecordedCall) -> RecordingCard:
    """Its card."""
    (card,) = present_recordings(RecordingsFound(True, 180, (recording,), None), zone=HOTLINE_ZONE).cards
    return card


@pytest.mark.parametrize(
    ("ground", "by", "expected"),
    [
        (Ground.NOTICE_HEARD, None, "来电人听完了录音告知"),
        (Ground.AGREED, "lin", "来电人同意录音，lin 记下"),
        (Ground.UNKNOWN, None, "不知道来电人是否听过告知"),
    ],
)
def test_on_what_ground(ground: Ground, by: str | None, expected: str) -> None:
    """Each is told in words."""
    assert card_of(replace(KEPT, ground=ground, agreed_by=by)).ground.zh == expected


@pytest.mark.parametrize(
    "reason",
    [
        "recording_deleted",
        "recording_absent",
        "recording_no_ground",
        "recording_over",
        "recording_running",
        "recording_taken_back",
    ],
)
def test_why_nobody_may_hear_it(reason: str) -> None:
    """Every reason of the service has its sentence."""
    card = card_of(replace(KEPT, why_not=reason))
    assert not card.may_listen
    assert card.why_not == say(f"refused.{reason}")


def test_a_deleted_recording_of_a_forgotten_caller() -> None:
    """Who heard it and who deleted it stays."""
    accesses = (RecordingAccess("RE1", "lin", "listened", AT), RecordingAccess("RE1", "line", "deleted", AT))
    gone = replace(KEPT, state=RecordingState.DELETED, caller=None, accesses=accesses, duration_seconds=65)
    card = card_of(gone)
    assert (card.until.zh, card.caller, card.may_delete) == (
        "已于 2027-05-21 删除",
        say("recording.caller.gone"),
        False,
    )
    assert [each.zh for each in card.heard_by] == ["11-22 16:00 lin 听过", "11-22 16:00 系统 删除"]
    assert card.length.zh == "1:05（分:秒）"


@pytest.mark.parametrize("why", ["unknown_call", "nobody_answered", "no_notice", "off", "not_started"])
def test_why_a_call_has_none(why: str) -> None:
    """Every reason has its sentence."""
    page = present_recordings(RecordingsFound(False, 180, (), why), zone=HOTLINE_ZONE)
    assert page.why_none == say(f"recordings.why.{why}")
    assert page.is_off


def test_a_mark_offers_its_opposite() -> None:
    """What is so stands beside the button that changes it; a nuisance only where it may be."""
    elder, relative, hearing, nuisance = present_marks(MARKS, zone=HOTLINE_ZONE).lines
    assert (elder.now, elder.button) == (say("marks.elder.on"), say("marks.elder.unset"))
    assert (relative.now, relative.button) == (say("marks.relative.off"), say("marks.relative.set"))
    assert hearing.done == say("marks.done.hearing.set")
    assert (nuisance.now, nuisance.button) == (say("marks.nuisance.never"), None)


def test_a_nuisance_mark_can_always_be_taken_away() -> None:
    """Also from who has turned out to be a customer."""
    marked = replace(MARKS, nuisance=MarkReason.SILENT, nuisance_until=datetime(2026, 11, 29, 8, tzinfo=UTC))
    nuisance = present_marks(marked, zone=HOTLINE_ZONE).lines[-1]
    assert nuisance.button == say("marks.nuisance.unset")
    assert nuisance.now.zh == "骚扰号码，到 11-29 16:00 为止排在别人后面"


@pytest.mark.parametrize("mark", list(Mark))
@pytest.mark.parametrize("after", [True, False])
def test_the_last_word_is_told(mark: Mark, after: bool) -> None:
    """By whom, also where the line heard it itself."""
    change = MarkChange(mark, "CA1", None, None, after, "line", "", AT)
    last = present_marks(replace(MARKS, history=(change,)), zone=HOTLINE_ZONE).last
    assert last
    assert last.zh.startswith("上次：11-22 16:00，系统：")
