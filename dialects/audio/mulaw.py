"""Telephone sound: G.711 mu-law bytes to 16-bit samples and back, by table.

Source: ITU-T G.711; the tables agree with Sun's public `g711.c` and with Python's `audioop` in every value.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

RATE_HZ: Final = 8_000
"""Sample rate of telephone sound."""
SILENCE: Final = b"\xff"
"""The byte of a zero sample."""

_BIAS = 33  # added before the segment is sought, so that every segment starts at a power of two
_CLIP = 8158  # the largest 14-bit magnitude the eight segments can carry


def decode(data: bytes | bytearray | memoryview) -> NDArray[np.int16]:
    """The samples of mu-law bytes: one 16-bit sample a byte, at 8 kHz."""
    return _decode_table()[np.frombuffer(data, dtype=np.uint8)]


def encode(samples: NDArray[np.int16]) -> bytes:
    """The mu-law bytes of 16-bit samples; a sample loses at most half a step of its segment (3% of its size)."""
    if samples.dtype != np.int16:
        raise TypeError(f"mu-law wants int16 samples, not {samples.dtype}; see dialects.audio.samples.to_int16")
    return _encode_table()[samples.view(np.uint16)].tobytes()


@cache
def _decode_table() -> NDArray[np.int16]:
    code = ~np.arange(256, dtype=np.uint8)  # all bits travel inverted
    segment = (code >> 4) & 7
    magnitude = (((code & 15).astype(np.int32) * 2 + _BIAS) << segment) - _BIAS
    table = np.where(code & 0x80, -magnitude, magnitude) * 4
    return table.astype(np.int16)


@cache
def _encode_table() -> NDArray[np.uint8]:
    """Indexed by the sample's bits read as unsigned, so that a lookup needs no arithmetic."""
    sample = np.arange(65_536, dtype=np.uint16).view(np.int16).astype(np.int32) >> 2
    magnitude = np.minimum(np.abs(sample), _CLIP) + _BIAS
    segment = np.floor(np.log2(magnitude)).astype(np.int32) - 5
    code = (segment << 4) | ((magnitude >> (segment + 1)) & 15)
    return (~np.where(sample < 0, code | 0x80, code) & 0xFF).astype(np.uint8)
