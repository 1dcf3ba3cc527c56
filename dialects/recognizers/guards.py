"""Guards against text that nobody said: loops, text past the end of the sound, far too much of it.

Thresholds of compression, silence and mean log probability are those of openai/whisper (`whisper/transcribe.py`).
"""

from __future__ import annotations

import re
import zlib
from typing import Final

MAX_COMPRESSION_RATIO: Final = 2.4
NO_SPEECH_PROBABILITY: Final = 0.6
LOW_LOG_PROBABILITY: Final = -1.0
CLEAR_NO_SPEECH_PROBABILITY: Final = 0.8
CLEAR_LOG_PROBABILITY: Final = -0.9
"""Music on hold is near these two (rendered notes: 0.81 and 0.86 at -0.98); words of one syllable stay above."""
UNTRUSTED_LOG_PROBABILITY: Final = -1.5
"""Below it nothing is believed: of 126 words of one speaker by telephone two were, and neither was right."""
_TOKENS_PER_SECOND = 12.0  # the fastest speakers stay below 8 characters a second; a character is one or two tokens
_TOKENS_TO_START = 12

# What repeats, and how often until it is a loop: people do say 喂喂喂 and 你好你好你好, but not six or four times.
_LOOPS = (
    re.compile(r"(\w)\1{5,}"),
    re.compile(r"(?i)\b([a-z]\W+)\1{2,}"),
    re.compile(r"((?:\w\W*){2,4}?)\1{3,}"),
    re.compile(r"((?:\w\W*){5,40}?)\1{2,}"),
)

_LETTER = re.compile(r"\W*[A-Za-z]\W*")


def token_limit(seconds: float) -> int:
    """Most tokens that speech of this length can have."""
    return _TOKENS_TO_START + int(_TOKENS_PER_SECOND * seconds)


def is_looped(text: str) -> bool:
    """Whether the text repeats itself as only a decoder does."""
    return _compression_ratio(text) > MAX_COMPRESSION_RATIO or any(loop.search(text) for loop in _LOOPS)


def without_loops(text: str) -> str:
    """The text up to a loop and what was looped, once; empty when it compresses like a loop even so."""
    for loop in _LOOPS:
        if found := loop.search(text):
            text = text[: found.end(1)].strip()
    return "" if _compression_ratio(text) > MAX_COMPRESSION_RATIO else text


def is_silence(text: str, *, no_speech_probability: float, log_probability: float, says_again: bool = False) -> bool:
    """Whether the decoder itself thinks that nothing was said, and is unsure of what it wrote or only loops.

    `says_again`: it wrote a whole segment twice, the second past the end of the sound perhaps.
    """
    if no_speech_probability <= NO_SPEECH_PROBABILITY:
        return False
    if log_probability < LOW_LOG_PROBABILITY or says_again or is_looped(text):
        return True
    return no_speech_probability > CLEAR_NO_SPEECH_PROBABILITY and log_probability < CLEAR_LOG_PROBABILITY


def is_guessed(text: str, log_probability: float) -> bool:
    """Whether the decoder was so unsure that its words are worth nothing, or wrote a single Latin letter."""
    return log_probability < UNTRUSTED_LOG_PROBABILITY or _LETTER.fullmatch(text) is not None


def _compression_ratio(text: str) -> float:
    data = text.encode()
    return len(data) / len(zlib.compress(data)) if data else 0.0
