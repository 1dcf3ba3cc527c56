"""Sites: who is open when, and which of them a province's calls are given to first.

The wish for a dialect goes over all of them (law 4); among agents who fit equally well the nearer site is asked first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from pydantic import BaseModel, ConfigDict, Field, model_validator

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Hours(BaseModel):
    """Opening hours of some days of the week, in the hotline's zone; to 24:00 is the end of the day."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    days: tuple[str, ...] = Field(WEEK, min_length=1, description="mon to sun.")
    opens: str = Field("00:00", pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", description="HH:MM.")
    closes: str = Field("24:00", pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$", description="HH:MM, or 24:00.")

    @model_validator(mode="after")
    def _makes_sense(self) -> Hours:
        if unknown := [day for day in self.days if day not in WEEK]:
            raise ValueError(f"days: {unknown[0]} is none of {', '.join(WEEK)}")
        if self.closes <= self.opens:
            raise ValueError("closes must be after opens; hours over midnight are two entries")
        return self

    def covers(self, moment: datetime) -> bool:
        """Whether `moment`, in the hotline's zone, lies in them."""
        clock = f"{moment:%H:%M}"
        return WEEK[moment.weekday()] in self.days and self.opens <= clock < self.closes


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

    `loads` is site id to the share of its agents at work who are busy; `moment` is in the hotline's zone. First comes
    the province's own site while it is open, has free hands and is not draining; when it is closed the night sites,
    when it is full every open site alike; the others follow, the least loaded first.
    """
    for diversion in diversions:
        if diversion.province == province:
            return SiteOrder(dict.fromkeys(diversion.sites, 0), frozenset(diversion.sites))
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
