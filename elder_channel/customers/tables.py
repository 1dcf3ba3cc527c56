"""Tables of the customers, in calls.db."""

from __future__ import annotations

import sqlalchemy as sa

metadata = sa.MetaData()

customers = sa.Table(
    "customers",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.String(80), nullable=False),
    sa.Column("born_on", sa.Date),
    sa.Column("elder_flag", sa.Boolean),
    sa.Column("dialect", sa.String(32)),
    sa.Column("language", sa.String(8)),
)

customer_numbers = sa.Table(
    "customer_numbers",
    metadata,
    sa.Column("number", sa.String(32), primary_key=True),
    sa.Column("customer_id", sa.Integer, sa.ForeignKey("customers.id", ondelete="CASCADE"), primary_key=True),
)
