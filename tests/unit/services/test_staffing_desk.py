"""The staffing calculator of the console: bounded, for who leads, with errors that say what is wrong."""

from __future__ import annotations

import itertools

import pytest

from elder_channel.agents.staffing.plan import Target
from elder_channel.services.accounts import Account
from elder_channel.services.accounts_file import Role
from elder_channel.services.errors import NotAllowedError, StaffingRefusedError
from elder_channel.services.staffing import StaffingDesk, Wish
from tests.fakes.line import LineInMemory
from tests.fakes.people import People

BOSS, AGENT = Account("lin.fang", Role.SUPERVISOR), Account("wu", Role.AGENT)
PEOPLE = People(BOSS, AGENT)
DAY = "name: a small day\ncalls_per_quarter_hour: [{}]\nhuman_share: 1.0\ndialects: {{fuzhou: 0.3}}\n"


def small_day(calls: int = 10) -> Wish:
    """A day of as many calls in each hour."""
    return Wish(DAY.format(", ".join([str(calls)] * 24)).encode())


def test_needs_come_from_the_packaged_day_or_ones_own(at: LineInMemory) -> None:
    """Twice the calls need more agents; a dialect's name is told."""
    desk = StaffingDesk(at.line, PEOPLE)
    usual, twice = (desk.needs(Wish(times=times), by=BOSS) for times in (1.0, 2.0))
    assert twice.peak.agents > usual.peak.agents > 10
    own = desk.needs(small_day(), by=BOSS)
    assert own.day.name == "a small day"
    assert [name for name, _ in own.speakers] == ["福州话"]


def test_the_peak_is_played_with_the_router_and_progress_is_told(at: LineInMemory) -> None:
    """The needed team reaches the goal; beside it the agents of the settings."""
    desk, told = StaffingDesk(at.line, PEOPLE, hours=0.5), list[float]()
    needs = desk.needs(small_day(), by=BOSS)
    played = desk.play(needs, by=BOSS, progress=told.append)
    assert played.roster.simulated.callers > 0
    assert played.own_agents == len(at.line.settings.agents)
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_a_run_that_takes_too_long_ends(at: LineInMemory) -> None:
    """With a sentence that names the command."""
    minutes = itertools.count(step=40)
    desk = StaffingDesk(at.line, PEOPLE, tells=lambda: float(next(minutes)), hours=0.1)
    with pytest.raises(StaffingRefusedError) as refused:
        desk.play(desk.needs(small_day(), by=BOSS), by=BOSS)
    assert refused.value.code == "staffing_too_long"


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        (Wish(b"\xff"), "staffing_forecast"),
        (Wish(b"name: x"), "staffing_forecast"),
        (Wish(b"- 1"), "staffing_forecast"),
        (Wish(b"x" * 100_001), "staffing_forecast"),
        (small_day(10_000_000), "staffing_too_many"),
    ],
)
def test_a_forecast_that_cannot_be_used_is_refused(at: LineInMemory, wish: Wish, code: str) -> None:
    """Before anything is worked out."""
    with pytest.raises(StaffingRefusedError) as refused:
        StaffingDesk(at.line, PEOPLE).needs(wish, by=BOSS)
    assert refused.value.code == code


def test_a_day_without_calls_has_no_peak(at: LineInMemory) -> None:
    """Nothing can be played."""
    desk = StaffingDesk(at.line, PEOPLE)
    needs = desk.needs(Wish(small_day(0).forecast, target=Target(0.9, 20)), by=BOSS)
    with pytest.raises(StaffingRefusedError) as refused:
        desk.play(needs, by=BOSS)
    assert refused.value.code == "staffing_nobody_calls"


def test_only_who_leads_calculates(at: LineInMemory) -> None:
    """It keeps a processor busy."""
    with pytest.raises(NotAllowedError):
        StaffingDesk(at.line, PEOPLE).needs(Wish(), by=AGENT)
