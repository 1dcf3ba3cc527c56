"""From a forecast to a roster: how many each hour, how many of them speak what, and whether the simulation agrees."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dialects.catalogue import PUTONGHUA, Catalogue
from elder_channel.agents.matching import Team
from elder_channel.agents.model import AgentDefinition
from elder_channel.agents.settings import RoutingSettings
from elder_channel.agents.staffing.erlang import Service, agents_for, erlang_a
from elder_channel.agents.staffing.forecast import QUARTER_HOUR_SECONDS, Forecast
from elder_channel.agents.staffing.simulate import Simulated, alike, simulate

DIALECTS_EACH = 2
"""Dialects an agent is taken to speak beside Putonghua."""
SAFETY = 1.0
"""Speakers of a dialect beyond its mean demand, in square roots of it (square-root staffing)."""
FEWEST_SPEAKERS = 2
"""Of a dialect anybody asks for: one may be talking, or off."""


ENGLISH_NEED = "english"
GROWTH = 0.02
"""Step by which a roster grows until it meets the target."""
GROWTH_STEPS = 31
"""Up to 60% more than Erlang A: beyond that something else is wrong."""


@dataclass(frozen=True)
class Target:
    """What is to be reached: this share of callers answered within so many seconds."""

    answered_in_time: float = 0.92
    within_seconds: float = 15.0


@dataclass(frozen=True)
class HourNeed:
    """Agents for the busiest quarter of one hour."""

    hour: int
    calls_per_quarter_hour: float
    load: float
    """Conversations at a time, if nobody waited: erlangs."""
    agents: int
    service: Service | None
    """None where nobody calls."""


@dataclass(frozen=True)
class SpeakersNeed:
    """Speakers of one dialect at the peak."""

    class_id: str
    share: float
    load: float
    speakers: int


@dataclass(frozen=True)
class Comparison:
    """Erlang A and the simulation on the same plain load."""

    agents: int
    load: float
    erlang: Service
    simulated: Simulated

    @property
    def difference(self) -> float:
        """Largest difference of the shares answered in time and abandoned, 0 to 1."""
        return max(
            abs(self.erlang.answered_in_time - self.simulated.answered_in_time),
            abs(self.erlang.abandoned - self.simulated.abandoned),
        )


def hour_needs(forecast: Forecast, target: Target) -> list[HourNeed]:
    """Agents each hour of the day, as if all spoke everything."""
    needs = []
    for hour, calls in enumerate(forecast.hourly_peaks):
        rate = calls / QUARTER_HOUR_SECONDS
        agents = agents_for(
            calls_per_second=rate,
            handle_seconds=forecast.mean_handle_seconds,
            patience_seconds=forecast.patience_seconds,
            within_seconds=target.within_seconds,
            answered_in_time=target.answered_in_time,
        )
        service = service_of(forecast, rate, agents, target) if agents else None
        needs.append(HourNeed(hour, calls, rate * forecast.mean_handle_seconds, agents, service))
    return needs


def service_of(forecast: Forecast, calls_per_second: float, agents: int, target: Target) -> Service:
    """What so many agents give at this load, by Erlang A."""
    return erlang_a(
        calls_per_second=calls_per_second,
        handle_seconds=forecast.mean_handle_seconds,
        patience_seconds=forecast.patience_seconds,
        agents=agents,
        within_seconds=target.within_seconds,
    )


def speakers_needs(forecast: Forecast, load: float) -> list[SpeakersNeed]:
    """Speakers of each dialect for a load in erlangs, the most asked for first; Putonghua is everybody's."""
    needs = []
    for class_id, share in forecast.spoken.items():
        part = load * share * (1 - forecast.english_share)
        if class_id != PUTONGHUA and part > 0:
            needs.append(SpeakersNeed(class_id, share, part, _speakers(part)))
    if forecast.english_share:
        part = load * forecast.english_share
        needs.append(SpeakersNeed(ENGLISH_NEED, forecast.english_share, part, _speakers(part)))
    return sorted(needs, key=lambda need: (-need.load, need.class_id))


def compose_team(needs: Sequence[SpeakersNeed], agents: int, *, elder_share: float) -> list[AgentDefinition]:
    """A roster of `agents` invented people, each of whom speaks as many dialects as people are taken to.

    First what is needed, then, with hands left, more of what is asked for most.
    """
    english = next((need.speakers for need in needs if need.class_id == ENGLISH_NEED), 0)
    spoken: list[dict[str, int]] = [{} for _ in range(agents)]
    for index, class_id in enumerate(_slots(needs, agents * DIALECTS_EACH)):
        for step in range(agents):  # the next agent who does not speak it yet
            dialects = spoken[(index + step) % agents]
            if class_id not in dialects and len(dialects) < DIALECTS_EACH:
                dialects[class_id] = 5 - len(dialects)
                break
    trained = round(agents * elder_share)
    return [
        AgentDefinition(
            id=f"agent-{index}",
            name=f"agent {index}",
            contact=f"client:agent-{index}",
            dialects=dialects,
            # English speakers from the end of the list: those with the rarest dialects, who are asked for least
            languages={"zh": 5, **({"en": 4} if index >= agents - english else {})},
            elder_trained=index < trained,
        )
        for index, dialects in enumerate(spoken)
    ]


def _slots(needs: Sequence[SpeakersNeed], room: int) -> list[str]:
    """Dialects to be spoken, one entry a speaker: what is needed, then by the largest load a speaker until full."""
    dialects = [need for need in needs if need.class_id != ENGLISH_NEED]
    if not dialects:
        return []
    counts = {need.class_id: need.speakers for need in dialects}
    while sum(counts.values()) < room:
        most = max(dialects, key=lambda need: (need.load / counts[need.class_id], need.class_id))
        counts[most.class_id] += 1
    return [need.class_id for need in dialects for _ in range(counts[need.class_id])][:room]


@dataclass(frozen=True)
class Roster:
    """A team for the peak and what the simulation says of it."""

    agents: tuple[AgentDefinition, ...]
    simulated: Simulated
    reached: bool
    """Whether the target was met; else the largest team that was tried."""


def roster_for(
    forecast: Forecast,
    peak: HourNeed,
    *,
    target: Target,
    catalogue: Catalogue,
    routing: RoutingSettings,
    hours: float,
    seed: int,
    progress: Callable[[float], object] = lambda _: None,
) -> Roster:
    """The smallest invented team that meets the target in simulation, from Erlang A's number upwards.

    Erlang A takes everybody to speak everything; what dialects and longer conversations cost beyond it shows here.
    """
    needs = speakers_needs(forecast, peak.load)
    sizes = [math.ceil(peak.agents * (1 + GROWTH * step)) for step in range(GROWTH_STEPS)]
    for number, size in enumerate(sizes):
        team = compose_team(needs, size, elder_share=forecast.elder_share)
        simulated = simulate(
            forecast,
            team,
            names=team_maker(catalogue),
            calls_per_second=peak.calls_per_quarter_hour / QUARTER_HOUR_SECONDS,
            hours=hours,
            routing=routing,
            within_seconds=target.within_seconds,
            seed=seed,
        )
        progress((number + 1) / len(sizes))
        if simulated.answered_in_time >= target.answered_in_time:
            return Roster(tuple(team), simulated, reached=True)
    return Roster(tuple(team), simulated, reached=False)


def team_maker(catalogue: Catalogue) -> Callable[[Sequence[AgentDefinition], RoutingSettings], Team]:
    """Makes teams whose branches and groups are the catalogue's."""

    def make(agents: Sequence[AgentDefinition], routing: RoutingSettings) -> Team:
        return Team(
            agents,
            branch_of=catalogue.branch_of,
            group_of=catalogue.group_of,
            min_proficiency=routing.min_proficiency,
        )

    return make


def compare(
    forecast: Forecast,
    *,
    loads: Sequence[tuple[float, int]],
    target: Target,
    catalogue: Catalogue,
    routing: RoutingSettings,
    callers: int,
    seed: int,
    progress: Callable[[float], object] = lambda _: None,
) -> list[Comparison]:
    """Erlang A beside the simulation where both know the same: alike callers, alike agents.

    `loads` are (calls a second, agents); each is run until about so many `callers` have called.
    """
    plain = alike(forecast)
    rows = []
    for number, (rate, agents) in enumerate(loads):
        simulated = simulate(
            plain,
            compose_team([], agents, elder_share=0.0),
            names=team_maker(catalogue),
            calls_per_second=rate,
            hours=callers / rate / 3600,
            routing=routing,
            within_seconds=target.within_seconds,
            seed=seed + number,
            progress=lambda done, number=number: progress((number + done) / len(loads)),  # type: ignore[misc]
        )
        erlang = service_of(plain, rate, agents, target)
        rows.append(Comparison(agents, rate * plain.mean_handle_seconds, erlang, simulated))
    return rows


def _speakers(load: float) -> int:
    return max(FEWEST_SPEAKERS, math.ceil(load + SAFETY * math.sqrt(load)))
