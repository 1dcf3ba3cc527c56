"""What speaks for which dialect, and what it adds up to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Source(StrEnum):
    """Where a piece of evidence comes from."""

    NUMBER = "number"  # area of the caller's number
    CUSTOMER = "customer"  # what the books say
    ACOUSTIC = "acoustic"  # the sound
    WORDS = "words"  # what was said
    CHOICE = "choice"  # what the caller keyed or said about it; wins


@dataclass(frozen=True)
class Evidence:
    """One source's say: relative likelihoods over the classes, before fusion."""

    source: Source
    text: str
    """In words an agent can read: `区号 0591 → 福州话`."""
    likelihood: Mapping[str, float]
    """Class id (the 42 and `putonghua`) to a positive relative likelihood; every class is present."""


@dataclass(frozen=True)
class WeighedEvidence:
    """A piece of evidence and how far it moved the result."""

    source: Source
    text: str
    weight: float
    """Nats by which leaving this evidence out would change the posterior (KL divergence), >= 0."""


@dataclass(frozen=True)
class Identification:
    """A posterior over the 42 dialects and Putonghua, or an abstention; never a bare guess (law 5)."""

    posterior: Mapping[str, float]
    """Class id to probability; sums to 1."""
    abstained: bool
    """True while the best class is too improbable to be named."""
    evidence: tuple[WeighedEvidence, ...] = ()

    def best(self, count: int = 5) -> list[tuple[str, float]]:
        """The `count` most probable classes, best first."""
        return sorted(self.posterior.items(), key=lambda item: (-item[1], item[0]))[:count]

    @property
    def top(self) -> tuple[str, float]:
        """The most probable class and its probability."""
        return self.best(1)[0]
