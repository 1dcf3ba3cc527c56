"""What the line learns from its calls: agents' verdicts, customers' consents, kept utterances."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy_utc import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade(database: str) -> None:
    if database == "calls":
        upgrade_calls()


def upgrade_calls() -> None:
    op.create_table(
        "corrections",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("call_sid", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("token", sa.String(64), nullable=False, unique=True),
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
    )
    op.create_index("corrections_by_time", "corrections", ["corrected_at"])
    op.create_table(
        "consents",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("customer_id", sa.Integer, nullable=False),
        sa.Column("given", sa.Boolean, nullable=False),
        sa.Column("basis", sa.String(200), nullable=False),
        sa.Column("recorded_at", UtcDateTime, nullable=False),
        sa.Column("recorded_by", sa.String(64), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
    )
    op.create_index("consents_by_customer", "consents", ["customer_id", "id"])
    op.create_table(
        "sound_clips",
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
    )
    op.create_index("sound_clips_by_time", "sound_clips", ["heard_at"])
    op.create_index("sound_clips_by_call", "sound_clips", ["call_sid"])
    op.create_index("sound_clips_by_customer", "sound_clips", ["customer_id"])
