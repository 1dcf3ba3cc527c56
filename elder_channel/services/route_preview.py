"""Whom a call of a province would reach at a moment, and why: worked out from the settings, nothing is changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dialects.area import PROVINCES
from dialects.catalogue import Catalogue
from elder_channel.agents.hours import at_work
from elder_channel.agents.model import AgentDefinition
from elder_channel.agents.sites import SiteOrder, closed_sites, site_order
from elder_channel.agents.standing import Standing, Way, standing_of, way_of
from elder_channel.agents.switches import switches_on
from elder_channel.bootstrap import Line
from elder_channel.clock import HOTLINE_ZONE
from elder_channel.services.errors import SwitchRefusedError

_MOST_SPOKEN = 4
_SPOKEN_FROM = 0.1
"""Share of a province's speakers from which a dialect counts as one of its own."""
_LAST = 99
"""The turn of who sits at no site that is asked."""


@dataclass(frozen=True)
class SiteThen:
    """A site as it stands at the moment, by hours, holidays and the switches that are on now."""

    name: str
    standing: Standing
    turn: int | None
    """0 is asked first; None: gets none of these calls while anybody else is at work."""
    people: int
    """Who works there then, by their shifts; agents without shifts count as always there."""


@dataclass(frozen=True)
class DialectThen:
    """A dialect of the province, and who speaks it then."""

    name: str
    speakers: tuple[tuple[str, str], ...]
    """(agent, name of the site), whose turn comes first first; the wish for a dialect goes over all sites (law 4)."""


@dataclass(frozen=True)
class RouteThen:
    """Whom a call would reach."""

    province: str
    at: datetime
    """In the hotline's zone."""
    way: Way
    first: tuple[str, ...]
    """Names of the sites asked first among agents who fit equally well; none where no site is open."""
    sites: tuple[SiteThen, ...]
    """In the order they are asked, those that get none last."""
    people: int
    """Who could be given the call, were they free."""
    dialects: tuple[DialectThen, ...]
    """Most spoken first."""
    hunt_group: tuple[str, ...]
    """Who is rung by the carrier when nobody is at work (law 1)."""


def route_at(line: Line, province: str, at: datetime) -> RouteThen:
    """Whom a call of `province` reaches at `at` when nobody is busy. Raises `SwitchRefusedError` for no province."""
    if province not in PROVINCES:
        raise SwitchRefusedError("no_such_province", f"{province[:16]} is no province; the short form, such as 福建")
    settings, moment = line.settings, at.astimezone(HOTLINE_ZONE)
    on = switches_on(line.switches.on())
    order = site_order(
        province,
        sites=settings.sites,
        loads={},
        moment=moment,
        diversions=on.diversions,
        draining=on.draining,
    )
    way, first = way_of(province, order, sites=settings.sites, moment=moment, draining=on.draining)
    working = [agent for agent in settings.agents if at_work(agent.shifts, moment, by_hand_at=None)]
    able = _able(working, order, closed_sites(settings.sites, moment, on.draining))
    names = {site.id: site.name for site in settings.sites}
    return RouteThen(
        province=province,
        at=moment,
        way=way,
        first=tuple(names.get(id_, id_) for id_ in first),
        sites=tuple(
            sorted(
                (
                    SiteThen(
                        site.name,
                        standing_of(site, moment, draining=on.draining),
                        order.tiers.get(site.id),
                        sum(agent.site == site.id for agent in working),
                    )
                    for site in settings.sites
                ),
                key=lambda each: _LAST if each.turn is None else each.turn,
            )
        ),
        people=len(able),
        dialects=_dialects(line, province, able, order, names),
        hunt_group=tuple(agent.name for agent in settings.agents if agent.hunt_group),
    )


def spoken_in(province: str, catalogue: Catalogue) -> tuple[str, ...]:
    """The dialects a province's landlines speak most, by the catalogue; at most four."""
    codes = [code for code in catalogue.area_codes.values() if code.cities[0].startswith(province)]
    shares: defaultdict[str, float] = defaultdict(float)
    for code in codes:
        for dialect, share in code.shares.items():
            shares[dialect] += share / len(codes)
    most = sorted(shares, key=lambda dialect: -shares[dialect])[:_MOST_SPOKEN]
    return tuple(dialect for dialect in most if shares[dialect] >= _SPOKEN_FROM)


def _able(working: Sequence[AgentDefinition], order: SiteOrder, closed: frozenset[str]) -> list[AgentDefinition]:
    """Those the router would choose among: a diverted province's sites alone, else the open ones, else everybody."""
    diverted = [agent for agent in working if agent.site in order.only]
    present = [agent for agent in working if agent.site not in closed]
    return diverted or present or list(working)


def _dialects(
    line: Line, province: str, able: Sequence[AgentDefinition], order: SiteOrder, names: dict[str, str]
) -> tuple[DialectThen, ...]:
    least = line.settings.routing.min_proficiency
    found = []
    for dialect in spoken_in(province, line.catalogue):
        speakers = [agent for agent in able if agent.dialects.get(dialect, 0) >= least]
        speakers.sort(key=lambda agent: (order.tiers.get(agent.site, _LAST), -agent.dialects[dialect]))
        told = tuple((agent.name, names.get(agent.site, agent.site)) for agent in speakers)
        found.append(DialectThen(line.catalogue.name(dialect), told))
    return tuple(found)
