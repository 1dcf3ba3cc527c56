"""Who is greeted with which words and when, or why not: decided without a clock and without books."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greeting_sms.campaign import Campaign, Window
from greeting_sms.greeting import PlannedGreeting
from greeting_sms.occasions import BirthdayKey, Calendar
from greeting_sms.planning import NOBODY, DayPlanner, Due, LeftOut, LiveCampaign, in_order, variant_of
from greeting_sms.segments import measure
from greeting_sms.windows import moments
from greeting_sms.wordings import wording_of

DAY = date(2026, 11, 24)
BEFORE = datetime(2026, 11, 23, 12, tzinfo=UTC)
SOMEBODY = Due(
    "G1", "陈秀英", "female", "+8659100000102", "zh", None, "福建", "Asia/Shanghai", None, None, None, 0, 0, 0
)


def planner(*campaigns: Campaign, now: datetime = BEFORE, day: date = DAY) -> DayPlanner:
    """A planner of the day, at birthdays by the solar calendar."""
    made = DayPlanner(day, [LiveCampaign(each, 3) for each in campaigns], channel_of=lambda _: "loopback", now=now)
    made.turn_to(BirthdayKey(Calendar.SOLAR, day.month, day.day), day.year)
    return made


def test_a_greeting_has_its_words_and_its_hours(campaign: Campaign) -> None:
    """On the recipient's clock, told in UTC; the words as they will be read."""
    greeting = planner(campaign).decide(SOMEBODY)
    assert isinstance(greeting, PlannedGreeting)
    assert greeting.greeting_year == 2026
    assert (greeting.campaign_id, greeting.campaign_version, greeting.template) == ("birthday", 3, "zh")
    assert greeting.not_before == datetime(2026, 11, 24, 1, tzinfo=UTC)
    assert greeting.not_after == datetime(2026, 11, 24, 12, tzinfo=UTC)
    words = wording_of(campaign, greeting)
    assert words.body == "【示例集团】陈秀英女士，祝您生日快乐！拒收请回复R"
    assert words.segments == greeting.segments == 1
    assert (words.template, words.variables) == ("E1", {"salutation": "陈秀英女士"})


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"held_back": "deceased"}, "deceased"),
        ({"number": None}, LeftOut.NO_NUMBER),
        ({"opted_out": 1}, LeftOut.OPTED_OUT),
        ({"greeted_lately": 1}, LeftOut.GREETED_LATELY),
        ({"campaign": NOBODY}, LeftOut.NO_CAMPAIGN),
        ({"language": "fr"}, LeftOut.NO_WORDS),
        ({"zone": "Mars/Olympus"}, LeftOut.UNKNOWN_ZONE),
        ({"zone": "../../etc/passwd"}, LeftOut.UNKNOWN_ZONE),
    ],
)
def test_who_is_left_out_is_told_why(campaign: Campaign, change: dict[str, Any], reason: str) -> None:
    """One word each, the gravest first: the dead before everything else."""
    assert planner(campaign).decide(SOMEBODY._replace(**change)) == reason


def test_the_dead_come_before_every_other_reason(campaign: Campaign) -> None:
    """A greeting to the dead is the worst error."""
    dead = SOMEBODY._replace(held_back="deceased", number=None, opted_out=1, campaign=NOBODY)
    assert planner(campaign).decide(dead) == "deceased"


def test_planned_too_late_is_not_sent_late(campaign: Campaign) -> None:
    """The window has closed where the person lives."""
    late = planner(campaign, now=datetime(2026, 11, 24, 12, tzinfo=UTC))
    assert late.decide(SOMEBODY) == LeftOut.WINDOW_OVER
    assert isinstance(late.decide(SOMEBODY._replace(zone="Europe/London")), PlannedGreeting)


def test_a_household_s_phone_is_not_flooded(campaign: Campaign, settings: dict[str, Any]) -> None:
    """The limit of a number counts everybody on it."""
    day = planner(campaign)
    family = [SOMEBODY._replace(group_customer_id=f"G{place}") for place in range(3)]
    assert [isinstance(day.decide(each), PlannedGreeting) for each in family] == [True, True, False]
    assert day.decide(family[2]) == LeftOut.NUMBER_FULL


def test_texts_of_other_days_count_where_the_limit_spans_them(campaign: Campaign) -> None:
    """What the outbox knows of the number is counted in."""
    day = planner(campaign)
    day.count({"+8659100000102": 2})
    assert day.decide(SOMEBODY) == LeftOut.NUMBER_FULL


@pytest.mark.parametrize("name", ["", "http://x.cn", "阿" * 21])
def test_without_a_name_that_can_be_printed_the_fallback_stands(campaign: Campaign, name: str) -> None:
    """Nobody is left out for a name."""
    greeting = planner(campaign).decide(SOMEBODY._replace(name=name))
    assert isinstance(greeting, PlannedGreeting)
    assert wording_of(campaign, greeting).body == "【示例集团】您好，祝您生日快乐！拒收请回复R"


def test_too_long_with_a_name_is_said_plainly(settings: dict[str, Any]) -> None:
    """The template without variables, rather than a second segment."""
    long = "{salutation|您好}" + "，祝您平安喜乐" * 8
    settings["templates"][0]["text"] = long
    settings["most_segments"] = 1
    greeting = planner(Campaign.model_validate(settings)).decide(SOMEBODY)
    assert isinstance(greeting, PlannedGreeting)
    assert (greeting.template, greeting.segments) == ("zh-plain", 1)


def test_english_abroad_names_the_sender_in_plain_letters(campaign: Campaign) -> None:
    """【】 would make every English text a short one."""
    chan = SOMEBODY._replace(name="Mary Chan", language="en", number="+12025550102", zone="America/New_York")
    greeting = planner(campaign).decide(chan)
    assert isinstance(greeting, PlannedGreeting)
    body = wording_of(campaign, greeting).body
    assert body == "Example Group: Dear Ms Mary Chan, happy birthday! Reply STOP to opt out."
    assert greeting.not_before == datetime(2026, 11, 24, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    ("year", "language", "words"),
    [
        (1957, "zh", "古稀"),  # nominal 70
        (1957, "en", "seventieth "),
        (1958, "zh", ""),
        (1954, "zh", ""),  # 73 nominal: nothing is said of age
        (None, "zh", ""),
    ],
)
def test_milestones_are_said_where_the_campaign_wants_them(
    settings: dict[str, Any], year: int | None, language: str, words: str
) -> None:
    """Never an age, never at 73 and 84, never where the year is unknown."""
    settings["milestones"] = "nominal"
    for template in settings["templates"]:
        if not template.get("plain"):
            template["text"] = "Happy {age_words|}birthday"
    due = SOMEBODY._replace(birth_year=year, language=language)
    greeting = planner(Campaign.model_validate(settings)).decide(due)
    assert isinstance(greeting, PlannedGreeting)
    assert greeting.salutation == words


def test_the_company_somebody_knows_is_named(settings: dict[str, Any]) -> None:
    """The first of the person's companies that has a name in the campaign."""
    settings["company_names"] = {"property": {"zh": "示例财险", "en": "Example Property"}}
    settings["templates"][0]["text"] = "{company|我们}祝您生日快乐"
    day = planner(Campaign.model_validate(settings))
    known = {"+8659100000102": "life,property", "+8659100000103": "life", "+8659100000104": None}
    said = [day.decide(SOMEBODY._replace(companies=companies, number=number)) for number, companies in known.items()]
    assert [each.salutation for each in said if isinstance(each, PlannedGreeting)] == ["示例财险", "我们", "我们"]


def test_variants_and_the_control_group_are_shares_of_people(settings: dict[str, Any]) -> None:
    """Always the same for one person, whichever planner decides, and near the shares that were asked for."""
    settings |= {"control_percent": 10, "variants": [{"id": "A", "percent": 25}, {"id": "B", "percent": 75}]}
    campaign = Campaign.model_validate(settings)
    people = [f"G{number}" for number in range(4000)]
    got = [variant_of(campaign, person) for person in people]
    assert got == [variant_of(campaign, person) for person in people]
    assert 320 < got.count(None) < 480
    assert 780 < got.count("A") < 1020
    assert got.count("A") + got.count("B") + got.count(None) == 4000


def test_the_control_group_gets_nothing(settings: dict[str, Any]) -> None:
    """And is told as such."""
    campaign = Campaign.model_validate(settings | {"control_percent": 50})
    day = planner(campaign)
    decided = [day.decide(SOMEBODY._replace(group_customer_id=f"G{n}", number=f"+8659100{n:06}")) for n in range(50)]
    assert LeftOut.CONTROL_GROUP in decided
    assert any(isinstance(each, PlannedGreeting) for each in decided)


def test_the_higher_priority_decides(settings: dict[str, Any]) -> None:
    """Then the id; a campaign that is not on that day decides nothing."""
    low = Campaign.model_validate(settings | {"id": "b"})
    high = Campaign.model_validate(settings | {"id": "z", "priority": 200})
    over = Campaign.model_validate(settings | {"id": "a", "priority": 900, "ends_on": "2026-01-01"})
    first = Campaign.model_validate(settings | {"id": "a2"})
    ordered = in_order([LiveCampaign(each, 1) for each in (low, high, over, first)], DAY)
    assert [live.campaign.id for live in ordered] == ["z", "a2", "b"]


@given(
    name=st.text(max_size=30),
    gender=st.sampled_from([None, "female", "male"]),
    language=st.sampled_from(["zh", "en"]),
    number=st.sampled_from(["+8659100000102", "+12025550102"]),
)
def test_planned_segments_are_those_of_the_words_that_are_sent(
    name: str, gender: str | None, language: str, number: str
) -> None:
    """What the plan counts is what the carrier bills."""
    campaign = Campaign.model_validate(
        {
            "id": "c",
            "title": "c",
            "sender": {"zh": "示例", "en": "Example"},
            "opt_out": {"zh": "拒收请回复R", "en": "STOP"},
            "templates": [
                {"id": "zh", "language": "zh", "text": "{salutation|您好}，{name|您}" + "平安喜乐" * 11},
                {"id": "en", "language": "en", "text": "{salutation|Hello}, {name|you}" + " be well [x]" * 10},
            ],
        }
    )
    due = SOMEBODY._replace(name=name, gender=gender, language=language, number=number)
    greeting = planner(campaign).decide(due)
    assert isinstance(greeting, PlannedGreeting)
    assert greeting.segments == measure(wording_of(campaign, greeting).body).segments


@pytest.mark.parametrize(
    ("zone", "day", "window", "expected"),
    [
        pytest.param("Pacific/Kiritimati", DAY, {}, (("2026-11-23T19:00", "2026-11-24T06:00")), id="UTC+14"),
        pytest.param("Pacific/Pago_Pago", DAY, {}, (("2026-11-24T20:00", "2026-11-25T07:00")), id="UTC-11"),
        pytest.param(
            "Africa/Juba",
            date(2000, 1, 15),
            {"opens": "12:30"},
            ("2000-01-15T10:30", "2000-01-15T17:00"),
            id="the clock leaps from 12 to 13 and the window opens in between",
        ),
        pytest.param("Pacific/Apia", date(2011, 12, 30), {}, None, id="a day that never was"),
    ],
)
def test_the_window_is_the_recipient_s(
    zone: str, day: date, window: dict[str, str], expected: tuple[str, str] | None
) -> None:
    """Wherever that is, and whatever is done to the clocks there."""
    found = moments(Window(**window), day=day, zone=zone)
    told = None if found is None else tuple(f"{each:%Y-%m-%dT%H:%M}" for each in found)
    assert told == expected


@given(
    zone=st.sampled_from(["Asia/Shanghai", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Africa/Juba"]),
    day=st.dates(min_value=date(1990, 1, 1), max_value=date(2037, 12, 31)),
    opens=st.integers(8, 19),
    closes=st.integers(20, 21),
)
def test_no_window_opens_outside_its_hours(zone: str, day: date, opens: int, closes: int) -> None:
    """On the recipient's day, between opening and closing as that clock shows them, never after 21:00."""
    window = Window(opens=f"{opens:02}:00", closes=f"{closes:02}:00")
    found = moments(window, day=day, zone=zone)
    if found is None:
        assert (zone, day) == ("Pacific/Apia", date(2011, 12, 30))
        return
    local = [each.astimezone(ZoneInfo(zone)) for each in found]
    assert {each.date() for each in local} == {day}
    assert time(opens) <= local[0].time() < local[1].time() <= time(closes)
