"""How a site and a province stand at a moment, as people are told: why open or not, and where the calls go."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from elder_channel.agents.hours import moment_of
from elder_channel.agents.sites import Site, SiteOrder

LOOKED_AHEAD_DAYS = 15


class Standing(StrEnum):
    """Why a site gets calls now, or none."""

    OPEN = "open"
    DRAINING = "draining"  # finishes its calls, whatever the hours say
    HOLIDAY = "holiday"
    OUTSIDE_HOURS = "outside_hours"


class Way(StrEnum):
    """Where the calls of a province are given first."""

    OWN = "own"  # its own site is open and has room
    SHARED = "shared"  # the own site is full: every open site alike
    NIGHT = "night"  # the own site is closed: the night sites
    NONE_OWN = "none_own"  # no site names the province: the night sites, by day too
    DIVERTED = "diverted"  # disaster mode


def standing_of(site: Site, moment: datetime, *, draining: frozenset[str] = frozenset()) -> Standing:
    """Why the site gets calls at `moment`, in the hotline's zone, or none."""
    if site.id in draining:
        return Standing.DRAINING
    if site.is_open(moment):
        return Standing.OPEN
    return Standing.HOLIDAY if moment.date() in site.holidays else Standing.OUTSIDE_HOURS


def hours_change_at(site: Site, moment: datetime) -> datetime | None:
    """When the site next opens or closes by hours and holidays; None when it does not in a fortnight."""
    is_open = site.is_open(moment)
    clocks = sorted({"00:00"} | {hours.opens for hours in site.hours} | {hours.closes for hours in site.hours})
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    for ahead in range(LOOKED_AHEAD_DAYS):
        day = midnight + timedelta(days=ahead)
        for later in (moment_of(day, clock) for clock in clocks):
            if later > moment and site.is_open(later) is not is_open:
                return later
    return None


def way_of(
    province: str,
    order: SiteOrder,
    *,
    sites: Sequence[Site],
    moment: datetime,
    draining: frozenset[str] = frozenset(),
) -> tuple[Way, tuple[str, ...]]:
    """Where the calls of `province` are given first, and the ids of those sites; `order` is its `site_order`."""
    first = tuple(id_ for id_, tier in order.tiers.items() if tier == 0)
    if order.only:
        return Way.DIVERTED, first
    home = [site for site in sites if province in site.provinces]
    if not home:
        return Way.NONE_OWN, first
    open_home = {site.id for site in home if site.is_open(moment) and site.id not in draining}
    if not open_home:
        return Way.NIGHT, first
    return (Way.OWN if open_home.issuperset(first) else Way.SHARED), first
