"""Presence and load of the agents, in calls.db; who they are is configuration."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy_utc import UtcDateTime

metadata = sa.MetaData()

agents = sa.Table(
    "agents",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("presence", sa.String(16), nullable=False),
    sa.Column("call_sid", sa.String(64)),
    sa.Column("since", UtcDateTime, nullable=False),
    sa.Column("calls_taken", sa.Integer, nullable=False, server_default="0"),
)
