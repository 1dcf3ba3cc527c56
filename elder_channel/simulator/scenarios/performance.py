"""What came of a scenario: its calls, each with what was expected of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from elder_channel.simulator.scenarios.checks import Check
from elder_channel.simulator.scenarios.facts import PlayedCall
from elder_channel.simulator.scenarios.reading import ScenarioFile


class Clock(StrEnum):
    """By which clock a scenario was played."""

    REAL = "real"
    VIRTUAL = "virtual"  # time jumps to the next moment at which something happens


@dataclass(frozen=True)
class Judged:
    """A call and what was expected of it."""

    call: PlayedCall
    checks: tuple[Check, ...]

    @property
    def passed(self) -> bool:
        """Everything was as expected."""
        return all(check.ok for check in self.checks)


@dataclass(frozen=True)
class Performance:
    """A scenario that was played, or why it could not be."""

    file: ScenarioFile
    calls: tuple[Judged, ...] = ()
    seconds: float = 0.0
    problem: str | None = None
    speed: float = 1.0
    checks: tuple[Check, ...] = ()
    """Of the scenario as a whole: who was rung, what pages showed, what staff did."""
    clock: Clock = Clock.REAL

    @property
    def passed(self) -> bool:
        """It could be played, and everything was as expected."""
        judged = [*(check.ok for check in self.checks), *(each.passed for each in self.calls)]
        return self.problem is None and bool(self.calls) and all(judged)
