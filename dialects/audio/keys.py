"""The tones of telephone keys, taken out of a sound before anybody listens for words in it.

Faint keys are the one sound of a line that the voice activity model takes for a voice and Whisper for words ("I'm
sorry."). Their two tones are told from any voice by how much of the sound they are: 0.99 of a key at every level down
to -62 dB through a telephone, at most 0.60 of a frame in 250 recordings of speech.

Source of the frequencies: ITU-T Q.23.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from dialects.audio.resample import RECOGNIZER_HZ

Floats = NDArray[np.float32]

LOW_HZ: Final = (697, 770, 852, 941)
HIGH_HZ: Final = (1209, 1336, 1477, 1633)
_FRAME: Final = 640  # 40 ms: as short as a key may be (ITU-T Q.24)
_HOP: Final = 320
_SHARE: Final = 0.85
"""Of a frame's energy, in one low and one high tone together."""
_LEAST_SHARE: Final = 0.1
"""In each of the two: one tone alone is no key."""

_WINDOW = np.hanning(_FRAME).astype(np.float32)
_ANGLES = 2 * np.pi * np.outer(np.arange(_FRAME) / RECOGNIZER_HZ, LOW_HZ + HIGH_HZ)
_TONES = np.concatenate([np.cos(_ANGLES), np.sin(_ANGLES)], axis=1).astype(np.float32)
_ENERGY_OF_AMPLITUDE = 2 * float((_WINDOW**2).sum()) / float(_WINDOW.sum()) ** 2


def without_keys(sound: Floats) -> Floats:
    """The sound (mono, 16 kHz) with silence where a key was pressed; the same array where none was."""
    pressed = np.flatnonzero(_is_key(sound))
    if not pressed.size:
        return sound
    silenced = sound.copy()
    for frame in pressed:  # a hop more on either side: the frames that a key only begins or ends in
        silenced[max(0, (frame - 1) * _HOP) : (frame + 1) * _HOP + _FRAME] = 0.0
    return silenced


def _is_key(sound: Floats) -> NDArray[np.bool_]:
    """Whether each frame is two tones of a key and hardly anything else."""
    if sound.size < _FRAME:
        return np.zeros(0, dtype=bool)
    to_its_end = np.pad(sound, (0, _HOP))
    frames = np.lib.stride_tricks.sliding_window_view(to_its_end, _FRAME)[::_HOP] * _WINDOW
    parts = frames @ _TONES
    count = len(LOW_HZ) + len(HIGH_HZ)
    energies = (parts[:, :count] ** 2 + parts[:, count:] ** 2) * _ENERGY_OF_AMPLITUDE
    low, high = energies[:, : len(LOW_HZ)].max(axis=1), energies[:, len(LOW_HZ) :].max(axis=1)
    whole = np.square(frames).sum(axis=1)
    return np.asarray((low + high > _SHARE * whole) & (np.minimum(low, high) > _LEAST_SHARE * whole) & (whole > 0))
