"""Telephone lines as they are, drawn at random: rooms, receivers, noise, levels, bands, lost packets.

Training hears every recording through several of them, so that a head cannot learn one recording's microphone.
All that a telephone does is in `telephone.through_telephone`; this adds what differs from call to call.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dialects.audio.resample import resample
from dialects.audio.samples import clean
from dialects.audio.telephone import through_telephone

Floats = NDArray[np.float32]

_PACKET = 160  # 20 ms at 8 kHz
_EDGES_HZ = np.array([0, 150, 300, 600, 1_000, 1_500, 2_200, 3_000, 3_400, 4_000, 8_000.0])


def through_some_line(samples: Floats, *, rate_hz: int, draw: np.random.Generator) -> Floats:
    """The sound, mono float32 at `rate_hz`, as heard at 8 kHz at the end of a line drawn from `draw`."""
    sound = _at_another_pace(samples, rate_hz, draw)
    if draw.random() < 0.5:
        sound = _in_a_room(sound, rate_hz, draw)
    sound = _through_a_receiver(sound, rate_hz, draw)
    if draw.random() < 0.7:
        sound = _in_noise(sound, draw)
    sound = _at_some_level(sound, draw)
    return _with_lost_packets(through_telephone(sound, rate_hz=rate_hz), draw)


def _at_another_pace(samples: Floats, rate_hz: int, draw: np.random.Generator) -> Floats:
    """Faster or slower by up to an eighth, pitch and formants with it: another voice of the same words."""
    pace = float(draw.uniform(0.88, 1.13))
    return resample(samples, from_hz=round(rate_hz * pace), to_hz=rate_hz)


def _in_a_room(samples: Floats, rate_hz: int, draw: np.random.Generator) -> Floats:
    """Exponentially dying noise as the room's answer, reverberation time 0.1 to 0.5 s."""
    time = np.arange(round(0.3 * rate_hz)) / rate_hz
    answer = draw.standard_normal(time.size) * np.exp(-6.9 * time / draw.uniform(0.1, 0.5))
    answer *= draw.uniform(0.1, 0.5) / np.sqrt((answer**2).sum())
    answer[0] = 1.0
    size = 1 << (samples.size + answer.size).bit_length()
    wet = np.fft.irfft(np.fft.rfft(samples, size) * np.fft.rfft(answer, size), size)
    return np.asarray(wet[: samples.size], dtype=np.float32)


def _through_a_receiver(samples: Floats, rate_hz: int, draw: np.random.Generator) -> Floats:
    """A random smooth frequency response: a tilt and bumps of about 5 dB."""
    decibels = draw.normal(0, 4, _EDGES_HZ.size) + draw.normal(0, 3) * np.log2(np.maximum(_EDGES_HZ, 100) / 1_000)
    frequencies = np.fft.rfftfreq(samples.size, 1 / rate_hz)
    gain = 10 ** (np.interp(frequencies, _EDGES_HZ, decibels) / 20)
    return np.asarray(np.fft.irfft(np.fft.rfft(samples) * gain, samples.size), dtype=np.float32)


def _in_noise(samples: Floats, draw: np.random.Generator) -> Floats:
    """Noise between white and brown, 8 to 35 dB below the speech."""
    spectrum = np.fft.rfft(draw.standard_normal(samples.size))
    spectrum /= np.maximum(np.arange(spectrum.size), 1) ** draw.uniform(0, 1)
    noise = np.fft.irfft(spectrum, samples.size)
    below = 10 ** (-draw.uniform(8, 35) / 20)
    noise *= below * _loudness(samples) / max(_loudness(noise), 1e-9)
    return np.asarray(samples + noise, dtype=np.float32)


def _at_some_level(samples: Floats, draw: np.random.Generator) -> Floats:
    """-36 to -10 dB of full scale; what goes beyond is clipped, as by a receiver held too close."""
    wanted = 10 ** (draw.uniform(-36, -10) / 20)
    return clean(np.asarray(samples * (wanted / max(_loudness(samples), 1e-6)), dtype=np.float32))


def _with_lost_packets(samples_8k: Floats, draw: np.random.Generator) -> Floats:
    """Up to one packet in twenty lost, half of the lines losing none; a lost one is silence or the one before."""
    if draw.random() < 0.5:
        return samples_8k
    heard = samples_8k.copy()
    repeats = draw.random() < 0.5
    share = draw.uniform(0, 0.05)
    for start in range(_PACKET, heard.size - _PACKET, _PACKET):
        if draw.random() < share:
            heard[start : start + _PACKET] = heard[start - _PACKET : start] if repeats else 0.0
    return heard


def _loudness(samples: NDArray[np.floating]) -> float:
    return float(np.sqrt(np.mean(np.square(samples)))) if samples.size else 0.0
