"""What the doctor tells: one line for each thing it looked at."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How something was found."""

    OK = "ok"
    MISSING = "missing"
    WRONG = "wrong"


@dataclass(frozen=True)
class Finding:
    """One line of the doctor's answer."""

    part: str
    """What was looked at: `python`, `extra whisper`, `port 8080`."""

    state: State
    text: str
    """What was found, in a sentence."""

    remedy: str = ""
    """How to get or mend it; empty when nothing is to be done."""

    needed: bool = False
    """Whether the line cannot run with this missing or wrong."""

    @property
    def fatal(self) -> bool:
        """Whether this keeps the line from running."""
        return self.needed and self.state is not State.OK
