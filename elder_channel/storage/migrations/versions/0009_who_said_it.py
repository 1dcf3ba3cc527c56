"""Calls the carrier's own fallback rang people for, and where a customer's dialect in the books comes from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# What agents corrected before the books kept where a dialect comes from.
_CORRECTED = """
UPDATE customers SET dialect_from = 'corrected' WHERE EXISTS (
    SELECT 1 FROM corrections
    WHERE corrections.customer_id = customers.id
    AND corrections.to_dialect = customers.dialect
    AND NOT corrections.somebody_else
)
"""


def upgrade(database: str) -> None:
    if database == "calls":
        upgrade_calls()


def upgrade_calls() -> None:
    op.add_column("calls", sa.Column("by_fallback", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("customers", sa.Column("dialect_from", sa.String(16), nullable=False, server_default="loaded"))
    op.execute(_CORRECTED)
