"""Sites over real books: who is asked first, disaster mode, drains, shifts, and what staff are told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from elder_channel.agents.model import Presence
from elder_channel.agents.switches import SwitchKind
from elder_channel.services.accounts import Account, Role
from elder_channel.services.errors import NotAllowedError, SwitchRefusedError
from elder_channel.services.line import LineService
from elder_channel.services.live_calls import LiveCalls
from elder_channel.services.routing import RoutingService
from elder_channel.services.sites import SiteSwitches
from tests.fakes.line import LineInMemory, open_test_line

FUJIAN = "+8659100000155"
SICHUAN = "+862800000155"
HOTLINE = "+862100000060"
BOSS = Account("lin.fang", Role.SUPERVISOR)
SITES = """schema: 1
sites:
  - id: fuzhou
    name: 福州
    provinces: [福建]
    hours: [{opens: "08:00", closes: "20:00"}]
    holidays: ["2026-11-25"]
  - {id: chengdu, name: 成都, provinces: [四川]}
  - {id: beijing, name: 北京, night: true}
"""
AGENTS = """schema: 1
agents:
  - {id: fu, name: 福, contact: "client:fu", dialects: {fuzhou: 5}, site: fuzhou}
  - {id: cheng, name: 成, contact: "client:cheng", dialects: {fuzhou: 5}, site: chengdu}
  - {id: bei, name: 北, contact: "client:bei", dialects: {fuzhou: 5}, site: beijing, hunt_group: true}
  - id: shift
    name: 早
    contact: "client:shift"
    site: beijing
    dialects: {sichuan: 5}
    shifts: [{opens: "08:00", closes: "12:00"}]
"""


@pytest.fixture
def at(tmp_path: Path) -> Iterator[LineInMemory]:
    """A line of three sites; it is 16:00 in the hotline's zone."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sites.yaml").write_text(SITES, encoding="utf-8")
    (tmp_path / "site" / "agents.yaml").write_text(AGENTS, encoding="utf-8")
    opened = open_test_line(tmp_path)
    yield opened
    opened.line.databases.dispose()


@pytest.fixture
def switches(at: LineInMemory) -> SiteSwitches:
    """The switches under test."""
    return SiteSwitches(at.line)


def who_takes(at: LineInMemory, number: str = FUJIAN, sid: str = "CA1") -> str | None:
    """Let a call from this number wait and the router look once; the agent it is given to."""
    service = LineService(at.line)
    router = RoutingService(at.line, service)
    service.arrive(sid, number, HOTLINE)
    service.gathered(sid, 1, digits="0", speech="")
    at.line.calls.recognition_is_off(sid)
    at.line.calls.queued(sid, at=at.clock())
    return next((move.agent_id for move in router.tick() if move.sid == sid), None)


def leave(at: LineInMemory, *ids: str) -> None:
    """These agents go."""
    for id_ in ids:
        at.line.agents.set_presence(id_, Presence.ABSENT, at=at.clock())


def test_among_equals_the_callers_own_province_answers(at: LineInMemory) -> None:
    """Three speak the dialect as well; the site of the caller's province is asked first, and the books say why."""
    assert who_takes(at) == "fu"
    call = at.line.calls.get("CA1")
    assert call
    (trace,) = call.routing
    assert (trace["province"], trace["match"], trace["step"], trace["bond"]) == ("福建", "exact", "exact", None)
    assert [(each["agent_id"], each["tier"]) for each in trace["considered"]] == [("fu", 0), ("bei", 1), ("cheng", 2)]
    (shown,) = LiveCalls(at.line).list_calls(viewer="lin.fang")
    assert shown.choice
    assert (shown.choice.site, shown.choice.tier, shown.choice.others) == ("福州", 0, ("北", "成"))


@pytest.mark.parametrize(
    ("moment", "agent"),
    [
        pytest.param(datetime(2026, 11, 23, 14, tzinfo=UTC), "bei", id="at night the night site"),
        pytest.param(datetime(2026, 11, 25, 4, tzinfo=UTC), "bei", id="on a holiday too"),
        pytest.param(datetime(2026, 11, 24, 4, tzinfo=UTC), "fu", id="by day the own site"),
    ],
)
def test_a_closed_site_gets_no_call(at: LineInMemory, moment: datetime, agent: str) -> None:
    """Its agents count as at work by presence, and are passed over all the same."""
    at.clock.now = moment
    assert who_takes(at) == agent


def test_law_1_a_closed_site_answers_when_nobody_else_is_at_work(at: LineInMemory) -> None:
    """Hours are a preference; a person is a promise."""
    at.clock.now = datetime(2026, 11, 23, 14, tzinfo=UTC)
    leave(at, "cheng", "bei", "shift")
    assert who_takes(at) == "fu"


def test_disaster_mode_sends_a_province_elsewhere_and_back(at: LineInMemory, switches: SiteSwitches) -> None:
    """From the next tick on, in every process that reads the books; other provinces are not touched."""
    switches.divert("福建", ["chengdu"], reason="台风", by=BOSS)
    assert who_takes(at, sid="CA1") == "cheng"
    call = at.line.calls.get("CA1")
    assert call
    assert call.routing[-1]["bond"] == "diverted"
    switches.restore("福建", reason="恢复供电", by=BOSS)
    assert who_takes(at, sid="CA2") == "fu"
    (entry,) = switches.history()
    assert (entry.kind, entry.subject, entry.sites, entry.reason) == (SwitchKind.DIVERT, "福建", ("chengdu",), "台风")
    assert (entry.on_by, entry.off_by, entry.off_reason) == ("lin.fang", "lin.fang", "恢复供电")


def test_law_1_a_diversion_to_where_nobody_works_keeps_nobody_waiting(at: LineInMemory, switches: SiteSwitches) -> None:
    """The named site is empty: the call goes to whoever is there."""
    switches.divert("福建", ["chengdu"], reason="台风", by=BOSS)
    leave(at, "cheng")
    assert who_takes(at) in {"fu", "bei"}


def test_a_draining_site_finishes_its_calls_and_takes_no_new_one(at: LineInMemory, switches: SiteSwitches) -> None:
    """A call that was there before stays; the next goes elsewhere, a diversion notwithstanding."""
    assert who_takes(at, sid="CA1") == "fu"
    switches.drain("fuzhou", reason="换机", by=BOSS)
    switches.divert("福建", ["fuzhou", "chengdu"], reason="测试", by=BOSS)
    at.line.calls.answered("CA1", "fu", at=at.clock())
    assert who_takes(at, sid="CA2") == "cheng"
    call = at.line.calls.get("CA1")
    assert call
    assert call.agent_id == "fu"
    (fuzhou, *_) = switches.sites()
    assert (fuzhou.draining, fuzhou.at_work, fuzhou.busy) == (True, 1, 1)


def test_who_works_a_shift_gets_no_call_outside_unless_by_hand(at: LineInMemory) -> None:
    """At 16:00 the morning shift is over; who says by hand to be there is given calls."""
    assert who_takes(at, SICHUAN, sid="CA1") != "shift"
    at.line.agents.set_presence("shift", Presence.IDLE, at=at.clock())
    assert who_takes(at, SICHUAN, sid="CA2") == "shift"


@pytest.mark.parametrize(
    ("province", "sites", "reason", "code"),
    [
        ("福健", ["chengdu"], "台风", "no_such_province"),
        ("福建", ["chengdo"], "台风", "no_such_site"),
        ("福建", [], "台风", "no_sites"),
        ("福建", ["chengdu"], "  ", "no_reason"),
        ("福建", ["chengdu"], "风" * 201, "reason_too_long"),
    ],
)
def test_a_diversion_that_makes_no_sense_is_refused(
    switches: SiteSwitches, province: str, sites: list[str], reason: str, code: str
) -> None:
    """Nothing is changed, and the code says which rule it breaks."""
    with pytest.raises(SwitchRefusedError) as refused:
        switches.divert(province, sites, reason=reason, by=BOSS)
    assert refused.value.code == code
    assert switches.on() == []


def test_an_agent_turns_no_switch(switches: SiteSwitches) -> None:
    """Supervisors and administrators do."""
    with pytest.raises(NotAllowedError):
        switches.drain(None, reason="x", by=Account("chen", Role.AGENT))


def test_a_switch_is_turned_once(switches: SiteSwitches) -> None:
    """Who comes second is told that it is on already, and does not overwrite what the first has chosen."""
    switches.divert("福建", ["chengdu"], reason="台风", by=BOSS)
    with pytest.raises(SwitchRefusedError, match="is on already"):
        switches.divert("福建", ["beijing"], reason="台风", by=BOSS)
    switches.restore("福建", reason="好了", by=BOSS)
    with pytest.raises(SwitchRefusedError, match="is not on"):
        switches.restore("福建", reason="好了", by=BOSS)


def test_the_console_is_told_what_is_on(switches: SiteSwitches) -> None:
    """In the names staff know."""
    switches.divert("福建", ["chengdu"], reason="台风", by=BOSS)
    switches.drain(None, reason="换机", by=BOSS)
    diversion, drain = switches.shown()
    assert (diversion.subject, diversion.sites, diversion.whole_line) == ("福建", ("成都",), False)
    assert (drain.subject, drain.whole_line) == ("", True)
