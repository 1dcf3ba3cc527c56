"""Switches of the sites as staff turn them: checked, with a reason, recorded, and undone as easily."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from dialects.area import PROVINCES
from elder_channel.agents.sites import Site, closed_sites
from elder_channel.agents.switches import WHOLE_LINE, Switch, SwitchesOn, SwitchKind, switches_on
from elder_channel.bootstrap import Line
from elder_channel.clock import HOTLINE_ZONE
from elder_channel.services.accounts import Account, Role
from elder_channel.services.errors import ChangedMeanwhileError, NotAllowedError, SwitchRefusedError
from elder_channel.services.situation import workforce_of

log = structlog.get_logger()

MAX_REASON_CHARACTERS = 200
HISTORY = 100
SHOWN_HISTORY = 20
MAY_SWITCH = frozenset({Role.ADMINISTRATOR, Role.SUPERVISOR})


@dataclass(frozen=True)
class SiteView:
    """A site as it stands now."""

    site: Site
    is_open: bool
    draining: bool
    at_work: int
    """Agents who could be given a call there, were they free."""
    busy: int


@dataclass(frozen=True)
class SwitchView:
    """One turning of a switch, with the names staff know."""

    kind: str
    subject: str
    """Province, or name of the site; empty for the whole line."""
    sites: tuple[str, ...]
    """Names of the sites a province's calls go to."""
    reason: str
    on_at: datetime
    on_by: str
    whole_line: bool = False
    id: str = ""
    """What it is turned off by: the province, the site's id, or `*`."""
    off_at: datetime | None = None
    """None while it is on."""
    off_by: str | None = None
    off_reason: str | None = None


class SiteSwitches:
    """Disaster mode and maintenance drains."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def on(self) -> list[Switch]:
        """What is on now, in the order it was turned on."""
        return self._line.switches.on()

    def shown(self) -> list[SwitchView]:
        """What is on now, with the names staff know."""
        return self._with_names(self.on())

    def shown_history(self, *, most: int = SHOWN_HISTORY) -> list[SwitchView]:
        """The last turnings, newest first, with the names staff know."""
        return self._with_names(self.history(most=most))

    def _with_names(self, switches: Iterable[Switch]) -> list[SwitchView]:
        names = {site.id: site.name for site in self._line.settings.sites}
        return [
            SwitchView(
                kind=each.kind,
                subject=names.get(each.subject, each.subject.removeprefix(WHOLE_LINE)),
                sites=tuple(names.get(id_, id_) for id_ in each.sites),
                reason=each.reason,
                on_at=each.on_at,
                on_by=each.on_by,
                whole_line=each.subject == WHOLE_LINE,
                id=each.subject,
                off_at=each.off_at,
                off_by=each.off_by,
                off_reason=each.off_reason,
            )
            for each in switches
        ]

    def in_force(self) -> SwitchesOn:
        """What is on now, as the router takes it."""
        return switches_on(self.on())

    def history(self, *, most: int = HISTORY) -> list[Switch]:
        """The last turnings, newest first."""
        return self._line.switches.history(most=most)

    def sites(self) -> list[SiteView]:
        """Every site of the settings, in their order."""
        now, on = self._line.clock(), self.in_force()
        closed = closed_sites(self._line.settings.sites, now.astimezone(HOTLINE_ZONE))
        force = workforce_of(self._line, now=now, on=on)
        sits_at = {agent.id: agent.site for agent in self._line.settings.agents}
        at_work = Counter(sits_at[id_] for id_ in force.at_work)
        free = Counter(each.definition.site for each in force.free)
        return [
            SiteView(
                site=site,
                is_open=site.id not in closed,
                draining=site.id in on.draining,
                at_work=at_work[site.id],
                busy=at_work[site.id] - free[site.id],
            )
            for site in self._line.settings.sites
        ]

    def divert(
        self, province: str, sites: Iterable[str], *, reason: str, by: Account, seen: str | None = None
    ) -> Switch:
        """Disaster mode: from the router's next tick on the province's calls go to these sites alone.

        `seen` is the `etag_of` the switches the person had before their eyes. Raises `NotAllowedError`,
        `ChangedMeanwhileError` when somebody has turned a switch since, and `SwitchRefusedError` for an unknown
        province or site, a missing reason, or a province that is diverted already (restore it first: two people must
        not undo each other unseen).
        """
        named = self.checked_targets(province, sites)
        return self._turn_on(SwitchKind.DIVERT, province, named, reason=reason, by=by, seen=seen)

    def checked_targets(self, province: str, sites: Iterable[str]) -> tuple[str, ...]:
        """The sites without doubles; raises `SwitchRefusedError` for a province or site that cannot be."""
        named = tuple(dict.fromkeys(sites))
        if province not in PROVINCES:
            raise SwitchRefusedError("no_such_province", f"{province[:20]} is no province; write 福建 or 内蒙古")
        if not named:
            raise SwitchRefusedError("no_sites", "name at least one site that takes the calls")
        for site in named:
            self._known(site)
        return named

    def restore(self, province: str, *, reason: str, by: Account, seen: str | None = None) -> None:
        """Take a diversion back. Raises as `divert`; `SwitchRefusedError` too when there is none."""
        self._turn_off(SwitchKind.DIVERT, province, reason=reason, by=by, seen=seen)

    def drain(self, site: str | None, *, reason: str, by: Account, seen: str | None = None) -> Switch:
        """Finish the calls at a site and give it no new one; None: the whole line accepts none. Raises as `divert`."""
        if site is not None:
            self._known(site)
        subject = WHOLE_LINE if site is None else site
        return self._turn_on(SwitchKind.DRAIN, subject, (), reason=reason, by=by, seen=seen)

    def resume(self, site: str | None, *, reason: str, by: Account, seen: str | None = None) -> None:
        """Accept calls again. Raises as `restore`."""
        self._turn_off(SwitchKind.DRAIN, WHOLE_LINE if site is None else site, reason=reason, by=by, seen=seen)

    def _turn_on(
        self,
        kind: SwitchKind,
        subject: str,
        sites: tuple[str, ...],
        *,
        reason: str,
        by: Account,
        seen: str | None,
    ) -> Switch:
        why = _checked(reason, by)
        self._as_seen(seen)
        switch = Switch(kind, subject, sites, why, self._line.clock(), by.username)
        if not self._line.switches.turn_on(switch):
            raise SwitchRefusedError("already_on", f"{_told(kind, subject)} is on already; turn it off first")
        log.warning("switch.on", kind=kind, subject=subject, sites=sites, by=by.username)
        return switch

    def _turn_off(self, kind: SwitchKind, subject: str, *, reason: str, by: Account, seen: str | None) -> None:
        why = _checked(reason, by)
        self._as_seen(seen)
        if not self._line.switches.turn_off(kind, subject, by=by.username, reason=why, at=self._line.clock()):
            raise SwitchRefusedError("not_on", f"{_told(kind, subject)} is not on")
        log.warning("switch.off", kind=kind, subject=subject, by=by.username)

    def _as_seen(self, seen: str | None) -> None:
        if seen is not None and seen != etag_of(self.on()):
            raise ChangedMeanwhileError("Somebody has turned a switch meanwhile; look at what is on now.")

    def _known(self, site: str) -> None:
        known = [each.id for each in self._line.settings.sites]
        if site not in known:
            raise SwitchRefusedError("no_such_site", f"no site has the id {site[:32]}; there are {', '.join(known)}")


def etag_of(on: Sequence[Switch]) -> str:
    """Names the switches that are on: another turning is another name."""
    told = [f"{each.kind}|{each.subject}|{'+'.join(each.sites)}|{each.on_at.isoformat()}" for each in on]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]


def _checked(reason: str, by: Account) -> str:
    if by.role not in MAY_SWITCH:
        raise NotAllowedError("Only supervisors and administrators turn switches of sites.")
    why = " ".join(reason.split())
    if not why:
        raise SwitchRefusedError("no_reason", "say why; the next shift will read it")
    if len(why) > MAX_REASON_CHARACTERS:
        raise SwitchRefusedError("reason_too_long", f"the reason has more than {MAX_REASON_CHARACTERS} characters")
    return why


def _told(kind: SwitchKind, subject: str) -> str:
    if kind is SwitchKind.DIVERT:
        return f"the diversion of {subject}"
    return "the drain of the whole line" if subject == WHOLE_LINE else f"the drain of {subject}"
