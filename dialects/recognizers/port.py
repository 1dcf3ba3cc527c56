"""The port every recognizer fills: utterances in, recognitions out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 16_000
"""Sample rate every recognizer takes."""


@dataclass(frozen=True)
class Capabilities:
    """What a recognizer can do; callers ask this, never its class."""

    name: str
    """Name shown to staff, `whisper-base-int8`."""
    languages: frozenset[str]
    """Language codes it writes, `{"zh", "en"}`."""
    dialects: frozenset[str] = frozenset()
    """Dialect ids it was made for; empty when it only knows the language."""
    reports_language: bool = False
    """Whether recognitions carry a language posterior."""
    max_seconds: float = 30.0
    """Longest utterance taken."""


@dataclass(frozen=True)
class Stretch:
    """Some words of an utterance and when in it they were said."""

    text: str
    start_seconds: float
    """From the beginning of the utterance."""
    end_seconds: float


@dataclass(frozen=True)
class Recognition:
    """What one utterance was heard as."""

    text: str
    """Empty when nothing was said or nothing could be trusted."""
    language: str
    """Most probable language, a Whisper code; empty without speech."""
    language_posterior: Mapping[str, float] = field(default_factory=dict)
    """Language code to probability; the eight largest at least."""
    acoustic: Mapping[str, float] = field(default_factory=dict)
    """What the acoustic head makes of the sound: its classes to probability; empty without a head or a voice."""
    log_probability: float = 0.0
    """Mean log probability of a token."""
    recognizer: str = ""
    seconds: float = 0.0
    """Length of the utterance, seconds."""
    head: str = ""
    """Version of the acoustic head that judged the sound; empty when it was not judged."""
    stretches: tuple[Stretch, ...] = ()
    """The words in the order they were said; empty where the recognizer tells no times."""


class Recognizer(Protocol):
    """Speech in, text out."""

    @property
    def capabilities(self) -> Capabilities: ...

    def recognize(
        self, utterances: Sequence[NDArray[np.float32]], *, languages: Sequence[str] = ("zh", "en")
    ) -> list[Recognition]:
        """Recognize a batch of utterances, mono float32 in [-1, 1] at 16 kHz, one recognition each, in order.

        `languages` limits the language the text is written in; the posterior is over all the recognizer knows.
        """
        ...
