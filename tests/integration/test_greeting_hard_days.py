"""The hard days of both calendars and of the clock, from the books into the outbox, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from greeting_sms.campaign import Campaign
from greeting_sms.day_plan import DayPlan, plan_day
from greeting_sms.greeting import Planned, PlannedGreeting
from greeting_sms.occasions import LeapDay
from greeting_sms.outbox import Outbox
from greeting_sms.planning import LiveCampaign
from greeting_sms.tables import greetings, recipients
from tests.fakes.campaigns import campaign_settings
from tests.fakes.greetings import MORNING, Post, number_of

CAMPAIGN = Campaign.model_validate(campaign_settings())
Greeted = tuple[date, int]
"""The day, and the greeting year it counts for."""


def lunar(month: int, day: int, *, year: int, leap: bool = False) -> dict[str, Any]:
    """Columns of a lunar birthday."""
    return {"calendar": "lunar", "birth_month": month, "birth_day": day, "birth_year": year, "birth_leap": leap}


def solar(month: int, day: int, *, year: int) -> dict[str, Any]:
    """Columns of a birthday by the common calendar."""
    return {"calendar": "solar", "birth_month": month, "birth_day": day, "birth_year": year, "birth_leap": False}


HARD: dict[str, tuple[dict[str, Any], list[Greeted]]] = {
    "born on 闰六月廿九 of 2025": (lunar(6, 29, year=2025, leap=True), [(date(2026, 8, 11), 2026)]),
    "born on 腊月三十": (
        lunar(12, 30, year=1950),
        [(date(2025, 1, 28), 2024), (date(2026, 2, 16), 2025), (date(2027, 2, 5), 2026)],
    ),
    "腊月初一, twice in 2027": (lunar(12, 1, year=1948), [(date(2027, 1, 8), 2026), (date(2027, 12, 28), 2027)]),
    "冬月廿五, twice in 2027": (lunar(11, 25, year=1948), [(date(2027, 1, 2), 2026), (date(2027, 12, 22), 2027)]),
    "born on 1933-07-25": (lunar(6, 3, year=1933), [(date(2026, 7, 16), 2026)]),
    "born on 1954-12-01": (lunar(11, 7, year=1954), [(date(2026, 12, 15), 2026)]),
    "born on 1978-09-10": (lunar(8, 8, year=1978), [(date(2026, 9, 18), 2026)]),
    "born on 29 February": (solar(2, 29, year=1948), [(date(2027, 2, 28), 2027), (date(2028, 2, 29), 2028)]),
    "no hard day, and nobody's day here": (solar(6, 1, year=1948), []),
}


@pytest.fixture
def post(greetings_engine: Engine) -> Iterator[Post]:
    """An empty outbox with a carrier and a clock that stands still."""
    opened = Post(greetings_engine)
    yield opened
    opened.close()


def put(engine: Engine, person: str, place: int, **columns: Any) -> None:
    """Somebody in the books, with a phone of their own."""
    row = {
        "group_customer_id": person,
        "name": "陈秀英",
        "number": number_of(place),
        "language": "zh",
        "zone": "Asia/Shanghai",
        "companies": "life",
        "updated_at": MORNING,
        **columns,
    }
    with engine.begin() as connection:
        connection.execute(recipients.insert().values(row))


def plan(engine: Engine, day: date, outbox: Outbox | None = None, **more: Any) -> DayPlan:
    """Plan a day, two days before it begins in China: nowhere on earth has it begun."""
    return plan_day(
        engine,
        day,
        [LiveCampaign(CAMPAIGN, 1)],
        now=datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(days=2),
        channel_of=lambda _: "loopback",
        outbox=outbox or Outbox(engine),
        **more,
    )


def greeted(engine: Engine) -> dict[str, list[Greeted]]:
    """Who is greeted on which days, for which greeting years."""
    asked = sa.select(greetings.c.group_customer_id, greetings.c.birthday_on, greetings.c.greeting_year)
    found: dict[str, list[Greeted]] = {}
    with engine.connect() as connection:
        for person, day, year in connection.execute(asked.order_by(greetings.c.birthday_on)):
            found.setdefault(person, []).append((day, year))
    return found


def test_hard_birthdays_are_greeted_on_their_day_once_a_greeting_year(greetings_engine: Engine) -> None:
    """Each day and its neighbours are planned, twice over: nothing on the day before or after, nothing doubled."""
    for place, (person, (columns, _)) in enumerate(HARD.items()):
        put(greetings_engine, person, place, **columns)
    named = {day for _, found in HARD.values() for day, _ in found} | {date(2028, 2, 28)}
    days = sorted({day + timedelta(days=step) for day in named for step in (-1, 0, 1)})
    for day in (*days, *days):
        plan(greetings_engine, day)
    assert greeted(greetings_engine) == {person: found for person, (_, found) in HARD.items() if found}


def test_29_february_goes_to_march_where_the_group_wants_it(greetings_engine: Engine) -> None:
    """And to one day only."""
    put(greetings_engine, "G1", 1, **solar(2, 29, year=1948))
    for day in (date(2027, 2, 28), date(2027, 3, 1), date(2028, 2, 29), date(2028, 3, 1)):
        plan(greetings_engine, day, leap_day=LeapDay.MARCH_1)
    assert greeted(greetings_engine) == {"G1": [(date(2027, 3, 1), 2027), (date(2028, 2, 29), 2028)]}


def test_the_same_birthday_is_sent_in_three_zones_at_three_times(post: Post) -> None:
    """24 November begins at UTC+14 and ends at UTC-11, two days of UTC later; nobody is greeted outside the window."""
    for place, zone in enumerate(("Pacific/Kiritimati", "Asia/Shanghai", "Pacific/Pago_Pago")):
        put(post.engine, zone, place, zone=zone, **solar(11, 24, year=1948))
    assert plan(post.engine, date(2026, 11, 24)).new == 3
    sent_at: dict[str, datetime] = {}
    post.clock.now = datetime(2026, 11, 23, 0, tzinfo=UTC)
    for _ in range(60):
        post.sender.drain()
        for zone, state in post.states().items():
            if state == "accepted":
                sent_at.setdefault(zone, post.clock())
        post.clock.move(hours=1)
    assert sent_at == {
        "Pacific/Kiritimati": datetime(2026, 11, 23, 19, tzinfo=UTC),
        "Asia/Shanghai": datetime(2026, 11, 24, 1, tzinfo=UTC),
        "Pacific/Pago_Pago": datetime(2026, 11, 24, 20, tzinfo=UTC),
    }


class BreaksOff:
    """An outbox whose planner dies when it brings its second page."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self._pages = 0

    def plan(self, rows: list[PlannedGreeting], *, at: datetime) -> Planned:
        """The first page only."""
        self._pages += 1
        if self._pages > 1:
            raise KeyboardInterrupt
        return self._outbox.plan(rows, at=at)


def test_a_planner_that_died_between_two_pages_is_made_up_for(greetings_engine: Engine) -> None:
    """What it had planned stays, the next run adds the rest, and nobody is there twice."""
    for place in range(25):
        put(greetings_engine, f"G{place}", place, **solar(11, 24, year=1948))
    with pytest.raises(KeyboardInterrupt):
        plan(greetings_engine, date(2026, 11, 24), BreaksOff(Outbox(greetings_engine)), page_rows=10)  # type: ignore[arg-type]
    again = plan(greetings_engine, date(2026, 11, 24), page_rows=10)
    assert (again.new, again.already) == (15, 10)
    assert sorted(greeted(greetings_engine)) == sorted(f"G{place}" for place in range(25))
