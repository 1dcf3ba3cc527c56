"""What a `<Play>` has been found to play."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PlayedRecording:
    """One recording of the service."""

    seconds: float
    words: str
    """What it says, where the file tells (its title); a caller hears it, so conversations can react to it."""
