"""Switches of sites, why an agent was chosen, and calls passed on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy_utc import UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade(database: str) -> None:
    if database == "calls":
        upgrade_calls()


def upgrade_calls() -> None:
    for column in (
        sa.Column("company", sa.String(32)),
        sa.Column("routing", sa.JSON(none_as_null=True)),
        sa.Column("passed_on", sa.JSON(none_as_null=True)),
        sa.Column("callback_wanted_at", UtcDateTime),
    ):
        op.add_column("calls", column)
    op.add_column("agents", sa.Column("by_hand_at", UtcDateTime))
    op.create_table(
        "switches",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("subject", sa.String(32), nullable=False),
        sa.Column("sites", sa.JSON, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("on_at", UtcDateTime, nullable=False),
        sa.Column("on_by", sa.String(64), nullable=False),
        sa.Column("off_at", UtcDateTime),
        sa.Column("off_by", sa.String(64)),
        sa.Column("off_reason", sa.Text),
    )
    op.create_index(
        "switches_on_once",
        "switches",
        ["kind", "subject"],
        unique=True,
        sqlite_where=sa.text("off_at IS NULL"),
        postgresql_where=sa.text("off_at IS NULL"),
    )
