"""Service levels: of the callers who asked for a person, how many were answered, and how soon."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

STANDARD_SECONDS = (15, 20, 30)
"""Within how long the standards want callers answered (docs/accessibility.md names them)."""


@dataclass(frozen=True)
class Level:
    """Counts of calls; two of them add up."""

    calls: int = 0
    """All calls that count."""
    asked: int = 0
    """Of those, how many were on the way to a person: by key, voice, elder's number or silence."""
    answered: int = 0
    """Of those who asked, how many an agent answered."""
    within: tuple[int, ...] = (0,) * len(STANDARD_SECONDS)
    """Of those who asked, how many were answered within each of `STANDARD_SECONDS` of asking."""
    waited_seconds: float = 0.0
    """How long those who were answered waited, added up."""
    by_fallback: int = 0
    """Calls for which the carrier rang people by itself, because our document did not come."""

    def __add__(self, other: Level) -> Level:
        """Both together."""
        return Level(
            self.calls + other.calls,
            self.asked + other.asked,
            self.answered + other.answered,
            tuple(mine + theirs for mine, theirs in zip(self.within, other.within, strict=True)),
            self.waited_seconds + other.waited_seconds,
            self.by_fallback + other.by_fallback,
        )

    def answered_within(self, seconds: int) -> int:
        """How many were answered within one of `STANDARD_SECONDS`; raises ValueError for any other time."""
        if seconds not in STANDARD_SECONDS:
            raise ValueError(f"answers within {seconds} s are not counted, only within {STANDARD_SECONDS}")
        return self.within[STANDARD_SECONDS.index(seconds)]

    def share_within(self, seconds: int) -> float | None:
        """Share of those who asked; None while nobody did."""
        return self.answered_within(seconds) / self.asked if self.asked else None

    @property
    def share_answered(self) -> float | None:
        """Share of those who asked whom somebody answered; None while nobody asked."""
        return self.answered / self.asked if self.asked else None

    @property
    def mean_wait_seconds(self) -> float | None:
        """How long those who were answered waited on average."""
        return self.waited_seconds / self.answered if self.answered else None


def total(levels: Iterable[Level]) -> Level:
    """All of them together."""
    return sum(levels, Level())


@dataclass(frozen=True)
class LevelOf:
    """The level of calls that are alike."""

    elder: bool
    agent_id: str | None
    """Who answered; None where nobody did."""
    dialect: str | None
    """Named when the agent picked up: a dialect, `putonghua`, or `english`; None where none was named."""
    level: Level


@dataclass(frozen=True)
class Verdicts:
    """What agents said of the dialects the line had heard; the last word on each call."""

    judged: int = 0
    confirmed: int = 0
    """The line's first dialect was right."""
    unnamed: int = 0
    """Of those judged, calls for which the line had named no dialect (law 5); not counted as wrong."""
    unnamed_confirmed: int = 0
    """Of the unnamed, those whose most probable dialect was right all the same."""

    @property
    def named(self) -> int:
        """Judged calls for which the line had named a dialect."""
        return self.judged - self.unnamed

    @property
    def named_right(self) -> int:
        """Of those, how many the agent found right."""
        return self.confirmed - self.unnamed_confirmed

    @property
    def share_right(self) -> float | None:
        """Of the dialects that were named, the share that was right; None where none was."""
        return self.named_right / self.named if self.named else None
