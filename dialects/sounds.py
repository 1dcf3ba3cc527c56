"""How near two syllables of Mandarin sound to ears that merge some of them: the ground for matching by sound.

A syllable is compared without its tone. Which sounds merge, where, and who says so, is data (`data/sounds.yaml`).
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

from pypinyin import lazy_pinyin
from pypinyin.contrib.tone_convert import to_finals, to_initials

from dialects.catalogue_files import read_yaml
from dialects.errors import CatalogueInvalidError

FARTHEST = 0.5
"""Cost beyond which two syllables are not near at all: two common mergers in one syllable, or three."""


class Syllable(NamedTuple):
    """A syllable of Mandarin without its tone; both parts as pypinyin's strict scheme has them (居 is j and v)."""

    initial: str
    final: str


@dataclass(frozen=True)
class Merger:
    """Sounds that some accent does not tell apart."""

    cost: float
    """How much less a match by way of it says, 0.1 to 0.4."""
    where: str
    source: str
    initials: tuple[str, ...] = ()
    finals: tuple[str, ...] = ()
    syllables: tuple[tuple[Syllable, Syllable], ...] = ()
    readings: tuple[tuple[str, str], ...] = ()
    """Dialect id and the reading of its file that shows the merger."""


@lru_cache(maxsize=16384)
def reading(character: str) -> Syllable | None:
    """The syllable as which Mandarin reads the character by itself; None where it reads none (𣍐, letters)."""
    return syllable(lazy_pinyin(character)[0])


def readings_in_context(characters: str) -> list[Syllable | None]:
    """The syllable of each of these characters, all of which Mandarin reads, within their words: 还款 with huan."""
    return [syllable(spelled) for spelled in lazy_pinyin(characters)]


@lru_cache(maxsize=4096)
def syllable(spelled: str) -> Syllable | None:
    """The syllable that pinyin without tone spells (`zhuan`); None for anything else."""
    if not (spelled.isascii() and spelled.isalpha() and spelled.islower()):
        return None
    final = to_finals(spelled, strict=True)
    return Syllable(to_initials(spelled, strict=True), final) if final else None


@lru_cache(maxsize=1024)
def near(origin: Syllable) -> Mapping[Syllable, float]:
    """The syllables that may stand for this one, itself among them, and the cost of the mergers on the way."""
    reached: dict[Syllable, float] = {}
    waiting: list[tuple[float, Syllable]] = [(0.0, origin)]
    while waiting:
        cost, here = heapq.heappop(waiting)
        if here in reached:
            continue
        reached[here] = cost
        for merger in load_mergers():
            total = round(cost + merger.cost, 3)
            if total <= FARTHEST:
                for other in _merged_with(here, merger):
                    heapq.heappush(waiting, (total, other))
    return reached


def _merged_with(here: Syllable, merger: Merger) -> Iterable[Syllable]:
    if here.initial in merger.initials:
        yield from (here._replace(initial=other) for other in merger.initials if other != here.initial)
    if here.final in merger.finals:
        yield from (here._replace(final=other) for other in merger.finals if other != here.final)
    for one, other in merger.syllables:
        if here in (one, other):
            yield other if here == one else one


@lru_cache(maxsize=1)
def load_mergers() -> tuple[Merger, ...]:
    """The packaged mergers. Raises CatalogueUnreadableError or CatalogueInvalidError."""
    file = Path(str(resources.files("dialects"))) / "data" / "sounds.yaml"
    mergers = []
    for number, entry in enumerate(read_yaml(file).get("mergers", ()), start=1):
        try:
            mergers.append(_merger(**entry))
        except (TypeError, ValueError, AttributeError) as error:
            raise CatalogueInvalidError(file, f"merger {number}", str(error)) from error
    return tuple(mergers)


def _merger(
    cost: float,
    where: str,
    source: str,
    initials: list[str] | None = None,
    finals: list[str] | None = None,
    syllables: list[list[str]] | None = None,
    readings: dict[str, str] | None = None,
) -> Merger:
    if not 0 < cost <= FARTHEST:
        raise ValueError(f"a cost of {cost} is not above 0 and at most {FARTHEST}")
    return Merger(
        cost=cost,
        where=where,
        source=source,
        initials=tuple(initials or ()),
        finals=tuple(finals or ()),
        syllables=tuple(_pair(*pair) for pair in syllables or ()),
        readings=tuple((readings or {}).items()),
    )


def _pair(*spelled: Any) -> tuple[Syllable, Syllable]:
    one, other = (syllable(str(each)) for each in spelled)
    if one is None or other is None:
        raise ValueError(f"{spelled} are not two syllables of pinyin")
    return one, other
