"""Tables of the drafts of forms, in calls.db."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy_utc import UtcDateTime

metadata = sa.MetaData()

form_drafts = sa.Table(
    "form_drafts",
    metadata,
    sa.Column("account", sa.String(64), primary_key=True),
    sa.Column("form", sa.String(120), primary_key=True),
    sa.Column("base", sa.Text, nullable=False),
    sa.Column("fields", sa.JSON, nullable=False),
    # No foreign keys: a draft is erased with the person, and never keeps anybody from being erased.
    sa.Column("customer_id", sa.Integer),
    sa.Column("call_sid", sa.String(64)),
    sa.Column("order_id", sa.Integer),
    sa.Column("saved_at", UtcDateTime, nullable=False),
    sa.Index("form_drafts_by_time", "saved_at"),
)

# Of an act that is asked about and not done yet: a reload finds the same token again.
act_tokens = sa.Table(
    "act_tokens",
    metadata,
    sa.Column("account", sa.String(64), primary_key=True),
    sa.Column("act", sa.String(120), primary_key=True),
    sa.Column("token", sa.String(64), nullable=False),
    sa.Column("made_at", UtcDateTime, nullable=False),
)
