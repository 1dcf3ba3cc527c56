"""Switches that staff turn for sites: disaster mode, and emptying a site or the whole line for maintenance."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from elder_channel.agents.sites import Diversion

WHOLE_LINE = "*"
"""Subject of a drain that empties this line as a whole."""


class SwitchKind(StrEnum):
    """What a switch does while it is on."""

    DIVERT = "divert"  # the calls of a province go to named sites
    DRAIN = "drain"  # calls there are finished, no new one is accepted


@dataclass(frozen=True)
class Switch:
    """One turning of a switch, from on to off."""

    kind: SwitchKind
    subject: str
    """A province, a site's id, or `*` for the whole line."""
    sites: tuple[str, ...]
    """Where a province's calls go; empty for a drain."""
    reason: str
    on_at: datetime
    on_by: str
    off_at: datetime | None = None
    """None while it is on."""
    off_by: str | None = None
    off_reason: str | None = None


@dataclass(frozen=True)
class SwitchesOn:
    """What is on now, as the router needs it."""

    diversions: tuple[Diversion, ...] = ()
    draining: frozenset[str] = frozenset()
    line_drained: bool = False


def switches_on(switches: Iterable[Switch]) -> SwitchesOn:
    """The state that the switches that are on add up to."""
    on = [switch for switch in switches if switch.off_at is None]
    drained = {switch.subject for switch in on if switch.kind is SwitchKind.DRAIN}
    return SwitchesOn(
        diversions=tuple(Diversion(each.subject, each.sites) for each in on if each.kind is SwitchKind.DIVERT),
        draining=frozenset(drained - {WHOLE_LINE}),
        line_drained=WHOLE_LINE in drained,
    )
