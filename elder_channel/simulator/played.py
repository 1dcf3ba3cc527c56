"""What a `<Play>` has been found to play."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PlayedRecording:
    """One recording of the service."""

    seconds: float
    words: str
    """What it says, where the file tells (its title); a caller hears it, so conversations can react to it."""
    language: str = ""
    """BCP 47, where the file tells."""

    def told(self) -> dict[str, str]:
        """What the file itself says of what is heard, as fields of an event."""
        return {name: value for name, value in (("text", self.words), ("language", self.language)) if value}
