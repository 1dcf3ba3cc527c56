"""A waiting call as a task: what its attributes say, how urgent it is, and since when it counts as waiting."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bilingual.language import UNKNOWN_LANGUAGE
from dialects.catalogue import Catalogue
from elder_channel.agents.matching import CHINESE, Match, Team
from elder_channel.agents.router import WaitingCall, must_hold, within_reach
from elder_channel.agents.settings import RoutingSettings
from elder_channel.agents.trace import Bond
from elder_channel.telephony.taskrouter.limits import MOST_ATTRIBUTE_CHARACTERS
from elder_channel.telephony.taskrouter.names import COLLEAGUE, EVERYONE, INTERPRETERS, SITES, company_pool, plain
from elder_channel.telephony.taskrouter.objects import Json, compact

TTL_SECONDS = 24 * 3600
"""A task lives longer than any call."""
URGENT, ORDINARY, BEHIND = 2, 1, 0
"""Priorities: a higher one is always served first, so only who needs help at once has one; elders' head start, which
ages, lies in the virtual start time."""
CARRIERS_OWN_CHARACTERS = 1200
"""The call's own attributes, twenty-five of them, which the carrier adds.

Source: twilio.com/docs/taskrouter/twiml-queue-calls.
"""
OURS = "elder_channel"
"""The key under which everything of ours that no expression asks for lies in a task."""


@dataclass(frozen=True)
class Task:
    """A call as TaskRouter is to see it."""

    attributes: Json
    priority: int
    virtual_start_at: datetime


@dataclass(frozen=True)
class Told:
    """What is known of the caller for a desk at the carrier; nothing is routed by it."""

    need: str | None = None
    province: str | None = None
    probability: float | None = None
    words: str | None = None
    """What was said; only where the settings share it."""


def task_of(
    call: WaitingCall,
    *,
    team: Team,
    present: frozenset[str],
    now: datetime,
    made_at: datetime,
    pool: str,
    settings: RoutingSettings,
    catalogue: Catalogue,
    told: Told | None = None,
) -> Task:
    """The task for a call that has waited until `now`; `made_at` is when TaskRouter began to count its timeouts.

    `present` are the ids of everybody at work the call may be given to; `pool` is for whom it is kept.
    """
    waited = (now - (call.wish_from or call.entered_at)).total_seconds()
    dialect = call.dialect if call.language == CHINESE else None
    near = sorted(plain(site) for site, tier in call.sites.items() if tier == 0)
    only_one = pool == COLLEAGUE and len(call.only_agents) == 1
    attributes: Json = {
        "pool": pool,
        "wish": "hold" if must_hold(call, waited, settings) else _wish(call),
        "from_step": _from_step(call, team, present, made_at, settings),
        "language": call.language,
        "dialect": dialect,
        "branch": catalogue.branch_of(dialect) if dialect else None,
        "group": catalogue.group_of(dialect) if dialect else None,
        "elder": call.elder,
        "tried": sorted({plain(id_) for id_ in call.agents_tried}),
        "near": near,
        "only_sites": sorted(plain(site) for site in call.only_sites),
        "colleague": plain(next(iter(call.only_agents))) if only_one else None,
    }
    if told:
        attributes[OURS] = _fitting(attributes, told)
    behind = bool(call.behind_seconds) and waited < call.behind_seconds
    priority = URGENT if call.urgent else BEHIND if behind else ORDINARY
    return Task(attributes, priority, virtual_start(call, settings, behind=behind))


def virtual_start(call: WaitingCall, settings: RoutingSettings, *, behind: bool = False) -> datetime:
    """Since when the call counts as waiting, as `agents.router.in_order` has it; `behind`: its priority says the rest.

    It is never a moment to come, which TaskRouter refuses.
    """
    ahead = settings.elder_head_start_seconds if call.elder else 0.0
    ahead = max(ahead, settings.urgent_head_start_seconds if call.urgent else 0.0)
    later = 0.0 if behind else call.behind_seconds
    return call.entered_at + timedelta(seconds=later - ahead)


def pool_of(
    call: WaitingCall, bond: Bond | None, *, company: str | None, present: frozenset[str], at_sites: frozenset[str]
) -> str:
    """For whom a call is kept; each bond holds only while anybody it names is at work (law 1).

    `company` is the id of the call's sister company, `at_sites` are the agents of the sites the call is kept for.
    """
    if call.only_sites:
        return SITES if at_sites & present else EVERYONE
    if not call.only_agents & present:
        return EVERYONE
    match bond:
        case Bond.AGENT:
            return COLLEAGUE
        case Bond.QUEUE:
            return INTERPRETERS
        case Bond.COMPANY if company:
            return company_pool(company)
    return EVERYONE


def _wish(call: WaitingCall) -> str:
    if call.urgent or not call.has_wish:
        return "none"
    if call.language == UNKNOWN_LANGUAGE:
        return "interpreter"
    return "dialect" if call.language == CHINESE else "language"


def _from_step(
    call: WaitingCall, team: Team, present: frozenset[str], made_at: datetime, settings: RoutingSettings
) -> int:
    """The first step that still takes time, as `agents.router.widest_match` counts them.

    Steps nobody at work can meet take none; neither do those that lay behind the call when the task was made.
    """
    if not call.has_wish or call.urgent:
        return len(settings.steps)
    reach = within_reach(call, team, present)
    possible = team.possible(reach, language=call.language, dialect=call.dialect, elder=call.elder)
    best = min((match.rank for match in possible), default=Match.ANY.rank)
    waited = (made_at - (call.wish_from or call.entered_at)).total_seconds()
    ends = 0.0
    for number, step in enumerate(settings.steps):
        if best <= step.match.rank:
            ends += step.seconds
            if waited < ends:
                return number
    return len(settings.steps)


def _fitting(attributes: Json, told: Told) -> Json:
    """What is told besides; the words are cut so that all of it fits, with room for what the carrier writes itself."""
    ours = {name: value for name, value in vars(told).items() if value is not None}
    room = MOST_ATTRIBUTE_CHARACTERS - CARRIERS_OWN_CHARACTERS - len(compact({**attributes, OURS: ours}))
    if room < 0 and told.words:
        ours["words"] = told.words[: max(0, len(told.words) + room)]
    return ours
