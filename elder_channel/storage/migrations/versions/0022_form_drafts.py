"""Drafts of forms, and tokens of acts that must not be done twice."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy_utc import UtcDateTime

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade(database: str) -> None:
    if database == "calls":
        upgrade_calls()


def upgrade_calls() -> None:
    op.create_table(
        "form_drafts",
        sa.Column("account", sa.String(64), primary_key=True),
        sa.Column("form", sa.String(120), primary_key=True),
        sa.Column("base", sa.Text, nullable=False),
        sa.Column("fields", sa.JSON, nullable=False),
        sa.Column("customer_id", sa.Integer),
        sa.Column("call_sid", sa.String(64)),
        sa.Column("order_id", sa.Integer),
        sa.Column("saved_at", UtcDateTime, nullable=False),
    )
    op.create_index("form_drafts_by_time", "form_drafts", ["saved_at"])
    op.create_table(
        "act_tokens",
        sa.Column("account", sa.String(64), primary_key=True),
        sa.Column("act", sa.String(120), primary_key=True),
        sa.Column("token", sa.String(64), nullable=False),
        sa.Column("made_at", UtcDateTime, nullable=False),
    )
