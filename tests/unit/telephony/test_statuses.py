"""The carrier's words for a call's state, each in our word."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
import structlog

from elder_channel.calls.recording import RecordingState
from elder_channel.telephony.statuses import (
    LEG_STATES,
    QUEUE_ENDS,
    RECORDING_STATES,
    LegState,
    QueueEnd,
    leg_state,
    queue_end,
    recording_state,
)

OVER = {"completed", "busy", "failed", "no-answer", "canceled", "answered"}


@pytest.mark.parametrize("word", LEG_STATES)
def test_a_call_is_over_by_these_words_and_no_other(word: str) -> None:
    """`answered` is said only of a dialled leg when it is over."""
    assert leg_state(word).is_over == (word in OVER)


def test_an_unknown_word_ends_nothing_and_is_logged() -> None:
    """Nor does it answer anything; the reconciliation asks the carrier."""
    with structlog.testing.capture_logs() as logs:
        state = leg_state("evaporated")
    assert (state, state.is_over, state.was_answered) == (LegState.UNKNOWN, False, False)
    assert [(each["event"], each["status"]) for each in logs] == [("carrier.unknown_status", "evaporated")]


def test_no_word_at_all_is_nothing_to_log() -> None:
    """Some callbacks carry no status."""
    with structlog.testing.capture_logs() as logs:
        assert leg_state("") is LegState.UNKNOWN
    assert logs == []


@pytest.mark.parametrize("word", ["", "evaporated"])
def test_law_1_a_queue_that_ends_in_an_unknown_way_rings_people(word: str) -> None:
    """Unless the caller has gone."""
    with structlog.testing.capture_logs():
        assert queue_end(word, call_over=False) is QueueEnd.FAILED
    assert queue_end(word, call_over=True) is QueueEnd.MOVED


def test_an_unknown_word_of_a_recording_leaves_it_to_be_deleted_in_time() -> None:
    """There may be sound."""
    with structlog.testing.capture_logs():
        assert recording_state("transmogrified").may_hold_sound
    assert RECORDING_STATES["completed"] is RecordingState.KEPT


def reference() -> Path:
    """The carrier's own description of its REST API."""
    folder = Path(os.environ.get("ELDER_CHANNEL_REFERENCE") or Path(__file__).parents[4] / "shared" / "data")
    file = folder / "twilio" / "twilio_api_v2010.json"
    if not file.exists():
        pytest.skip("the carrier's OpenAPI file is not on this machine")
    return file


def test_every_word_of_the_carriers_description_is_in_the_tables() -> None:
    """Call and recording states as the OpenAPI names them; nothing there is unknown here."""
    schemas = json.loads(reference().read_text(encoding="utf-8"))["components"]["schemas"]
    assert set(schemas["call_enum_status"]["enum"]) <= set(LEG_STATES)
    assert set(schemas["recording_enum_status"]["enum"]) <= set(RECORDING_STATES)
    assert set(schemas["call_recording_enum_status"]["enum"]) <= set(RECORDING_STATES)
    assert {"redirected", "leave", "hangup", "queue-full"} <= set(QUEUE_ENDS)
