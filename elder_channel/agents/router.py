"""Who takes a call: posterior times proficiency over one shared pool, widening with time (law 4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from elder_channel.agents.model import AgentDefinition
from elder_channel.agents.settings import RoutingSettings

EXACT, GROUP, ANY = _STEPS = ("exact", "group", "any")


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


@dataclass(frozen=True)
class FreeAgent:
    """An agent who can be given a call."""

    definition: AgentDefinition
    idle_since: datetime


@dataclass(frozen=True)
class Choice:
    """The agent chosen, and how well the dialects match."""

    agent_id: str
    matched: str


GroupOf = Callable[[str], str]


def in_order(calls: Sequence[WaitingCall]) -> list[WaitingCall]:
    """Calls in the order they are served: elders first, then who waits longest."""
    return sorted(calls, key=lambda call: (not call.elder, call.entered_at))


def choose(
    call: WaitingCall,
    agents: Sequence[FreeAgent],
    *,
    present: Sequence[AgentDefinition],
    now: datetime,
    group_of: GroupOf,
    settings: RoutingSettings,
) -> Choice | None:
    """The agent for `call` among the free ones, or None while it is better to wait a moment.

    `present` are all agents at work, busy ones too: nobody waits for a match that nobody present can give.
    """
    waited = (now - call.entered_at).total_seconds()
    if must_hold(call, waited, settings):
        return None
    fresh = [agent for agent in agents if agent.definition.id not in call.agents_tried]
    candidates = fresh or list(agents)
    possible = {match(call, definition, group_of, settings) for definition in present}
    allowed = _allowed(waited, possible, settings) if _has_wish(call) else _STEPS
    matches = [(agent, match(call, agent.definition, group_of, settings)) for agent in candidates]
    eligible = [(agent, matched) for agent, matched in matches if matched in allowed]
    if not eligible:
        return None
    # A better match first; within it the better score; nearly equal scores go to who has been idle longest.
    rank = min(_STEPS.index(matched) for _, matched in eligible)
    level = [(agent, matched) for agent, matched in eligible if _STEPS.index(matched) == rank]
    scores = {agent.definition.id: score(call, agent.definition) for agent, _ in level}
    best = max(scores.values())
    agent, matched = min(
        (pair for pair in level if scores[pair[0].definition.id] >= best - settings.tie_margin),
        key=lambda pair: pair[0].idle_since,
    )
    return Choice(agent.definition.id, matched)


def must_hold(call: WaitingCall, waited_seconds: float, settings: RoutingSettings) -> bool:
    """Whether the choice waits for a surer dialect: bounded, and only while one may still come (law 2)."""
    if not call.more_is_coming or call.language == "en":
        return False
    sure = max(call.posterior.values(), default=0.0) >= settings.hold_below
    return not sure and waited_seconds < settings.identify_hold_seconds


def match(call: WaitingCall, agent: AgentDefinition, group_of: GroupOf, settings: RoutingSettings) -> str:
    """How well the agent's skills fit: exact, group or any."""
    if call.language != "zh":
        return EXACT if agent.languages.get(call.language, 0) >= settings.min_proficiency else ANY
    if call.abstained or not call.posterior:
        return ANY
    top = max(call.posterior, key=lambda id_: call.posterior[id_])
    if proficiency(agent, top) >= settings.min_proficiency:
        return EXACT
    group = group_of(top)
    speaks = (id_ for id_, level in agent.dialects.items() if level >= settings.min_proficiency)
    return GROUP if any(group_of(id_) == group for id_ in speaks) else ANY


def score(call: WaitingCall, agent: AgentDefinition) -> float:
    """Expected proficiency over the posterior, 0 to 1."""
    if call.language != "zh":
        return agent.languages.get(call.language, 0) / 5
    return sum(p * proficiency(agent, id_) for id_, p in call.posterior.items()) / 5


def proficiency(agent: AgentDefinition, class_id: str) -> int:
    """How well the agent speaks a dialect, 0 to 5; Putonghua is what Chinese-speaking agents share."""
    if class_id == "putonghua":
        return agent.dialects.get(class_id, agent.languages.get("zh", 0))
    return agent.dialects.get(class_id, 0)


def _has_wish(call: WaitingCall) -> bool:
    """Whether there is anything to match: without a dialect nobody is worth waiting for."""
    return call.language != "zh" or bool(call.posterior and not call.abstained)


def _allowed(waited_seconds: float, possible: set[str], settings: RoutingSettings) -> Sequence[str]:
    if EXACT in possible and waited_seconds < settings.exact_until_seconds:
        return (EXACT,)
    if possible & {EXACT, GROUP} and waited_seconds < settings.group_until_seconds:
        return (EXACT, GROUP)
    return _STEPS
