"""Rendered voices for training runs: vowels by formants, nobody's voice and no dialect.

Two "dialects" differ in vowels and rhythm, speakers in pitch, length of the throat and room noise.
"""

from __future__ import annotations

import csv
import wave
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from elder_channel.services.corrections_export import COLUMNS

RATE_HZ = 16_000
# First three formants in Hz of the vowels each of the two says, in turn.
VOWELS = {
    "hakka": ((280, 2250, 2900), (350, 2100, 2800), (300, 2300, 3000)),
    "minnan": ((730, 1090, 2440), (570, 840, 2410), (640, 1190, 2390)),
}
SYLLABLES_PER_SECOND = {"hakka": 6.0, "minnan": 3.0}


def voice(dialect_id: str, speaker: int, number: int, *, seconds: float = 1.4) -> NDArray[np.float32]:
    """One utterance, mono at 16 kHz; speaker and number change it, always in the same way."""
    draw = np.random.default_rng([speaker, number, *dialect_id.encode()])
    time = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    pitch_hz = 100 + 17 * (speaker % 9) + 15 * np.sin(2 * np.pi * 1.3 * time + draw.uniform(0, 6))
    pulses = np.diff(np.floor(np.cumsum(pitch_hz) / RATE_HZ), prepend=0.0)
    throat = 1 + 0.04 * (speaker % 5 - 2)
    rate = SYLLABLES_PER_SECOND[dialect_id]
    which = (np.floor(time * rate).astype(int) + draw.integers(3)) % 3
    sound = np.zeros_like(time)
    for index, formants in enumerate(VOWELS[dialect_id]):
        part = np.where(which == index, pulses, 0.0)
        for formant in formants:
            part = _resonate(part, formant * throat)
        sound += part / (np.abs(part).max() + 1e-9)
    sound *= np.clip(np.sin(np.pi * time * rate % np.pi) * 3, 0, 1)
    sound = sound / np.abs(sound).max() * 0.5 + draw.normal(0, 0.002, sound.size)
    return sound.astype(np.float32)


def _resonate(signal: NDArray[np.float64], frequency_hz: float) -> NDArray[np.float64]:
    """A resonance of 90 Hz bandwidth, by its impulse response."""
    time = np.arange(640) / RATE_HZ
    response = np.exp(-np.pi * 90 * time) * np.sin(2 * np.pi * frequency_hz * time)
    return np.convolve(signal, response)[: signal.size]


def write_manifest(
    folder: Path, speakers: Sequence[int], *, each: int, split: str = "train", swapped: bool = False
) -> Path:
    """Utterances of both kinds by these speakers with their manifest; `swapped` labels each as the other."""
    (folder / "audio").mkdir(parents=True)
    other = dict(zip(VOWELS, reversed(VOWELS), strict=True))
    with (folder / "manifest.tsv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, COLUMNS, delimiter="\t", restval="", lineterminator="\n")
        writer.writeheader()
        for dialect_id in VOWELS:
            for speaker in speakers:
                for number in range(each):
                    name = f"audio/{dialect_id}-{speaker}-{number}.wav"
                    sound = voice(dialect_id, speaker, number)
                    _write(folder / name, sound)
                    label = other[dialect_id] if swapped else dialect_id
                    row = {"file": name, "split": split, "dialect_id": label, "unit": "sentence"}
                    row |= {"seconds": f"{sound.size / RATE_HZ:.3f}", "source": f"rendered/speaker-{speaker}"}
                    writer.writerow(row | {"transcript_kind": "none", "licence": "CC0"})
    return folder / "manifest.tsv"


def _write(file: Path, sound: NDArray[np.float32]) -> None:
    with wave.open(str(file), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE_HZ)
        out.writeframes((sound * 32767).astype("<i2").tobytes())
