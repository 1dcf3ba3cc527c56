"""Sample formats: floats in [-1, 1] for models, 16-bit integers for lines and files."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_FULL_SCALE = 32_768.0


def to_int16(samples: NDArray[np.float32]) -> NDArray[np.int16]:
    """16-bit samples of floats in [-1, 1]; what lies beyond is clipped, what is no number becomes silence."""
    scaled = np.nan_to_num(samples, nan=0.0, posinf=1.0, neginf=-1.0) * _FULL_SCALE
    clipped: NDArray[np.int16] = np.clip(np.rint(scaled), -32_768, 32_767).astype(np.int16)
    return clipped


def to_float32(samples: NDArray[np.int16]) -> NDArray[np.float32]:
    """Floats in [-1, 1) of 16-bit samples."""
    return samples.astype(np.float32) / np.float32(_FULL_SCALE)


def clean(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """The samples as contiguous float32 within [-1, 1]; NaN becomes silence, loud float files are clipped."""
    finite = np.nan_to_num(np.asarray(samples, dtype=np.float32), nan=0.0, posinf=1.0, neginf=-1.0)
    return np.ascontiguousarray(np.clip(finite, -1.0, 1.0))
