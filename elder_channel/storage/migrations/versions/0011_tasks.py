"""What the line keeps of TaskRouter."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy_utc import UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade(database: str) -> None:
    if database == "calls":
        upgrade_calls()


def upgrade_calls() -> None:
    op.create_table(
        "taskrouter_objects",
        sa.Column("kind", sa.String(16), primary_key=True),
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("sid", sa.String(34), nullable=False),
        sa.Column("made_by_us", sa.Boolean, nullable=False),
        sa.Column("told", sa.String(64)),
        sa.Column("told_at", UtcDateTime),
    )
    op.create_table(
        "call_tasks",
        sa.Column("sid", sa.String(34), primary_key=True),
        sa.Column("call_sid", sa.String(64), nullable=False, index=True),
        sa.Column("made_at", UtcDateTime, nullable=False),
        sa.Column("agent_id", sa.String(32)),
        sa.Column("reservation_sid", sa.String(34)),
        sa.Column("accepted_at", UtcDateTime),
        sa.Column("told", sa.String(64)),
        sa.Column("over_at", UtcDateTime),
    )
