"""What a telephone call adds to a sentence: noise, breath, hesitation, another voice, a receiver that drifts away.

Every function takes and gives mono float32 at 16 kHz, as long as before, so that true positions stay true.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

RATE_HZ: Final = 16_000
_PACKET = RATE_HZ // 50  # 20 ms
_LOST_SHARE = 0.08
_BURST_PACKETS = 4


class Condition(StrEnum):
    """What the call is like."""

    CLEAN = "clean"
    FAINT = "faint"  # 20 dB softer: an elder who holds the receiver away
    CLIPPED = "clipped"  # 18 dB louder than the line carries
    FADING = "fading"  # the second half of the call 14 dB softer
    NOISE_20 = "noise 20 dB"  # between white and brown, so far below the voice
    NOISE_10 = "noise 10 dB"
    LOST_PACKETS = "lost packets"  # 8% in bursts of up to four
    BREATH = "breath"  # a loud breath in every pause
    HESITATION = "hesitation"  # a hum (嗯) in the middle of every pause
    TELEVISION = "television"  # another voice in the room, 22 dB softer


def apply(condition: Condition, sound: Floats, *, beside: Floats, draw: np.random.Generator) -> Floats:
    """The call's sound in a condition; `beside` is another voice for the television. Pauses are filled elsewhere."""
    if condition is Condition.FAINT:
        return sound * np.float32(0.1)
    if condition is Condition.CLIPPED:
        return np.clip(sound * np.float32(8.0), -1.0, 1.0)
    if condition is Condition.FADING:
        return _fading(sound)
    if condition in (Condition.NOISE_20, Condition.NOISE_10):
        return _in_noise(sound, below_db=20.0 if condition is Condition.NOISE_20 else 10.0, draw=draw)
    if condition is Condition.LOST_PACKETS:
        return _with_lost_packets(sound, draw)
    if condition is Condition.TELEVISION:
        return _beside(sound, beside, below_db=22.0)
    return sound


def breath(samples: int, draw: np.random.Generator, *, loudness: float) -> Floats:
    """Air through a mouth near the receiver: shaped noise that swells and dies."""
    spectrum = np.fft.rfft(draw.standard_normal(samples))
    frequency = np.fft.rfftfreq(samples, 1 / RATE_HZ)
    spectrum *= np.exp(-(((frequency - 1_100) / 900) ** 2)) + 0.2 * np.exp(-(((frequency - 2_600) / 700) ** 2))
    sound = np.fft.irfft(spectrum, samples) * np.hanning(samples)
    return _as_loud_as(sound, loudness)


def hum(samples: int, draw: np.random.Generator, *, loudness: float) -> Floats:
    """A nasal hum (嗯): harmonics of a voice below 600 Hz and a little above, without words."""
    moment = np.arange(samples) / RATE_HZ
    pitch_hz = draw.uniform(100, 210) * (1 - 0.08 * moment / max(moment[-1], 1e-3))
    phase = 2 * np.pi * np.cumsum(pitch_hz) / RATE_HZ
    sound = np.zeros(samples)
    for harmonic in range(1, 16):
        gain = np.exp(-(((harmonic * pitch_hz - 280) / 160) ** 2)) + 0.12 * np.exp(
            -(((harmonic * pitch_hz - 1_050) / 250) ** 2)
        )
        sound += gain * np.sin(harmonic * phase)
    return _as_loud_as(sound * np.hanning(samples) ** 0.5, loudness)


def loudness_of(sound: Floats) -> float:
    """Root of the mean square over what is not silence."""
    heard = sound[np.abs(sound) > 1e-3]
    return float(np.sqrt(np.mean(np.square(heard)))) if heard.size else 0.0


def noise(samples: int, draw: np.random.Generator, *, loudness: float, slope: float) -> Floats:
    """Noise from white (slope 0) to brown (slope 1)."""
    spectrum = np.fft.rfft(draw.standard_normal(samples))
    spectrum /= np.maximum(np.arange(spectrum.size), 1) ** slope
    return _as_loud_as(np.fft.irfft(spectrum, samples), loudness)


def _in_noise(sound: Floats, *, below_db: float, draw: np.random.Generator) -> Floats:
    loudness = loudness_of(sound) * 10 ** (-below_db / 20)
    slope = float(draw.uniform(0, 0.8))
    heard: Floats = sound + noise(sound.size, draw, loudness=loudness, slope=slope)
    return heard


def _fading(sound: Floats) -> Floats:
    gain = np.interp(np.arange(sound.size), [0, 0.4 * sound.size, 0.6 * sound.size], [1.0, 1.0, 0.2])
    return np.asarray(sound * gain, dtype=np.float32)


def _with_lost_packets(sound: Floats, draw: np.random.Generator) -> Floats:
    heard = sound.copy()
    start = 0
    while start < heard.size:
        if draw.random() < _LOST_SHARE / (_BURST_PACKETS / 2 + 0.5):
            burst = int(draw.integers(1, _BURST_PACKETS + 1))
            heard[start : start + burst * _PACKET] = 0.0
            start += burst * _PACKET
        start += _PACKET
    return heard


def _beside(sound: Floats, other: Floats, *, below_db: float) -> Floats:
    loudness = loudness_of(sound) * 10 ** (-below_db / 20)
    return sound + _as_loud_as(np.resize(other, sound.size), loudness)


def _as_loud_as(sound: NDArray[np.floating], loudness: float) -> Floats:
    now = float(np.sqrt(np.mean(np.square(sound)))) or 1.0
    return (sound * (loudness / now)).astype(np.float32)
