"""In what manner the line speaks: as usual, slower, or loud and slow for somebody who hears badly.

The voices of the carrier take speed and volume with the words (`<prosody rate volume>`; the neural voices support
both, and no pitch), so no sentence needs a second recording.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Manner:
    """How a sentence is spoken."""

    rate_percent: int = 100
    """Speed, in percent of the voice's own."""
    volume: str | None = None
    """A volume of SSML, or None for the voice's own."""

    @property
    def is_plain(self) -> bool:
        """Whether it is the voice as it is."""
        return self.rate_percent == 100 and self.volume is None


PLAIN = Manner()
SLOWER = Manner(rate_percent=85)
"""For who did not react to the first prompt."""
HEARING = Manner(rate_percent=75, volume="x-loud")
"""The hearing mode: 75% is 225 of the 300 characters a minute that the lint reckons with."""

NAMED: Mapping[str, Manner] = MappingProxyType({"plain": PLAIN, "slower": SLOWER, "hearing": HEARING})
"""The manners sounds are rendered in, by name."""


def manner_name(manner: Manner) -> str | None:
    """The name of a manner, or None for one without."""
    return next((name for name, named in NAMED.items() if named == manner), None)
