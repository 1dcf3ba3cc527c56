"""The line at one moment, as the router sees it: who is at work, which sites are asked, what is kept for whom."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from config.schema import Settings
from dialects.area import province_of
from dialects.catalogue import Catalogue
from dialects.needs import is_urgent
from elder_channel.agents.companies import Company
from elder_channel.agents.hours import at_work
from elder_channel.agents.matching import Team
from elder_channel.agents.model import AgentDefinition, Presence
from elder_channel.agents.router import FreeAgent, WaitingCall
from elder_channel.agents.sites import SiteOrder, closed_sites, site_order
from elder_channel.agents.switches import SwitchesOn, switches_on
from elder_channel.agents.trace import Bond
from elder_channel.bootstrap import Line
from elder_channel.calls.model import Call, PassedOn, RecognitionState
from elder_channel.clock import HOTLINE_ZONE

SHARED = "shared"
INTERPRETERS = "interpreters"
_NOWHERE = SiteOrder({})


@dataclass(frozen=True)
class Workforce:
    """Who can be given a call at this moment."""

    free: Sequence[FreeAgent]
    """Everybody at work who is not on a call, at closed sites too."""
    at_work: frozenset[str]
    """Everybody at work, busy ones and those at closed sites too."""
    present: frozenset[str]
    """Those at open sites; everybody at work while nobody is there (law 1)."""
    loads: dict[str, float]
    """Site id to the share of its agents at work who are busy."""


def workforce_of(line: Line, *, now: datetime, on: SwitchesOn) -> Workforce:
    """Who is at work now, by presence, shift and site."""
    settings, states = line.settings, line.agents.states()
    local = now.astimezone(HOTLINE_ZONE)
    closed = closed_sites(settings.sites, local, on.draining)
    free: list[FreeAgent] = []
    working: set[str] = set()
    present: set[str] = set()
    counts: dict[str, list[int]] = {}
    for agent in settings.agents:
        state = states.get(agent.id)
        if state is None or state.presence is Presence.ABSENT:
            continue
        if agent.shifts and not at_work(agent.shifts, local, by_hand_at=state.by_hand_at):
            continue
        working.add(agent.id)
        if agent.site not in closed:
            present.add(agent.id)
        idle_since = _idle_since(line, agent, state.presence, state.since, now)
        idle = idle_since is not None
        tally = counts.setdefault(agent.site, [0, 0])
        tally[0] += not idle
        tally[1] += 1
        if idle_since is not None:
            free.append(FreeAgent(agent, idle_since))
    loads = {site: busy / all_ for site, (busy, all_) in counts.items()}
    return Workforce(free, frozenset(working), frozenset(present or working), loads)


def to_spare(line: Line) -> int:
    """How many agents are free beyond the calls that wait for one; 0 and below while the queue is the longer."""
    now = line.clock()
    workforce = workforce_of(line, now=now, on=switches_on(line.switches.on()))
    free = sum(each.definition.id in workforce.present for each in workforce.free)
    return free - len(line.calls.waiting(entered_before=now))


def _idle_since(
    line: Line, agent: AgentDefinition, presence: Presence, since: datetime, now: datetime
) -> datetime | None:
    """From when on the agent could be given a call, None while not; a rest after a call that is over ends here."""
    if presence is Presence.IDLE:
        return since
    rested = since + timedelta(seconds=agent.wrap_up_seconds)
    if presence is not Presence.WRAPPING_UP or now < rested:
        return None
    return rested if line.agents.set_presence(agent.id, Presence.IDLE, at=rested) else None


class Situation:
    """One look at the line; made anew for each tick."""

    def __init__(self, line: Line, team: Team, *, now: datetime) -> None:
        self._settings: Settings = line.settings
        self._catalogue: Catalogue = line.catalogue
        self._team = team
        self._now = now
        self._on = switches_on(line.switches.on())
        self._orders: dict[str | None, SiteOrder] = {}
        self._people: dict[str | None, frozenset[str]] = {}
        self.workforce = workforce_of(line, now=now, on=self._on)

    def province(self, call: Call) -> str | None:
        """Where the caller's number belongs; None where sites decide nothing anyway."""
        return province_of(call.caller_number, catalogue=self._catalogue) if self._settings.sites else None

    def waiting(self, call: Call) -> WaitingCall:
        """The call as the router's core sees it."""
        order = self._order(self.province(call))
        passed = call.passed_on[-1] if call.passed_on else None
        only_agents, only_sites = self._bound(call, passed)
        return replace(
            plain_waiting(call),
            sites=order.tiers,
            only_sites=only_sites or order.only,
            only_agents=only_agents,
            wish_from=passed.at if passed else None,
            behind_seconds=self._behind_seconds(call),
        )

    def _behind_seconds(self, call: Call) -> float:
        """By how much who is marked waits behind others; never an elder, nor who needs help."""
        if call.marked is None or call.elder or is_urgent(call.need):
            return 0.0
        return self._settings.nuisance.behind_seconds

    def present_for(self, call: WaitingCall) -> frozenset[str]:
        """Who at work may be asked for the call: at open sites, and at those it is bound to whatever their hours."""
        if not call.only_sites:
            return self.workforce.present
        return self.workforce.present | (self.workforce.at_work & self._team.at_sites(call.only_sites))

    def bond(self, call: Call, waiting: WaitingCall) -> Bond | None:
        """What keeps the call for some of the agents, for the trace."""
        kind = call.passed_on[-1].to.partition(":")[0] if call.passed_on else ""
        if waiting.only_agents:
            return Bond(kind) if kind in (Bond.AGENT, Bond.QUEUE) else Bond.COMPANY
        if waiting.only_sites:
            return Bond.QUEUE if kind == Bond.QUEUE else Bond.DIVERTED
        return None

    def _order(self, province: str | None) -> SiteOrder:
        if not self._settings.sites:
            return _NOWHERE
        if province not in self._orders:
            self._orders[province] = site_order(
                province,
                sites=self._settings.sites,
                loads=self.workforce.loads,
                moment=self._now.astimezone(HOTLINE_ZONE),
                diversions=self._on.diversions,
                draining=self._on.draining,
            )
        return self._orders[province]

    def _bound(self, call: Call, passed: PassedOn | None) -> tuple[frozenset[str], frozenset[str]]:
        """Agents, and sites, the call is kept for: those it was passed on to, else those of its company."""
        kind, _, name = passed.to.partition(":") if passed else ("", "", "")
        if kind == "agent" and passed:
            held = timedelta(seconds=self._settings.routing.transfer_hold_seconds)
            if self._now - passed.at < held:
                return frozenset({name}), frozenset()
        if kind == "queue" and name == INTERPRETERS:
            return frozenset(agent.id for agent in self._settings.agents if agent.interpreter), frozenset()
        if kind == "queue" and name != SHARED:
            return frozenset(), frozenset({name})
        if call.company not in self._people:
            people = people_of(call.company, self._settings.companies, self._settings.agents)
            self._people[call.company] = people
        return self._people[call.company], frozenset()


def plain_waiting(call: Call) -> WaitingCall:
    """The call as the router's core sees it, with nothing said of sites and bonds."""
    identification = call.identification
    return WaitingCall(
        sid=call.sid,
        entered_at=call.entered_at or call.started_at,
        language=call.language,
        elder=call.elder,
        posterior=identification.posterior if identification else {},
        abstained=identification is None or identification.abstained,
        more_is_coming=call.recognition is not RecognitionState.OFF and not call.identified_finally,
        agents_tried=(*call.agents_tried, *(each.from_agent for each in call.passed_on)),
        urgent=is_urgent(call.need),
    )


def people_of(
    company: str | None, companies: Collection[Company], agents: Collection[AgentDefinition]
) -> frozenset[str]:
    """The agents a company's calls are kept for; empty for none in particular, or a company nobody knows any more."""
    if company is None or all(company != each.id for each in companies) or not any(agent.companies for agent in agents):
        return frozenset()
    return frozenset(agent.id for agent in agents if not agent.companies or company in agent.companies)
