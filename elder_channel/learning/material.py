"""What there is to train on, and whether it is enough for a head that can be judged at all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from dialects.compare_heads import Rule

FEWEST_DIALECTS: Final = 2
FEWEST_SPEAKERS: Final = 5
"""To train on, of a dialect: a head trained on two voices knows two voices (docs/learning.md)."""
FEWEST_RECORDINGS: Final = 20
"""To train on, of a dialect."""
FEWEST_HELD: Final = Rule().fewest
"""Held back, all dialects together; with fewer the comparison decides nothing."""


@dataclass(frozen=True)
class Recording:
    """One judged utterance as training sees it."""

    dialect: str
    speaker: str
    """Pseudonym."""
    held: bool
    """Held back for the comparison: its speaker is never trained on."""


@dataclass(frozen=True)
class DialectMaterial:
    """What there is of one dialect."""

    dialect: str
    recordings: int
    speakers: int
    held_recordings: int
    held_speakers: int

    @property
    def enough(self) -> bool:
        """Whether it can be learned."""
        return self.recordings >= FEWEST_RECORDINGS and self.speakers >= FEWEST_SPEAKERS


@dataclass(frozen=True)
class Material:
    """What there is, most recordings first."""

    dialects: tuple[DialectMaterial, ...]

    @property
    def recordings(self) -> int:
        """All of them, held back or not."""
        return sum(each.recordings + each.held_recordings for each in self.dialects)

    @property
    def speakers(self) -> int:
        """Sources; one who speaks two dialects counts for each."""
        return sum(each.speakers + each.held_speakers for each in self.dialects)

    @property
    def held(self) -> int:
        """Recordings held back, of dialects that can be learned."""
        return sum(each.held_recordings for each in self.dialects if each.enough)

    @property
    def learnable(self) -> int:
        """Dialects with enough to learn."""
        return sum(each.enough for each in self.dialects)

    @property
    def compared(self) -> int:
        """Dialects that can be learned and have recordings held back."""
        return sum(each.enough and each.held_recordings > 0 for each in self.dialects)

    @property
    def enough(self) -> bool:
        """Whether a run makes sense."""
        dialects = min(self.learnable, self.compared)
        return dialects >= FEWEST_DIALECTS and self.held >= FEWEST_HELD


def material_of(recordings: Iterable[Recording]) -> Material:
    """What there is, counted by dialect."""
    by_dialect: dict[str, list[Recording]] = {}
    for one in recordings:
        by_dialect.setdefault(one.dialect, []).append(one)
    counted = [_counted(dialect, some) for dialect, some in by_dialect.items()]
    return Material(tuple(sorted(counted, key=lambda each: (-each.recordings - each.held_recordings, each.dialect))))


def _counted(dialect: str, some: list[Recording]) -> DialectMaterial:
    trained, held = [one for one in some if not one.held], [one for one in some if one.held]
    speakers, held_speakers = ({one.speaker for one in part} for part in (trained, held))
    return DialectMaterial(dialect, len(trained), len(speakers), len(held), len(held_speakers))
