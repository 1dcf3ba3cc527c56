"""People get numbers in the outbox, in whose order its key lies: the rows of a day beside each other.

On SQLite a constraint cannot be changed where it stands, so the table is made anew; it takes some ten seconds a
million rows, and as much room on the disk again for as long.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy_utc import UtcDateTime

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_PAIR = ["person_id", "group_customer_id"]
_KEPT = (
    "id, group_customer_id, greeting_year, campaign_id, campaign_version, variant, birthday_on, number, channel, "
    "language, template, salutation, segments, not_before, not_after, state, reason, lease_owner, lease_until, fence, "
    "attempts, carrier_sid, updated_at"
)


def upgrade(database: str) -> None:
    if database == "greetings":
        upgrade_greetings()


def upgrade_greetings() -> None:
    op.create_table(
        "greeted_people",
        sa.Column("person_id", _BIG, primary_key=True),
        sa.Column("group_customer_id", sa.String(64), nullable=False),
        sa.UniqueConstraint("person_id", "group_customer_id", name="greeted_people_pairs"),
    )
    # In the order in which they were planned, which is that of their birthdays.
    op.execute(
        "INSERT INTO greeted_people (group_customer_id) "
        "SELECT group_customer_id FROM greetings GROUP BY group_customer_id ORDER BY min(id)"
    )
    op.create_index("one_number_a_person", "greeted_people", ["group_customer_id"], unique=True)
    op.drop_index("recipients_by_birthday", "recipients")
    op.create_index(
        "recipients_by_birthday",
        "recipients",
        ["calendar", "birth_month", "birth_day", "birth_leap", "group_customer_id", "number", "held_back"],
    )
    if op.get_bind().dialect.name == "sqlite":
        _make_anew()
    else:
        _change()


def _change() -> None:
    op.add_column("greetings", sa.Column("person_id", _BIG))
    op.execute(
        "UPDATE greetings SET person_id = greeted_people.person_id FROM greeted_people "
        "WHERE greeted_people.group_customer_id = greetings.group_customer_id"
    )
    op.alter_column("greetings", "person_id", nullable=False)
    op.drop_constraint("one_greeting_a_year", "greetings", type_="unique")
    op.create_unique_constraint("one_greeting_a_year", "greetings", ["person_id", "greeting_year"])
    op.create_foreign_key("greeting_of_a_person", "greetings", "greeted_people", _PAIR, _PAIR)


def _make_anew() -> None:
    op.create_table(
        "greetings_anew",
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
        sa.Column("fence", sa.Integer, nullable=False, server_default="0"),
        sa.Column("attempts", sa.SmallInteger, nullable=False, server_default="0"),
        sa.Column("carrier_sid", sa.String(64)),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sa.UniqueConstraint("person_id", "greeting_year", name="one_greeting_a_year"),
        sa.ForeignKeyConstraint(_PAIR, [f"greeted_people.{column}" for column in _PAIR], name="greeting_of_a_person"),
        sqlite_autoincrement=True,
    )
    op.execute(
        f"INSERT INTO greetings_anew (person_id, {_KEPT}) SELECT person_id, {_KEPT} "  # noqa: S608 - names of our own
        "FROM greetings JOIN greeted_people USING (group_customer_id) ORDER BY id"
    )
    # A number once given is never given again, also where its row is gone.
    op.execute("DELETE FROM sqlite_sequence WHERE name = 'greetings_anew'")
    op.execute("INSERT INTO sqlite_sequence SELECT 'greetings_anew', seq FROM sqlite_sequence WHERE name = 'greetings'")
    op.drop_table("greetings")
    op.rename_table("greetings_anew", "greetings")
    _index("greetings_due", ["channel", "campaign_id", "not_before"], only="state = 'planned'")
    _index("greetings_leased", ["lease_owner"], only="lease_owner IS NOT NULL")
    _index("greetings_in_doubt", ["updated_at"], only="state = 'unknown'")
    _index("greetings_by_carrier", ["carrier_sid"], only="carrier_sid IS NOT NULL")
    op.create_index("greetings_by_day", "greetings", ["birthday_on", "number"])


def _index(name: str, columns: list[str], *, only: str) -> None:
    op.create_index(name, "greetings", columns, sqlite_where=sa.text(only))
