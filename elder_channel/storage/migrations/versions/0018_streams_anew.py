"""Media streams that were begun anew."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade(database: str) -> None:
    if database == "calls":
        upgrade_calls()


def upgrade_calls() -> None:
    op.add_column("calls", sa.Column("stream_lost", sa.String(64)))
    op.add_column("calls", sa.Column("streams_renewed", sa.Integer, nullable=False, server_default="0"))
