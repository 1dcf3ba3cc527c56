"""Calls the line places itself, and the personal links of the page with one button."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy_utc import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade(database: str) -> None:
    if database == "calls":
        upgrade_calls()


def upgrade_calls() -> None:
    # Asked at every call we place: is this number on the line already, has it got through meanwhile?
    op.create_index("calls_by_number", "calls", ["caller_number", "ended_at"], if_not_exists=True)
    op.create_table(
        "outbound_requests",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("key", sa.String(64), nullable=False, unique=True),
        sa.Column("reason", sa.String(24), nullable=False),
        sa.Column("number", sa.String(32), nullable=False),
        sa.Column("customer_id", sa.Integer),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("requested_at", UtcDateTime, nullable=False),
        sa.Column("not_before", UtcDateTime, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("claimed_at", UtcDateTime),
        sa.Column("call_sid", sa.String(64)),
        sa.Column("last_outcome", sa.String(16)),
        sa.Column("ended_at", UtcDateTime),
    )
    op.create_index("outbound_requests_due", "outbound_requests", ["state", "not_before"])
    op.create_index("outbound_requests_by_number", "outbound_requests", ["number", "requested_at"])
    op.create_table(
        "outbound_attempts",
        sa.Column(
            "request_id", sa.Integer, sa.ForeignKey("outbound_requests.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("n", sa.Integer, primary_key=True),
        sa.Column("placed_at", UtcDateTime, nullable=False),
        sa.Column("call_sid", sa.String(64)),
        sa.Column("seconds", sa.Integer),
        sa.Column("outcome", sa.String(16)),
    )
    op.create_index("outbound_attempts_by_time", "outbound_attempts", ["placed_at"])
    op.create_table(
        "outbound_pace",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("next_at", UtcDateTime, nullable=False),
        sa.Column("ceiling_told_at", UtcDateTime),
    )
    op.create_table(
        "one_tap_links",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(32), nullable=False, unique=True),
        sa.Column("number", sa.String(32), nullable=False),
        sa.Column("customer_id", sa.Integer),
        sa.Column("made_at", UtcDateTime, nullable=False),
        sa.Column("made_by", sa.String(64), nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False),
        sa.Column("used_at", UtcDateTime),
    )
    op.create_index("one_tap_links_by_number", "one_tap_links", ["number", "made_at"])
