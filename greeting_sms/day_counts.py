"""How many birthdays days have, and how many greetings of them are in the outbox: for a calendar."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from greeting_sms.due import of_key
from greeting_sms.occasions import LeapDay, birthday_keys
from greeting_sms.states import GreetingState, stands_at
from greeting_sms.tables import greetings, recipients


def birthdays_on(connection: Connection, days: Iterable[date], *, leap_day: LeapDay) -> dict[date, int]:
    """People with a birthday on each day, held back or not, by either calendar.

    Each key is a range of the index of birthdays, so a month costs what its own people cost, not what the books hold.
    """
    return {
        day: sum(
            connection.execute(sa.select(sa.func.count()).select_from(recipients).where(*of_key(key))).scalar_one()
            for key in birthday_keys(day, leap_day=leap_day)
        )
        for day in days
    }


def greetings_on(connection: Connection, first: date, last: date) -> dict[date, Mapping[str, int]]:
    """Greetings in the outbox by birthday and state, of the days `first` to `last`; a day without any is missing."""
    column = greetings.c
    query = (
        sa.select(column.birthday_on, column.state, sa.func.count())
        .where(column.birthday_on.between(first, last))
        .group_by(column.birthday_on, column.state)
    )
    counted: dict[date, Mapping[str, int]] = {}
    for day, state, count in connection.execute(query):
        counted[day] = {**counted.get(day, {}), state: count}
    return counted


def waiting_of(connection: Connection, campaign_id: str) -> int:
    """Greetings of a campaign that are planned and not begun, of all days."""
    waiting = stands_at(greetings, GreetingState.PLANNED), greetings.c.campaign_id == campaign_id
    return int(connection.execute(sa.select(sa.func.count()).select_from(greetings).where(*waiting)).scalar_one())
