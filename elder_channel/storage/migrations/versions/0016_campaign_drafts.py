"""Drafts of campaigns."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy_utc import UtcDateTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade(database: str) -> None:
    if database == "greetings":
        upgrade_greetings()


def upgrade_greetings() -> None:
    op.create_table(
        "campaign_drafts",
        sa.Column("campaign_id", sa.String(40), primary_key=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("saved_by", sa.String(64), nullable=False),
        sa.Column("saved_at", UtcDateTime, nullable=False),
    )
