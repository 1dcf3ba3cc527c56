"""Sites: who is open when, and which of them a province's calls are given to first.

The wish for a dialect goes over all of them (law 4); among agents who fit equally well the nearer site is asked first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from pydantic import BaseModel, ConfigDict, Field

from elder_channel.agents.hours import WEEK, Hours

__all__ = ["Diversion", "Hours", "Site", "SiteOrder", "closed_sites", "opening_after", "site_order"]


class Site(BaseModel):
    """A place where agents sit."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,31}$", description="Short unique id; agents name it.")
    name: str = Field(min_length=1, max_length=40, description="Name as staff know it.")
    provinces: tuple[str, ...] = Field((), description="Provinces whose calls it is asked for first, `福建`.")
    hours: tuple[Hours, ...] = Field((Hours(),), description="When it is open; always, when left out.")
    holidays: tuple[date, ...] = Field((), description="Days on which it is closed all day.")
    night: bool = Field(False, description="Takes the calls of every province whose own site is closed.")
    overflow_at: float = Field(
        0.9, gt=0, le=1, description="Share of its agents busy from which other sites are asked as soon."
    )

    def is_open(self, moment: datetime) -> bool:
        """Whether it is open at `moment`, in the hotline's zone."""
        return moment.date() not in self.holidays and any(hours.covers(moment) for hours in self.hours)


@dataclass(frozen=True)
class Diversion:
    """Disaster mode: the calls of a province go to named sites until it is taken back."""

    province: str
    sites: tuple[str, ...]


@dataclass(frozen=True)
class SiteOrder:
    """Which sites a call is given to."""

    tiers: Mapping[str, int]
    """Site id to how soon it is asked, 0 first."""
    only: frozenset[str] = frozenset()
    """Not empty while the caller's province is diverted: these alone, as long as anybody there is at work."""


def site_order(
    province: str | None,
    *,
    sites: Sequence[Site],
    loads: Mapping[str, float],
    moment: datetime,
    diversions: Sequence[Diversion] = (),
    draining: frozenset[str] = frozenset(),
) -> SiteOrder:
    """In which order the sites are asked for a call of `province` (None: not known).

    `loads` is site id to the share of its agents at work who are busy; `moment` is in the hotline's zone. A diverted
    province goes to the sites named for it, whatever their hours, unless all of them are draining. Else first comes
    the province's own site while it is open, has free hands and is not draining; when it is closed the night sites,
    when it is full every open site alike; the others follow, the least loaded first.
    """
    for diversion in diversions:
        named = [id_ for id_ in diversion.sites if id_ not in draining]
        if diversion.province == province and named:
            return SiteOrder(dict.fromkeys(named, 0), frozenset(named))
    open_ = [site for site in sites if site.is_open(moment) and site.id not in draining]
    home = [site for site in open_ if province in site.provinces]
    roomy = [site.id for site in home if loads.get(site.id, 0.0) < site.overflow_at]
    first = roomy or [site.id for site in (open_ if home else [site for site in open_ if site.night])]
    rest = sorted((site.id for site in open_ if site.id not in first), key=lambda id_: (loads.get(id_, 0.0), id_))
    return SiteOrder({**dict.fromkeys(first, 0), **{id_: tier for tier, id_ in enumerate(rest, start=1)}})


def closed_sites(sites: Sequence[Site], moment: datetime, draining: frozenset[str] = frozenset()) -> frozenset[str]:
    """Sites whose agents get no new calls: closed at `moment`, or emptied for maintenance."""
    return frozenset(site.id for site in sites if site.id in draining or not site.is_open(moment))


def opening_after(site: Site, moment: datetime) -> time | None:
    """When the site opens again on the same day, in the hotline's zone; None when it does not."""
    if moment.date() in site.holidays:
        return None
    later = [hours.opens for hours in site.hours if WEEK[moment.weekday()] in hours.days]
    opens = min((clock for clock in later if clock > f"{moment:%H:%M}"), default=None)
    return time.fromisoformat(opens) if opens else None
