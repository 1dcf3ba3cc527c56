"""Who is greeted, campaigns, the outbox and what comes back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy_utc import UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade(database: str) -> None:
    if database == "greetings":
        upgrade_greetings()
    if database == "calls":
        upgrade_calls()


def upgrade_calls() -> None:
    op.create_table(
        "group_customers",
        sa.Column("group_customer_id", sa.String(64), primary_key=True),
        sa.Column("customer_id", sa.Integer, nullable=False),
        sa.Column("digest", sa.String(32), nullable=False),
        sa.UniqueConstraint("customer_id", name="one_customer_a_person"),
    )


def upgrade_greetings() -> None:
    op.create_table(
        "customer_records",
        sa.Column("company", sa.String(16), primary_key=True),
        sa.Column("reference", sa.String(64), primary_key=True),
        sa.Column("group_customer_id", sa.String(64), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("gender", sa.String(8)),
        sa.Column("number", sa.String(32)),
        sa.Column("language", sa.String(8)),
        sa.Column("dialect", sa.String(32)),
        sa.Column("region", sa.String(16)),
        sa.Column("zone", sa.String(40)),
        sa.Column("calendar", sa.String(8), nullable=False),
        sa.Column("birth_year", sa.SmallInteger),
        sa.Column("birth_month", sa.SmallInteger),
        sa.Column("birth_day", sa.SmallInteger),
        sa.Column("birth_leap", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("birthday_from", sa.String(16), nullable=False),
        sa.Column("contradicted_by", sa.String(10)),
        sa.Column("landline", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("status", sa.String(16), nullable=False, server_default="active"),
        sa.Column("consented", sa.Boolean),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("imported_at", UtcDateTime, nullable=False),
    )
    op.create_index("customer_records_by_person", "customer_records", ["group_customer_id"])
    op.create_table(
        "recipients",
        sa.Column("group_customer_id", sa.String(64), primary_key=True),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("gender", sa.String(8)),
        sa.Column("number", sa.String(32)),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("dialect", sa.String(32)),
        sa.Column("region", sa.String(16)),
        sa.Column("zone", sa.String(40), nullable=False),
        sa.Column("companies", sa.String(160), nullable=False),
        sa.Column("calendar", sa.String(8), nullable=False),
        sa.Column("birth_year", sa.SmallInteger),
        sa.Column("birth_month", sa.SmallInteger),
        sa.Column("birth_day", sa.SmallInteger),
        sa.Column("birth_leap", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("held_back", sa.String(32)),
        sa.Column("updated_at", UtcDateTime, nullable=False),
    )
    op.create_index(
        "recipients_by_birthday",
        "recipients",
        ["calendar", "birth_month", "birth_day", "birth_leap", "group_customer_id"],
    )
    op.create_index("recipients_by_number", "recipients", ["number"])
    op.create_table(
        "birthday_doubts",
        sa.Column("group_customer_id", sa.String(64), primary_key=True),
        sa.Column("doubt", sa.String(32), primary_key=True),
        sa.Column("told", sa.String(400), nullable=False),
        sa.Column("found_at", UtcDateTime, nullable=False),
    )
    op.create_table(
        "birthday_decisions",
        sa.Column("group_customer_id", sa.String(64), primary_key=True),
        sa.Column("calendar", sa.String(8), nullable=False),
        sa.Column("birth_year", sa.SmallInteger),
        sa.Column("birth_month", sa.SmallInteger, nullable=False),
        sa.Column("birth_day", sa.SmallInteger, nullable=False),
        sa.Column("birth_leap", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("decided_by", sa.String(64), nullable=False),
        sa.Column("decided_at", UtcDateTime, nullable=False),
    )
    op.create_table(
        "campaigns",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("settings", sa.Text, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("made_by", sa.String(64), nullable=False),
        sa.Column("made_at", UtcDateTime, nullable=False),
        sa.Column("approved_by", sa.String(64)),
        sa.Column("approved_at", UtcDateTime),
    )
    op.create_table(
        "campaign_changes",
        sa.Column("id", _BIG, primary_key=True),
        sa.Column("campaign_id", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("before", sa.String(16)),
        sa.Column("after", sa.String(16), nullable=False),
        sa.Column("changed_by", sa.String(64), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False, server_default=""),
        sa.Column("changed_at", UtcDateTime, nullable=False),
    )
    op.create_index("campaign_changes_by_campaign", "campaign_changes", ["campaign_id", "id"])
    op.create_table(
        "greetings",
        sa.Column("id", _BIG, primary_key=True),
        sa.Column("group_customer_id", sa.String(64), nullable=False),
        sa.Column("greeting_year", sa.SmallInteger, nullable=False),
        sa.Column("campaign_id", sa.String(40), nullable=False),
        sa.Column("campaign_version", sa.Integer, nullable=False),
        sa.Column("variant", sa.String(8), nullable=False, server_default=""),
        sa.Column("birthday_on", sa.Date, nullable=False),
        sa.Column("number", sa.String(32), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("template", sa.String(40), nullable=False),
        sa.Column("salutation", sa.String(80), nullable=False, server_default=""),
        sa.Column("segments", sa.SmallInteger, nullable=False),
        sa.Column("not_before", UtcDateTime, nullable=False),
        sa.Column("not_after", UtcDateTime, nullable=False),
        sa.Column("state", sa.String(16), nullable=False, server_default="planned"),
        sa.Column("reason", sa.String(64)),
        sa.Column("lease_owner", sa.String(64)),
        sa.Column("lease_until", UtcDateTime),
        sa.Column("fence", sa.Integer, nullable=False, server_default="0"),
        sa.Column("attempts", sa.SmallInteger, nullable=False, server_default="0"),
        sa.Column("carrier_sid", sa.String(64)),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sa.UniqueConstraint("group_customer_id", "greeting_year", name="one_greeting_a_year"),
        sqlite_autoincrement=True,
    )
    planned, under_way = (
        sa.text("state = 'planned'"),
        sa.text("state = 'claimed' OR state = 'posting' OR state = 'unknown'"),
    )
    numbered = sa.text("carrier_sid IS NOT NULL")
    for name, columns, only in (
        ("greetings_due", ["channel", "campaign_id", "not_before"], planned),
        ("greetings_under_way", ["lease_owner"], under_way),
        ("greetings_by_carrier", ["carrier_sid"], numbered),
    ):
        op.create_index(name, "greetings", columns, sqlite_where=only, postgresql_where=only)
    op.create_index("greetings_by_day", "greetings", ["birthday_on", "campaign_id"])
    op.create_index("greetings_by_number", "greetings", ["number", "birthday_on"])
    op.create_table(
        "greeting_attempts",
        sa.Column("greeting_id", _BIG, primary_key=True, autoincrement=False),
        sa.Column("fence", sa.Integer, primary_key=True),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("body_digest", sa.String(64), nullable=False),
        sa.Column("began_at", UtcDateTime, nullable=False),
        sa.Column("ended_at", UtcDateTime),
        sa.Column("outcome", sa.String(16)),
        sa.Column("carrier_sid", sa.String(64)),
        sa.Column("error_code", sa.String(16)),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "greeting_receipts",
        sa.Column("carrier_sid", sa.String(64), primary_key=True),
        sa.Column("status", sa.String(24), primary_key=True),
        sa.Column("greeting_id", _BIG),
        sa.Column("error_code", sa.String(16)),
        sa.Column("action", sa.String(16), nullable=False, server_default="note"),
        sa.Column("received_at", UtcDateTime, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "greeting_spending",
        sa.Column("spent_on", sa.Date, primary_key=True),
        sa.Column("channel", sa.String(16), primary_key=True),
        sa.Column("campaign_id", sa.String(40), primary_key=True),
        sa.Column("messages", sa.Integer, nullable=False, server_default="0"),
        sa.Column("segments", sa.Integer, nullable=False, server_default="0"),
        sa.Column("cost_micros", _BIG, nullable=False, server_default="0"),
    )
    op.create_table(
        "bad_numbers",
        sa.Column("number", sa.String(32), primary_key=True),
        sa.Column("code", sa.String(16), nullable=False),
        sa.Column("found_at", UtcDateTime, nullable=False),
    )
    op.create_table(
        "greeting_gates",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("tokens", sa.Float, nullable=False),
        sa.Column("refilled_at", UtcDateTime, nullable=False),
        sa.Column("shut_until", UtcDateTime),
        sa.Column("shut_because", sa.String(64)),
        sa.Column("window_began_at", UtcDateTime, nullable=False),
        sa.Column("answered", sa.Integer, nullable=False, server_default="0"),
        sa.Column("refused", sa.Integer, nullable=False, server_default="0"),
        sa.Column("filtered", sa.Integer, nullable=False, server_default="0"),
    )
    op.create_table(
        "greeting_stops",
        sa.Column("scope", sa.String(64), primary_key=True),
        sa.Column("stopped_by", sa.String(64), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False, server_default=""),
        sa.Column("stopped_at", UtcDateTime, nullable=False),
    )
    op.create_table(
        "opt_out_changes",
        sa.Column("id", _BIG, primary_key=True),
        sa.Column("number", sa.String(32), nullable=False),
        sa.Column("opted_out", sa.Boolean, nullable=False),
        sa.Column("changed_by", sa.String(64), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False, server_default=""),
        sa.Column("changed_at", UtcDateTime, nullable=False),
    )
    op.create_index("opt_out_changes_by_number", "opt_out_changes", ["number", "id"])
    op.create_table(
        "opt_out_confirmations",
        sa.Column("number", sa.String(32), primary_key=True),
        sa.Column("opted_out_at", UtcDateTime, primary_key=True),
    )
    op.create_table(
        "inbound_texts",
        sa.Column("carrier_sid", sa.String(64), primary_key=True),
        sa.Column("number", sa.String(32), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("received_at", UtcDateTime, nullable=False),
        sa.Column("label", sa.String(16), nullable=False),
        sa.Column("probability", sa.Float),
        sa.Column("decided_by", sa.String(64), nullable=False),
        sa.Column("corrected_to", sa.String(16)),
        sa.Column("acted_at", UtcDateTime),
    )
    op.create_index("inbound_texts_by_number", "inbound_texts", ["number", "received_at"])
    op.create_index("inbound_texts_by_label", "inbound_texts", ["label", "received_at"])
