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
    sa.Index("customers_by_name", "name"),
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

# Who has looked for or into whose data, why, each time (law 7); stays when the person is gone.
customer_accesses = sa.Table(
    "customer_accesses",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("customer_id", sa.Integer),  # none for a search
    sa.Column("what", sa.String(16), nullable=False),
    sa.Column("by", sa.String(64), nullable=False),
    sa.Column("reason", sa.String(200), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Index("customer_accesses_by_customer", "customer_id", "id"),
    sa.Index("customer_accesses_by_person", "by", "at"),
)

# What staff changed of a customer; values and reasons are emptied when the person is deleted.
customer_changes = sa.Table(
    "customer_changes",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("customer_id", sa.Integer, nullable=False),
    sa.Column("field", sa.String(24), nullable=False),
    sa.Column("before", sa.Text, nullable=False),
    sa.Column("after", sa.Text, nullable=False),
    sa.Column("changed_by", sa.String(64), nullable=False),
    sa.Column("reason", sa.String(200), nullable=False),
    sa.Column("changed_at", UtcDateTime, nullable=False),
    sa.Index("customer_changes_by_customer", "customer_id", "id"),
)
