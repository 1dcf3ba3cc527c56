"""Sites at a glance, and who would be affected by a switch, over real books."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from elder_channel.agents.model import Presence
from elder_channel.agents.standing import Standing, Way
from elder_channel.customers.model import Customer
from elder_channel.services.accounts import Account, Role
from elder_channel.services.errors import ChangedMeanwhileError, SwitchRefusedError
from elder_channel.services.line import LineService
from elder_channel.services.site_board import SitesAtAGlance
from elder_channel.services.sites import SiteSwitches
from tests.fakes.line import LineInMemory, open_test_line
from tests.fakes.sites import write_sites

FUJIAN, ELDER, SICHUAN = "+8659100000155", "+8659100000101", "+862800000155"
HOTLINE = "+862100000060"
BOSS = Account("lin.fang", Role.SUPERVISOR)


@pytest.fixture
def at(tmp_path: Path) -> Iterator[LineInMemory]:
    """A line of three sites; it is 16:00 on a Sunday in the hotline's zone."""
    write_sites(tmp_path / "site")
    opened = open_test_line(tmp_path)
    opened.line.customers.load([Customer(93, "林示例", (ELDER,), elder_flag=True)])
    yield opened
    opened.line.databases.dispose()


@pytest.fixture
def glance(at: LineInMemory) -> SitesAtAGlance:
    """The board under test."""
    return SitesAtAGlance(at.line)


def call(at: LineInMemory, sid: str, number: str) -> None:
    """Somebody waits for a person."""
    service = LineService(at.line)
    service.arrive(sid, number, HOTLINE)
    service.gathered(sid, 1, digits="0", speech="")


def test_each_site_tells_its_hours_and_how_busy_it_is(at: LineInMemory, glance: SitesAtAGlance) -> None:
    """The night sites take over when the own site closes."""
    at.line.agents.set_presence("yu", Presence.ABSENT, at=at.clock())
    call(at, "CA1", SICHUAN)
    LineService(at.line).agent_answered("CA1", "cheng")
    fuzhou, chengdu, beijing = glance.board().sites
    assert (fuzhou.standing, f"{fuzhou.changes_at:%d %H:%M}") == (Standing.OPEN, "22 20:00")
    assert (chengdu.view.at_work, chengdu.view.busy, chengdu.load, chengdu.is_full) == (1, 1, 1.0, True)
    assert (beijing.changes_at, beijing.load, beijing.is_full) == (None, 0.0, False)
    ways = {province: way.way for way in glance.board().ways for province in way.provinces}
    assert (ways["福建"], ways["四川"], ways["西藏"]) == (Way.OWN, Way.SHARED, Way.NONE_OWN)
    at.clock.forward(5 * 3600)
    ways = {province: (way.way, way.sites) for way in glance.board().ways for province in way.provinces}
    assert ways["福建"] == (Way.NIGHT, ("北京中心",))


def test_a_preview_tells_who_is_affected_and_changes_nothing(at: LineInMemory, glance: SitesAtAGlance) -> None:
    """Callers of that province only: waiting and elders, talking, the last hour; and who would take them."""
    call(at, "CA1", FUJIAN)
    call(at, "CA2", ELDER)
    call(at, "CA3", SICHUAN)
    call(at, "CA4", FUJIAN)
    LineService(at.line).agent_answered("CA4", "fu")
    seen = glance.preview_divert("福建", ["chengdu", "beijing", "chengdu"])
    assert (seen.waiting, seen.waiting_elders, seen.talking) == (2, 1, 1)
    assert (seen.lately, seen.lately_elders) == (3, 1)
    assert "福州话" in seen.dialects
    assert [(each.name, each.at_work, each.speakers) for each in seen.to] == [("成都中心", 2, 1), ("北京中心", 1, 0)]
    assert seen.now.way is Way.SHARED  # the only agent there talks
    assert glance.board().on == ()
    at.clock.forward(3601)
    assert glance.preview_divert("福建", ["beijing"]).lately == 0


def test_a_preview_of_what_cannot_be_is_refused(glance: SitesAtAGlance) -> None:
    """With the same words as the switch itself."""
    for province, sites, code in (("福", ["beijing"], "no_such_province"), ("福建", [], "no_sites")):
        with pytest.raises(SwitchRefusedError) as error:
            glance.preview_divert(province, sites)
        assert error.value.code == code
    with pytest.raises(SwitchRefusedError):
        glance.preview_drain("nowhere")


def test_a_drain_tells_where_the_calls_go_then(at: LineInMemory, glance: SitesAtAGlance) -> None:
    """And whether anybody is at work elsewhere; the whole line tells where new calls go."""
    seen = glance.preview_drain("fuzhou")
    assert (seen.name, seen.busy, seen.at_work, seen.others_at_work) == ("福州中心", 0, 1, 3)
    assert [(way.way, way.sites, way.provinces) for way in seen.ways] == [(Way.NIGHT, ("北京中心",), ("福建",))]
    for id_ in ("cheng", "yu", "bei"):
        at.line.agents.set_presence(id_, Presence.ABSENT, at=at.clock())
    assert glance.preview_drain("fuzhou").others_at_work == 0
    call(at, "CA1", FUJIAN)
    LineService(at.line).agent_answered("CA1", "fu")
    whole = glance.preview_drain(None)
    assert (whole.name, whole.busy, whole.elsewhere) == ("", 1, "")


def test_who_decided_on_an_old_board_is_refused(at: LineInMemory, glance: SitesAtAGlance) -> None:
    """Somebody else turned a switch in between, on or off; the command line, which sees no board, is not."""
    switches = SiteSwitches(at.line)
    old = glance.board().etag
    switches.drain("chengdu", reason="停电", by=BOSS)
    with pytest.raises(ChangedMeanwhileError):
        switches.divert("福建", ["beijing"], reason="台风", by=BOSS, seen=old)
    new = glance.board().etag
    switches.divert("福建", ["beijing"], reason="台风", by=BOSS, seen=new)
    with pytest.raises(ChangedMeanwhileError):
        switches.resume("chengdu", reason="来电了", by=BOSS, seen=new)
    switches.resume("chengdu", reason="来电了", by=BOSS)
    board = glance.board()
    assert [(each.id, each.sites, each.on_by) for each in board.on] == [("福建", ("北京中心",), "lin.fang")]
    assert [(each.subject, each.off_by, each.off_reason) for each in board.history] == [
        ("福建", None, None),
        ("成都中心", "lin.fang", "来电了"),
    ]
