"""Indexes of the outbox that cost a row less: leases by who holds them, numbers within their day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade(database: str) -> None:
    if database == "greetings":
        upgrade_greetings()


def upgrade_greetings() -> None:
    for name in ("greetings_under_way", "greetings_by_number", "greetings_by_day"):
        op.drop_index(name, "greetings")
    _index("greetings_leased", ["lease_owner"], only="lease_owner IS NOT NULL")
    _index("greetings_in_doubt", ["updated_at"], only="state = 'unknown'")
    op.create_index("greetings_by_day", "greetings", ["birthday_on", "number"])
    op.create_table(
        "book_versions",
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
    )


def _index(name: str, columns: list[str], *, only: str) -> None:
    op.create_index(name, "greetings", columns, sqlite_where=sa.text(only), postgresql_where=sa.text(only))
