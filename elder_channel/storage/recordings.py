"""Keeps which recordings lie at the carrier, and who had to do with them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine, Row

from elder_channel.calls.carrier_tables import recording_accesses, recordings
from elder_channel.calls.desk import Act
from elder_channel.calls.recording import Ground, Recording, RecordingAccess, RecordingState
from elder_channel.calls.tables import desk_acts
from elder_channel.storage.engine import reading, writing
from elder_channel.storage.inserting import insert_new
from elder_channel.storage.values import as_value

_RANK = {RecordingState.RUNNING: 0, RecordingState.ABSENT: 1, RecordingState.KEPT: 2, RecordingState.DELETED: 3}
"""A late word never undoes what came after it."""


class SqlRecordingStore:
    """Recordings and the record of every access to them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reader = reading(engine)

    def add(self, recording: Recording) -> bool:
        """Keep a recording that was started; True when it was new.

        Word of it may have come before the answer to its start: then its ground is put right.
        """
        with writing(self._engine) as connection:
            if insert_new(connection, recordings, vars(recording)):
                return True
            mine = recordings.c.sid == recording.sid, recordings.c.ground == Ground.UNKNOWN
            better = {"ground": recording.ground, "agreed_by": recording.agreed_by}
            connection.execute(recordings.update().where(*mine).values(**better))
            return False

    def get(self, sid: str) -> Recording | None:
        """One recording."""
        return next(iter(self._select(recordings.c.sid == sid)), None)

    def of_call(self, call_sid: str) -> list[Recording]:
        """A call's recordings, oldest first."""
        return self._select(recordings.c.call_sid == call_sid)

    def newest(self, *, most: int) -> list[Recording]:
        """The last recordings, newest first."""
        query = sa.select(recordings).order_by(recordings.c.started_at.desc(), recordings.c.sid).limit(most)
        with self._reader.begin() as connection:
            return [_recording(row) for row in connection.execute(query)]

    def due(self, *, started_before: datetime, limit: int = 100) -> list[Recording]:
        """Recordings older than may be kept that may still hold sound, oldest first."""
        sound = [state for state in RecordingState if state.may_hold_sound]
        return self._select(recordings.c.state.in_(sound), recordings.c.started_at < started_before)[:limit]

    def taken_back(self, *, limit: int = 100) -> list[Recording]:
        """Recordings that may still hold sound though their caller has said no since, or to one nobody began."""
        sound = [state for state in RecordingState if state.may_hold_sound]
        late = (desk_acts.c.at >= recordings.c.started_at) | (recordings.c.ground == Ground.UNKNOWN)
        refused = desk_acts.c.act == Act.RECORDING_REFUSED, desk_acts.c.call_sid == recordings.c.call_sid
        return self._select(recordings.c.state.in_(sound), sa.exists().where(*refused, late))[:limit]

    def set_state(self, sid: str, state: RecordingState, *, duration_seconds: int | None, at: datetime) -> bool:
        """Keep the carrier's newest word; an earlier one that comes late changes nothing."""
        earlier = [each for each in RecordingState if _RANK[each] < _RANK[state]]
        values: dict[str, Any] = {"state": state}
        if duration_seconds is not None:
            values["duration_seconds"] = duration_seconds
        if state is RecordingState.DELETED:
            values["deleted_at"] = at
        with writing(self._engine) as connection:
            mine = recordings.c.sid == sid, recordings.c.state.in_(earlier)
            return bool(connection.execute(recordings.update().where(*mine).values(**values)).rowcount)

    def note_access(self, access: RecordingAccess) -> None:
        """Keep that somebody listened or deleted; kept for good."""
        with writing(self._engine) as connection:
            connection.execute(recording_accesses.insert().values(**vars(access)))

    def accesses(self, sid: str) -> list[RecordingAccess]:
        """Everybody who had to do with a recording, oldest first."""
        mine = recording_accesses.c.recording_sid == sid
        query = sa.select(recording_accesses).where(mine).order_by(recording_accesses.c.id)
        with self._reader.begin() as connection:
            return [RecordingAccess(row.recording_sid, row.by, row.what, row.at) for row in connection.execute(query)]

    def _select(self, *where: sa.ColumnElement[bool]) -> list[Recording]:
        query = sa.select(recordings).where(*where).order_by(recordings.c.started_at, recordings.c.sid)
        with self._reader.begin() as connection:
            return [_recording(row) for row in connection.execute(query)]


def _recording(row: Row[Any]) -> Recording:
    return as_value(Recording, row, ground=Ground(row.ground), state=RecordingState(row.state))
