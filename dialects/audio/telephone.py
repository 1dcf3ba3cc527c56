"""A telephone channel: what is left of a sound after 300-3400 Hz, 8 kHz and mu-law."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from dialects.audio import mulaw
from dialects.audio.resample import resample
from dialects.audio.samples import to_float32, to_int16

LOW_HZ = 300.0
HIGH_HZ = 3_400.0
_TAPS = 257  # 16 ms on either side: steep enough to take mains hum away, short enough to leave syllables whole


def to_telephone(samples: NDArray[np.float32], *, rate_hz: int) -> bytes:
    """The mu-law bytes (8 kHz, one a sample) a carrier would stream for this sound, mono float32 in [-1, 1]."""
    narrow = resample(samples, from_hz=rate_hz, to_hz=mulaw.RATE_HZ)
    if narrow.size:
        narrow = np.convolve(narrow, _band_pass(), mode="full")[_TAPS // 2 :][: narrow.size].astype(np.float32)
    return mulaw.encode(to_int16(narrow))


def through_telephone(samples: NDArray[np.float32], *, rate_hz: int) -> NDArray[np.float32]:
    """The sound as heard at the other end: float32 at 8 kHz, band-limited and quantized."""
    return to_float32(mulaw.decode(to_telephone(samples, rate_hz=rate_hz)))


@cache
def _band_pass() -> NDArray[np.float64]:
    """A windowed-sinc band pass at 8 kHz, Blackman window."""
    offsets = np.arange(_TAPS) - _TAPS // 2
    low, high = (2 * edge / mulaw.RATE_HZ for edge in (LOW_HZ, HIGH_HZ))
    ideal = high * np.sinc(high * offsets) - low * np.sinc(low * offsets)
    return np.asarray(ideal * np.blackman(_TAPS), dtype=np.float64)
