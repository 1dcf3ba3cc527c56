"""A day's peak played through the router itself: callers arrive, wait, lose patience; agents talk.

What is drawn: arrivals (Poisson), patience and conversations (exponential), dialects by their shares. What is not: who
takes the call; that is `router.choose` with the steps and skills it is given.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import numpy as np
import simpy

from dialects.catalogue import PUTONGHUA
from elder_channel.agents.matching import Match, Team
from elder_channel.agents.model import AgentDefinition
from elder_channel.agents.router import FreeAgent, WaitingCall, choose, in_order
from elder_channel.agents.settings import RoutingSettings
from elder_channel.agents.staffing.forecast import Forecast

_START: Final = datetime(2026, 1, 1, tzinfo=UTC)
_JUST_AFTER_SECONDS: Final = 1e-6
_WARM_UP_SHARE: Final = 0.1
"""The queue begins empty; callers of the first tenth are served and not counted."""


@dataclass(frozen=True)
class Simulated:
    """What callers met, as shares of those counted."""

    callers: int
    answered_in_time: float
    abandoned: float
    matched: float
    """Of those answered who prefer a dialect or English: share whose agent speaks it."""
    mean_wait_seconds: float
    """Until answered or given up."""
    occupancy: float


@dataclass
class _Caller:
    call: WaitingCall
    came: float
    picked: simpy.Event
    counted: bool
    given: tuple[str, Match] | None = None
    """The agent who picked up."""


@dataclass
class _Tally:
    callers: int = 0
    in_time: int = 0
    abandoned: int = 0
    wishes: int = 0
    matched: int = 0
    waited: float = 0.0


class PeakSimulation:
    """One run; all times are seconds of the simulated clock."""

    def __init__(
        self,
        forecast: Forecast,
        team: Team,
        *,
        calls_per_second: float,
        hours: float,
        routing: RoutingSettings,
        within_seconds: float,
        seed: int,
    ) -> None:
        self._forecast, self._team, self._routing = forecast, team, routing
        self._rate, self._seconds, self._within = calls_per_second, hours * 3600, within_seconds
        self._random = np.random.default_rng(seed)
        self._clock = simpy.Environment()
        self._definitions = {agent.id: agent for agent in team.agents}
        self._present = frozenset(self._definitions)
        self._idle: dict[str, FreeAgent] = {id_: FreeAgent(agent, _START) for id_, agent in self._definitions.items()}
        self._waiting: dict[str, _Caller] = {}
        self._tally = _Tally()
        self._talked = 0.0
        self._kinds = list(forecast.spoken)
        self._shares = np.array([forecast.spoken[kind] for kind in self._kinds])
        self._looks_after = _looks_after(routing)

    def run(self, progress: Callable[[float], object] = lambda _: None) -> Simulated:
        """Play it to the end; `progress` is told the share that is done."""
        self._clock.process(self._arrivals())
        for part in range(1, 21):
            self._clock.run(until=self._seconds * part / 20)
            progress(part / 20)
        tally = self._tally
        callers = max(1, tally.callers)
        return Simulated(
            callers=tally.callers,
            answered_in_time=tally.in_time / callers,
            abandoned=tally.abandoned / callers,
            matched=tally.matched / max(1, tally.wishes),
            mean_wait_seconds=tally.waited / callers,
            occupancy=self._talked / (len(self._definitions) * self._seconds * (1 - _WARM_UP_SHARE)),
        )

    def _arrivals(self) -> Generator[simpy.Event, Any, None]:
        number = 0
        while True:
            yield self._clock.timeout(self._random.exponential(1 / self._rate))
            number += 1
            self._clock.process(self._caller(self._draw(str(number))))

    def _draw(self, sid: str) -> _Caller:
        english = self._random.random() < self._forecast.english_share
        kind = self._kinds[self._random.choice(len(self._kinds), p=self._shares)]
        now = self._clock.now
        call = WaitingCall(
            sid=sid,
            entered_at=self._moment(),
            language="en" if english else "zh",
            elder=bool(self._random.random() < self._forecast.elder_share),
            posterior={} if english else {kind: 1.0},
            abstained=english,
            more_is_coming=False,
        )
        return _Caller(call, now, self._clock.event(), now >= self._seconds * _WARM_UP_SHARE)

    def _caller(self, caller: _Caller) -> Generator[simpy.Event, Any, None]:
        patience = self._clock.timeout(self._random.exponential(self._forecast.patience_seconds))
        self._waiting[caller.call.sid] = caller
        self._look([caller])
        if caller.given is None:
            for after in self._looks_after:
                self._clock.process(self._look_again(caller, after))
        yield caller.picked | patience
        self._waiting.pop(caller.call.sid, None)
        waited = self._clock.now - caller.came
        if caller.counted:
            self._count(caller, waited)
        if caller.given:
            yield from self._talk(caller, *caller.given)

    def _count(self, caller: _Caller, waited: float) -> None:
        tally = self._tally
        tally.callers += 1
        tally.waited += waited
        if caller.given is None:
            tally.abandoned += 1
            return
        tally.in_time += waited <= self._within
        if caller.call.dialect != PUTONGHUA:  # everybody can give that
            tally.wishes += 1
            tally.matched += caller.given[1] is Match.EXACT

    def _talk(self, caller: _Caller, agent_id: str, match: Match) -> Generator[simpy.Event, Any, None]:
        mean = self._forecast.handle_seconds * (self._forecast.elder_handle_factor if caller.call.elder else 1.0)
        mean *= 1.0 if match is Match.EXACT else self._forecast.mismatch_handle_factor
        length = self._random.exponential(mean)
        begun = self._clock.now
        yield self._clock.timeout(length)
        self._talked += max(0.0, self._clock.now - max(begun, self._seconds * _WARM_UP_SHARE))
        self._idle[agent_id] = FreeAgent(self._definitions[agent_id], self._moment())
        self._look(list(self._waiting.values()))

    def _look_again(self, caller: _Caller, after: float) -> Generator[simpy.Event, Any, None]:
        """When the wish has widened a step, the same free agents may do."""
        yield self._clock.timeout(after + _JUST_AFTER_SECONDS)
        if caller.call.sid in self._waiting:
            self._look([caller])

    def _look(self, callers: Sequence[_Caller]) -> None:
        by_sid = {caller.call.sid: caller for caller in callers}
        for call in in_order([caller.call for caller in callers], settings=self._routing):
            if not self._idle:
                return
            choice = choose(
                call,
                list(self._idle.values()),
                team=self._team,
                present=self._present,
                now=self._moment(),
                settings=self._routing,
            )
            if choice:
                del self._idle[choice.agent_id]
                self._waiting.pop(call.sid, None)
                by_sid[call.sid].given = (choice.agent_id, choice.match)
                by_sid[call.sid].picked.succeed()

    def _moment(self) -> datetime:
        return _START + timedelta(seconds=self._clock.now)


def _looks_after(routing: RoutingSettings) -> list[float]:
    """Seconds of waiting at which a wish may have widened: any run of steps, as steps nobody can meet take no time."""
    ends = {0.0}
    for step in routing.steps:
        ends |= {end + step.seconds for end in ends}
    return sorted(ends - {0.0})


def simulate(
    forecast: Forecast,
    agents: Sequence[AgentDefinition],
    *,
    names: Callable[[Sequence[AgentDefinition], RoutingSettings], Team],
    calls_per_second: float,
    hours: float,
    routing: RoutingSettings,
    within_seconds: float,
    seed: int,
    progress: Callable[[float], object] = lambda _: None,
) -> Simulated:
    """What callers meet when so many call each second for `hours`, with these agents and the router's own steps.

    `names` makes the team, so that branches and groups come from the catalogue.
    """
    run = PeakSimulation(
        forecast,
        names(agents, routing),
        calls_per_second=calls_per_second,
        hours=hours,
        routing=routing,
        within_seconds=within_seconds,
        seed=seed,
    )
    return run.run(progress)


def alike(forecast: Forecast) -> Forecast:
    """The same callers without dialects, ages or mismatches: what Erlang A knows."""
    mean = forecast.mean_handle_seconds
    plain = {"dialects": {}, "english_share": 0.0, "elder_share": 0.0, "handle_seconds": mean}
    return forecast.model_copy(update=plain)
