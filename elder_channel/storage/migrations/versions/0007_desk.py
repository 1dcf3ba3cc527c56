"""The agent's desk: calls offered there, what was known at pick-up, what agents did."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy_utc import UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade(database: str) -> None:
    if database == "calls":
        upgrade_calls()


def upgrade_calls() -> None:
    op.add_column("calls", sa.Column("offered_until", UtcDateTime))
    op.create_table(
        "pick_ups",
        sa.Column("call_sid", sa.String(64), primary_key=True),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("agent_id", sa.String(32), nullable=False),
        sa.Column("heard", sa.Boolean, nullable=False),
        sa.Column("need", sa.String(32)),
        sa.Column("dialect", sa.String(32)),
        sa.Column("probability", sa.Float),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("matched", sa.String(8)),
    )
    op.create_index("ix_pick_ups_at", "pick_ups", ["at"])
    op.create_table(
        "desk_acts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("call_sid", sa.String(64), nullable=False),
        sa.Column("token", sa.String(64), nullable=False),
        sa.Column("act", sa.String(24), nullable=False),
        sa.Column("agent_id", sa.String(32), nullable=False),
        sa.Column("done_by", sa.String(64), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("result", sa.String(24)),
        sa.Column("note", sa.Text),
        sa.UniqueConstraint("call_sid", "token"),
    )
