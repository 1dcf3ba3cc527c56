"""Numbers to which nothing is sent until a person has read what came from them.

A reply that may be an opt-out, and may be none, is no reason to end somebody's greetings and none to send the next. So
it holds its number, for the whole group: greetings of it wait in the outbox (`last_checks.py`), and go if the reader
lets them go within their window. A hold is of one reply; a number is held while one of its replies is.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from greeting_sms.states import GreetingState, stands_at
from greeting_sms.tables import greetings, inbound_texts, reply_holds

UNREAD_REPLY = "unread_reply"
"""The reason of a greeting that waits for this."""
_ASKED_AT_ONCE = 500
_DAYS_ABOUT = range(-2, 3)
"""Birthdays whose greetings may be under way now, anywhere on earth, from today on."""
OPEN = reply_holds.c.ended_at.is_(None)
"""As the index has it: the hold still holds."""


def hold(connection: Connection, number: str, *, text_sid: str, at: datetime) -> bool:
    """Send nothing more to `number` (E.164) until a person has read the text; False when the text held before.

    A text that comes once more after it was read holds nothing.
    """
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = insert(reply_holds).values(text_sid=text_sid, number=number, held_at=at)
    return connection.execute(statement.on_conflict_do_nothing().returning(sa.literal(1))).first() is not None


def end_hold(connection: Connection, text_sid: str, *, at: datetime, by: str, opted_out: bool) -> bool:
    """A person has read the text; False when it held nothing. What waited for it is looked at again at once."""
    mine = reply_holds.update().where(reply_holds.c.text_sid == text_sid, OPEN)
    ended = mine.values(ended_at=at, ended_by=by[:64], opted_out=opted_out).returning(reply_holds.c.number)
    number = connection.execute(ended).scalar()
    if number is not None:
        _wake(connection, number, at=at)
    return number is not None


def end_holds_of(connection: Connection, number: str, *, at: datetime, by: str) -> int:
    """The owner of the number has said for certain that texts are welcome: nothing holds it any more; how many did."""
    asked = sa.select(reply_holds.c.text_sid).where(reply_holds.c.number == number, OPEN)
    return sum(
        end_hold(connection, sid, at=at, by=by, opted_out=False) for sid in connection.execute(asked).scalars().all()
    )


def held(connection: Connection, numbers: Collection[str]) -> frozenset[str]:
    """Those of `numbers` to which nothing is sent for now; asked in sets of five hundred."""
    asked, found = list(numbers), set[str]()
    for at in range(0, len(asked), _ASKED_AT_ONCE):
        query = sa.select(reply_holds.c.number).where(reply_holds.c.number.in_(asked[at : at + _ASKED_AT_ONCE]), OPEN)
        found.update(connection.execute(query).scalars())
    return frozenset(found)


def holding(connection: Connection, text_sids: Collection[str]) -> frozenset[str]:
    """Those of the texts that hold their number."""
    query = sa.select(reply_holds.c.text_sid).where(reply_holds.c.text_sid.in_(list(text_sids)), OPEN)
    return frozenset(connection.execute(query).scalars())


def is_held_as(connection: Connection, number: str, label: str) -> bool:
    """Whether a reply taken for `label` holds the number."""
    asked = (
        sa.select(reply_holds.c.number)
        .join(inbound_texts, inbound_texts.c.carrier_sid == reply_holds.c.text_sid)
        .where(reply_holds.c.number == number, OPEN, inbound_texts.c.label == label)
    )
    return connection.execute(asked).first() is not None


def unread(connection: Connection, *, before: datetime) -> int:
    """How many replies that came before a moment hold their number still."""
    asked = sa.select(sa.func.count()).where(OPEN, reply_holds.c.held_at < before)
    return int(connection.execute(asked).scalar_one())


def _wake(connection: Connection, number: str, *, at: datetime) -> None:
    """Greetings of the number that were put back are due at once: they go, or an opt-out ends them."""
    days = [at.date() + timedelta(days=days) for days in _DAYS_ABOUT]
    waits = (
        greetings.c.birthday_on.in_(days),
        greetings.c.number == number,
        stands_at(greetings, GreetingState.PLANNED),
        greetings.c.reason == UNREAD_REPLY,
        greetings.c.not_before > at,
    )
    connection.execute(greetings.update().where(*waits).values(not_before=at, updated_at=at))
