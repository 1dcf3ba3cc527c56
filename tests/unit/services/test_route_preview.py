"""Whom a call of a province would reach at an hour, and why, before the hour comes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from elder_channel.agents.standing import Standing, Way
from elder_channel.clock import HOTLINE_ZONE
from elder_channel.services.accounts import Account, Role
from elder_channel.services.errors import SwitchRefusedError
from elder_channel.services.route_preview import route_at
from elder_channel.services.sites import SiteSwitches
from tests.fakes.line import LineInMemory, open_test_line
from tests.fakes.sites import AGENTS, write_sites

BOSS = Account("lin.fang", Role.SUPERVISOR)


@pytest.fixture
def at(tmp_path: Path) -> Iterator[LineInMemory]:
    """A line of three sites, of which Fuzhou's is closed at night and Beijing's takes the nights."""
    write_sites(tmp_path / "site")
    opened = open_test_line(tmp_path)
    yield opened
    opened.line.databases.dispose()


def on_monday(clock: str) -> datetime:
    """That time of Monday, 2026-11-23, at the hotline."""
    return datetime.fromisoformat(f"2026-11-23T{clock}").replace(tzinfo=HOTLINE_ZONE)


def test_by_day_the_own_site_is_first_and_at_night_the_night_site(at: LineInMemory) -> None:
    """Who speaks the dialect is asked first all the same, at whatever open site."""
    day, night = (route_at(at.line, "福建", on_monday(clock)) for clock in ("10:00", "02:00"))
    assert (day.way, day.first) == (Way.OWN, ("福州中心",))
    assert (night.way, night.first) == (Way.NIGHT, ("北京中心",))
    assert [(site.name, site.turn) for site in night.sites] == [("北京中心", 0), ("成都中心", 1), ("福州中心", None)]
    assert night.sites[-1].standing is Standing.OUTSIDE_HOURS
    fuzhou = next(each for each in day.dialects if each.name == "福州话")
    assert fuzhou.speakers == (("福", "福州中心"), ("成", "成都中心"))
    assert next(each for each in night.dialects if each.name == "福州话").speakers == (("成", "成都中心"),)
    assert (day.people, night.people) == (4, 3)


def test_a_switch_that_is_on_counts(at: LineInMemory) -> None:
    """A diverted province goes to the named site whatever the hour; a drained site gets none."""
    SiteSwitches(at.line).divert("福建", ["chengdu"], reason="台风", by=BOSS)
    SiteSwitches(at.line).drain("beijing", reason="维护", by=BOSS)
    diverted = route_at(at.line, "福建", on_monday("02:00"))
    assert (diverted.way, diverted.first, diverted.people) == (Way.DIVERTED, ("成都中心",), 2)
    beijing = next(site for site in route_at(at.line, "北京", on_monday("02:00")).sites if site.name == "北京中心")
    assert (beijing.standing, beijing.turn) == (Standing.DRAINING, None)


def test_law_1_with_nobody_on_shift_the_hunt_group_is_told(tmp_path: Path) -> None:
    """Who works by day only is not there at two in the morning."""
    write_sites(tmp_path / "site")
    by_day = AGENTS.replace("site: ", 'shifts: [{opens: "08:00", closes: "20:00"}], site: ')
    (tmp_path / "site" / "agents.yaml").write_text(by_day, encoding="utf-8")
    at = open_test_line(tmp_path)
    night = route_at(at.line, "福建", on_monday("02:00"))
    assert (night.people, night.hunt_group) == (0, ("北",))
    assert route_at(at.line, "福建", on_monday("09:00")).people == 4
    at.line.databases.dispose()


def test_a_province_nobody_knows_is_refused(at: LineInMemory) -> None:
    """With the form that is wanted."""
    with pytest.raises(SwitchRefusedError, match="福建"):
        route_at(at.line, "福建省", on_monday("02:00"))
