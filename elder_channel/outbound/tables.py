"""Tables of the calls the line places itself, in calls.db."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy_utc import UtcDateTime

metadata = sa.MetaData()

outbound_requests = sa.Table(
    "outbound_requests",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("key", sa.String(64), nullable=False, unique=True),
    sa.Column("reason", sa.String(24), nullable=False),
    sa.Column("number", sa.String(32), nullable=False),
    sa.Column("customer_id", sa.Integer),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("requested_at", UtcDateTime, nullable=False),
    sa.Column("not_before", UtcDateTime, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("claimed_at", UtcDateTime),
    sa.Column("call_sid", sa.String(64)),
    sa.Column("last_outcome", sa.String(16)),
    sa.Column("ended_at", UtcDateTime),
    sa.Index("outbound_requests_due", "state", "not_before"),
    sa.Index("outbound_requests_by_number", "number", "requested_at"),
)

outbound_attempts = sa.Table(
    "outbound_attempts",
    metadata,
    # One row a phone that was rung: what pace, ceilings and a work order's history are read from.
    sa.Column("request_id", sa.Integer, sa.ForeignKey("outbound_requests.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("n", sa.Integer, primary_key=True),
    sa.Column("placed_at", UtcDateTime, nullable=False),
    sa.Column("call_sid", sa.String(64)),
    sa.Column("seconds", sa.Integer),
    sa.Column("outcome", sa.String(16)),
    sa.Index("outbound_attempts_by_time", "placed_at"),
)

outbound_pace = sa.Table(
    "outbound_pace",
    metadata,
    # A single row: whoever moves `next_at` on may place one call, whichever process it is.
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("next_at", UtcDateTime, nullable=False),
    sa.Column("ceiling_told_at", UtcDateTime),
)
