"""Tables of the greetings, in greetings.db: who is greeted, what was decided, what went out and what came back."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy_utc import UtcDateTime

metadata = sa.MetaData()

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""SQLite counts rows by itself only for a column of type INTEGER."""


def _only(condition: str) -> dict[str, Any]:
    """An index of these rows only. A query must spell one of its terms, not give it as a parameter."""
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


opt_outs = sa.Table(
    "opt_outs",
    metadata,
    # Group-wide: a number that wants no texts from any of the sister companies (law 6).
    sa.Column("number", sa.String(32), primary_key=True),
    sa.Column("opted_out_at", UtcDateTime, nullable=False),
    sa.Column("source", sa.String(32), nullable=False),
)

# Every opt-out and every one taken back, with who and why; only ever added to.
opt_out_changes = sa.Table(
    "opt_out_changes",
    metadata,
    sa.Column("id", _BIG, primary_key=True),
    sa.Column("number", sa.String(32), nullable=False),
    sa.Column("opted_out", sa.Boolean, nullable=False),
    sa.Column("changed_by", sa.String(64), nullable=False),
    sa.Column("reason", sa.String(200), nullable=False, server_default=""),
    sa.Column("changed_at", UtcDateTime, nullable=False),
    sa.Index("opt_out_changes_by_number", "number", "id"),
)

# That an opt-out was confirmed: written before the text leaves, so that there is never a second one.
opt_out_confirmations = sa.Table(
    "opt_out_confirmations",
    metadata,
    sa.Column("number", sa.String(32), primary_key=True),
    sa.Column("opted_out_at", UtcDateTime, primary_key=True),
)

# What each company of the group has of a customer. An identity number is read for the birthday and never kept.
customer_records = sa.Table(
    "customer_records",
    metadata,
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
    sa.Index("customer_records_by_person", "group_customer_id"),
)

# One row a person of the group, merged from the records: all the planner reads, and no more than it needs.
recipients = sa.Table(
    "recipients",
    metadata,
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
    # Why the person gets no greeting at all: deceased, lapsed, complaint, no_consent, no_number, quarantined …
    sa.Column("held_back", sa.String(32)),
    sa.Column("updated_at", UtcDateTime, nullable=False),
    # A day asks for at most four of these keys (greeting_sms.occasions); never a scan. The last check before a request
    # finds in it all it asks for.
    sa.Index(
        "recipients_by_birthday",
        *("calendar", "birth_month", "birth_day", "birth_leap", "group_customer_id", "number", "held_back"),
    ),
    sa.Index("recipients_by_number", "number"),
)

# What the records of one person contradict each other in, and birthdays nobody believes: for a person to decide.
birthday_doubts = sa.Table(
    "birthday_doubts",
    metadata,
    sa.Column("group_customer_id", sa.String(64), primary_key=True),
    sa.Column("doubt", sa.String(32), primary_key=True),
    sa.Column("told", sa.String(400), nullable=False),
    sa.Column("found_at", UtcDateTime, nullable=False),
)

# What somebody decided where the records could not: stands above every record, also after the next import.
birthday_decisions = sa.Table(
    "birthday_decisions",
    metadata,
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

# How often books were changed as a whole: whoever has prepared a change to them sees whether they still stand as read.
book_versions = sa.Table(
    "book_versions",
    metadata,
    sa.Column("name", sa.String(32), primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
)

campaigns = sa.Table(
    "campaigns",
    metadata,
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

campaign_changes = sa.Table(
    "campaign_changes",
    metadata,
    sa.Column("id", _BIG, primary_key=True),
    sa.Column("campaign_id", sa.String(40), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("before", sa.String(16)),
    sa.Column("after", sa.String(16), nullable=False),
    sa.Column("changed_by", sa.String(64), nullable=False),
    sa.Column("reason", sa.String(200), nullable=False, server_default=""),
    sa.Column("changed_at", UtcDateTime, nullable=False),
    sa.Index("campaign_changes_by_campaign", "campaign_id", "id"),
)

# What somebody writes and has not proposed yet: the YAML as it is, right or wrong. One a campaign.
campaign_drafts = sa.Table(
    "campaign_drafts",
    metadata,
    sa.Column("campaign_id", sa.String(40), primary_key=True),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("saved_by", sa.String(64), nullable=False),
    sa.Column("saved_at", UtcDateTime, nullable=False),
)

# The number by which the outbox knows a person: given when first planned, so that people of one birthday have numbers
# in a row (greeting_sms.greeted_people). An id has one number, for as long as the outbox has anything of the person.
greeted_people = sa.Table(
    "greeted_people",
    metadata,
    sa.Column("person_id", _BIG, primary_key=True),
    sa.Column("group_customer_id", sa.String(64), nullable=False),
    sa.Index("one_number_a_person", "group_customer_id", unique=True),
    sa.UniqueConstraint("person_id", "group_customer_id", name="greeted_people_pairs"),  # what a greeting refers to
)

# The outbox. Law 6 is the unique constraint: one row per person of the group and greeting year, whatever happens. The
# person stands in it by number, and the reference sees to it that the number is that of the group customer.
greetings = sa.Table(
    "greetings",
    metadata,
    sa.Column("id", _BIG, primary_key=True),
    sa.Column("person_id", _BIG, nullable=False),
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
    # Raised by every claim; a sender whose fence is old writes nothing.
    sa.Column("fence", sa.Integer, nullable=False, server_default="0"),
    sa.Column("attempts", sa.SmallInteger, nullable=False, server_default="0"),
    sa.Column("carrier_sid", sa.String(64)),
    sa.Column("updated_at", UtcDateTime, nullable=False),
    sa.UniqueConstraint("person_id", "greeting_year", name="one_greeting_a_year"),
    sa.ForeignKeyConstraint(
        ["person_id", "group_customer_id"],
        ["greeted_people.person_id", "greeted_people.group_customer_id"],
        name="greeting_of_a_person",
    ),
    # A sender asks for one campaign on one channel, oldest first; leases are found by who holds them, doubtful rows by
    # how long nobody has looked at them.
    # Each holds only the rows it is for: a row that is done costs neither a place nor an update. That of the leases
    # names no state, so that a claimed row begins to be posted without its entry being written again.
    sa.Index("greetings_due", "channel", "campaign_id", "not_before", **_only("state = 'planned'")),
    sa.Index("greetings_leased", "lease_owner", **_only("lease_owner IS NOT NULL")),
    sa.Index("greetings_in_doubt", "updated_at", **_only("state = 'unknown'")),
    sa.Index("greetings_by_carrier", "carrier_sid", **_only("carrier_sid IS NOT NULL")),
    # The day first: numbers come in no order, and with the number first every row of a day would be written to a page
    # of its own, anywhere among the greetings of all years.
    sa.Index("greetings_by_day", "birthday_on", "number"),
    # A number once given is never given again: receipts that come late name it.
    sqlite_autoincrement=True,
)

# Written before the request goes out, so that a crash leaves a trace of what may have been sent.
attempts = sa.Table(
    "greeting_attempts",
    metadata,
    sa.Column("greeting_id", _BIG, primary_key=True, autoincrement=False),
    sa.Column("fence", sa.Integer, primary_key=True),
    sa.Column("channel", sa.String(16), nullable=False),
    sa.Column("body_digest", sa.String(64), nullable=False),
    sa.Column("began_at", UtcDateTime, nullable=False),
    sa.Column("ended_at", UtcDateTime),
    sa.Column("outcome", sa.String(16)),
    sa.Column("carrier_sid", sa.String(64)),
    sa.Column("error_code", sa.String(16)),
    # By our own prices, until the carrier's are read: then by those.
    sa.Column("cost_micros", _BIG, nullable=False, server_default="0"),
    sqlite_with_rowid=False,  # the key is the row: one tree to write instead of two
)

receipts = sa.Table(
    "greeting_receipts",
    metadata,
    # Receipts come repeated and out of order, and before the answer to the post: kept by what they say.
    sa.Column("carrier_sid", sa.String(64), primary_key=True),
    sa.Column("status", sa.String(24), primary_key=True),
    sa.Column("greeting_id", _BIG),
    sa.Column("error_code", sa.String(16)),
    sa.Column("action", sa.String(16), nullable=False, server_default="note"),
    sa.Column("received_at", UtcDateTime, nullable=False),
    sqlite_with_rowid=False,
)

# Segments and money spent a day on a channel, for the caps of a campaign.
spending = sa.Table(
    "greeting_spending",
    metadata,
    sa.Column("spent_on", sa.Date, primary_key=True),
    sa.Column("channel", sa.String(16), primary_key=True),
    sa.Column("campaign_id", sa.String(40), primary_key=True),
    sa.Column("messages", sa.Integer, nullable=False, server_default="0"),
    sa.Column("segments", sa.Integer, nullable=False, server_default="0"),
    sa.Column("cost_micros", _BIG, nullable=False, server_default="0"),
)

# Numbers a carrier says take no texts; whoever else in the books has the number is not greeted on it either.
bad_numbers = sa.Table(
    "bad_numbers",
    metadata,
    sa.Column("number", sa.String(32), primary_key=True),
    sa.Column("code", sa.String(16), nullable=False),
    sa.Column("found_at", UtcDateTime, nullable=False),
)

# A gate before a channel or a campaign: the token bucket all senders share, and the circuit breaker.
gates = sa.Table(
    "greeting_gates",
    metadata,
    # channel:…, campaign:…
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("tokens", sa.Float, nullable=False),
    sa.Column("refilled_at", UtcDateTime, nullable=False),
    sa.Column("shut_until", UtcDateTime),
    sa.Column("shut_because", sa.String(64)),
    # Answers since the window began, and what they were; the breaker looks at them.
    sa.Column("window_began_at", UtcDateTime, nullable=False),
    sa.Column("answered", sa.Integer, nullable=False, server_default="0"),
    sa.Column("refused", sa.Integer, nullable=False, server_default="0"),
    sa.Column("filtered", sa.Integer, nullable=False, server_default="0"),
)

# What a person has stopped: `all`, or `channel:…`. Read at every claim.
stops = sa.Table(
    "greeting_stops",
    metadata,
    sa.Column("scope", sa.String(64), primary_key=True),
    sa.Column("stopped_by", sa.String(64), nullable=False),
    sa.Column("reason", sa.String(200), nullable=False, server_default=""),
    sa.Column("stopped_at", UtcDateTime, nullable=False),
)

# Test texts of campaigns: to numbers of the site's own list, and nobody's greeting of the year.
# Written before the request; the token of whoever asked makes a second press of the button nothing.
test_texts = sa.Table(
    "greeting_test_texts",
    metadata,
    sa.Column("id", _BIG, primary_key=True),
    sa.Column("token", sa.String(64), nullable=False),
    sa.Column("campaign_id", sa.String(40), nullable=False),
    sa.Column("campaign_version", sa.Integer, nullable=False),
    sa.Column("template", sa.String(40), nullable=False),
    sa.Column("number", sa.String(32), nullable=False),
    sa.Column("channel", sa.String(16), nullable=False),
    sa.Column("segments", sa.SmallInteger, nullable=False),
    sa.Column("asked_by", sa.String(64), nullable=False),
    sa.Column("asked_at", UtcDateTime, nullable=False),
    # Empty while nobody knows: the request is under way, or the process died in it.
    sa.Column("outcome", sa.String(16)),
    sa.Column("carrier_sid", sa.String(64)),
    sa.Column("error_code", sa.String(16)),
    sa.UniqueConstraint("token", "template", "number", name="one_test_a_token"),
    sa.Index("test_texts_by_time", "asked_at"),
    sa.Index("test_texts_by_campaign", "campaign_id", "asked_at"),
    # A number once given is never given again: receipts that come late name it.
    sqlite_autoincrement=True,
)

inbound_texts = sa.Table(
    "inbound_texts",
    metadata,
    sa.Column("carrier_sid", sa.String(64), primary_key=True),
    sa.Column("number", sa.String(32), nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("received_at", UtcDateTime, nullable=False),
    sa.Column("label", sa.String(16), nullable=False),
    sa.Column("probability", sa.Float),
    # rule:…, model, or the person who decided.
    sa.Column("decided_by", sa.String(64), nullable=False),
    sa.Column("corrected_to", sa.String(16)),
    sa.Column("acted_at", UtcDateTime),
    sa.Index("inbound_texts_by_number", "number", "received_at"),
    sa.Index("inbound_texts_by_label", "label", "received_at"),
)

# Replies that may be opt-outs, until a person has read them: nothing is sent to the number meanwhile. A row a text,
# kept with who read it and what it was found to be.
reply_holds = sa.Table(
    "reply_holds",
    metadata,
    sa.Column("text_sid", sa.String(64), primary_key=True),
    sa.Column("number", sa.String(32), nullable=False),
    sa.Column("held_at", UtcDateTime, nullable=False),
    sa.Column("ended_at", UtcDateTime),
    sa.Column("ended_by", sa.String(64)),
    sa.Column("opted_out", sa.Boolean),
    sa.Index("reply_holds_open", "number", **_only("ended_at IS NULL")),
)
