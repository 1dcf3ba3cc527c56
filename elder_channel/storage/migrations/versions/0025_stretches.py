"""When each stretch of a transcript was said, so that it can follow the kept sound; erased with the words."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade(database: str) -> None:
    if database == "calls":
        upgrade_calls()


def upgrade_calls() -> None:
    op.add_column("calls", sa.Column("stretches", sa.JSON(none_as_null=True)))
