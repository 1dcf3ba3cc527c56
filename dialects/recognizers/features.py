"""Log-mel spectrograms as Whisper wants them, in a window that fits the utterance.

Source: the front end of openai/whisper (`whisper/audio.py`); filters from faster-whisper's `FeatureExtractor`.
Only the frames that hold sound are computed: padding is filled with the value silence would get.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Final

import numpy as np
from faster_whisper.feature_extractor import FeatureExtractor
from numpy.typing import NDArray

from dialects.recognizers.port import RATE_HZ

HOP: Final = 160
"""Samples between two frames: 10 ms."""
_FFT = 400
_FLOOR = 1e-10
_DYNAMIC_RANGE = 8.0  # decades kept below the loudest bin


def log_mel(utterances: Sequence[NDArray[np.float32]], *, window_seconds: float, bins: int = 80) -> NDArray[np.float32]:
    """Spectrograms float32 [n, bins, frames] of mono 16 kHz utterances, cut or padded to `window_seconds`."""
    frames = round(window_seconds * RATE_HZ / HOP)
    batch = np.empty((len(utterances), bins, frames), dtype=np.float32)
    for row, utterance in enumerate(utterances):
        mel = _log_mel(utterance[: frames * HOP], bins)[:, :frames]
        loudest = max(float(mel.max(initial=np.log10(_FLOOR))), float(np.log10(_FLOOR)))
        floor = max(loudest - _DYNAMIC_RANGE, float(np.log10(_FLOOR)))
        batch[row, :, : mel.shape[1]] = np.maximum(mel, floor)
        batch[row, :, mel.shape[1] :] = floor
    return (batch + np.float32(4.0)) / np.float32(4.0)


def _log_mel(samples: NDArray[np.float32], bins: int) -> NDArray[np.float32]:
    """Unnormalized log-mel of all frames that touch the samples."""
    half = _FFT // 2
    padded = np.concatenate([samples[half:0:-1], samples, np.zeros(_FFT, dtype=np.float32)])
    if padded.size < _FFT:
        padded = np.pad(padded, (0, _FFT - padded.size))
    windows = np.lib.stride_tricks.sliding_window_view(padded, _FFT)[::HOP]
    # The acoustic heads were trained on just these roundings; real**2 + imag**2 would be quicker and is not the same.
    power = np.abs(np.fft.rfft(windows * _hann(), axis=-1)) ** 2
    mel = _filters(bins) @ power.astype(np.float32).T
    logarithm: NDArray[np.float32] = np.log10(np.maximum(mel, np.float32(_FLOOR)))
    return logarithm


@cache
def _hann() -> NDArray[np.float32]:
    return np.hanning(_FFT + 1)[:-1].astype(np.float32)


@cache
def _filters(bins: int) -> NDArray[np.float32]:
    filters: NDArray[np.float32] = FeatureExtractor.get_mel_filters(RATE_HZ, _FFT, n_mels=bins).astype(np.float32)
    return filters
