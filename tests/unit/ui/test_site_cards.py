"""What the page of sites says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from elder_channel.agents.hours import Hours
from elder_channel.agents.sites import Site
from elder_channel.agents.standing import Standing, Way
from elder_channel.clock import HOTLINE_ZONE
from elder_channel.services.site_board import (
    DivertPreview,
    DrainPreview,
    ProvinceWay,
    Receiving,
    SitesBoard,
    SiteStanding,
)
from elder_channel.services.sites import SiteView, SwitchView
from ui.site_cards import divert_warning, drain_warning, present_board, present_divert, present_drain
from ui.words import say

NOW = datetime(2026, 11, 22, 16, 0, tzinfo=HOTLINE_ZONE)
OWN = ProvinceWay(Way.OWN, ("福州中心",), ("福建",))
NIGHT = ProvinceWay(Way.NIGHT, (), ("四川", "重庆"))
THERE = Receiving("北京中心", draining=False, at_work=3, busy=1, speakers=2)


def board(site: Site, **standing: object) -> SitesBoard:
    """A board with this site alone, open and idle but for what is said."""
    view = SiteView(site, is_open=True, draining=False, at_work=4, busy=1)
    stands = SiteStanding(view, Standing.OPEN, None, 0.25, is_full=False)
    return SitesBoard(NOW, "etag", (replace(stands, **standing),), (OWN, NIGHT), (), ())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes_at", "is_open", "expected"),
    [
        (NOW.replace(hour=20), True, "到 20:00"),
        (NOW.replace(day=24, hour=8), True, "到 11-24 08:00"),
        (NOW.replace(day=23, hour=8), False, "11-23 08:00 开门"),
        (None, True, "不分昼夜"),
    ],
)
def test_until_when_a_site_is_open_or_closed(changes_at: datetime | None, is_open: bool, expected: str) -> None:
    """With the day, where it is not today."""
    hours = (Hours(),) if is_open else (Hours(closes="08:00"),)
    standing = Standing.OPEN if is_open else Standing.OUTSIDE_HOURS
    site = Site(id="a", name="甲", hours=hours)
    (card,) = present_board(board(site, changes_at=changes_at, standing=standing), zone=HOTLINE_ZONE).sites
    assert card.until.zh == expected
    assert card.is_open is is_open


def test_a_full_site_says_so_instead_of_from_when_on() -> None:
    """One or the other; nobody at work is not full."""
    site = Site(id="a", name="甲", night=True, overflow_at=0.8)
    (roomy,) = present_board(board(site), zone=HOTLINE_ZONE).sites
    (full,) = present_board(board(site, is_full=True, load=1.0), zone=HOTLINE_ZONE).sites
    assert [each.zh for each in roomy.remarks] == ["忙到 80% 起由别的职场分担", say("site.night").zh]
    assert full.remarks[0] == say("site.full")
    assert (full.load_percent, full.provinces) == (100, say("site.provinces.none"))


def test_where_calls_go_is_told_also_when_nobody_is_open() -> None:
    """What is not as usual is marked."""
    own, night = present_board(board(Site(id="a", name="甲")), zone=HOTLINE_ZONE).ways
    assert (own.provinces, own.to.zh, own.unusual) == ("福建", "转到 福州中心", False)
    assert (night.provinces, night.to, night.unusual) == ("四川、重庆", say("way.to_anybody"), True)


def test_the_history_tells_both_turnings() -> None:
    """One that is still on says so."""
    on = SwitchView("divert", "福建", ("北京中心",), "台风", datetime(2026, 11, 22, 1, tzinfo=UTC), "lin", id="福建")
    off = replace(on, off_at=on.on_at + timedelta(hours=2), off_by="chen", off_reason="风过了")
    shown = replace(board(Site(id="a", name="甲")), on=(on,), history=(on, off))
    page = present_board(shown, zone=HOTLINE_ZONE)
    assert [(each.key, each.subject_id) for each in page.on] == [("divert-福建", "福建")]
    assert page.history[0].off == say("switches.still_on")
    assert page.history[1].on.zh == "11-22 09:00 打开，lin：台风"
    assert page.history[1].off.zh == "11-22 11:00 收回，chen：风过了"


def preview(*to: Receiving, waiting: int = 0) -> DivertPreview:
    """A diversion of 福建."""
    return DivertPreview("福建", to, ("福州话",), waiting, waiting, 0, 0, 0, OWN)


@pytest.mark.parametrize(
    ("to", "expected"),
    [
        ((THERE,), None),
        ((replace(THERE, speakers=0),), "preview.nobody_speaks"),
        ((replace(THERE, speakers=0), THERE), None),
        ((replace(THERE, at_work=0),), "preview.nobody"),
        ((replace(THERE, draining=True),), "preview.nobody"),
    ],
)
def test_what_should_make_somebody_think_again(to: tuple[Receiving, ...], expected: str | None) -> None:
    """Nobody there, or nobody who speaks what is spoken in the province."""
    assert divert_warning(preview(*to)) == (say(expected) if expected else None)


def test_a_preview_names_who_waits_and_who_would_answer() -> None:
    """And says so where there is nobody."""
    lines = [each.zh for each in present_divert(preview(THERE, replace(THERE, at_work=0), waiting=2))]
    assert lines[0] == "正在等或正在响的 2 通，其中长者 2 通，马上改派"
    assert "北京中心：现在没有人在岗" in lines
    assert lines[-1] == "现在：本省的职场 转到 福州中心"
    assert present_divert(preview(THERE))[0] == say("preview.waiting.none")


def test_a_drain_tells_where_calls_go_then() -> None:
    """Of a site, of the line with a number to go to, and of one without."""
    site = DrainPreview("成都中心", 2, 5, (NIGHT,), 0, "")
    assert present_drain(site)[-1].zh == "四川、重庆的来电：本省的职场休息，夜间职场接 → 任何在岗的人"
    assert drain_warning(site) == say("preview.drain.nobody")
    assert drain_warning(replace(site, others_at_work=3)) is None
    line = DrainPreview("", 2, 5, (), 0, "+862100000061")
    assert present_drain(line)[1].zh == "新来电转到 +862100000061"
    assert present_drain(replace(line, elsewhere=""))[1] == say("preview.line.hunt")
    assert drain_warning(line) is None
