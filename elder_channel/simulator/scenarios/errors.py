"""What can go wrong with scenarios.

ScenarioError
├── InvalidScenarioError       the file is wrong; carries every problem with its line
└── CannotPlayError            the scenario cannot be played here, and why
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from elder_channel.errors import ElderChannelError


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong in a scenario file."""

    file: Path
    line: int | None
    key: str
    reason: str

    def __str__(self) -> str:
        """The problem as one line: `file:line: key: reason`."""
        where = str(self.file) if self.line is None else f"{self.file}:{self.line}"
        return ": ".join(part for part in (where, self.key, self.reason) if part)


class ScenarioError(ElderChannelError):
    """A scenario is wrong or cannot be played."""


class InvalidScenarioError(ScenarioError):
    """Scenario files are wrong."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(dict.fromkeys(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class CannotPlayError(ScenarioError):
    """The scenario needs something that is not there."""
