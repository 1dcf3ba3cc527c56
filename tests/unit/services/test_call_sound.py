"""The sound of a call: who hears it, what is said when, and what is on record of it."""

from __future__ import annotations

import io
import wave
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from dialects.recognizers.port import Recognition, Stretch
from elder_channel.calls.tables import readings
from elder_channel.customers.files import Access
from elder_channel.services.accounts import Account, Role
from elder_channel.services.call_sound import CallSound
from elder_channel.services.consents import Consents
from elder_channel.services.errors import NotAllowedError, RecordingRefusedError
from elder_channel.services.live import LiveCall, WhyNoSound
from elder_channel.services.live_calls import LiveCalls
from tests.fakes.learning import (
    AGENT,
    HEARD,
    PEOPLE,
    STRANGER,
    agreed,
    answered_call,
    heard_utterances,
    learning_line,
)
from tests.fakes.line import LineInMemory, open_test_line
from tests.fakes.people import People

TALKER = Account("chen", Role.AGENT, agent_id="chen-jiaming")
OTHER = Account("zheng", Role.AGENT, agent_id="zheng-guodong")
LEAD = Account("li.na", Role.SUPERVISOR)
APPROVER = Account("wang", Role.APPROVER)
STAFF = People(TALKER, OTHER, LEAD, APPROVER)
TIMED = replace(HEARD, seconds=3.0, stretches=(Stretch("我要", 0.2, 1.0), Stretch("报案", 1.4, 2.2)))
PLAIN = Recognition("在哪里报案", "zh", {"zh": 0.9}, recognizer="ours", seconds=3.0)


@pytest.fixture
def at(tmp_path: Path) -> Iterator[LineInMemory]:
    """A call of a customer who agreed, answered by Chen."""
    with learning_line(tmp_path) as opened:
        agreed(opened)
        answered_call(opened)
        yield opened


def live(at: LineInMemory, sid: str = "CA1") -> LiveCall:
    """The call as the page has it."""
    return next(each for each in LiveCalls(at.line).list_calls(viewer="li.na") if each.call_sid == sid)


def test_words_lie_where_they_are_said_in_the_whole(at: LineInMemory) -> None:
    """Utterances one after the other with a short silence between; words without times are their whole utterance."""
    clips = heard_utterances(at, [TIMED, PLAIN])
    heard = CallSound(at.line, STAFF).listen("CA1", by=TALKER)
    assert [(each.text, each.start_seconds, each.end_seconds) for each in heard.words] == [
        ("我要", 0.2, 1.0),
        ("报案", 1.4, 2.2),
        ("在哪里报案", 3.4, 6.4),
    ]
    with wave.open(io.BytesIO(heard.wav)) as file:
        assert (file.getnchannels(), file.getframerate(), file.getnframes()) == (1, 8000, round(6.4 * 8000))
    assert heard.clips == tuple(clip.id for clip in clips) == live(at).sound.clips


def test_sound_whose_words_are_gone_is_still_heard(at: LineInMemory) -> None:
    """Words are forgotten sooner than sound; times go with them (law 7)."""
    heard_utterances(at, [TIMED])
    at.line.calls.close("CA1", "served", None, at=at.clock())  # type: ignore[arg-type]
    at.line.calls.erase_words_before(at.clock() + timedelta(days=1))
    call = at.line.calls.get("CA1")
    assert call
    assert call.stretches == ()
    [words] = CallSound(at.line, STAFF).listen("CA1", by=LEAD).words
    assert (words.text, words.start_seconds, words.end_seconds) == ("", 0.0, 3.0)


@pytest.mark.parametrize(
    ("who", "may"),
    [(TALKER, True), (LEAD, True), (OTHER, False), (APPROVER, False), (Account("x", Role.VIEWER), False)],
)
def test_law_7_only_the_agent_of_the_call_and_leads_hear_it(at: LineInMemory, who: Account, may: bool) -> None:
    """Approvers hear nobody, here as on the page of review."""
    heard_utterances(at, [TIMED])
    sound = CallSound(at.line, STAFF)
    if may:
        assert sound.listen("CA1", by=who).wav
    else:
        with pytest.raises(NotAllowedError):
            sound.listen("CA1", by=who)


def test_law_7_each_listening_is_on_record_before_the_sound_is_read(at: LineInMemory) -> None:
    """With the customer, who and which call; of a file that turns out damaged too."""
    [clip] = heard_utterances(at, [TIMED])
    sound = CallSound(at.line, STAFF)
    sound.listen("CA1", by=TALKER)
    sound.listen("CA1", by=LEAD)
    at.line.sound_files.path(clip.id).write_bytes(b"RIFF")
    with pytest.raises(RecordingRefusedError, match="not the one"):
        sound.listen("CA1", by=LEAD)
    looks = [(each.what, each.by, each.reason) for each in at.line.customer_files.accesses(70)]
    assert looks == [(Access.HEARD, "li.na", "CA1"), (Access.HEARD, "li.na", "CA1"), (Access.HEARD, "chen", "CA1")]
    with at.line.databases.calls.connect() as connection:
        assert {row.reader for row in connection.execute(readings.select())} >= {"chen", "li.na"}


def test_law_7_a_withdrawal_ends_it_at_once(at: LineInMemory) -> None:
    """And the card says so."""
    heard_utterances(at, [TIMED])
    Consents(at.line, PEOPLE).record(70, given=False, basis="", by=AGENT)
    with pytest.raises(RecordingRefusedError):
        CallSound(at.line, STAFF).listen("CA1", by=LEAD)
    assert live(at).sound.why_none is WhyNoSound.REFUSED


def test_the_card_says_why_there_is_no_sound(at: LineInMemory, tmp_path: Path) -> None:
    """Nothing said yet, a stranger, nobody asked, or the setting."""
    assert live(at).sound.why_none is WhyNoSound.NOTHING
    answered_call(at, "CA2", STRANGER)
    assert live(at, "CA2").sound.why_none is WhyNoSound.UNKNOWN
    off = open_test_line(tmp_path / "off")
    answered_call(off)
    assert live(off).sound.why_none is WhyNoSound.OFF
    off.line.databases.dispose()
