"""What the carrier told us and keeps for us: its error events, recordings, marked numbers; test calls are marked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy_utc import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade(database: str) -> None:
    globals()[f"upgrade_{database}"]()


def upgrade_calls() -> None:
    op.add_column("calls", sa.Column("is_test", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("calls", sa.Column("marked", sa.String(16)))
    op.add_column("calls", sa.Column("notice_heard_at", UtcDateTime))
    op.create_table(
        "carrier_events",
        sa.Column("sid", sa.String(64), primary_key=True),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("level", sa.String(16), nullable=False),
        sa.Column("code", sa.Integer, nullable=False),
        sa.Column("about", sa.String(64), nullable=False),
        sa.Column("path", sa.String(200), nullable=False),
    )
    op.create_index("carrier_events_by_time", "carrier_events", ["at"])
    op.create_table(
        "recordings",
        sa.Column("sid", sa.String(64), primary_key=True),
        sa.Column("call_sid", sa.String(64), nullable=False),
        sa.Column("ground", sa.String(16), nullable=False),
        sa.Column("agreed_by", sa.String(64)),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("started_at", UtcDateTime, nullable=False),
        sa.Column("duration_seconds", sa.Integer),
        sa.Column("deleted_at", UtcDateTime),
    )
    op.create_index("recordings_by_call", "recordings", ["call_sid"])
    op.create_index("recordings_by_state", "recordings", ["state", "started_at"])
    op.create_table(
        "recording_accesses",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("recording_sid", sa.String(64), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("what", sa.String(16), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
    )
    op.create_index("recording_accesses_by_recording", "recording_accesses", ["recording_sid"])
    op.create_table(
        "nuisance_marks",
        sa.Column("number", sa.String(64), primary_key=True),
        sa.Column("reason", sa.String(16), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("marked_at", UtcDateTime, nullable=False),
        sa.Column("until", UtcDateTime, nullable=False),
        sa.Column("note", sa.String(200), nullable=False),
    )


def upgrade_greetings() -> None:
    """Nothing to do there."""
