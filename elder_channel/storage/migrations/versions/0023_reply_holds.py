"""Replies that hold their number until a person has read them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy_utc import UtcDateTime

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade(database: str) -> None:
    if database == "greetings":
        upgrade_greetings()


def upgrade_greetings() -> None:
    op.create_table(
        "reply_holds",
        sa.Column("text_sid", sa.String(64), primary_key=True),
        sa.Column("number", sa.String(32), nullable=False),
        sa.Column("held_at", UtcDateTime, nullable=False),
        sa.Column("ended_at", UtcDateTime),
        sa.Column("ended_by", sa.String(64)),
        sa.Column("opted_out", sa.Boolean),
    )
    still = sa.text("ended_at IS NULL")
    op.create_index("reply_holds_open", "reply_holds", ["number"], sqlite_where=still, postgresql_where=still)
