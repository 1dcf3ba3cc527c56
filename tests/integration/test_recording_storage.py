"""Recordings that callers took back, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from elder_channel.calls.desk import Act, DeskAct
from elder_channel.calls.recording import Ground, Recording, RecordingState
from elder_channel.storage.desk import SqlDeskStore
from elder_channel.storage.engine import Databases
from elder_channel.storage.recordings import SqlRecordingStore

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


def test_law_7_what_was_recorded_before_a_no_is_to_be_deleted(databases: Databases) -> None:
    """Not what a later yes began; what nobody began goes with any no, and what is deleted is done with."""
    recordings, desk = SqlRecordingStore(databases.calls), SqlDeskStore(databases.calls)
    for sid, ground, state, minutes in (
        ("RE1", Ground.NOTICE_HEARD, RecordingState.RUNNING, 0),
        ("RE2", Ground.AGREED, RecordingState.RUNNING, 9),
        ("RE3", Ground.UNKNOWN, RecordingState.KEPT, 9),
        ("RE4", Ground.AGREED, RecordingState.DELETED, 0),
    ):
        recordings.add(Recording(sid, "CA1", ground, state, NOW + timedelta(minutes=minutes)))
    recordings.add(Recording("RE9", "CA9", Ground.AGREED, RecordingState.KEPT, NOW))
    assert recordings.taken_back() == []
    desk.keep(DeskAct("CA1", Act.RECORDING_REFUSED, "lin", "lin", NOW + timedelta(minutes=5), "recording-1"))
    assert [each.sid for each in recordings.taken_back()] == ["RE1", "RE3"]
