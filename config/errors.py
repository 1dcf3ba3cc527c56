"""What can be wrong with a configuration.

ConfigError    the settings are wrong; carries every problem found, each with its place
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, and where."""

    source: str
    """The file, or the name of the environment variable."""

    line: int | None
    """Line in the file, from 1; None for the environment and for a file as a whole."""

    key: str
    """Dotted key, `agents[2].contact`; empty when the whole file is meant."""

    reason: str
    """A sentence without a full stop that says what is wrong and what would be right."""

    def __str__(self) -> str:
        """Return the problem as one line: `file:line: key: reason`."""
        where = self.source if self.line is None else f"{self.source}:{self.line}"
        return ": ".join(part for part in (where, self.key, self.reason) if part)


class ConfigError(Exception):
    """The settings are wrong and were not taken."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep every problem once, in the order of the files and their lines."""
        once = dict.fromkeys(problems)
        self.problems: tuple[Problem, ...] = tuple(sorted(once, key=lambda wrong: (wrong.source, wrong.line or 0)))
        super().__init__("\n".join(str(problem) for problem in self.problems))
