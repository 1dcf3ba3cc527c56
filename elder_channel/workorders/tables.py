"""Tables of the work orders, in calls.db."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy_utc import UtcDateTime

metadata = sa.MetaData()

work_orders = sa.Table(
    "work_orders",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("call_sid", sa.String(64), nullable=False, unique=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("owner", sa.String(64), nullable=False),
    sa.Column("opened_at", UtcDateTime, nullable=False),
    sa.Column("due_at", UtcDateTime, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("need", sa.String(32)),
    sa.Column("transcript", sa.Text),
    sa.Column("dialect", sa.String(32)),
    sa.Column("caller_number", sa.String(128)),
)
