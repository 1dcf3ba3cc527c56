"""Work orders with type, department, priority, version, calls, history and attempts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy_utc import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade(database: str) -> None:
    globals()[f"upgrade_{database}"]()


def upgrade_calls() -> None:
    with op.batch_alter_table("work_orders") as table:
        table.alter_column("call_sid", existing_type=sa.String(64), nullable=True)
        table.add_column(sa.Column("type", sa.String(32), nullable=False, server_default="callback"))
        table.add_column(sa.Column("department", sa.String(32), nullable=False, server_default="hotline"))
        table.add_column(sa.Column("priority", sa.String(16), nullable=False, server_default="normal"))
        table.add_column(sa.Column("opened_by", sa.String(64), nullable=False, server_default="line"))
        table.add_column(sa.Column("language", sa.String(8), nullable=False, server_default="zh"))
        table.add_column(sa.Column("customer_id", sa.Integer))
        table.add_column(sa.Column("level", sa.Integer, nullable=False, server_default="0"))
        table.add_column(sa.Column("calls", sa.Integer, nullable=False, server_default="1"))
        table.add_column(sa.Column("attempts", sa.Integer, nullable=False, server_default="0"))
        table.add_column(sa.Column("next_attempt_at", UtcDateTime))
        table.add_column(sa.Column("callback_key", sa.String(64)))
        table.add_column(sa.Column("outcome", sa.String(16)))
        table.add_column(sa.Column("told_customer", sa.Boolean, nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("closed_at", UtcDateTime))
        table.add_column(sa.Column("version", sa.Integer, nullable=False, server_default="1"))
        table.add_column(sa.Column("merge_key", sa.String(160)))
    op.create_index("work_orders_by_merge_key", "work_orders", ["merge_key"], unique=True)
    op.create_index("work_orders_by_due", "work_orders", ["state", "due_at"])
    op.create_index("work_orders_by_number", "work_orders", ["caller_number"])
    op.create_index("work_orders_by_customer", "work_orders", ["customer_id"])
    _create_parts()
    _carry_over()


def _create_parts() -> None:
    op.create_table(
        "work_order_calls",
        sa.Column("order_id", sa.Integer, sa.ForeignKey("work_orders.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("call_sid", sa.String(64), primary_key=True),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
    )
    op.create_index("work_order_calls_by_call", "work_order_calls", ["call_sid"])
    op.create_table(
        "work_order_history",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("order_id", sa.Integer, sa.ForeignKey("work_orders.id", ondelete="CASCADE"), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("from_state", sa.String(16)),
        sa.Column("to_state", sa.String(16), nullable=False),
        sa.Column("from_owner", sa.String(64)),
        sa.Column("to_owner", sa.String(64), nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.UniqueConstraint("order_id", "version", name="work_order_history_once"),
    )
    op.create_table(
        "work_order_attempts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("order_id", sa.Integer, sa.ForeignKey("work_orders.id", ondelete="CASCADE"), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("result", sa.String(16), nullable=False),
        sa.Column("dialect", sa.String(32)),
        sa.Column("note", sa.Text, nullable=False),
        sa.UniqueConstraint("order_id", "version", name="work_order_attempts_once"),
    )


def _carry_over() -> None:
    """Orders of before get their first line of history, their call, and the priority and customer of that call."""
    op.execute(
        "INSERT INTO work_order_calls (order_id, call_sid, role, at) "
        "SELECT id, call_sid, 'origin', opened_at FROM work_orders"
    )
    op.execute(
        "INSERT INTO work_order_history (order_id, version, at, by, action, to_state, to_owner, why) "
        "SELECT id, 1, opened_at, 'line', 'opened', 'open', owner, note FROM work_orders"
    )
    elder = "(SELECT elder FROM calls WHERE calls.sid = work_orders.call_sid)"
    customer = "(SELECT customer_id FROM calls WHERE calls.sid = work_orders.call_sid)"
    op.execute(f"UPDATE work_orders SET customer_id = {customer}")  # noqa: S608 - our own words
    op.execute(f"UPDATE work_orders SET priority = 'elder' WHERE {elder}")  # noqa: S608
    op.execute("UPDATE work_orders SET priority = 'urgent' WHERE note LIKE '【紧急】%'")


def upgrade_greetings() -> None:
    """Nothing of it lies here."""
