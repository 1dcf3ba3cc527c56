"""Say it once, measured: was the need known when the agent picked up, and did the agent speak the caller's dialect."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from dialects.catalogue import PUTONGHUA
from elder_channel.bootstrap import Line
from elder_channel.calls.desk import KindOfPickUp, PickUp
from elder_channel.calls.model import Matched
from elder_channel.storage.line_figures import SqlLineFigures


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
        self._figures = SqlLineFigures(line.databases.calls)

    def between(self, first: datetime, last: datetime) -> SayOnce:
        """The figures of the calls picked up from `first` to before `last`."""
        return say_once_of(self._figures.pick_ups_between(first, last))


def say_once(pick_ups: Sequence[PickUp]) -> SayOnce:
    """What these pick-ups add up to."""
    return say_once_of(Counter(each.kind for each in pick_ups))


def say_once_of(kinds: Mapping[KindOfPickUp, int]) -> SayOnce:
    """What so many pick-ups of each kind add up to."""

    def count(fits: Callable[[KindOfPickUp], bool]) -> int:
        return sum(number for kind, number in kinds.items() if fits(kind))

    picked_up, heard, wishes = sum(kinds.values()), count(lambda kind: kind.heard), count(_wishes)
    need_known = count(lambda kind: kind.need_known)
    exact = count(lambda kind: _wishes(kind) and kind.matched == Matched.EXACT)
    near = count(lambda kind: _wishes(kind) and kind.matched in (Matched.EXACT, Matched.GROUP))
    return SayOnce(
        picked_up=picked_up,
        heard=heard,
        need_known=need_known,
        dialect_known=count(_known),
        say_once_rate=_share(need_known, picked_up),
        say_once_rate_heard=_share(count(lambda kind: kind.heard and kind.need_known), heard),
        wishes=wishes,
        dialect_match=_share(exact, wishes),
        dialect_match_group=_share(near, wishes),
    )


def _known(kind: KindOfPickUp) -> bool:
    return bool(kind.dialect) or kind.language == "en"


def _wishes(kind: KindOfPickUp) -> bool:
    """Whether there was a dialect, or English, to match."""
    return _known(kind) and (kind.language == "en" or kind.dialect != PUTONGHUA)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
