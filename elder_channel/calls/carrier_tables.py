"""Tables of what the carrier told us and keeps for us, in calls.db."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy_utc import UtcDateTime

metadata = sa.MetaData()

carrier_events = sa.Table(
    "carrier_events",
    metadata,
    sa.Column("sid", sa.String(64), primary_key=True),  # the carrier's, so that a repeated word is kept once
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("level", sa.String(16), nullable=False),
    sa.Column("code", sa.Integer, nullable=False),
    sa.Column("about", sa.String(64), nullable=False),  # the call, stream or recording, as far as it was named
    sa.Column("path", sa.String(200), nullable=False),  # of ours, without what was asked: numbers may stand there
    sa.Index("carrier_events_by_time", "at"),
)

recordings = sa.Table(
    "recordings",
    metadata,
    sa.Column("sid", sa.String(64), primary_key=True),
    sa.Column("call_sid", sa.String(64), nullable=False),
    sa.Column("ground", sa.String(16), nullable=False),
    sa.Column("agreed_by", sa.String(64)),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("started_at", UtcDateTime, nullable=False),
    sa.Column("duration_seconds", sa.Integer),
    sa.Column("deleted_at", UtcDateTime),
    sa.Index("recordings_by_call", "call_sid"),
    sa.Index("recordings_by_state", "state", "started_at"),
)

recording_accesses = sa.Table(
    "recording_accesses",
    metadata,
    # Who has heard or deleted which recording, each time (law 7); stays when the recording is gone.
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("recording_sid", sa.String(64), nullable=False),
    sa.Column("by", sa.String(64), nullable=False),
    sa.Column("what", sa.String(16), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Index("recording_accesses_by_recording", "recording_sid"),
)

nuisance_marks = sa.Table(
    "nuisance_marks",
    metadata,
    sa.Column("number", sa.String(64), primary_key=True),
    sa.Column("reason", sa.String(16), nullable=False),
    sa.Column("by", sa.String(64), nullable=False),
    sa.Column("marked_at", UtcDateTime, nullable=False),
    sa.Column("until", UtcDateTime, nullable=False),
    sa.Column("note", sa.String(200), nullable=False),
)
