"""Tables of the work orders, in calls.db."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy_utc import UtcDateTime

metadata = sa.MetaData()

work_orders = sa.Table(
    "work_orders",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("call_sid", sa.String(64), unique=True),  # the call that left it; none where a person wrote it down
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
    sa.Column("type", sa.String(32), nullable=False, server_default="callback"),
    sa.Column("department", sa.String(32), nullable=False, server_default="hotline"),
    sa.Column("priority", sa.String(16), nullable=False, server_default="normal"),
    sa.Column("opened_by", sa.String(64), nullable=False, server_default="line"),
    sa.Column("language", sa.String(8), nullable=False, server_default="zh"),
    sa.Column("customer_id", sa.Integer),
    sa.Column("level", sa.Integer, nullable=False, server_default="0"),
    sa.Column("calls", sa.Integer, nullable=False, server_default="1"),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("next_attempt_at", UtcDateTime),
    sa.Column("callback_key", sa.String(64)),
    sa.Column("outcome", sa.String(16)),
    sa.Column("told_customer", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("closed_at", UtcDateTime),
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
    # Set while an unserved caller is owed a call: a second unserved call of the same caller finds it taken.
    sa.Column("merge_key", sa.String(160)),
    sa.Index("work_orders_by_merge_key", "merge_key", unique=True),
    sa.Index("work_orders_by_due", "state", "due_at"),
    sa.Index("work_orders_by_number", "caller_number"),
    sa.Index("work_orders_by_customer", "customer_id"),
)

work_order_calls = sa.Table(
    "work_order_calls",
    metadata,
    sa.Column("order_id", sa.Integer, sa.ForeignKey("work_orders.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("call_sid", sa.String(64), primary_key=True),
    sa.Column("role", sa.String(16), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Index("work_order_calls_by_call", "call_sid"),
)

work_order_history = sa.Table(
    "work_order_history",
    metadata,
    # Only ever added to; what people wrote is blanked when its time is over (law 7).
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

work_order_attempts = sa.Table(
    "work_order_attempts",
    metadata,
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
