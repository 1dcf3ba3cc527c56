"""How an utterance and its recognition travel between the line and the recognizer process."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter

from dialects.audio.resample import resample
from dialects.audio.samples import clean, to_float32
from dialects.recognizers.port import RATE_HZ, Recognition

RATE_HEADER: Final = "X-Sample-Rate"
FORMAT_HEADER: Final = "X-Sample-Format"
TOKEN_HEADER: Final = "X-Recognizer-Token"  # noqa: S105 - the header's name, not a secret
DIALECT_HEADER: Final = "X-Dialect"
"""In a request: a second hearing, by who knows this dialect better than Whisper."""
BETTER_HEADER: Final = "X-Better-For"
"""In an answer: the dialects for which a second hearing can be had, with commas between."""
MAX_SECONDS: Final = 60.0
"""Longest utterance taken; a turn is cut at 30 s at the latest."""
MAX_BODY_BYTES: Final = int(MAX_SECONDS * 48_000 * 4)
_FORMATS: dict[str, np.dtype[Any]] = {"int16": np.dtype("<i2"), "float32": np.dtype("<f4")}
_RATES = range(8_000, 48_001)

recognitions: Final = TypeAdapter(Recognition)


def read_samples(body: bytes, *, rate: str, sample_format: str) -> NDArray[np.float32]:
    """The utterance of a request, mono float32 at 16 kHz; raises `ValueError` saying what is wrong with it."""
    if sample_format not in _FORMATS:
        raise ValueError(f"{FORMAT_HEADER} must be int16 or float32")
    if not rate.isascii() or not rate.isdecimal() or int(rate) not in _RATES:
        raise ValueError(f"{RATE_HEADER} must be a rate from 8000 to 48000 Hz")
    kind = _FORMATS[sample_format]
    if len(body) % kind.itemsize:
        raise ValueError("the body is not a whole number of samples")
    raw = np.frombuffer(body, dtype=kind)
    if raw.size > MAX_SECONDS * int(rate):
        raise ValueError(f"the utterance is longer than {MAX_SECONDS:.0f} s")
    samples = to_float32(raw.astype(np.int16)) if sample_format == "int16" else clean(raw.astype(np.float32))
    return resample(samples, from_hz=int(rate), to_hz=RATE_HZ)
