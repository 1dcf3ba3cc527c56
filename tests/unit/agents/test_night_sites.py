"""Night concentration: three sites take the calls of the whole country while the others are closed."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import pytest

from dialects.area import PROVINCES
from dialects.catalogue import PUTONGHUA, load_catalogue
from elder_channel.agents.model import AgentDefinition
from elder_channel.agents.router import Choice, FreeAgent, WaitingCall, choose
from elder_channel.agents.settings import RoutingSettings
from elder_channel.agents.sites import Hours, Site, closed_sites, site_order
from elder_channel.agents.staffing.plan import team_maker
from elder_channel.clock import HOTLINE_ZONE

CATALOGUE, SETTINGS = load_catalogue(), RoutingSettings()
NIGHT = datetime(2026, 11, 23, 2, tzinfo=HOTLINE_ZONE)
BY_DAY = (Hours(opens="08:00", closes="20:00"),)
NIGHT_SITES = ("harbin", "wuhan", "chengdu")
SITES = (
    *(Site(id=id_, name=id_, night=True) for id_ in NIGHT_SITES),
    *(Site(id=f"s{at}", name=province, provinces=(province,), hours=BY_DAY) for at, province in enumerate(PROVINCES)),
)
"""Every province has a site of its own, which is closed at night."""


def staff(site: str, people: int, **dialects: int) -> list[AgentDefinition]:
    """People of a site who all speak alike."""
    names = [f"{site}-{'-'.join(dialects) or 'plain'}-{number}" for number in range(people)]
    return [
        AgentDefinition(id=name, name=name, contact=f"client:{name}", dialects=dialects, site=site) for name in names
    ]


def call_from(province: str | None, *, loads: dict[str, float], dialect: str | None = None) -> WaitingCall:
    """A caller of a province at night; without a dialect nobody in particular is asked for."""
    order = site_order(province, sites=SITES, loads=loads, moment=NIGHT)
    posterior = {dialect: 0.9, PUTONGHUA: 0.1} if dialect else {}
    return WaitingCall("CA1", NIGHT, "zh", False, posterior, dialect is None, False, sites=order.tiers)


def taken_by(
    call: WaitingCall, agents: list[AgentDefinition], idle_since: dict[str, datetime], now: datetime
) -> Choice:
    """Whom the router chooses at once among those who are free."""
    team = team_maker(CATALOGUE)(agents, SETTINGS)
    free = [FreeAgent(agent, idle_since[agent.id]) for agent in agents if idle_since[agent.id] <= now]
    choice = choose(call, free, team=team, present=set(idle_since), now=now, settings=SETTINGS)
    assert choice is not None
    return choice


@pytest.mark.parametrize("province", [*PROVINCES, None])
def test_at_night_three_sites_are_asked_alike_for_every_province(province: str | None) -> None:
    """Whatever their load: nobody waits for one of them while another is free; all others are closed."""
    tiers = site_order(province, sites=SITES, loads={"harbin": 0.95, "wuhan": 0.1}, moment=NIGHT).tiers
    assert dict(tiers) == dict.fromkeys(NIGHT_SITES, 0)
    assert closed_sites(SITES, NIGHT) == {site.id for site in SITES} - set(NIGHT_SITES)


def test_at_night_the_calls_of_all_provinces_are_spread_by_load() -> None:
    """A night of 620 calls, twenty of each province: each site takes them in proportion to its people."""
    people = {"harbin": 12, "wuhan": 6, "chengdu": 3}
    agents = [agent for site, count in people.items() for agent in staff(site, count)]
    idle_since = {agent.id: NIGHT - timedelta(minutes=1) for agent in agents}
    site_of = {agent.id: agent.site for agent in agents}
    taken: Counter[str] = Counter()
    for number in range(20 * len(PROVINCES)):
        now = NIGHT + timedelta(seconds=15 * number)  # 240 s each: 16 of the 21 talk at a time
        busy = Counter(site_of[id_] for id_, since in idle_since.items() if since > now)
        loads = {site: busy[site] / count for site, count in people.items()}
        call = call_from(PROVINCES[number % len(PROVINCES)], loads=loads)
        chosen = taken_by(call, agents, idle_since, now).agent_id
        idle_since[chosen] = now + timedelta(seconds=240)
        taken[site_of[chosen]] += 1
    shares = {site: taken[site] / sum(taken.values()) for site in people}
    assert shares == pytest.approx({"harbin": 12 / 21, "wuhan": 6 / 21, "chengdu": 3 / 21}, abs=0.02)


@pytest.mark.parametrize("class_id", sorted(set(CATALOGUE.classes) - {PUTONGHUA}))
def test_at_night_the_dialect_goes_before_the_load(class_id: str) -> None:
    """One speaker at the busiest of the three, the idlest people at the others: the speaker takes it, from anywhere."""
    sites = NIGHT_SITES[len(class_id) % 3 :] + NIGHT_SITES[: len(class_id) % 3]
    agents = [*staff(sites[0], 1, **{class_id: 4}), *staff(sites[1], 2), *staff(sites[2], 2)]
    idle_since = {agent.id: NIGHT - timedelta(seconds=1 if agent.dialects else 600) for agent in agents}
    loads = {sites[0]: 0.95}
    for province in PROVINCES:
        choice = taken_by(call_from(province, loads=loads, dialect=class_id), agents, idle_since, NIGHT)
        assert (choice.agent_id, choice.matched) == (agents[0].id, "exact")
