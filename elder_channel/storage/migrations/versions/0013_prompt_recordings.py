"""Prompts as native speakers record them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy_utc import UtcDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade(database: str) -> None:
    if database == "calls":
        upgrade_calls()


def upgrade_calls() -> None:
    op.create_table(
        "prompt_takes",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("message_id", sa.String(64), nullable=False),
        sa.Column("voice_tag", sa.String(32), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("token", sa.String(64), nullable=False, unique=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
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
    op.create_index("ix_prompt_takes_sha256", "prompt_takes", ["sha256"])
    op.create_table(
        "prompts_in_force",
        sa.Column("message_id", sa.String(64), primary_key=True),
        sa.Column("voice_tag", sa.String(32), primary_key=True),
        sa.Column("take_id", sa.Integer, sa.ForeignKey("prompt_takes.id"), nullable=False),
    )
    op.create_table(
        "prompt_take_acts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("take_id", sa.Integer, sa.ForeignKey("prompt_takes.id"), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("act", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
    )
    op.create_index("ix_prompt_take_acts_take_id", "prompt_take_acts", ["take_id"])
