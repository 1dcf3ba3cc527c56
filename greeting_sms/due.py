"""Who has a birthday, read from the books in pages: by the keys of the day, with what decides about a greeting."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import product
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from greeting_sms.greeted_people import person_id_of
from greeting_sms.occasions import GUARD_DAYS, BirthdayKey
from greeting_sms.planning import NOBODY, Due, LiveCampaign
from greeting_sms.states import GreetingState
from greeting_sms.tables import greeted_people, greetings, opt_outs, recipients
from greeting_sms.templates import Variable

PAGE_ROWS = 10_000
_NUMBERS_AT_ONCE = 2_000
_NEVER_OUT = (GreetingState.SUPPRESSED, GreetingState.EXPIRED, GreetingState.FAILED)
"""States in which nothing has reached anybody."""


class DueBooks:
    """The books of one day, for the day's campaigns in their order."""

    def __init__(self, day: date, campaigns: Sequence[LiveCampaign]) -> None:
        self._day = day
        self._campaigns = campaigns

    def pages(
        self, engine: Engine, key: BirthdayKey, greeting_year: int, *, page_rows: int = PAGE_ROWS
    ) -> Iterator[list[Due]]:
        """Everybody under the key, held back or not, by id. Each page is read in a transaction of its own."""
        query = (
            self._query(key, greeting_year)
            .where(recipients.c.group_customer_id > sa.bindparam("last"))
            .order_by(recipients.c.group_customer_id)
            .limit(page_rows)
        )
        reader, last = engine.execution_options(reads_only=True), ""
        while True:
            with reader.connect() as connection:
                # A row has the fields of Due by name and place; copying a million of them a day would be for nothing.
                page = cast("list[Due]", connection.execute(query, {"last": last}).all())
            if page:
                yield page
                last = page[-1].group_customer_id
            if len(page) < page_rows:
                return

    def one(self, connection: Connection, key: BirthdayKey, greeting_year: int, person: str) -> Due | None:
        """One person under the key, as `pages` has it."""
        found = connection.execute(
            self._query(key, greeting_year).where(recipients.c.group_customer_id == person)
        ).first()
        return None if found is None else Due(*found)

    def _query(self, key: BirthdayKey, greeting_year: int) -> sa.Select[Any]:
        column = recipients.c
        named = any(live.campaign.uses(Variable.COMPANY) for live in self._campaigns)
        aged = any(live.campaign.uses(Variable.AGE_WORDS) for live in self._campaigns)
        asked = sa.select(
            column.group_customer_id,
            column.name,
            column.gender,
            column.number,
            column.language,
            column.dialect,
            column.region,
            column.zone,
            (column.companies if named else sa.null()).label("companies"),
            (column.birth_year if aged else sa.null()).label("birth_year"),
            column.held_back,
            sa.case((sa.exists().where(opt_outs.c.number == column.number), 1), else_=0).label("opted_out"),
            sa.case((self._greeted_lately(greeting_year), 1), else_=0).label("greeted_lately"),
            self._deciding(key, greeting_year).label("campaign"),
            greeted_people.c.person_id,
        )
        known = recipients.outerjoin(greeted_people, greeted_people.c.group_customer_id == column.group_customer_id)
        return asked.select_from(known).where(*of_key(key))

    def _greeted_lately(self, greeting_year: int) -> sa.ColumnElement[bool]:
        guard = timedelta(days=GUARD_DAYS - 1)
        return sa.exists().where(
            greetings.c.person_id == greeted_people.c.person_id,
            greetings.c.greeting_year != greeting_year,
            greetings.c.birthday_on.between(self._day - guard, self._day + guard),
            greetings.c.state.not_in(_NEVER_OUT),
        )

    def _deciding(self, key: BirthdayKey, greeting_year: int) -> sa.ColumnElement[int]:
        """Place of the first campaign whose audience the person is in."""
        audiences = [
            (live.campaign.audience.clause(greeting_year=greeting_year), place)
            for place, live in enumerate(self._campaigns)
            if key.calendar in live.campaign.calendars
        ]
        return sa.case(*audiences, else_=NOBODY) if audiences else sa.literal(NOBODY)


def of_key(key: BirthdayKey) -> tuple[sa.ColumnElement[bool], ...]:
    """What the rows of `recipients` under a birthday key have in common; their index answers it."""
    column = recipients.c
    return (
        column.calendar == key.calendar.value,
        column.birth_month == key.month,
        column.birth_day == key.day,
        column.birth_leap == sa.literal(key.leap),
    )


def greeting_of(connection: Connection, person: str, greeting_year: int) -> str | None:
    """The state of somebody's greeting of a year in the outbox; None where there is none."""
    mine = (greetings.c.person_id == person_id_of(person), greetings.c.greeting_year == greeting_year)
    return connection.execute(sa.select(greetings.c.state).where(*mine)).scalar()


def texts_to(connection: Connection, numbers: Sequence[str], *, day: date, days: int) -> dict[str, int]:
    """How many texts each number gets in the `days` that end with `day`, that day not counted; only who gets any."""
    texts: Counter[str] = Counter()
    before = [day - timedelta(days=back) for back in range(1, days)]
    parts = [numbers[start : start + _NUMBERS_AT_ONCE] for start in range(0, len(numbers), _NUMBERS_AT_ONCE)]
    for on, part in product(before, parts):
        # Day and number as one value: asked for apart, SQLite reads the whole day.
        mine = sa.tuple_(greetings.c.birthday_on, greetings.c.number).in_([(on, number) for number in part])
        query = (
            sa.select(greetings.c.number, sa.func.count())
            .where(mine, greetings.c.state.not_in(_NEVER_OUT))
            .group_by(greetings.c.number)
        )
        texts.update({row[0]: row[1] for row in connection.execute(query)})
    return dict(texts)
