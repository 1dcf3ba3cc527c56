"""Tables of learning, in calls.db."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy_utc import UtcDateTime

metadata = sa.MetaData()

corrections = sa.Table(
    "corrections",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("call_sid", sa.String(64), nullable=False),
    # 1, 2, 3 … a call: whoever judges names the number to come, so that nobody overwrites what was not seen.
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("token", sa.String(64), nullable=False, unique=True),  # a form sent twice is one verdict
    sa.Column("corrected_at", UtcDateTime, nullable=False),
    sa.Column("corrected_by", sa.String(64), nullable=False),
    sa.Column("role", sa.String(16), nullable=False),
    sa.Column("customer_id", sa.Integer),
    sa.Column("somebody_else", sa.Boolean, nullable=False),
    sa.Column("from_dialect", sa.String(32)),
    sa.Column("from_probability", sa.Float),
    sa.Column("from_abstained", sa.Boolean, nullable=False),
    sa.Column("to_dialect", sa.String(32)),
    sa.Column("from_need", sa.String(32)),
    sa.Column("to_need", sa.String(32)),
    sa.UniqueConstraint("call_sid", "number"),
    sa.Index("corrections_by_time", "corrected_at"),
)

consents = sa.Table(
    "consents",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    # No foreign key: the books may be loaded anew, and a withdrawal must outlive that.
    sa.Column("customer_id", sa.Integer, nullable=False),
    sa.Column("given", sa.Boolean, nullable=False),
    sa.Column("basis", sa.String(200), nullable=False),
    sa.Column("recorded_at", UtcDateTime, nullable=False),
    sa.Column("recorded_by", sa.String(64), nullable=False),
    sa.Column("role", sa.String(16), nullable=False),
    sa.Index("consents_by_customer", "customer_id", "id"),
)

sound_clips = sa.Table(
    "sound_clips",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("call_sid", sa.String(64), nullable=False),
    sa.Column("customer_id", sa.Integer, nullable=False),
    sa.Column("consent_id", sa.Integer, nullable=False),
    sa.Column("heard_at", UtcDateTime, nullable=False),
    sa.Column("seconds", sa.Float, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("line", sa.String(16), nullable=False),
    sa.Column("engine", sa.String(64), nullable=False),
    sa.Column("head", sa.String(64), nullable=False),
    sa.Index("sound_clips_by_time", "heard_at"),
    sa.Index("sound_clips_by_call", "call_sid"),
    sa.Index("sound_clips_by_customer", "customer_id"),
)
