"""Which sites a call is given to."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from elder_channel.agents.sites import Diversion, Hours, Site, closed_sites, opening_after, site_order
from elder_channel.clock import HOTLINE_ZONE

DAY = (Hours(opens="08:00", closes="20:00"),)
FUZHOU = Site(id="fuzhou", name="福州", provinces=("福建",), hours=DAY)
CHENGDU = Site(id="chengdu", name="成都", provinces=("四川", "重庆"), hours=DAY)
BEIJING = Site(id="beijing", name="北京", provinces=("北京",), night=True)
SITES = (FUZHOU, CHENGDU, BEIJING)
NOON = datetime(2026, 11, 23, 12, tzinfo=HOTLINE_ZONE)
NIGHT = datetime(2026, 11, 23, 23, 30, tzinfo=HOTLINE_ZONE)


def tiers(province: str | None, moment: datetime = NOON, **how: object) -> dict[str, int]:
    """Site to tier, nothing busy unless said otherwise."""
    loads = how.pop("loads", {})
    return dict(site_order(province, sites=SITES, loads=loads, moment=moment, **how).tiers)  # type: ignore[arg-type]


def test_a_province_goes_to_its_own_site_first() -> None:
    """The others follow, the least loaded first."""
    assert tiers("福建", loads={"chengdu": 0.8, "beijing": 0.2}) == {"fuzhou": 0, "beijing": 1, "chengdu": 2}


def test_at_night_the_night_sites_take_every_province() -> None:
    """Night concentration: who is closed is not asked."""
    assert tiers("福建", NIGHT) == {"beijing": 0}


def test_a_full_site_shares_its_calls() -> None:
    """From a share of busy agents on, every open site is asked as soon as the own one."""
    assert set(tiers("福建", loads={"fuzhou": 0.95}).values()) == {0}


def test_an_unknown_province_goes_to_a_night_site_first_and_to_everybody_next() -> None:
    """A withheld number belongs nowhere."""
    assert tiers(None) == {"beijing": 0, "chengdu": 1, "fuzhou": 2}


def test_disaster_mode_diverts_a_province_at_once() -> None:
    """The named sites alone, whatever their hours; other provinces are not touched."""
    flood = (Diversion("福建", ("chengdu",)),)
    order = site_order("福建", sites=SITES, loads={}, moment=NIGHT, diversions=flood)
    assert (order.only, dict(order.tiers)) == (frozenset({"chengdu"}), {"chengdu": 0})
    assert tiers("四川", diversions=flood)["chengdu"] == 0


def test_a_draining_site_gets_no_new_calls() -> None:
    """Maintenance: it finishes what it has."""
    assert "fuzhou" not in tiers("福建", draining=frozenset({"fuzhou"}))
    assert closed_sites(SITES, NOON, frozenset({"fuzhou"})) == {"fuzhou"}
    assert closed_sites(SITES, NIGHT) == {"fuzhou", "chengdu"}


def test_a_holiday_closes_the_whole_day() -> None:
    """Spring Festival is named by date."""
    site = Site(id="s", name="s", hours=DAY, holidays=(date(2026, 11, 23),))
    assert not site.is_open(NOON)
    assert opening_after(site, NOON) is None


@pytest.mark.parametrize(
    ("clock", "is_open"),
    [("07:59", False), ("08:00", True), ("19:59", True), ("20:00", False)],
)
def test_hours_begin_and_end_to_the_minute(clock: str, is_open: bool) -> None:
    """Open from the first minute, closed from the last."""
    assert FUZHOU.is_open(NOON.replace(hour=int(clock[:2]), minute=int(clock[3:]))) is is_open


@pytest.mark.parametrize(
    ("hours", "complaint"),
    [
        ({"opens": "20:00", "closes": "08:00"}, "two entries"),
        ({"days": ["Monday"]}, "none of mon"),
        ({"opens": "8:00"}, "pattern"),
        ({"opens": "25:00"}, "pattern"),
    ],
)
def test_hours_that_cannot_be_are_refused(hours: dict[str, object], complaint: str) -> None:
    """With a sentence that says what to write instead."""
    with pytest.raises(ValueError, match=complaint):
        Hours.model_validate(hours)
