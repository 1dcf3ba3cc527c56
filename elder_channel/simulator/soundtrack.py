"""What was said on a call, side by side, for a recording of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from dialects.audio import mulaw

RATE_HZ = 8000


class Side(StrEnum):
    """Whose voice; a recording on two channels has them in this order."""

    CALLER = "caller"
    CALLED = "called"  # whoever talks with the caller


@dataclass
class _Said:
    side: Side
    sound: bytes
    since: float
    until: float


class Soundtrack:
    """Sounds with the moments they were made at, in seconds of the event loop's clock."""

    def __init__(self) -> None:
        self._said: list[_Said] = []

    def add(self, side: Side, sound: bytes, *, since: float) -> None:
        """Somebody begins to make this sound (8 kHz mu-law); what the same side was saying ends."""
        self.cut(side, at=since)
        self._said.append(_Said(side, sound, since, since + len(sound) / RATE_HZ))

    def cut(self, side: Side, *, at: float) -> None:
        """This side falls silent."""
        for said in self._said:
            if said.side is side:
                said.until = min(said.until, max(at, said.since))

    def between(self, begin: float, end: float) -> NDArray[np.int16]:
        """The sound from `begin` to `end`: int16 at 8 kHz, shape (samples, 2), a channel for each side."""
        sound = np.zeros((max(0, round((end - begin) * RATE_HZ)), len(Side)), dtype=np.int16)
        for said in self._said:
            samples = mulaw.decode(said.sound)[: round((said.until - said.since) * RATE_HZ)]
            at = round((said.since - begin) * RATE_HZ)
            samples, at = samples[max(0, -at) :], max(0, at)
            samples = samples[: max(0, len(sound) - at)]
            sound[at : at + len(samples), list(Side).index(said.side)] = samples
        return sound
