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
    sa.Column("by_hand_at", UtcDateTime),  # when the agent last said so; outside the shift it counts as at work
)

switches = sa.Table(
    "switches",
    metadata,
    # What staff have turned for sites, one row from on to off; rows stay, they are the history.
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("subject", sa.String(32), nullable=False),
    sa.Column("sites", sa.JSON, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("on_at", UtcDateTime, nullable=False),
    sa.Column("on_by", sa.String(64), nullable=False),
    sa.Column("off_at", UtcDateTime),
    sa.Column("off_by", sa.String(64)),
    sa.Column("off_reason", sa.Text),
    # Two people who turn the same switch at once turn it once.
    sa.Index(
        "switches_on_once",
        "kind",
        "subject",
        unique=True,
        sqlite_where=sa.text("off_at IS NULL"),
        postgresql_where=sa.text("off_at IS NULL"),
    ),
)
