"""A recording of two sides: the caller's tone on the left, the agent's on the right."""

from __future__ import annotations

import io
import wave

import numpy as np

RATE_HZ = 8000


def two_tones(seconds: float = 1.0) -> bytes:
    """A WAV file as the carrier gives it: 16 bits, 8 kHz, two channels."""
    times = np.arange(int(RATE_HZ * seconds)) / RATE_HZ
    sides = np.stack([np.sin(2 * np.pi * hertz * times) for hertz in (440, 660)], axis=1)
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes((sides * 8000).astype("<i2").tobytes())
    return out.getvalue()
