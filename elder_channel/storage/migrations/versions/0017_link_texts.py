"""Texts that bring personal links."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy_utc import UtcDateTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade(database: str) -> None:
    if database == "calls":
        upgrade_calls()


def upgrade_calls() -> None:
    op.create_table(
        "one_tap_texts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("link_id", sa.Integer, nullable=False),
        sa.Column("number", sa.String(32), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("segments", sa.SmallInteger, nullable=False),
        sa.Column("asked_at", UtcDateTime, nullable=False),
        sa.Column("asked_by", sa.String(64), nullable=False),
        sa.Column("outcome", sa.String(16)),
        sa.Column("carrier_sid", sa.String(64)),
        sa.Column("error_code", sa.String(16)),
    )
    op.create_index("one_tap_texts_by_number", "one_tap_texts", ["number", "asked_at"])
