"""How many agents a forecast needs."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialects.catalogue import load_catalogue
from elder_channel.agents.matching import Match
from elder_channel.agents.settings import RelaxationStep, RoutingSettings
from elder_channel.agents.staffing.erlang import agents_for, erlang_a
from elder_channel.agents.staffing.forecast import Forecast, ForecastError, read_forecast
from elder_channel.agents.staffing.plan import (
    Target,
    compare,
    compose_team,
    hour_needs,
    roster_for,
    speakers_needs,
    team_maker,
)
from elder_channel.agents.staffing.plots import day_plot
from elder_channel.agents.staffing.simulate import simulate

CATALOGUE = load_catalogue()
TARGET = Target()


def birth_and_death(arrivals: float, handle: float, patience: float, agents: int) -> tuple[float, float]:
    """(share abandoned, share answered at once) from the states of the queue themselves."""
    logs = [0.0]
    for state in range(1, 2000):
        leaving = min(state, agents) / handle + max(0, state - agents) / patience
        logs.append(logs[-1] + math.log(arrivals / leaving))
    weights = [math.exp(log - max(logs)) for log in logs]
    total = sum(weights)
    queue = sum((state - agents) * weight for state, weight in enumerate(weights) if state > agents) / total
    return queue / patience / arrivals, sum(weights[:agents]) / total


@pytest.mark.parametrize(
    ("arrivals", "handle", "patience", "agents"),
    [(0.1, 241.5, 90, 25), (0.2, 240, 90, 50), (1.0, 240, 90, 253), (0.01, 180, 30, 1), (0.1, 240, 90, 10)],
)
def test_erlang_a_agrees_with_the_states_of_the_queue(
    arrivals: float, handle: float, patience: float, agents: int
) -> None:
    """The integral of the waiting times and the balance of the queue's states are two ways to one number."""
    service = erlang_a(
        calls_per_second=arrivals, handle_seconds=handle, patience_seconds=patience, agents=agents, within_seconds=15
    )
    abandoned, at_once = birth_and_death(arrivals, handle, patience, agents)
    assert service.abandoned == pytest.approx(abandoned, abs=1e-4)
    assert service.answered_at_once == pytest.approx(at_once, abs=1e-4)
    assert service.answered_at_once <= service.answered_in_time <= 1 - service.abandoned + 1e-6


@given(st.floats(0.001, 5), st.floats(30, 900), st.floats(5, 600))
def test_the_number_of_agents_is_the_smallest_that_will_do(arrivals: float, handle: float, patience: float) -> None:
    """One fewer would not be enough."""
    how = {"calls_per_second": arrivals, "handle_seconds": handle, "patience_seconds": patience, "within_seconds": 15.0}
    agents = agents_for(**how, answered_in_time=0.9)
    assert erlang_a(**how, agents=agents).answered_in_time >= 0.9
    assert agents == 1 or erlang_a(**how, agents=agents - 1).answered_in_time < 0.9


def test_nobody_calls_nobody_is_needed() -> None:
    """An hour without calls needs no agents; a load that cannot be is refused."""
    how = {"handle_seconds": 200.0, "patience_seconds": 90.0, "within_seconds": 15.0}
    assert agents_for(calls_per_second=0, answered_in_time=0.9, **how) == 0
    with pytest.raises(ValueError, match="positive"):
        erlang_a(calls_per_second=1, agents=0, **how)


def small_day(**changes: object) -> Forecast:
    """A day with ten calls a quarter of an hour and two dialects."""
    values = {"name": "small", "calls_per_quarter_hour": [0] * 8 + [60] * 12 + [10] * 4, "elder_share": 0.3}
    return Forecast.model_validate({**values, "dialects": {"sichuan": 0.3, "minnan": 0.1}, **changes})


def test_each_hour_is_staffed_for_its_busiest_quarter() -> None:
    """No calls, no agents; the peak hour needs the most."""
    needs = hour_needs(small_day(), TARGET)
    assert [need.agents for need in needs[:8]] == [0] * 8
    assert needs[9].agents > needs[22].agents > 0
    assert all(need.service is None or need.service.answered_in_time >= 0.92 for need in needs)
    assert needs[9].load == pytest.approx(60 / 900 * 210 * 1.15)


def test_speakers_follow_the_demand_with_room_to_spare() -> None:
    """As many as talk at a time and a safety of its square root, never fewer than two; Putonghua is everyone's."""
    needs = {need.class_id: need.speakers for need in speakers_needs(small_day(english_share=0.02), 16.0)}
    assert needs == {"sichuan": math.ceil(4.8 + math.sqrt(4.8)), "minnan": 3, "english": 2}


def test_a_team_speaks_what_is_needed_and_more_with_hands_left() -> None:
    """Every dialect has its speakers; nobody is taken to speak more than two."""
    day = small_day(english_share=0.02)
    needs = speakers_needs(day, 16.0)
    team = compose_team(needs, 20, elder_share=0.3)
    for need in needs:
        speak = sum(
            need.class_id in agent.dialects or (need.class_id == "english" and "en" in agent.languages)
            for agent in team
        )
        assert speak >= need.speakers
    assert all(len(agent.dialects) <= 2 for agent in team)
    assert sum(agent.elder_trained for agent in team) == 6


def test_erlang_a_and_the_simulation_agree_where_they_know_the_same() -> None:
    """Alike callers and agents: what the router does with them is what theory says, within the noise of the run."""
    (row,) = compare(
        small_day(),
        loads=[(0.1, 25)],
        target=TARGET,
        catalogue=CATALOGUE,
        routing=RoutingSettings(),
        callers=8_000,
        seed=2,
    )
    assert row.difference < 0.06
    assert 7_000 < row.simulated.callers < 8_000


def test_dialects_cost_agents_and_a_little_patience_brings_matches() -> None:
    """Waiting a few seconds for a speaker gives more callers one than taking the first free (law 4)."""
    day = small_day()
    peak = max(hour_needs(day, TARGET), key=lambda need: need.agents)
    roster = roster_for(day, peak, target=TARGET, catalogue=CATALOGUE, routing=RoutingSettings(), hours=4, seed=1)
    assert roster.reached
    assert len(roster.agents) >= peak.agents
    scarce = [
        agent.model_copy(update={"dialects": {"sichuan": 5} if number < 6 else {"minnan": 5} if number < 8 else {}})
        for number, agent in enumerate(roster.agents)
    ]

    def matched(*steps: RelaxationStep) -> float:
        return simulate(
            day,
            scarce,
            names=team_maker(CATALOGUE),
            calls_per_second=60 / 900,
            hours=8,
            routing=RoutingSettings(steps=steps),
            within_seconds=15,
            seed=5,
        ).matched

    assert matched(RelaxationStep(match=Match.EXACT, seconds=12)) > matched() + 0.02


def test_a_team_that_cannot_do_it_is_said_to_fail() -> None:
    """Callers without any patience are never reached in time; the largest team tried is told, and that it failed."""
    day = small_day(patience_seconds=0.01, mismatch_handle_factor=3.0, elder_handle_factor=5.0)
    peak = max(hour_needs(small_day(), TARGET), key=lambda need: need.agents)
    strict = RoutingSettings(steps=(RelaxationStep(match=Match.EXACT, seconds=600),))
    roster = roster_for(day, peak, target=Target(0.999, 0), catalogue=CATALOGUE, routing=strict, hours=0.5, seed=1)
    assert not roster.reached


def test_the_packaged_forecast_is_a_national_day() -> None:
    """It is read, its dialects are known, and Spring Festival multiplies it."""
    day = read_forecast(None, catalogue=CATALOGUE)
    assert 60_000 < sum(day.calls_per_quarter_hour) < 70_000
    assert sum(day.times(1.6).hourly_peaks) == pytest.approx(1.6 * sum(day.hourly_peaks))
    assert sum(day.spoken.values()) == pytest.approx(1)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("name: x\n", "calls_per_quarter_hour: Field required"),
        ("name: x\ncalls_per_quarter_hour: [1, 2]\n", "must be 96 numbers"),
        (f"name: x\ncalls_per_quarter_hour: {[1] * 24}\ndialects: {{klingon: 0.1}}\n", "dialects.klingon: no such"),
        (f"name: x\ncalls_per_quarter_hour: {[1] * 24}\ndialects: {{sichuan: 1.1}}\n", "sum to more than 1"),
        (f"name: x\ncalls_per_quarter_hour: {[-1] * 24}\n", "must not be negative"),
        (f"name: x\ncalls_per_quarter_hour: {[1] * 24}\npatience: 3\n", "patience: Extra inputs"),
        ("- 1\n", "valid dictionary"),
        ("a: [", "cannot be read"),
    ],
)
def test_a_forecast_that_cannot_be_used_is_refused_in_a_sentence(tmp_path: Path, content: str, complaint: str) -> None:
    """With file, key and reason."""
    file = tmp_path / "day.yaml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(ForecastError, match=r"day\.yaml") as caught:
        read_forecast(file, catalogue=CATALOGUE)
    assert complaint in str(caught.value)


def test_the_plot_shows_every_hour() -> None:
    """A picture that stands for itself: 24 bars, a line and a title."""
    picture = day_plot(hour_needs(small_day(), TARGET), title="a <small> day")
    assert picture.count("<rect") == 25
    assert "a &lt;small&gt; day" in picture
