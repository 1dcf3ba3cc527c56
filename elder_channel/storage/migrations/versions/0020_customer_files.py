"""Who looked into whose data and why, what staff changed of a customer, and customers found by name."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy_utc import UtcDateTime

revision = "0020"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade(database: str) -> None:
    if database == "calls":
        upgrade_calls()


def upgrade_calls() -> None:
    op.create_index("customers_by_name", "customers", ["name"])
    op.create_table(
        "customer_accesses",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("customer_id", sa.Integer),
        sa.Column("what", sa.String(16), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
    )
    op.create_index("customer_accesses_by_customer", "customer_accesses", ["customer_id", "id"])
    op.create_index("customer_accesses_by_person", "customer_accesses", ["by", "at"])
    op.create_table(
        "customer_changes",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("customer_id", sa.Integer, nullable=False),
        sa.Column("field", sa.String(24), nullable=False),
        sa.Column("before", sa.Text, nullable=False),
        sa.Column("after", sa.Text, nullable=False),
        sa.Column("changed_by", sa.String(64), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("changed_at", UtcDateTime, nullable=False),
    )
    op.create_index("customer_changes_by_customer", "customer_changes", ["customer_id", "id"])
