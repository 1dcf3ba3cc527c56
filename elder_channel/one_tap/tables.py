"""Tables of the personal links and the texts that bring them, in calls.db."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy_utc import UtcDateTime

metadata = sa.MetaData()

one_tap_links = sa.Table(
    "one_tap_links",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.String(32), nullable=False, unique=True),
    sa.Column("number", sa.String(32), nullable=False),
    sa.Column("customer_id", sa.Integer),
    sa.Column("made_at", UtcDateTime, nullable=False),
    sa.Column("made_by", sa.String(64), nullable=False),
    sa.Column("expires_at", UtcDateTime, nullable=False),
    sa.Column("used_at", UtcDateTime),
    sa.Index("one_tap_links_by_number", "number", "made_at"),
)

# Written before the request to the carrier, so that nothing is sent twice. The words hold the link: they stand nowhere.
one_tap_texts = sa.Table(
    "one_tap_texts",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("link_id", sa.Integer, nullable=False),
    sa.Column("number", sa.String(32), nullable=False),
    sa.Column("channel", sa.String(16), nullable=False),
    sa.Column("segments", sa.SmallInteger, nullable=False),
    sa.Column("asked_at", UtcDateTime, nullable=False),
    sa.Column("asked_by", sa.String(64), nullable=False),
    sa.Column("outcome", sa.String(16)),
    sa.Column("carrier_sid", sa.String(64)),
    sa.Column("error_code", sa.String(16)),
    sa.Index("one_tap_texts_by_number", "number", "asked_at"),
)
