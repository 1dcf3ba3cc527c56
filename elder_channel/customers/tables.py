"""Tables of the customers, in calls.db."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy_utc import UtcDateTime

metadata = sa.MetaData()

customers = sa.Table(
    "customers",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.String(80), nullable=False),
    sa.Column("born_on", sa.Date),
    sa.Column("elder_flag", sa.Boolean),
    sa.Column("dialect", sa.String(32)),
    sa.Column("dialect_from", sa.String(16), nullable=False, server_default="loaded"),
    sa.Column("language", sa.String(8)),
    sa.Column("hard_of_hearing", sa.Boolean),
)

customer_numbers = sa.Table(
    "customer_numbers",
    metadata,
    sa.Column("number", sa.String(32), primary_key=True),
    sa.Column("customer_id", sa.Integer, sa.ForeignKey("customers.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("relation", sa.String(16), nullable=False, server_default="own"),
)

# Which customer of the line a person of the group is; the line's own ids stay small numbers of its own.
group_customers = sa.Table(
    "group_customers",
    metadata,
    sa.Column("group_customer_id", sa.String(64), primary_key=True),
    sa.Column("customer_id", sa.Integer, nullable=False),
    # Of what was brought over last: an import that finds it unchanged leaves the customer alone.
    sa.Column("digest", sa.String(32), nullable=False),
    sa.UniqueConstraint("customer_id", name="one_customer_a_person"),
)

# Apart from the numbers: customers are loaded anew from the site's own books, what agents noted stays.
number_marks = sa.Table(
    "number_marks",
    metadata,
    sa.Column("number", sa.String(32), primary_key=True),
    sa.Column("elder", sa.Boolean),
    sa.Column("hearing", sa.Boolean),
    sa.Column("relative", sa.Boolean),
)

mark_changes = sa.Table(
    "mark_changes",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("mark", sa.String(16), nullable=False),
    sa.Column("call_sid", sa.String(64), nullable=False),
    sa.Column("number", sa.String(32)),
    sa.Column("before", sa.Boolean),
    sa.Column("after", sa.Boolean, nullable=False),
    sa.Column("changed_by", sa.String(64), nullable=False),
    sa.Column("reason", sa.String(200), nullable=False),
    sa.Column("changed_at", UtcDateTime, nullable=False),
    sa.Index("mark_changes_by_number", "number", "id"),
    sa.Index("mark_changes_by_call", "call_sid", "id"),
)
