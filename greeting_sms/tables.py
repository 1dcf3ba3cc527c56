"""Tables of the greetings, in greetings.db."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy_utc import UtcDateTime

metadata = sa.MetaData()

opt_outs = sa.Table(
    "opt_outs",
    metadata,
    # Group-wide: a number that wants no texts from any of the sister companies (law 6).
    sa.Column("number", sa.String(32), primary_key=True),
    sa.Column("opted_out_at", UtcDateTime, nullable=False),
    sa.Column("source", sa.String(32), nullable=False),
)
