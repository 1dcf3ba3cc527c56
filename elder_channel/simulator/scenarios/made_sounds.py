"""Sounds that come down a telephone line and are not one caller speaking calmly.

Made from the shipped voices and from sums of sines. All are mono float32 at 8 kHz, before the line.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dialects.audio.decode import decode_audio

Floats = NDArray[np.float32]

RATE_HZ = 8_000
DTMF_HZ = {"1": (697, 1209), "5": (770, 1336), "9": (852, 1477), "0": (941, 1336)}
VOICES = Path(str(resources.files("elder_channel") / "data" / "demo"))


@cache
def voice(name: str) -> Floats:
    """A shipped voice, `zh_hello`."""
    return decode_audio(VOICES / f"{name}.flac", rate_hz=RATE_HZ).samples


def silence(seconds: float) -> Floats:
    """Nothing at all."""
    return np.zeros(round(seconds * RATE_HZ), np.float32)


def noise(seconds: float, level: float = 0.02) -> Floats:
    """A bad line without a caller."""
    return (level * np.random.default_rng(5).standard_normal(round(seconds * RATE_HZ))).astype(np.float32)


def tone(seconds: float, frequency_hz: float = 450.0, *, on: float = 1.0, off: float = 0.0) -> Floats:
    """A tone of the network; with `off`, one that comes and goes: 450 Hz, 1 s on and 4 s off rings in China."""
    moment = _moments(seconds)
    sounding = moment % (on + off) < on if off else np.ones_like(moment)
    return np.asarray(0.3 * np.sin(2 * np.pi * frequency_hz * moment) * sounding, dtype=np.float32)


def keys(digits: str, *, held: float = 0.2, between: float = 0.15) -> Floats:
    """Keys pressed one after another."""
    parts = []
    for digit in digits:
        low, high = DTMF_HZ[digit]
        moment = _moments(held)
        parts += [0.25 * (np.sin(2 * np.pi * low * moment) + np.sin(2 * np.pi * high * moment)), silence(between)]
    return np.asarray(np.concatenate(parts), dtype=np.float32)


def music(seconds: float) -> Floats:
    """Music as played to those who wait: plucked chords, a bass, a melody with vibrato, a drum."""
    beat = 0.5
    sound = np.zeros(round(seconds * RATE_HZ) + RATE_HZ)
    chords = ((220, 262, 330), (175, 220, 262), (262, 330, 392), (196, 247, 294))
    melody = (523, 587, 659, 587, 523, 440, 392, 440, 494, 523, 587, 494, 440, 392, 330, 392)
    drum = np.random.default_rng(3)
    for number in range(int(seconds / beat)):
        at = round(number * beat * RATE_HZ)
        for pitch in (*chords[number // 4 % 4], chords[number // 4 % 4][0] / 2):
            _add(sound, at, _plucked(pitch, 1.0) * 0.12)
        _add(sound, at, _bowed(melody[number % 16], beat) * 0.2)
        _add(sound, at, drum.standard_normal(400) * np.exp(-np.arange(400) / 80) * 0.1)
    return sound[: round(seconds * RATE_HZ)].astype(np.float32)


def together(one: Floats, other: Floats, *, below_db: float = 0.0) -> Floats:
    """Two people at once, the second softer by so much."""
    length = max(one.size, other.size)
    mixed = np.resize(one, length) + np.resize(other, length) * 10 ** (-below_db / 20)
    return (0.6 * mixed).astype(np.float32)


def shouted(sound: Floats, *, gain_db: float = 24.0) -> Floats:
    """So loud that the receiver clips."""
    return np.clip(sound * 10 ** (gain_db / 20), -1.0, 1.0).astype(np.float32)


def quiet(sound: Floats, *, loss_db: float = 24.0) -> Floats:
    """From far away, or into a hand: hardly above the hiss of the line."""
    hiss = noise(sound.size / RATE_HZ, 0.0005)
    return np.asarray(sound * 10 ** (-loss_db / 20) + hiss[: sound.size], dtype=np.float32)


def without_pause(seconds: float) -> Floats:
    """A caller who speaks and speaks: sentences end to end, their own gaps taken out."""
    sentences = [voice(each) for each in ("zh_policy_question", "zh_accident_claim", "zh_premium_payment")]
    dense = np.concatenate([_dense(sentence) for sentence in sentences])
    return np.resize(dense, round(seconds * RATE_HZ)).astype(np.float32)


def mixed_languages() -> Floats:
    """A sentence in Putonghua and one in English, in one breath."""
    return np.concatenate([voice("zh_premium_payment"), silence(0.3), voice("en_accident_claim")])


def syllable(seconds: float = 0.2, name: str = "zh_wants_a_person") -> Floats:
    """The loudest so many seconds of a voice, at the level of a call: one syllable."""
    sound = voice(name)
    power = np.convolve(np.square(sound), np.ones(round(seconds * RATE_HZ)), mode="valid")
    start = int(np.argmax(power))
    cut = sound[start : start + round(seconds * RATE_HZ)]
    edge = np.minimum(1.0, np.arange(cut.size) / 80)
    return np.asarray(cut * edge * edge[::-1] * (0.07 / np.sqrt(np.mean(np.square(cut)))), dtype=np.float32)


def _dense(sound: Floats) -> Floats:
    steps = sound[: sound.size // 160 * 160].reshape(-1, 160)
    loud = np.square(steps).mean(axis=1)
    return np.asarray(steps[loud > loud.max() / 1_000].reshape(-1), dtype=np.float32)


def _moments(seconds: float) -> NDArray[np.float64]:
    return np.arange(round(seconds * RATE_HZ)) / RATE_HZ


def _plucked(pitch_hz: float, seconds: float) -> NDArray[np.float64]:
    moment = _moments(seconds)
    harmonics = (np.sin(2 * np.pi * pitch_hz * k * moment) / k * np.exp(-moment * (2 + k)) for k in range(1, 8))
    return np.asarray(np.sum(list(harmonics), axis=0), dtype=np.float64)


def _bowed(pitch_hz: float, seconds: float) -> NDArray[np.float64]:
    moment = _moments(seconds)
    phase = 2 * np.pi * pitch_hz * moment + 0.6 * np.sin(2 * np.pi * 5.5 * moment)
    bowed = np.sum([np.sin(k * phase) / k for k in range(1, 6)], axis=0) * np.hanning(moment.size) ** 0.3
    return np.asarray(bowed, dtype=np.float64)


def _add(sound: NDArray[np.float64], at: int, part: NDArray[np.float64]) -> None:
    end = min(sound.size, at + part.size)
    sound[at:end] += part[: end - at]
