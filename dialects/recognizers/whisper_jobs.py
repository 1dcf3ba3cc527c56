"""What Whisper's pipeline passes around: pieces of speech to decode, what was decoded, and which go together."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dialects.recognizers import guards
from dialects.recognizers.port import RATE_HZ, Stretch

MARGIN_SECONDS: Final = 2.0
"""Silence after the speech. Less of it writes as well and saves little time (`bench/recognition_margin.py`); the heads
are trained with it."""
RETRY_MARGIN_SECONDS: Final = 10.0
"""The margin of the second decoding of a text that looped."""
MAX_WINDOW_SECONDS: Final = 30.0
_BATCH = 8  # utterances decoded together
_SPREAD_SECONDS = 2.0  # window lengths that may share a batch


@dataclass(frozen=True)
class Job:
    """A piece of speech to decode and where its text belongs."""

    utterance: int
    samples: NDArray[np.float32]
    margin_seconds: float = MARGIN_SECONDS
    at_seconds: float = 0.0
    """Where in its utterance the piece begins."""

    @property
    def seconds(self) -> float:
        return self.samples.size / RATE_HZ

    @property
    def window_seconds(self) -> float:
        return window_seconds(self.seconds, self.margin_seconds)


@dataclass(frozen=True)
class Retries:
    """When a doubtful text is decoded again with the dice, as openai/whisper does; never while others wait."""

    temperatures: tuple[float, ...] = ()
    """Tried in order until a text is not doubtful; none for no retry."""
    seconds: float = 1.0
    """No retry begins later than this after the first decoding."""


@dataclass(frozen=True)
class Decoded:
    """What was made of a job."""

    text: str
    posterior: dict[str, float] = field(default_factory=dict)
    log_probability: float = 0.0
    acoustic: dict[str, float] = field(default_factory=dict)
    silent: bool = False
    """The decoder thinks that nobody spoke."""
    stretches: tuple[Stretch, ...] = ()
    """The text by the decoder's own time stamps, seconds counted from the beginning of the utterance."""

    @property
    def doubtful(self) -> bool:
        """Whether openai/whisper would decode it again: it loops, or the decoder was unsure of what it wrote."""
        unsure = bool(self.text) and self.log_probability < guards.LOW_LOG_PROBABILITY
        return unsure or guards.is_looped(self.text)


def window_seconds(seconds: float, margin_seconds: float = MARGIN_SECONDS) -> float:
    """The window that speech of so many seconds is encoded in."""
    return min(MAX_WINDOW_SECONDS, float(math.ceil(seconds + margin_seconds)))


def batches(jobs: Sequence[Job]) -> Iterator[list[int]]:
    """Indices of jobs in groups of similar window length."""
    batch: list[int] = []
    for index in sorted(range(len(jobs)), key=lambda index: jobs[index].window_seconds):
        shortest = jobs[batch[0]].window_seconds if batch else 0.0
        if batch and (len(batch) == _BATCH or jobs[index].window_seconds - shortest > _SPREAD_SECONDS):
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch


def shares(sizes: Sequence[int], count: int) -> list[list[int]]:
    """Indices dealt out to `count` hands, the large ones first, so that all have about as much to do."""
    order = sorted(range(len(sizes)), key=lambda index: -sizes[index])
    return [sorted(order[hand::count]) for hand in range(min(count, len(sizes)))]
