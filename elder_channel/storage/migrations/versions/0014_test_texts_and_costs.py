"""Test texts of campaigns, and what a text has cost."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy_utc import UtcDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade(database: str) -> None:
    if database == "greetings":
        upgrade_greetings()


def upgrade_greetings() -> None:
    op.add_column("greeting_attempts", sa.Column("cost_micros", _BIG, nullable=False, server_default="0"))
    op.create_table(
        "greeting_test_texts",
        sa.Column("id", _BIG, primary_key=True),
        sa.Column("token", sa.String(64), nullable=False),
        sa.Column("campaign_id", sa.String(40), nullable=False),
        sa.Column("campaign_version", sa.Integer, nullable=False),
        sa.Column("template", sa.String(40), nullable=False),
        sa.Column("number", sa.String(32), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("segments", sa.SmallInteger, nullable=False),
        sa.Column("asked_by", sa.String(64), nullable=False),
        sa.Column("asked_at", UtcDateTime, nullable=False),
        sa.Column("outcome", sa.String(16)),
        sa.Column("carrier_sid", sa.String(64)),
        sa.Column("error_code", sa.String(16)),
        sa.UniqueConstraint("token", "template", "number", name="one_test_a_token"),
        sqlite_autoincrement=True,
    )
    op.create_index("test_texts_by_time", "greeting_test_texts", ["asked_at"])
    op.create_index("test_texts_by_campaign", "greeting_test_texts", ["campaign_id", "asked_at"])
