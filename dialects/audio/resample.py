"""Changing the sample rate, whole or as a stream, with soxr."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import soxr
from numpy.typing import NDArray

TELEPHONE_HZ = 8_000
RECOGNIZER_HZ = 16_000


def resample(samples: NDArray[np.float32], *, from_hz: int, to_hz: int) -> NDArray[np.float32]:
    """The same sound, mono float32, at another rate; band-limited, so nothing folds back when going down."""
    if from_hz == to_hz or samples.size == 0:
        return samples
    return cast(NDArray[np.float32], soxr.resample(samples, from_hz, to_hz, quality="HQ"))


def to_recognizer_rate(samples_8k: NDArray[np.float32]) -> NDArray[np.float32]:
    """Telephone samples (8 kHz) at the 16 kHz which recognizers take."""
    return resample(samples_8k, from_hz=TELEPHONE_HZ, to_hz=RECOGNIZER_HZ)


class StreamResampler:
    """Changes the rate of a sound that arrives in pieces, without clicks where they meet."""

    def __init__(self, *, from_hz: int, to_hz: int) -> None:
        self._passes_through = from_hz == to_hz
        self._stream: Any = soxr.ResampleStream(from_hz, to_hz, 1, dtype="float32", quality="HQ")

    def feed(self, samples: NDArray[np.float32], *, last: bool = False) -> NDArray[np.float32]:
        """What is ready after this piece, mono float32; with `last` also what was held back by the filter."""
        if self._passes_through:
            return samples
        return cast(NDArray[np.float32], self._stream.resample_chunk(samples, last=last))
