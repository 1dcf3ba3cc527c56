"""A day is planned from the books into the outbox, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import sqlalchemy as sa

from config.campaign_files import read_campaign_file
from elder_channel.storage.engine import Databases
from greeting_sms.campaign import Campaign
from greeting_sms.consent import record_opt_out
from greeting_sms.day_plan import DayPlan, over_limits, plan_day
from greeting_sms.greeting import PlannedGreeting
from greeting_sms.occasions import Calendar
from greeting_sms.outbox import Outbox
from greeting_sms.overlaps import Overlap, overlaps
from greeting_sms.planning import LeftOut, LiveCampaign, in_order
from greeting_sms.prices import prices_of
from greeting_sms.settings import GreetingSettings
from greeting_sms.states import GreetingState
from greeting_sms.tables import greetings, recipients
from greeting_sms.year_proof import count_years, make_people, simulate
from tests.fakes.campaigns import campaign_settings

EXAMPLE = Path(__file__).parents[2] / "greeting_sms" / "data" / "campaigns" / "birthday.yaml"
DAY = date(2026, 11, 24)
"""Lunar: the sixteenth of the tenth month."""
BEFORE = datetime(2026, 11, 23, 12, tzinfo=UTC)

Put = Callable[..., None]


@pytest.fixture(scope="module")
def example() -> Campaign:
    """The campaign that is shipped."""
    return read_campaign_file(EXAMPLE).campaign


@pytest.fixture
def put(databases: Databases) -> Put:
    """Puts somebody into the books, by default born on the day."""

    def put_one(person: str, **changes: Any) -> None:
        row: dict[str, Any] = {
            "group_customer_id": person,
            "name": "陈秀英",
            "gender": "female",
            "number": f"+86591{int(person.removeprefix('G')):08d}",
            "language": "zh",
            "zone": "Asia/Shanghai",
            "companies": "life",
            "calendar": Calendar.SOLAR.value,
            "birth_year": 1950,
            "birth_month": DAY.month,
            "birth_day": DAY.day,
            "updated_at": BEFORE,
        }
        with databases.greetings.begin() as connection:
            connection.execute(recipients.insert().values(row | changes))

    return put_one


def planned(databases: Databases, *campaigns: Campaign, day: date = DAY, dry: bool = False, **more: Any) -> DayPlan:
    """Plan the day, the evening before."""
    return plan_day(
        databases.greetings,
        day,
        [LiveCampaign(each, 1) for each in campaigns],
        now=datetime.combine(day - timedelta(days=1), BEFORE.timetz()),
        channel_of=lambda _: "loopback",
        outbox=None if dry else Outbox(databases.greetings),
        prices=prices_of(GreetingSettings()),
        **more,
    )


def in_outbox(databases: Databases) -> list[str]:
    """Who has a greeting there."""
    with databases.greetings.connect() as connection:
        return list(connection.scalars(sa.select(greetings.c.group_customer_id).order_by(greetings.c.id)))


def test_a_day_is_planned_once_however_often_it_is_planned(databases: Databases, put: Put, example: Campaign) -> None:
    """Law 6: planning again adds nothing, and tells the same."""
    for number in range(25):
        put(f"G{number}")
    first, again = planned(databases, example, page_rows=10), planned(databases, example)
    assert (first.due, first.planned, first.new, first.already) == (25, 25, 25, 0)
    assert (again.planned, again.new, again.already) == (25, 0, 25)
    assert len(in_outbox(databases)) == 25


def test_two_planners_at_once_plan_everybody_once(databases: Databases, put: Put, example: Campaign) -> None:
    """Law 6 holds between processes that know nothing of each other."""
    for number in range(200):
        put(f"G{number}")
    told: list[DayPlan] = []
    planners = [Thread(target=lambda: told.append(planned(databases, example, page_rows=20))) for _ in range(2)]
    for each in planners:
        each.start()
    for each in planners:
        each.join()
    assert sum(each.new for each in told) == 200
    assert sorted(in_outbox(databases)) == sorted(f"G{number}" for number in range(200))


def test_the_dry_run_tells_the_same_and_writes_nothing(databases: Databases, put: Put, example: Campaign) -> None:
    """Who is planned, who is left out and why; the outbox stays empty."""
    put("G1")
    put("G2", held_back="deceased")
    put("G3", number=None)
    put("G4")
    with databases.greetings.begin() as connection:
        record_opt_out(connection, "+8659100000004", at=BEFORE, source="text")
    seen: list[tuple[str, str]] = []
    told = planned(
        databases,
        example,
        dry=True,
        witness=lambda due, decision: seen.append((due.group_customer_id, str(decision)[:10])),
    )
    assert in_outbox(databases) == []
    assert told.left_out == {"deceased": 1, LeftOut.NO_NUMBER: 1, LeftOut.OPTED_OUT: 1}
    assert [person for person, _ in seen] == ["G1", "G2", "G3", "G4"]
    assert told.cost == pytest.approx(0.05)
    assert planned(databases, example).planned == told.planned


def test_only_the_day_s_people_are_looked_at(databases: Databases, put: Put, example: Campaign) -> None:
    """Both calendars, and nobody else."""
    put("G1")
    put("G2", calendar=Calendar.LUNAR.value, birth_month=10, birth_day=16)
    put("G3", calendar=Calendar.LUNAR.value, birth_month=10, birth_day=16, birth_leap=True)
    put("G4", birth_day=25)
    put("G5", calendar=Calendar.LUNAR.value, birth_month=10, birth_day=17)
    planned(databases, example)
    assert sorted(in_outbox(databases)) == ["G1", "G2", "G3"]


def test_whoever_was_greeted_lately_is_not_greeted_again(databases: Databases, put: Put, example: Campaign) -> None:
    """A birthday that was corrected from one calendar to the other: 300 days lie between two greetings."""
    put("G1", birth_month=12, birth_day=30)
    planned(databases, example, day=date(2026, 12, 30))
    with databases.greetings.begin() as connection:
        connection.execute(recipients.update().values(birth_month=1, birth_day=20))
    again = planned(databases, example, day=date(2027, 1, 20))
    assert again.left_out == {LeftOut.GREETED_LATELY: 1}
    with databases.greetings.begin() as connection:  # it never went out, so nothing was read
        connection.execute(greetings.update().values(state=GreetingState.EXPIRED.value))
    assert planned(databases, example, day=date(2027, 1, 20)).new == 1


def test_a_day_over_its_limits_is_told_before(databases: Databases, put: Put) -> None:
    """Texts, money and the hours that sending takes."""
    for number in range(3):
        put(f"G{number}")
    limits = {"messages_per_day": 2, "cost_per_day": 0.1, "segments_per_second": 0.00001}
    campaign = Campaign.model_validate(campaign_settings(limits=limits))
    told = planned(databases, campaign, dry=True)
    over = over_limits(told, [LiveCampaign(campaign, 1)])
    assert over == [
        "birthday: 3 greetings, and limits.messages_per_day is 2",
        "birthday: they cost 0.15, and limits.cost_per_day is 0.10",
        "birthday: sending takes 83.3 hours at limits.segments_per_second 1e-05, and the window is open 11",
    ]


AUDIENCES: list[tuple[dict[str, Any], list[str]]] = [
    ({}, ["G1", "G2", "G3", "G4"]),
    ({"companies": ["life"]}, ["G1", "G3"]),
    ({"companies": ["fe"]}, []),
    ({"companies": ["li_e"]}, []),
    ({"regions": ["福建", "广东"]}, ["G1", "G2"]),
    ({"languages": ["en"]}, ["G4"]),
    ({"dialects": ["fuzhou"]}, ["G1"]),
    ({"dialect_groups": ["min", "yue"]}, ["G1", "G2"]),
    ({"age": {"at_least": 76}}, ["G1"]),
    ({"age": {"at_most": 60}}, ["G2"]),
    ({"age": {"at_least": 56, "at_most": 76}}, ["G1", "G2", "G4"]),
    ({"companies": ["life"], "regions": ["福建"]}, ["G1"]),
    ({"besides": {"regions": ["福建"]}}, ["G2", "G3", "G4"]),
    ({"besides": {"dialect_groups": ["min"], "companies": ["life"]}}, ["G2", "G3", "G4"]),
    ({"regions": ["x' OR '1'='1"[:16]]}, []),
]


def test_an_audience_is_who_fits(databases: Databases, put: Put) -> None:
    """Who says nothing of what is asked is not in it, and not left out by it either."""
    put("G1", companies="life,property", region="福建", dialect="fuzhou")
    put("G2", companies="property", region="广东", dialect="guangzhou", birth_year=1970)
    put("G3", companies="life", birth_year=None)
    put("G4", companies="pension", language="en", birth_year=1960)
    for audience, people in AUDIENCES:
        seen: dict[str, PlannedGreeting | str] = {}
        campaign = Campaign.model_validate(campaign_settings(audience=audience))
        planned(databases, campaign, dry=True, witness=lambda due, what, seen=seen: seen.update({due[0]: what}))
        fits = [person for person, what in seen.items() if what != LeftOut.NO_CAMPAIGN]
        assert fits == people, audience


def test_of_two_campaigns_the_higher_decides_alone(databases: Databases, put: Put, example: Campaign) -> None:
    """Also when it gives nothing: its control group is not greeted by the other. It is told beforehand."""
    put("G1", region="福建")
    put("G2", region="广东")
    local = Campaign.model_validate(
        campaign_settings(id="fujian", priority=500, audience={"regions": ["福建"]}, control_percent=50)
    )
    ordered = in_order([LiveCampaign(local, 1), LiveCampaign(example, 1)], DAY)
    with databases.greetings.connect() as connection:
        assert overlaps(connection, DAY, ordered) == [Overlap("fujian", "birthday", 1)]
    told = planned(databases, local, example)
    assert told.campaigns == ("fujian v1", "birthday v1")
    with databases.greetings.connect() as connection:
        rows = connection.execute(sa.select(greetings.c.group_customer_id, greetings.c.campaign_id))
        by = {row[0]: row[1] for row in rows}
    assert by["G2"] == "birthday"
    assert by.get("G1", "fujian") == "fujian"


def test_a_number_s_limit_counts_the_days_before(databases: Databases, put: Put) -> None:
    """A couple on one phone, with a limit of one text in ten days."""
    campaign = Campaign.model_validate(campaign_settings(limits={"per_number": 1, "per_number_days": 10}))
    put("G1", number="+8659100000102", birth_day=20)
    put("G2", number="+8659100000102")
    assert planned(databases, campaign, day=date(2026, 11, 20)).new == 1
    assert planned(databases, campaign).left_out == {LeftOut.NUMBER_FULL: 1}


def test_every_year_has_one_greeting_for_everybody(databases: Databases, example: Campaign) -> None:
    """Law 6, a sample: `elder-channel greetings prove-year` counts 100,000 people over 800 days."""
    first, days = date(2026, 11, 1), 40
    make_people(databases.greetings, 300, seed=6)
    planned_count, replayed = simulate(databases.greetings, example, first=first, days=days)
    counted = count_years(databases.greetings, first=first, days=days, planned=planned_count, replayed=replayed)
    assert (counted.person_years, counted.too_close, counted.replayed) == (0, 0, 0)  # no whole year is inside
    assert 15 < counted.greetings < 60


def test_the_count_notices_what_is_missing_and_what_is_too_much(
    databases: Databases, put: Put, example: Campaign
) -> None:
    """A greeting that is lost, one on the wrong day and one too many are each counted."""
    first, days = date(2026, 1, 1), 365
    for number in range(4):
        put(f"G{number}")
    planned(databases, example)
    with databases.greetings.begin() as connection:
        mine = greetings.c.group_customer_id
        connection.execute(greetings.delete().where(mine == "G1"))
        connection.execute(greetings.update().where(mine == "G2").values(birthday_on=date(2026, 11, 23)))
        connection.execute(greetings.update().where(mine == "G3").values(greeting_year=2025))
        connection.execute(greetings.update().where(mine == "G3").values(greeting_year=2027))
    counted = count_years(databases.greetings, first=first, days=days, planned=4, replayed=0)
    assert (counted.person_years, counted.exactly_once) == (4, 1)
