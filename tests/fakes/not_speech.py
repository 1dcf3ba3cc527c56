"""What a line carries besides voices, rendered: silence, tones, keys, noise, music, clicks; float32 at 16 kHz."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from dialects.recognizers.port import RATE_HZ

Floats = NDArray[np.float32]
Render = Callable[[float, float, np.random.Generator], Floats]
"""Seconds, level (root mean square, full scale 1) and randomness to a sound."""

DTMF_HZ = [(low, high) for low in (697, 770, 852, 941) for high in (1209, 1336, 1477, 1633)]
CHINESE_TONES = {"ringing": (1.0, 4.0), "busy": (0.35, 0.35), "congestion": (0.7, 0.7)}
"""Seconds on and off of China's 450 Hz tones (GB/T 3380)."""


def silence(seconds: float, level: float, random: np.random.Generator) -> Floats:
    """Digital silence, or a constant where a coupling leaks."""
    return np.full(round(seconds * RATE_HZ), random.choice([0.0, level]), np.float32)


def tone(seconds: float, level: float, random: np.random.Generator) -> Floats:
    """One steady frequency."""
    return _at(level, np.sin(2 * np.pi * random.uniform(80, 3800) * _moments(seconds)))


def cadence(seconds: float, level: float, random: np.random.Generator) -> Floats:
    """The exchange's own tones, on and off."""
    on, off = CHINESE_TONES[random.choice(list(CHINESE_TONES))]
    moments = _moments(seconds)
    return _at(level, np.sin(2 * np.pi * 450 * moments) * ((moments % (on + off)) < on))


def keys(seconds: float, level: float, random: np.random.Generator) -> Floats:
    """Keys pressed one after the other, each held for a while."""
    moments, length = _moments(seconds), random.uniform(0.1, 0.4)
    pairs = np.array(DTMF_HZ)[random.integers(0, 16, size=int(seconds / length) + 1)]
    low, high = pairs[(moments / length).astype(int)].T
    pressed = (moments % length) < 0.6 * length
    return _at(level, (np.sin(2 * np.pi * low * moments) + np.sin(2 * np.pi * high * moments)) * pressed)


def noise(seconds: float, level: float, random: np.random.Generator) -> Floats:
    """Between white and red: a line, a fan, a street."""
    spectrum = np.fft.rfft(random.standard_normal(round(seconds * RATE_HZ)))
    slope = np.maximum(np.arange(spectrum.size), 1) ** -random.uniform(0, 1)
    return _at(level, np.fft.irfft(spectrum * slope, n=round(seconds * RATE_HZ)))


def music(seconds: float, level: float, random: np.random.Generator) -> Floats:
    """Music on hold: plucked notes of a pentatonic scale with overtones, over a bass."""
    moments, beat = _moments(seconds), random.uniform(0.2, 0.6)
    sound = np.zeros_like(moments)
    for number in range(int(seconds / beat) + 1):
        after = moments - number * beat
        pitch = random.choice([220.0, 110.0]) * 2 ** (random.choice([0, 2, 4, 7, 9, 12]) / 12)
        sounding = np.where(after >= 0, np.exp(-3 * np.maximum(after, 0)), 0)
        sound += sounding * _overtones(pitch, after, random.uniform(0.8, 2))
    return _at(level, sound)


def clicks(seconds: float, level: float, random: np.random.Generator) -> Floats:
    """A bad contact."""
    sound = (random.random(round(seconds * RATE_HZ)) < 20 / RATE_HZ) * random.standard_normal(round(seconds * RATE_HZ))
    return _at(level, sound)


NOT_SPEECH: dict[str, Render] = {each.__name__: each for each in (silence, tone, cadence, keys, noise, music, clicks)}


def _moments(seconds: float) -> NDArray[np.float64]:
    return np.arange(round(seconds * RATE_HZ)) / RATE_HZ


def _overtones(pitch_hz: float, moments: NDArray[np.float64], steepness: float) -> NDArray[np.float64]:
    parts: Sequence[NDArray[np.float64]] = [
        np.sin(2 * np.pi * pitch_hz * number * moments) / number**steepness for number in range(1, 7)
    ]
    return np.sum(parts, axis=0)


def _at(level: float, sound: NDArray[np.float64]) -> Floats:
    size = float(np.sqrt(np.mean(sound**2))) if sound.size else 0.0
    return np.clip(sound * (level / size if size else 0.0), -1, 1).astype(np.float32)
