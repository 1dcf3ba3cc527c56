"""That relatives call for an elder: on a call, and noted of a number."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade(database: str) -> None:
    if database == "calls":
        upgrade_calls()


def upgrade_calls() -> None:
    op.add_column("calls", sa.Column("relative", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("number_marks", sa.Column("relative", sa.Boolean))
