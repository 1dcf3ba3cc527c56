"""Who takes a call: posterior times proficiency over one shared pool, widening with time (law 4)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from elder_channel.agents.matching import CHINESE, Match, Team, proficiency
from elder_channel.agents.model import AgentDefinition
from elder_channel.agents.settings import RoutingSettings

ENGLISH = "en"


@dataclass(frozen=True)
class WaitingCall:
    """A call in the queue, as the router sees it."""

    sid: str
    entered_at: datetime
    language: str
    elder: bool
    posterior: Mapping[str, float]
    """Class id to probability; empty when nothing is known."""
    abstained: bool
    more_is_coming: bool
    """Whether recognition may still sharpen the posterior."""
    agents_tried: tuple[str, ...] = ()
    urgent: bool = False
    """In need of help at once: first in line, and nobody better is waited for."""
    behind_seconds: float = 0.0
    """A marked caller is served as if having entered so much later; whoever comes later than that is served after."""
    sites: Mapping[str, int] = field(default_factory=dict)
    """Site to how soon it is asked, 0 first; a site that is not named comes last. Decides among equal matches."""
    only_sites: frozenset[str] = frozenset()
    """Sites that alone may take it while anybody there is at work; empty: all."""
    only_agents: frozenset[str] = frozenset()
    """The same for agents, as those of a sister company; empty: all."""
    wish_from: datetime | None = None
    """When the wish was made from which it widens, for a call passed on by an agent; None: on entering."""

    @property
    def dialect(self) -> str | None:
        """The most probable class; None where nothing is known or the identification abstained."""
        if self.abstained or not self.posterior:
            return None
        return max(self.posterior, key=lambda id_: self.posterior[id_])

    @property
    def has_wish(self) -> bool:
        """Whether there is anything to match: without a dialect nobody is worth waiting for."""
        return self.language != CHINESE or self.dialect is not None


@dataclass(frozen=True)
class FreeAgent:
    """An agent who can be given a call."""

    definition: AgentDefinition
    idle_since: datetime


@dataclass(frozen=True)
class Choice:
    """The agent chosen, and how well the skills fit."""

    agent_id: str
    match: Match

    @property
    def matched(self) -> str:
        """The match as reports tell it: exact, group or any."""
        return self.match.told


def in_order(calls: Sequence[WaitingCall], *, settings: RoutingSettings) -> list[WaitingCall]:
    """Calls in the order they are served: by waiting time, elders and urgent ones with a head start.

    A head start ages: who has waited longer than it is served before those who just came, so nobody starves.
    """

    def served_as_if_entered(call: WaitingCall) -> float:
        ahead = settings.elder_head_start_seconds if call.elder else 0.0
        ahead = max(ahead, settings.urgent_head_start_seconds if call.urgent else 0.0)
        return call.entered_at.timestamp() - ahead + call.behind_seconds

    return sorted(calls, key=lambda call: (served_as_if_entered(call), call.entered_at))


def choose(
    call: WaitingCall,
    agents: Sequence[FreeAgent],
    *,
    team: Team,
    present: Collection[str],
    now: datetime,
    settings: RoutingSettings,
) -> Choice | None:
    """The agent for `call` among the free ones, or None while it is better to wait a moment.

    `present` are the ids of all agents at work, busy ones too: nobody waits for a match that nobody present can give.
    """
    waited = waited_seconds(call, now)
    if not agents or must_hold(call, waited, settings):
        return None
    fits = team.fits(language=call.language, dialect=call.dialect, elder=call.elder)
    reach = within_reach(call, team, present)
    widest = widest_now(call, team, reach, waited, settings)
    eligible = [agent for agent in open_to(call, agents, reach) if fits[agent.definition.id].rank <= widest.rank]
    if not eligible:
        return None
    return _best(call, eligible, fits, settings)


def waited_seconds(call: WaitingCall, now: datetime) -> float:
    """How long the call has waited with the wish it has now."""
    return (now - (call.wish_from or call.entered_at)).total_seconds()


def widest_now(call: WaitingCall, team: Team, reach: frozenset[str], waited: float, settings: RoutingSettings) -> Match:
    """The least good match that may take the call now; who needs help at once gets whoever is free."""
    if not call.has_wish or call.urgent:
        return Match.ANY
    possible = team.possible(reach, language=call.language, dialect=call.dialect, elder=call.elder)
    return widest_match(waited, possible, settings)


def within_reach(call: WaitingCall, team: Team, present: Collection[str]) -> frozenset[str]:
    """The agents at work the call may go to; each bond holds only while anybody it names is at work (law 1)."""
    reach = frozenset(present)
    if call.only_agents:
        reach = reach & call.only_agents or reach
    if call.only_sites:
        reach = reach & team.at_sites(call.only_sites) or reach
    return reach


def open_to(call: WaitingCall, agents: Sequence[FreeAgent], reach: frozenset[str]) -> Sequence[FreeAgent]:
    """The free agents within reach, without those who had the call already unless there is nobody else."""
    near = [agent for agent in agents if agent.definition.id in reach]
    return [agent for agent in near if agent.definition.id not in call.agents_tried] or near


def _best(
    call: WaitingCall, eligible: Sequence[FreeAgent], fits: Mapping[str, Match], settings: RoutingSettings
) -> Choice:
    """A better match first; within it the nearer site, then the better score; equals by how long they are idle."""
    best_match = min((fits[agent.definition.id] for agent in eligible), key=lambda match: match.rank)
    level = [agent for agent in eligible if fits[agent.definition.id] is best_match]
    last = len(call.sites)
    nearest = min(call.sites.get(agent.definition.site, last) for agent in level)
    level = [agent for agent in level if call.sites.get(agent.definition.site, last) == nearest]
    scores = {agent.definition.id: score(call, agent.definition) for agent in level}
    best = max(scores.values())
    chosen = min(
        (agent for agent in level if scores[agent.definition.id] >= best - settings.tie_margin),
        key=lambda agent: (agent.idle_since, agent.definition.id),
    )
    return Choice(chosen.definition.id, best_match)


def must_hold(call: WaitingCall, waited_seconds: float, settings: RoutingSettings) -> bool:
    """Whether the choice waits for a surer dialect: bounded, and only while one may still come (law 2)."""
    if not call.more_is_coming or call.urgent or call.language == ENGLISH:
        return False
    sure = max(call.posterior.values(), default=0.0) >= settings.hold_below
    return not sure and waited_seconds < settings.identify_hold_seconds


def widest_match(waited_seconds: float, possible: Collection[Match], settings: RoutingSettings) -> Match:
    """The least good match that may take a call now; a step that nobody at work can meet takes no time."""
    return next((match for match, ends in timed_steps(possible, settings) if waited_seconds < ends), Match.ANY)


def timed_steps(possible: Collection[Match], settings: RoutingSettings) -> Iterator[tuple[Match, float]]:
    """The steps that are waited for, each with the seconds of waiting at which it ends; after the last comes anybody.

    `possible` is what people at work can give: a step nobody meets is left out.
    """
    best = min((match.rank for match in possible), default=Match.ANY.rank)
    ends = 0.0
    for step in settings.steps:
        if best <= step.match.rank:
            ends += step.seconds
            yield step.match, ends


def score(call: WaitingCall, agent: AgentDefinition) -> float:
    """Expected proficiency over the posterior, 0 to 1."""
    if call.language != CHINESE:
        return agent.languages.get(call.language, 0) / 5
    return sum(p * proficiency(agent, id_) for id_, p in call.posterior.items()) / 5
