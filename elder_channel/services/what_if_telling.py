"""A call that was tried, told with its reasons: who, what was asked of an agent, who was looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from dialects.area import AreaKind, locate
from elder_channel.agents.matching import CHINESE, Match, Team
from elder_channel.agents.model import AgentDefinition
from elder_channel.agents.router import FreeAgent, WaitingCall, open_to, timed_steps, within_reach
from elder_channel.agents.settings import RoutingSettings
from elder_channel.agents.sites import SiteOrder
from elder_channel.agents.standing import Way, way_of
from elder_channel.agents.switches import switches_on
from elder_channel.bootstrap import Line
from elder_channel.calls.about_caller import shown_name
from elder_channel.calls.model import Call
from elder_channel.clock import HOTLINE_ZONE
from elder_channel.customers.model import AtNumber
from elder_channel.services.live_calls import LiveCalls
from elder_channel.services.returning import Returning
from elder_channel.services.situation import Situation
from elder_channel.services.team import team_of
from elder_channel.services.what_if_model import (
    Asked,
    AtWork,
    Candidate,
    Decision,
    Ending,
    Listed,
    Question,
    StepThen,
    WhoCalls,
)
from elder_channel.services.what_if_trial import TYPED, Played


def tell(line: Line, question: Question, played: Played, *, viewer: str, cut: bool, began: datetime) -> Decision:
    """The decision on a call that was played on `line`, which is one aside."""
    [live] = LiveCalls(line).list_calls(viewer=viewer)
    if live.recognizer == TYPED:  # nobody wrote it down by ear
        live = replace(live, recognizer=None, trust=None)
    decision = Decision(
        at=began.astimezone(HOTLINE_ZONE),
        people=question.people,
        ending=played.ending,
        who=_who_calls(line, played.call),
        # The note is left out: it says of customers what is nobody's business until they call.
        call=replace(live, handover=None),
        asked=None,
        steps=(),
        at_work=None,
        candidates=_candidates(line, played.call),
        after_seconds=played.waited_seconds,
        heard=tuple(played.heard),
        elsewhere=_elsewhere(line, played.ending),
        understood_late=played.understood_late,
        cut=cut,
    )
    if played.situation is None or played.looked_at is None:
        return decision
    return replace(decision, **_choosing(line, played.situation, played.looked_at, held_seconds=played.held_seconds))


def _choosing(line: Line, situation: Situation, call: Call, *, held_seconds: float) -> dict[str, Any]:
    """What was asked of an agent, and of how many there were."""
    waiting, team = situation.waiting(call), team_of(line)
    reach = within_reach(waiting, team, situation.present_for(waiting))
    free = open_to(waiting, situation.workforce.free, reach)
    province = situation.province(call)
    way, first = _way(line, province, waiting)
    dialect = line.catalogue.name(waiting.dialect) if waiting.dialect and waiting.language == CHINESE else None
    counts = AtWork(len(team.agents), len(situation.workforce.at_work), len(reach), len(free))
    return {
        "asked": Asked(dialect, province, way, first, held_seconds),
        "steps": _steps(waiting, team, reach, free, line.settings.routing),
        "at_work": counts,
    }


def _way(line: Line, province: str | None, waiting: WaitingCall) -> tuple[Way | None, tuple[str, ...]]:
    """Where the province's calls go first, and the names of those sites."""
    names = {site.id: site.name for site in line.settings.sites}
    if province is None:
        first = tuple(id_ for id_, turn in waiting.sites.items() if turn == 0)
        return None, tuple(names.get(id_, id_) for id_ in first)
    way, first = way_of(
        province,
        SiteOrder(waiting.sites, waiting.only_sites),
        sites=line.settings.sites,
        moment=line.clock().astimezone(HOTLINE_ZONE),
        draining=switches_on(line.switches.on()).draining,
    )
    return way, tuple(names.get(id_, id_) for id_ in first)


def _steps(
    waiting: WaitingCall, team: Team, reach: frozenset[str], free: Sequence[FreeAgent], settings: RoutingSettings
) -> tuple[StepThen, ...]:
    """The least that is asked, from one moment of waiting to the next, and how many would do."""
    wish: dict[str, Any] = {"language": waiting.language, "dialect": waiting.dialect, "elder": waiting.elder}
    timed: list[tuple[Match, float]] = []
    if waiting.has_wish and not waiting.urgent:
        timed = list(timed_steps(team.possible(reach, **wish), settings))
    fits = team.fits(**wish)
    begins = [0.0, *(ends for _, ends in timed)]
    least = [*((match, ends) for match, ends in timed), (Match.ANY, None)]
    return tuple(
        StepThen(
            match=match,
            from_seconds=begin,
            until_seconds=ends,
            people=sum(fits[id_].rank <= match.rank for id_ in reach if id_ in fits),
            free=sum(fits[agent.definition.id].rank <= match.rank for agent in free),
        )
        for begin, (match, ends) in zip(begins, least, strict=True)
    )


def _candidates(line: Line, call: Call) -> tuple[Candidate, ...]:
    """Whom the router looked at when it chose, as it keeps it with a call."""
    if not call.routing or call.agent_id is None:
        return ()
    agents = {agent.id: agent for agent in line.settings.agents}
    sites = {site.id: site.name for site in line.settings.sites}
    return tuple(
        Candidate(
            agent_id=each["agent_id"],
            name=agents[each["agent_id"]].name,
            site=sites.get(each["site"], each["site"]),
            match=each["match"],
            tier=each["tier"],
            score=each["score"],
            idle_seconds=each["idle_seconds"],
            chosen=each["agent_id"] == call.agent_id,
            speaks=_speaks(line, agents[each["agent_id"]]),
        )
        for each in call.routing[-1]["considered"]
    )


def _speaks(line: Line, agent: AgentDefinition) -> tuple[str, ...]:
    """Dialects, the best first, each with its proficiency."""
    best = sorted(agent.dialects.items(), key=lambda item: -item[1])
    return tuple(f"{line.catalogue.name(id_)} {level}" for id_, level in best)


def _who_calls(line: Line, call: Call) -> WhoCalls:
    settings, today = line.settings.line, line.clock().astimezone(HOTLINE_ZONE).date()
    at_number = line.customers.at_number(call.caller_number)
    return WhoCalls(
        listed=_listed(call.caller_number, at_number),
        names=tuple(shown_name(each.customer.name) for each in at_number.people),
        why_elder=at_number.elder_why(today=today, elder_age=settings.elder_age),
        hearing=call.hearing,
        marked=call.marked is not None,
        orders=len(Returning(line).orders_of(call)),
    )


def _listed(number: str, at_number: AtNumber) -> Listed:
    if locate(number).kind is AreaKind.WITHHELD:
        return Listed.WITHHELD
    if not at_number.people:
        return Listed.NOBODY
    if at_number.owner is not None:
        return Listed.CUSTOMER
    return Listed.SEVERAL if len(at_number.people) > 1 else Listed.FAMILY


def _elsewhere(line: Line, ending: Ending) -> tuple[str, ...]:
    number = line.settings.routing.drained_line_number
    if ending is Ending.LINE_DRAINED and number:
        return (number,)
    if ending in (Ending.LINE_DRAINED, Ending.HUNT_GROUP):
        return tuple(agent.name for agent in line.settings.agents if agent.hunt_group)
    return ()
