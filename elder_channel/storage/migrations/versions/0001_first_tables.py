"""The first tables: customers, agents, calls, turns, handovers, readings, work orders, opt-outs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy_utc import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade(database: str) -> None:
    globals()[f"upgrade_{database}"]()


def upgrade_calls() -> None:
    op.create_table(
        "customers",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("born_on", sa.Date),
        sa.Column("elder_flag", sa.Boolean),
        sa.Column("dialect", sa.String(32)),
        sa.Column("language", sa.String(8)),
    )
    op.create_table(
        "customer_numbers",
        sa.Column("number", sa.String(32), primary_key=True),
        sa.Column("customer_id", sa.Integer, sa.ForeignKey("customers.id", ondelete="CASCADE"), primary_key=True),
    )
    op.create_table(
        "agents",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("presence", sa.String(16), nullable=False),
        sa.Column("call_sid", sa.String(64)),
        sa.Column("since", UtcDateTime, nullable=False),
        sa.Column("calls_taken", sa.Integer, nullable=False, server_default="0"),
    )
    op.create_table(
        "calls",
        sa.Column("sid", sa.String(64), primary_key=True),
        sa.Column("caller_number", sa.String(128), nullable=False),
        sa.Column("called_number", sa.String(128), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("language_chosen", sa.Boolean, nullable=False),
        sa.Column("elder", sa.Boolean, nullable=False),
        sa.Column("customer_id", sa.Integer),
        sa.Column("entry", sa.String(32)),
        sa.Column("outcome", sa.String(16)),
        sa.Column("stream_sid", sa.String(64)),
        sa.Column("started_at", UtcDateTime, nullable=False),
        sa.Column("entered_at", UtcDateTime),
        sa.Column("queued_at", UtcDateTime),
        sa.Column("dialed_at", UtcDateTime),
        sa.Column("identified_at", UtcDateTime),
        sa.Column("assigned_at", UtcDateTime),
        sa.Column("answered_at", UtcDateTime),
        sa.Column("ended_at", UtcDateTime),
        sa.Column("agent_id", sa.String(32)),
        sa.Column("matched", sa.String(8)),
        sa.Column("agents_tried", sa.JSON, nullable=False),
        sa.Column("posterior", sa.JSON(none_as_null=True)),
        sa.Column("abstained", sa.Boolean),
        sa.Column("evidence", sa.JSON(none_as_null=True)),
        sa.Column("identified_finally", sa.Boolean, nullable=False),
        sa.Column("transcript", sa.Text),
        sa.Column("recognizer", sa.String(64)),
        sa.Column("recognition", sa.String(16), nullable=False),
        sa.Column("need", sa.String(32)),
    )
    op.create_index("calls_by_state", "calls", ["state", "entered_at"])
    op.create_index("calls_by_end", "calls", ["ended_at"])
    op.create_table(
        "turns",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("call_sid", sa.String(64), sa.ForeignKey("calls.sid", ondelete="CASCADE"), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("text", sa.Text),
        sa.UniqueConstraint("call_sid", "key"),
    )
    op.create_table(
        "handovers",
        sa.Column("call_sid", sa.String(64), sa.ForeignKey("calls.sid", ondelete="CASCADE"), primary_key=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("need", sa.String(32)),
        sa.Column("dialect_text", sa.Text, nullable=False),
        sa.Column("tried", sa.Text, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
    )
    op.create_table(
        "readings",
        sa.Column("call_sid", sa.String(64), primary_key=True),
        sa.Column("reader", sa.String(64), primary_key=True),
        sa.Column("read_on", sa.Date, primary_key=True),
        sa.Column("read_at", UtcDateTime, nullable=False),
    )
    op.create_table(
        "work_orders",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("call_sid", sa.String(64), nullable=False, unique=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("opened_at", UtcDateTime, nullable=False),
        sa.Column("due_at", UtcDateTime, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("need", sa.String(32)),
        sa.Column("transcript", sa.Text),
        sa.Column("dialect", sa.String(32)),
        sa.Column("caller_number", sa.String(128)),
    )


def upgrade_greetings() -> None:
    op.create_table(
        "opt_outs",
        sa.Column("number", sa.String(32), primary_key=True),
        sa.Column("opted_out_at", UtcDateTime, nullable=False),
        sa.Column("source", sa.String(32), nullable=False),
    )
