"""What a library must do to run Whisper for us: encode, tell the language, write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

MAX_TOKENS: Final = 448
"""Tokens a Whisper decoder holds, prompt included."""
BEST_OF: Final = 3
"""Texts drawn at a temperature above 0, of which the most probable is kept; openai/whisper draws five."""


@dataclass(frozen=True)
class Manner:
    """How a batch is to be written."""

    max_tokens: int
    """Most tokens of a text, prompt not counted."""
    no_repeat_ngram_size: int = 0
    """No sequence of so many tokens is written twice; 0 allows all."""
    temperature: float = 0.0
    """0 takes the most probable token at every step; above it they are drawn, the best of `BEST_OF` texts kept."""
    prompts: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """For a language the tokens of what seems to have been said before; none for a language left out."""


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

    def cut(self, encoded: Any, row: int, spans: Sequence[tuple[int, int]]) -> Any:
        """Spans of equal length, in frames of 20 ms, of one row as encodings of their own, one row each."""
        ...

    def language_posteriors(self, encoded: Any) -> list[dict[str, float]]:
        """For each row language codes to probability, largest first."""
        ...

    def write(self, encoded: Any, languages: Sequence[str], manner: Manner) -> list[Written]:
        """Write each row with time stamps, in its language and the manner asked for."""
        ...

    def text(self, tokens: Sequence[int]) -> str:
        """Text of tokens that are no time stamps."""
        ...

    def tokens(self, text: str) -> list[int]:
        """Tokens of a text, as a prompt needs them."""
        ...


def rows_by_prompt(languages: Sequence[str], manner: Manner) -> list[list[int]]:
    """Rows that may be written together: a library wants prompts of one length in a batch."""
    rows: dict[int, list[int]] = {}
    for row, language in enumerate(languages):
        rows.setdefault(len(manner.prompts.get(language, ())), []).append(row)
    return list(rows.values())
