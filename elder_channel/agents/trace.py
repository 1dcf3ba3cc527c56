"""Why this agent: what the router saw when it chose, kept with the call and told in words later."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from heapq import nsmallest

from elder_channel.agents.matching import Match, Team
from elder_channel.agents.router import (
    Choice,
    FreeAgent,
    WaitingCall,
    open_to,
    score,
    waited_seconds,
    widest_now,
    within_reach,
)
from elder_channel.agents.settings import RoutingSettings

MAX_CONSIDERED = 5


class Bond(StrEnum):
    """What kept the call for some of the agents."""

    DIVERTED = "diverted"  # disaster mode: the sites named for the caller's province
    COMPANY = "company"  # the people of one sister company
    AGENT = "agent"  # a colleague it was passed on to
    QUEUE = "queue"  # the site, or the interpreters, it was passed on to


@dataclass(frozen=True)
class Considered:
    """A free agent who could have taken the call."""

    agent_id: str
    match: Match
    site: str
    tier: int | None
    """How soon the agent's site is asked for this caller, 0 first; None where sites decide nothing."""
    score: float
    """Expected proficiency, 0 to 1."""
    idle_seconds: float


@dataclass(frozen=True)
class Trace:
    """One choice of the router."""

    chosen_at: datetime
    agent_id: str
    match: Match
    step: Match
    """The least good match that was taken at that moment."""
    waited_seconds: float
    province: str | None
    bond: Bond | None
    free: int
    """Free agents within reach, of whom the best are in `considered`."""
    considered: tuple[Considered, ...]
    """Best first; the chosen one is among them."""


def explain(
    call: WaitingCall,
    choice: Choice,
    agents: Sequence[FreeAgent],
    *,
    team: Team,
    present: Collection[str],
    now: datetime,
    settings: RoutingSettings,
    province: str | None = None,
    bond: Bond | None = None,
) -> Trace:
    """What `choose` saw when it made this choice; takes what it took."""
    reach = within_reach(call, team, present)
    waited = waited_seconds(call, now)
    near = open_to(call, agents, reach)
    fits = team.fits(language=call.language, dialect=call.dialect, elder=call.elder)

    def order(agent: FreeAgent) -> tuple[bool, int, int, datetime]:
        id_, last = agent.definition.id, len(call.sites)
        return id_ != choice.agent_id, fits[id_].rank, call.sites.get(agent.definition.site, last), agent.idle_since

    best = nsmallest(MAX_CONSIDERED, near, key=order)
    return Trace(
        chosen_at=now,
        agent_id=choice.agent_id,
        match=choice.match,
        step=widest_now(call, team, reach, waited, settings),
        waited_seconds=round(waited, 2),
        province=province,
        bond=bond,
        free=len(near),
        considered=tuple(_considered(call, agent, fits[agent.definition.id], now) for agent in best),
    )


def _considered(call: WaitingCall, agent: FreeAgent, match: Match, now: datetime) -> Considered:
    definition = agent.definition
    return Considered(
        agent_id=definition.id,
        match=match,
        site=definition.site,
        tier=call.sites.get(definition.site) if call.sites else None,
        score=round(score(call, definition), 3),
        idle_seconds=round((now - agent.idle_since).total_seconds(), 1),
    )
