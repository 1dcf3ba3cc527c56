"""What is recorded, what is missing for each voice, and what had best be recorded next.

A recording is worth the share of callers who would hear it: how many speak the dialect, times how many callers hear the
message at all. Both are shares of all callers, so that the gains of different dialects can be compared.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Final

import yaml

from dialects.catalogue import Catalogue
from dialects.mobile_ranges import ranges_by_area_code
from elder_channel.prompts.voices import voice_tag_of

ENOUGH_CALLS: Final = 300
"""From so many calls of known dialect on the line's own callers are counted; before, the catalogue's places."""
_PRIOR_CALLS: Final = 100.0
"""How many calls the catalogue's shares count for beside the line's own: no dialect's share falls to nothing."""
_ELSEWHERE = 0.05
"""Share of callers who hear a message of which nothing is written."""
_REACH_FILE = "prompt_reach.yaml"


class TakeStatus(StrEnum):
    """How far one message is in one voice."""

    IN_FORCE = "in_force"  # approved and played
    WAITING = "waiting"  # recorded, and waits for a second person
    OUTDATED = "outdated"  # approved, but the message says something else by now
    MISSING = "missing"


@dataclass(frozen=True)
class VoiceCoverage:
    """One voice."""

    tag: str
    callers: float
    """Share of all callers who would rather hear it, 0 to 1."""
    counts: Mapping[TakeStatus, int]
    reached: float
    """Of what its callers hear, the share that is recorded and played, 0 to 1."""

    @property
    def total(self) -> int:
        """How many messages can be recorded."""
        return sum(self.counts.values())


@dataclass(frozen=True)
class NextTake:
    """One recording that is missing."""

    voice_tag: str
    message_id: str
    gain: float
    """Share of all callers who would hear it, 0 to 1."""


@dataclass(frozen=True)
class CallersShare:
    """Who calls, by voice."""

    shares: Mapping[str, float]
    """Voice tag to its share of callers; sums to 1."""
    calls: int
    """The line's own calls behind it; 0 when they were too few and the catalogue speaks alone."""


def callers_of(catalogue: Catalogue, counted: Mapping[str, int], *, putonghua_share: float) -> CallersShare:
    """Which share of callers speaks what.

    `counted` are the line's own calls by class of the catalogue, whose dialect an agent or the line has named. While
    they are fewer than `ENOUGH_CALLS` places speak: the catalogue's shares of every area code, weighed by the mobile
    numbers given out there (`dialects.mobile_ranges`); `putonghua_share` of the callers speak Putonghua.
    """
    places = _by_places(catalogue, putonghua_share)
    calls = sum(counted.values())
    if calls < ENOUGH_CALLS:
        return CallersShare(places, 0)
    own = {voice_tag_of(class_id): count for class_id, count in counted.items()}
    total = calls + _PRIOR_CALLS
    return CallersShare({tag: (own.get(tag, 0) + _PRIOR_CALLS * share) / total for tag, share in places.items()}, calls)


def _by_places(catalogue: Catalogue, putonghua_share: float) -> dict[str, float]:
    ranges = ranges_by_area_code(catalogue)
    weights = {
        id_: sum(area.share * ranges.get(area.code, 0) for area in dialect.area_codes)
        for id_, dialect in catalogue.dialects.items()
    }
    total = sum(weights.values())
    shares = {id_: (1 - putonghua_share) * weight / total for id_, weight in weights.items()}
    return {voice_tag_of(catalogue.baseline.id): putonghua_share, **shares}


@cache
def reach() -> Mapping[str, float]:
    """Message id to the share of callers who hear it, 0 to 1; a judgement, see the file."""
    text = (resources.files("elder_channel") / "data" / _REACH_FILE).read_text(encoding="utf-8")
    return {str(id_): float(share) for id_, share in yaml.safe_load(text)["reach"].items()}


def reach_of(message_id: str) -> float:
    """Share of callers who hear a message."""
    return reach().get(message_id, _ELSEWHERE)


def cover(
    tags: Iterable[str],
    messages: Sequence[str],
    statuses: Mapping[tuple[str, str], TakeStatus],
    callers: CallersShare,
) -> tuple[VoiceCoverage, ...]:
    """Every voice with what it has, those with most callers first; `statuses` by voice tag and message id."""
    covered = (_cover(tag, messages, statuses, callers.shares.get(tag, 0.0)) for tag in tags)
    return tuple(sorted(covered, key=lambda each: -each.callers))


def _cover(
    tag: str, messages: Sequence[str], statuses: Mapping[tuple[str, str], TakeStatus], callers: float
) -> VoiceCoverage:
    counts = dict.fromkeys(TakeStatus, 0)
    heard = reached = 0.0
    for message_id in messages:
        status = statuses.get((tag, message_id), TakeStatus.MISSING)
        counts[status] += 1
        heard += reach_of(message_id)
        reached += reach_of(message_id) * (status is TakeStatus.IN_FORCE)
    return VoiceCoverage(tag, callers, counts, reached / heard if heard else 0.0)


def best_next(
    tags: Collection[str],
    messages: Sequence[str],
    statuses: Mapping[tuple[str, str], TakeStatus],
    callers: CallersShare,
    *,
    most: int,
) -> tuple[NextTake, ...]:
    """The recordings that most callers would hear and that nobody has made, best first; ties in the messages' order."""
    wanted = (TakeStatus.MISSING, TakeStatus.OUTDATED)
    gains = [
        NextTake(tag, message_id, callers.shares.get(tag, 0.0) * reach_of(message_id))
        for tag in tags
        for message_id in messages
        if statuses.get((tag, message_id), TakeStatus.MISSING) in wanted
    ]
    return tuple(sorted(gains, key=lambda each: -each.gain)[:most])
