"""How sites and provinces are told to stand."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from elder_channel.agents.hours import Hours
from elder_channel.agents.sites import Diversion, Site, site_order
from elder_channel.agents.standing import Standing, Way, hours_change_at, standing_of, way_of
from elder_channel.clock import HOTLINE_ZONE

DAY = Hours(opens="08:00", closes="20:00")
OFFICE = Hours(days=("mon", "tue", "wed", "thu", "fri"), opens="08:00", closes="20:00")


def at(text: str) -> datetime:
    """A moment in the hotline's zone; 22 November 2026 is a Sunday."""
    return datetime.fromisoformat(text).replace(tzinfo=HOTLINE_ZONE)


@pytest.mark.parametrize(
    ("moment", "draining", "expected"),
    [
        ("2026-11-23 10:00", False, Standing.OPEN),
        ("2026-11-23 07:59", False, Standing.OUTSIDE_HOURS),
        ("2026-11-22 10:00", False, Standing.OUTSIDE_HOURS),
        ("2026-11-24 10:00", False, Standing.HOLIDAY),
        ("2026-11-23 10:00", True, Standing.DRAINING),
        ("2026-11-24 10:00", True, Standing.DRAINING),
    ],
)
def test_a_site_tells_why_it_is_open_or_not(moment: str, draining: bool, expected: Standing) -> None:
    """Being emptied goes before the hours, a holiday before the clock."""
    site = Site(id="a", name="甲", hours=(OFFICE,), holidays=(date(2026, 11, 24),))
    assert standing_of(site, at(moment), draining=frozenset({"a"} if draining else ())) is expected


@pytest.mark.parametrize(
    ("hours", "holidays", "moment", "expected"),
    [
        pytest.param((DAY,), (), "2026-11-23 10:00", "2026-11-23 20:00", id="open, closes tonight"),
        pytest.param((DAY,), (), "2026-11-23 21:00", "2026-11-24 08:00", id="closed, opens tomorrow"),
        pytest.param((OFFICE,), (), "2026-11-20 21:00", "2026-11-23 08:00", id="over the weekend"),
        pytest.param((DAY,), (date(2026, 11, 24),), "2026-11-23 21:00", "2026-11-25 08:00", id="over a holiday"),
        pytest.param((Hours(),), (date(2026, 11, 24),), "2026-11-23 10:00", "2026-11-24 00:00", id="into a holiday"),
        pytest.param(
            (Hours(opens="20:00"), Hours(closes="08:00")), (), "2026-11-23 22:00", "2026-11-24 08:00", id="the night"
        ),
        pytest.param((Hours(),), (), "2026-11-23 10:00", None, id="day and night"),
    ],
)
def test_when_the_hours_change_next(
    hours: tuple[Hours, ...], holidays: tuple[date, ...], moment: str, expected: str | None
) -> None:
    """Midnight between two open days is no change."""
    site = Site(id="a", name="甲", hours=hours, holidays=holidays)
    assert hours_change_at(site, at(moment)) == (at(expected) if expected else None)


@pytest.mark.parametrize(
    ("province", "hour", "loads", "diversions", "draining", "expected"),
    [
        ("福建", 10, {}, (), (), (Way.OWN, {"fu"})),
        ("福建", 10, {"fu": 0.95}, (), (), (Way.SHARED, {"fu", "bei"})),
        ("福建", 22, {}, (), (), (Way.NIGHT, {"bei"})),
        ("福建", 10, {}, (), ("fu",), (Way.NIGHT, {"bei"})),
        ("西藏", 10, {}, (), (), (Way.NONE_OWN, {"bei"})),
        ("福建", 10, {}, (Diversion("福建", ("bei",)),), (), (Way.DIVERTED, {"bei"})),
        ("福建", 10, {}, (Diversion("福建", ("bei",)),), ("bei",), (Way.OWN, {"fu"})),
    ],
)
def test_where_the_calls_of_a_province_go(
    province: str,
    hour: int,
    loads: dict[str, float],
    diversions: tuple[Diversion, ...],
    draining: tuple[str, ...],
    expected: tuple[Way, set[str]],
) -> None:
    """In the words staff are told, for what the router itself is given."""
    sites = (
        Site(id="fu", name="福州", provinces=("福建",), hours=(DAY,)),
        Site(id="bei", name="北京", provinces=("北京",), night=True),
    )
    moment, drained = at(f"2026-11-23 {hour}:00"), frozenset(draining)
    order = site_order(province, sites=sites, loads=loads, moment=moment, diversions=diversions, draining=drained)
    way, first = way_of(province, order, sites=sites, moment=moment, draining=drained)
    assert (way, set(first)) == expected
