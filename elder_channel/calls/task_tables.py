"""What the line keeps of TaskRouter, in calls.db: the objects it made there, and the tasks of its calls."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy_utc import UtcDateTime

metadata = sa.MetaData()

taskrouter_objects = sa.Table(
    "taskrouter_objects",
    metadata,
    sa.Column("kind", sa.String(16), primary_key=True),
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("sid", sa.String(34), nullable=False),
    sa.Column("made_by_us", sa.Boolean, nullable=False),  # what somebody else made is never deleted
    sa.Column("told", sa.String(64)),  # of a worker: the activity it was last told of
    sa.Column("told_at", UtcDateTime),
)

call_tasks = sa.Table(
    "call_tasks",
    metadata,
    sa.Column("sid", sa.String(34), primary_key=True),
    sa.Column("call_sid", sa.String(64), nullable=False, index=True),
    sa.Column("made_at", UtcDateTime, nullable=False),
    sa.Column("agent_id", sa.String(32)),  # whom it is reserved for, or assigned to
    sa.Column("reservation_sid", sa.String(34)),
    sa.Column("accepted_at", UtcDateTime),
    sa.Column("told", sa.String(64)),  # hash of what it was last told: a call's words are not kept twice (law 7)
    sa.Column("over_at", UtcDateTime),
)
