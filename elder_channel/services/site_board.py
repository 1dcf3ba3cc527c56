"""Sites and switches at a glance, and who would be affected by turning one: nothing is changed here."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from dialects.area import PROVINCES, province_of
from elder_channel.agents.sites import Diversion, SiteOrder, site_order
from elder_channel.agents.standing import Standing, Way, hours_change_at, standing_of, way_of
from elder_channel.agents.switches import SwitchesOn
from elder_channel.bootstrap import Line
from elder_channel.calls.model import CallState
from elder_channel.clock import HOTLINE_ZONE
from elder_channel.services.errors import SwitchRefusedError
from elder_channel.services.route_preview import RouteThen, route_at, spoken_in
from elder_channel.services.sites import SiteSwitches, SiteView, SwitchView, etag_of
from elder_channel.services.situation import Workforce, workforce_of

LATELY = timedelta(hours=1)


@dataclass(frozen=True)
class SiteStanding:
    """A site as it stands, and until when."""

    view: SiteView
    standing: Standing
    changes_at: datetime | None
    """When it opens or closes next by its hours; None when it never does."""
    load: float
    """Share of its people at work who are busy, 0 to 1."""
    is_full: bool
    """Whether other sites are asked as soon now."""


@dataclass(frozen=True)
class ProvinceWay:
    """Provinces whose calls go the same way now."""

    way: Way
    sites: tuple[str, ...]
    """Names of the sites asked first; none when nobody is open."""
    provinces: tuple[str, ...]


@dataclass(frozen=True)
class SitesBoard:
    """Everything on one page."""

    at: datetime
    """The moment of all this, in the hotline's zone."""
    etag: str
    """Names the switches as they are now; what is turned on top of it is refused once somebody else has turned one."""
    sites: tuple[SiteStanding, ...]
    ways: tuple[ProvinceWay, ...]
    on: tuple[SwitchView, ...]
    history: tuple[SwitchView, ...]
    """Newest first."""


@dataclass(frozen=True)
class Receiving:
    """A site that would take the calls of a diverted province."""

    name: str
    draining: bool
    at_work: int
    busy: int
    speakers: int
    """Of those at work, who speaks a dialect of the province."""


@dataclass(frozen=True)
class DivertPreview:
    """Who is affected when a province's calls go to named sites."""

    province: str
    to: tuple[Receiving, ...]
    dialects: tuple[str, ...]
    """Chinese names of what is spoken there most."""
    waiting: int
    waiting_elders: int
    talking: int
    """They go on with whom they talk to."""
    lately: int
    """Calls of the province in the last hour."""
    lately_elders: int
    now: ProvinceWay


@dataclass(frozen=True)
class DrainPreview:
    """Who is affected when a site, or the line, accepts no new calls."""

    name: str
    """Empty for the whole line."""
    busy: int
    """Calls that are finished there."""
    at_work: int
    """People who get no new call."""
    ways: tuple[ProvinceWay, ...]
    """Where the calls of its provinces go then; none for the whole line."""
    others_at_work: int
    elsewhere: str
    """The number new calls of a drained line go to; empty for the hunt group."""


class SitesAtAGlance:
    """Reads the board and works previews out."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._switches = SiteSwitches(line)

    def board(self) -> SitesBoard:
        """The sites, where each province's calls go, and the switches."""
        self._line.source.reload()  # hours and holidays follow the settings at once
        on = self._switches.in_force()
        now = self._line.clock().astimezone(HOTLINE_ZONE)
        force = self._force(on)
        return SitesBoard(
            at=now,
            etag=etag_of(self._switches.on()),
            sites=tuple(self._standing(view, now, on, force) for view in self._switches.sites()),
            ways=self._ways(PROVINCES, on, force) if self._line.settings.sites else (),
            on=tuple(self._switches.shown()),
            history=tuple(self._switches.shown_history()),
        )

    def preview_divert(self, province: str, sites: Iterable[str]) -> DivertPreview:
        """Who is affected; raises `SwitchRefusedError` as `SiteSwitches.divert` does for what cannot be."""
        named = self._switches.checked_targets(province, sites)
        on = self._switches.in_force()
        force = self._force(on)
        spoken = spoken_in(province, self._line.catalogue)
        open_calls = [call for call in self._line.calls.open_calls() if self._is_of(call.caller_number, province)]
        waiting = [call for call in open_calls if call.state is not CallState.TALKING]
        since = self._line.clock() - LATELY
        lately = [elder for number, elder in self._line.calls.callers_since(since) if self._is_of(number, province)]
        (now,) = self._ways((province,), on, force)
        return DivertPreview(
            province=province,
            to=tuple(self._receiving(id_, force, on, spoken) for id_ in named),
            dialects=tuple(self._line.catalogue.name(id_) for id_ in spoken),
            waiting=len(waiting),
            waiting_elders=sum(call.elder for call in waiting),
            talking=len(open_calls) - len(waiting),
            lately=len(lately),
            lately_elders=sum(lately),
            now=now,
        )

    def preview_drain(self, site: str | None) -> DrainPreview:
        """Who is affected; None is the whole line. Raises `SwitchRefusedError` for an unknown site."""
        on = self._switches.in_force()
        force = self._force(on)
        elsewhere = self._line.settings.routing.drained_line_number
        if site is None:
            talking = sum(call.state is CallState.TALKING for call in self._line.calls.open_calls())
            return DrainPreview("", talking, len(force.at_work), (), 0, elsewhere)
        found = next((view for view in self._switches.sites() if view.site.id == site), None)
        if found is None:
            raise SwitchRefusedError("no_such_site", f"no site has the id {site[:32]}")
        drained = replace(on, draining=on.draining | {site})
        others = len(self._force(drained).present - self._at(force, site))
        ways = self._ways(found.site.provinces, drained, force)
        return DrainPreview(found.site.name, found.busy, found.at_work, ways, others, "")

    def preview_route(self, province: str, at: datetime) -> RouteThen:
        """Whom a call of the province reaches at a moment to come; raises `SwitchRefusedError` for no province."""
        return route_at(self._line, province, at)

    def _standing(self, view: SiteView, now: datetime, on: SwitchesOn, force: Workforce) -> SiteStanding:
        load = force.loads.get(view.site.id, 0.0)
        return SiteStanding(
            view=view,
            standing=standing_of(view.site, now, draining=on.draining),
            changes_at=hours_change_at(view.site, now),
            load=load,
            is_full=load >= view.site.overflow_at,
        )

    def _ways(self, provinces: Collection[str], on: SwitchesOn, force: Workforce) -> tuple[ProvinceWay, ...]:
        """The provinces by the way their calls go; what is out of the ordinary comes first."""
        together: dict[tuple[Way, tuple[str, ...]], list[str]] = {}
        moment = self._line.clock().astimezone(HOTLINE_ZONE)
        for province in provinces:
            order = self._order(province, on, force, moment)
            sites = self._line.settings.sites
            way = way_of(province, order, sites=sites, moment=moment, draining=on.draining)
            together.setdefault(way, []).append(province)
        names = {site.id: site.name for site in self._line.settings.sites}
        told = [
            ProvinceWay(way, tuple(names.get(id_, id_) for id_ in first), tuple(those))
            for (way, first), those in together.items()
        ]
        rank = [Way.DIVERTED, Way.SHARED, Way.NIGHT, Way.NONE_OWN, Way.OWN]
        return tuple(sorted(told, key=lambda each: rank.index(each.way)))

    def _order(self, province: str, on: SwitchesOn, force: Workforce, moment: datetime) -> SiteOrder:
        diversions: tuple[Diversion, ...] = on.diversions
        return site_order(
            province,
            sites=self._line.settings.sites,
            loads=force.loads,
            moment=moment,
            diversions=diversions,
            draining=on.draining,
        )

    def _receiving(self, id_: str, force: Workforce, on: SwitchesOn, spoken: Collection[str]) -> Receiving:
        view = next(each for each in self._switches.sites() if each.site.id == id_)
        there = self._at(force, id_)
        least = self._line.settings.routing.min_proficiency
        speakers = sum(
            agent.id in there and any(agent.dialects.get(dialect, 0) >= least for dialect in spoken)
            for agent in self._line.settings.agents
        )
        return Receiving(view.site.name, id_ in on.draining, view.at_work, view.busy, speakers)

    def _is_of(self, number: str, province: str) -> bool:
        return province_of(number, catalogue=self._line.catalogue) == province

    def _at(self, force: Workforce, site: str) -> frozenset[str]:
        return frozenset(agent.id for agent in self._line.settings.agents if agent.site == site) & force.at_work

    def _force(self, on: SwitchesOn) -> Workforce:
        return workforce_of(self._line, now=self._line.clock(), on=on)
