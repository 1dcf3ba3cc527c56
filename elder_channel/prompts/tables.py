"""Tables of recorded prompts, in calls.db."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy_utc import UtcDateTime

metadata = sa.MetaData()

prompt_takes = sa.Table(
    "prompt_takes",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("message_id", sa.String(64), nullable=False),
    sa.Column("voice_tag", sa.String(32), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("token", sa.String(64), nullable=False, unique=True),  # a form sent twice is one take
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False, index=True),
    sa.Column("telephone_sha256", sa.String(64), nullable=False),
    sa.Column("seconds", sa.Float, nullable=False),
    sa.Column("wording", sa.Text, nullable=False),
    sa.Column("wording_key", sa.String(64), nullable=False),
    sa.Column("speaker", sa.String(80), nullable=False),
    sa.Column("consent", sa.String(200), nullable=False),
    sa.Column("findings", sa.JSON, nullable=False),
    sa.Column("recorded_at", UtcDateTime, nullable=False),
    sa.Column("recorded_by", sa.String(64), nullable=False),
    sa.Column("role", sa.String(16), nullable=False),
    sa.Column("decided_at", UtcDateTime),
    sa.Column("decided_by", sa.String(64)),
    sa.UniqueConstraint("message_id", "voice_tag", "version"),
)

prompts_in_force = sa.Table(
    "prompts_in_force",
    metadata,
    # Which take is played; no row: what was built is played, or the carrier's own voice.
    sa.Column("message_id", sa.String(64), primary_key=True),
    sa.Column("voice_tag", sa.String(32), primary_key=True),
    sa.Column("take_id", sa.Integer, sa.ForeignKey("prompt_takes.id"), nullable=False),
)

prompt_take_acts = sa.Table(
    "prompt_take_acts",
    metadata,
    # Who did what with a take; only ever added to. The newest id tells the line that something has changed.
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("take_id", sa.Integer, sa.ForeignKey("prompt_takes.id"), nullable=False, index=True),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("by", sa.String(64), nullable=False),
    sa.Column("role", sa.String(16), nullable=False),
    sa.Column("act", sa.String(16), nullable=False),
    sa.Column("reason", sa.String(200), nullable=False),
)
