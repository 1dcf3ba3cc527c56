"""What a library must do to run Whisper for us: encode, tell the language, write."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

MAX_TOKENS: Final = 448
"""Tokens a Whisper decoder holds, prompt included."""


@dataclass(frozen=True)
class Written:
    """What the decoder wrote for one row of a batch."""

    tokens: list[int]
    """Text and time stamps, without prompt and end."""
    log_probability: float
    """Mean log probability of a token, the end of the text counted as one."""
    no_speech_probability: float
    """How probable the decoder thinks it that nothing was said."""


class WhisperRuntime(Protocol):
    """One loaded checkpoint. `encoded` is whatever `encode` of the same runtime returns."""

    mel_bins: int
    """Rows of the spectrogram it takes: 80, of large-v3 128."""
    time_stamp_begin: int
    """The first time stamp; every token from it on is one."""
    languages: frozenset[str]
    """Language codes it has a token for."""

    def encode(self, mels: NDArray[np.float32]) -> Any:
        """Encode spectrograms [n, mel_bins, frames] of any even number of frames up to 3000."""
        ...

    def language_posteriors(self, encoded: Any) -> list[dict[str, float]]:
        """For each row language codes to probability, largest first."""
        ...

    def write(
        self, encoded: Any, languages: Sequence[str], *, max_tokens: int, no_repeat_ngram_size: int = 0
    ) -> list[Written]:
        """Write each row greedily, with time stamps, in its language, at most `max_tokens` tokens.

        No sequence of `no_repeat_ngram_size` tokens is written twice; 0 allows all.
        """
        ...

    def text(self, tokens: Sequence[int]) -> str:
        """Text of tokens that are no time stamps."""
        ...
