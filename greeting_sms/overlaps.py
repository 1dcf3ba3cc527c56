"""Who is in the audience of more than one campaign: told before anything is planned, with the rule that decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from greeting_sms.due import of_key
from greeting_sms.occasions import LeapDay, birthday_keys, greeting_year
from greeting_sms.planning import LiveCampaign
from greeting_sms.tables import recipients


@dataclass(frozen=True)
class Overlap:
    """Two campaigns that some people are in both of. The first decides alone: one greeting a year (law 6)."""

    decides: str
    gives_way: str
    people: int


def overlaps(
    connection: Connection,
    day: date,
    ordered: Sequence[LiveCampaign],
    *,
    leap_day: LeapDay = LeapDay.FEBRUARY_28,
) -> list[Overlap]:
    """Pairs of the day's campaigns, in order, that some of the day's people are in both of, and how many of them."""
    found = []
    for first, second in combinations(ordered, 2):
        people = 0
        for key in birthday_keys(day, leap_day=leap_day):
            if key.calendar in first.campaign.calendars and key.calendar in second.campaign.calendars:
                year = greeting_year(key.calendar, day)
                audiences = [each.campaign.audience.clause(greeting_year=year) for each in (first, second)]
                query = sa.select(sa.func.count()).select_from(recipients).where(*of_key(key), *audiences)
                people += connection.execute(query).scalar_one()
        if people:
            found.append(Overlap(first.campaign.id, second.campaign.id, people))
    return found
