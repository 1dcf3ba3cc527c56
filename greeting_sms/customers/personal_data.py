"""Everything greetings.db holds of one person: read as a whole, and erased as far as nobody would suffer for it.

An opt-out stays, or the number would be texted again; so does that the person was greeted in a year (law 6).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from greeting_sms.customers.book_version import next_version
from greeting_sms.greeted_people import forget, person_id_of
from greeting_sms.states import GreetingState, stands_at
from greeting_sms.tables import (
    attempts,
    bad_numbers,
    birthday_decisions,
    birthday_doubts,
    customer_records,
    greeted_people,
    greetings,
    inbound_texts,
    opt_out_changes,
    opt_out_confirmations,
    opt_outs,
    receipts,
    recipients,
    reply_holds,
)

NOT_PERSONAL: Final = frozenset({"greeting_test_texts"})
"""Tables with numbers of colleagues only."""
_OF_PERSON: Final = (customer_records, recipients, birthday_doubts, birthday_decisions)


class Kept(NamedTuple):
    """What stays of a person."""

    greetings: int
    """Rows of the outbox, without the salutation once nothing is left to send."""
    opted_out: int
    """Numbers that stay on the list of opt-outs."""
    texts: int
    """Replies that nobody has dealt with yet."""


def holdings(group_customer_id: str | None, numbers: tuple[str, ...]) -> Mapping[sa.Table, sa.ColumnElement[bool]]:
    """Every table that holds something of a person, and which of its rows are theirs; `numbers` are theirs alone."""
    sent = sa.select(greetings.c.id).where(greetings.c.person_id == person_id_of(group_customer_id))
    by_number = (inbound_texts, opt_outs, opt_out_changes, opt_out_confirmations, bad_numbers, reply_holds)
    return {
        **{table: table.c.group_customer_id == group_customer_id for table in (*_OF_PERSON, greeted_people)},
        greetings: greetings.c.person_id == person_id_of(group_customer_id),
        attempts: attempts.c.greeting_id.in_(sent),
        receipts: receipts.c.greeting_id.in_(sent),
        **{table: table.c.number.in_(numbers) for table in by_number},
    }


def read(
    connection: Connection, group_customer_id: str | None, numbers: tuple[str, ...]
) -> dict[str, list[dict[str, Any]]]:
    """Every row there is of the person, by table."""
    return {
        table.name: [row._asdict() for row in connection.execute(sa.select(table).where(where))]
        for table, where in holdings(group_customer_id, numbers).items()
    }


def kept(connection: Connection, group_customer_id: str | None, numbers: tuple[str, ...]) -> Kept:
    """What would stay of the person if they were erased now."""
    held = holdings(group_customer_id, numbers)

    def count(table: sa.Table, *which: sa.ColumnElement[bool]) -> int:
        return connection.scalar(sa.select(sa.func.count()).select_from(table).where(held[table], *which)) or 0

    return Kept(
        count(greetings, ~_untouched()), count(opt_outs), count(inbound_texts, inbound_texts.c.acted_at.is_(None))
    )


def erase(connection: Connection, group_customer_id: str | None, numbers: tuple[str, ...]) -> Kept:
    """Erase the person; what stays is told. Whoever imports meanwhile reads the books anew."""
    held = holdings(group_customer_id, numbers)
    next_version(connection)
    for table in _OF_PERSON:
        connection.execute(table.delete().where(held[table]))
    connection.execute(greetings.delete().where(held[greetings], _untouched()))
    forget(connection, held[greeted_people])
    # A text that is under way is written from its row; what is planned still, the last look holds back: the person is
    # in no book any more.
    over = stands_at(
        greetings,
        *(each for each in GreetingState if each not in (GreetingState.CLAIMED, GreetingState.POSTING)),
    )
    connection.execute(greetings.update().where(held[greetings], over).values(salutation=""))
    connection.execute(reply_holds.delete().where(held[reply_holds], reply_holds.c.ended_at.is_not(None)))
    answered = inbound_texts.c.acted_at.is_not(None)
    connection.execute(inbound_texts.update().where(held[inbound_texts], answered).values(body="", number=""))
    return kept(connection, group_customer_id, numbers)


def _untouched() -> sa.ColumnElement[bool]:
    """Nobody has ever tried to send it."""
    return stands_at(greetings, GreetingState.PLANNED, GreetingState.CLAIMED) & (greetings.c.attempts == 0)
