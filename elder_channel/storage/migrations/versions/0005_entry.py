"""Entry: family numbers, what is noted of a number with its history, hearing mode, unknown languages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy_utc import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade(database: str) -> None:
    if database == "calls":
        upgrade_calls()


def upgrade_calls() -> None:
    op.add_column("customers", sa.Column("hard_of_hearing", sa.Boolean))
    op.add_column("customer_numbers", sa.Column("relation", sa.String(16), nullable=False, server_default="own"))
    op.add_column("calls", sa.Column("hearing", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("calls", sa.Column("sounds_like", sa.String(8)))
    op.create_table(
        "number_marks",
        sa.Column("number", sa.String(32), primary_key=True),
        sa.Column("elder", sa.Boolean),
        sa.Column("hearing", sa.Boolean),
    )
    op.create_table(
        "mark_changes",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("mark", sa.String(16), nullable=False),
        sa.Column("call_sid", sa.String(64), nullable=False),
        sa.Column("number", sa.String(32)),
        sa.Column("before", sa.Boolean),
        sa.Column("after", sa.Boolean, nullable=False),
        sa.Column("changed_by", sa.String(64), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("changed_at", UtcDateTime, nullable=False),
    )
    op.create_index("mark_changes_by_number", "mark_changes", ["number", "id"])
    op.create_index("mark_changes_by_call", "mark_changes", ["call_sid", "id"])
