"""One greeting a year, counted: every day of some years is planned for people who do not exist, then each is counted.

What is counted is a person and a greeting year that lies wholly inside the days: there must be exactly one greeting,
on the day the birthday is celebrated in that year. A Gregorian year would be the wrong count for lunar birthdays: it
holds one of them never in 3.4% of cases and twice in 1.9%.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby, islice, pairwise
from operator import itemgetter

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from greeting_sms.campaign import Campaign
from greeting_sms.day_plan import plan_day
from greeting_sms.lunar import lunar_day
from greeting_sms.occasions import GUARD_DAYS, Birthday, Calendar, celebrated_on
from greeting_sms.outbox import Outbox
from greeting_sms.planning import LiveCampaign
from greeting_sms.states import GreetingState
from greeting_sms.tables import greetings, recipients

LUNAR_SHARE = 0.3
_ZONES = (
    "Asia/Shanghai",
    "Asia/Urumqi",
    "Asia/Hong_Kong",
    "America/New_York",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
)
_OLDEST, _YOUNGEST = date(1926, 1, 1).toordinal(), date(2008, 12, 31).toordinal()
_PAGE_ROWS = 5_000
_EVENING = time(12, 0)
"""UTC: the evening of the hotline. Days are planned the day before, as the worker does."""


@dataclass(frozen=True)
class YearCount:
    """What was counted."""

    person_years: int
    """Person and greeting year, the year wholly inside the days."""
    exactly_once: int
    """Of them: with one greeting, on the day that is celebrated."""
    too_close: int
    """Greetings less than 300 days after the person's one before, wherever in the days."""
    greetings: int
    """All that were planned, those of years that are only partly inside too."""
    replayed: int
    """Greetings that planning a day a second time added; there are none."""


def make_people(engine: Engine, count: int, *, seed: int) -> None:
    """Fill the books with so many people, in both calendars and many zones, born on all days that there were."""
    draw = random.Random(seed)  # noqa: S311 - people from a seed, no secrets
    rows = _people(draw, count)
    while page := list(islice(rows, _PAGE_ROWS)):
        with engine.begin() as connection:
            connection.execute(recipients.insert(), page)


def simulate(
    engine: Engine, campaign: Campaign, *, first: date, days: int, progress: Callable[[int], None] = lambda _: None
) -> tuple[int, int]:
    """Plan `days` days from `first`, each the evening before, and each once more; how many were planned and replayed.

    What was planned for a day counts as delivered when the day is over.
    """
    outbox, live = Outbox(engine), [LiveCampaign(campaign, 1)]
    planned = replayed = 0
    for number in range(days):
        day = first + timedelta(days=number)
        now = datetime.combine(day - timedelta(days=1), _EVENING, tzinfo=UTC)
        for again in (False, True):
            told = plan_day(engine, day, live, now=now, channel_of=lambda _: "loopback", outbox=outbox)
            planned, replayed = planned + told.new, replayed + (told.new if again else 0)
        _deliver(engine, day, now)
        progress(number + 1)
    return planned, replayed


def count_years(engine: Engine, *, first: date, days: int, planned: int, replayed: int) -> YearCount:
    """Count what is in the outbox against what each person should have got."""
    last = first + timedelta(days=days - 1)
    person_years = exactly_once = too_close = 0
    with engine.connect() as connection:
        greeted = groupby(connection.execute(_GREETED), key=itemgetter(0))
        waiting = next(greeted, None)
        for person, birthday in _everybody(connection):
            days_by_year: dict[int, list[date]] = {}
            if waiting is not None and waiting[0] == person:
                for _, year, birthday_on in waiting[1]:
                    days_by_year.setdefault(year, []).append(birthday_on)
                waiting = next(greeted, None)
            too_close += _too_close([day for each in days_by_year.values() for day in each])
            for year in _years_inside(birthday.calendar, first, last):
                person_years += 1
                exactly_once += days_by_year.get(year) == [celebrated_on(birthday, year)]
    return YearCount(person_years, exactly_once, too_close, planned, replayed)


_GREETED = sa.select(greetings.c.group_customer_id, greetings.c.greeting_year, greetings.c.birthday_on).order_by(
    greetings.c.group_customer_id, greetings.c.birthday_on
)


def _people(draw: random.Random, count: int) -> Iterator[dict[str, object]]:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    for number in range(count):
        born = date.fromordinal(draw.randint(_OLDEST, _YOUNGEST))
        lunar = lunar_day(born)
        by_lunar = draw.random() < LUNAR_SHARE
        year, month, day = (lunar.year, lunar.month, lunar.day) if by_lunar else (born.year, born.month, born.day)
        yield {
            "group_customer_id": f"P{number:09d}",
            "name": "陈明",
            "gender": draw.choice(("female", "male", None)),
            "number": f"+865910{number:07d}",
            "language": draw.choice(("zh", "zh", "zh", "en")),
            "zone": draw.choice(_ZONES),
            "companies": "life",
            "calendar": (Calendar.LUNAR if by_lunar else Calendar.SOLAR).value,
            "birth_year": year,
            "birth_month": month,
            "birth_day": day,
            "birth_leap": by_lunar and lunar.leap,
            "updated_at": at,
        }


def _deliver(engine: Engine, day: date, now: datetime) -> None:
    done = greetings.update().where(greetings.c.birthday_on == day, greetings.c.state == GreetingState.PLANNED.value)
    with engine.begin() as connection:
        connection.execute(done.values(state=GreetingState.DELIVERED.value, updated_at=now))


def _everybody(connection: sa.Connection) -> Iterator[tuple[str, Birthday]]:
    column = recipients.c
    query = sa.select(
        column.group_customer_id,
        column.calendar,
        column.birth_month,
        column.birth_day,
        column.birth_leap,
        column.birth_year,
    ).order_by(column.group_customer_id)
    for person, calendar, *rest in connection.execute(query):
        yield person, Birthday(Calendar(calendar), *rest)


def _years_inside(calendar: Calendar, first: date, last: date) -> list[int]:
    """Greeting years whose first and last day are both among the days."""
    new_year = Birthday(calendar, 1, 1)
    years = range(first.year - 1, last.year + 1)
    return [
        year
        for year in years
        if celebrated_on(new_year, year) >= first and celebrated_on(new_year, year + 1) - timedelta(days=1) <= last
    ]


def _too_close(days: list[date]) -> int:
    ordered = sorted(days)
    return sum((later - earlier).days < GUARD_DAYS for earlier, later in pairwise(ordered))
