"""Say it once, measured: was the need known when the agent picked up, and did the agent speak the caller's dialect."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dialects.catalogue import PUTONGHUA
from elder_channel.bootstrap import Line
from elder_channel.calls.desk import PickUp
from elder_channel.calls.model import Matched


@dataclass(frozen=True)
class SayOnce:
    """Figures of a period; shares are None where there is nothing to share."""

    picked_up: int
    """Calls an agent picked up."""
    heard: int
    """Of those, calls in which what the caller said had been written down by then."""
    need_known: int
    dialect_known: int
    """A dialect was named, or English spoken."""
    say_once_rate: float | None
    """need_known / picked_up: also callers who said nothing, or whose need nobody could tell, count."""
    say_once_rate_heard: float | None
    """need_known / heard: of those who had said something."""
    wishes: int
    """Calls with a dialect of the 42, or English, to match."""
    dialect_match: float | None
    """Of those wishes, answered by somebody who speaks it at the least proficiency the line asks."""
    dialect_match_group: float | None
    """The same, somebody who speaks a dialect of the group counted in."""


class SayOnceReport:
    """Reads the figures from the books."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def between(self, first: datetime, last: datetime) -> SayOnce:
        """The figures of the calls picked up from `first` to before `last`."""
        return say_once(self._line.desk.pick_ups_between(first, last))


def say_once(pick_ups: Sequence[PickUp]) -> SayOnce:
    """What these pick-ups add up to."""
    heard = [each for each in pick_ups if each.heard]
    need_known = [each for each in pick_ups if each.need]
    known = [each for each in pick_ups if each.dialect or each.language == "en"]
    wishes = [each for each in known if each.language == "en" or each.dialect != PUTONGHUA]
    exact = [each for each in wishes if each.matched == Matched.EXACT]
    near = [each for each in wishes if each.matched in (Matched.EXACT, Matched.GROUP)]
    return SayOnce(
        picked_up=len(pick_ups),
        heard=len(heard),
        need_known=len(need_known),
        dialect_known=len(known),
        say_once_rate=_share(need_known, pick_ups),
        say_once_rate_heard=_share([each for each in heard if each.need], heard),
        wishes=len(wishes),
        dialect_match=_share(exact, wishes),
        dialect_match_group=_share(near, wishes),
    )


def _share(part: Sequence[PickUp], whole: Sequence[PickUp]) -> float | None:
    return len(part) / len(whole) if whole else None
