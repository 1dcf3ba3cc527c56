"""The test set: calls of which is known where each sentence begins, pauses and ends, drawn from a seed.

A scene is made from a recorded sentence: its voice is found by loudness on the clean recording (not by the voice
activity model, which is what is measured), broken at its softest places, and put together again with pauses of an
exact length.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dialects.audio import mulaw
from dialects.audio.resample import resample
from dialects.audio.telephone import to_telephone
from dialects.endpointing.disturbances import RATE_HZ, Condition, apply, breath, hum, loudness_of

Floats = NDArray[np.float32]

SEED: Final = 20261122
PAUSES_SECONDS: Final = (0.6, 0.8, 1.0, 1.3, 1.6, 2.0, 2.5, 3.0)
"""Inside a sentence: the range of an elder's pauses."""
GAPS_SECONDS: Final = (2.0, 3.0, 4.0, 5.0, 6.0)
"""Between two sentences that are turns of their own."""
LEAD_SECONDS: Final = 1.0
TRAIL_SECONDS: Final = 6.0
_STEP = RATE_HZ // 100  # 10 ms
_SOFT_DB = 32.0  # so far below the loud part of the recording is no voice
_FROM_EDGE_SECONDS = 0.3
_BETWEEN_BREAKS_SECONDS = 0.5
_SPEECH_LOUDNESS = 0.07  # -23 dB of full scale
_FADE = RATE_HZ // 100


class Kind(StrEnum):
    """What a scene is for."""

    PAUSES = "pauses"  # one sentence with pauses inside
    TURNS = "turns"  # two sentences with a gap between them


@dataclass(frozen=True)
class Sentence:
    """A recorded sentence."""

    name: str
    samples: Floats
    """Mono at 16 kHz."""


@dataclass(frozen=True)
class Span:
    """From a sample to a sample, at 8 kHz from the stream's beginning."""

    start: int
    end: int


@dataclass(frozen=True)
class Scene:
    """A call's sound, and the truth about it."""

    kind: Kind
    condition: Condition
    silence_seconds: float
    """Length of its pauses, or of its gap."""
    sentences: tuple[Span, ...]
    pauses: tuple[Span, ...]
    sound: bytes = field(repr=False)
    """Mu-law at 8 kHz, as a carrier streams it."""


def scenes(sentences: Sequence[Sentence], *, per_cell: int = 6, seed: int = SEED) -> Iterator[Scene]:
    """The test set: `per_cell` scenes of each pause or gap in each condition, the same ones for the same seed."""
    draw = np.random.default_rng(seed)
    for kind, lengths in ((Kind.PAUSES, PAUSES_SECONDS), (Kind.TURNS, GAPS_SECONDS)):
        for seconds in lengths:
            for condition in Condition:
                for _ in range(per_cell if kind is Kind.PAUSES else max(1, per_cell // 2)):
                    yield _scene(kind, seconds, condition, sentences, draw)


def _scene(
    kind: Kind, seconds: float, condition: Condition, sentences: Sequence[Sentence], draw: np.random.Generator
) -> Scene:
    count = 1 if kind is Kind.PAUSES else 2
    chosen = [sentences[int(index)] for index in draw.permutation(len(sentences))[:count]]
    beside = sentences[int(draw.integers(len(sentences)))].samples
    said = [_voice_of(_at_some_pace(each.samples, draw)) for each in chosen]
    silence = round(seconds * RATE_HZ)
    parts: list[Floats] = [np.zeros(round(LEAD_SECONDS * RATE_HZ), np.float32)]
    true_sentences, true_pauses = [], []
    for index, voice in enumerate(said):
        if index:
            parts.append(_pause(silence, condition, draw))
        pieces = _broken(voice, int(draw.integers(1, 4))) if kind is Kind.PAUSES else [voice]
        start = _length(parts)
        for number, piece in enumerate(pieces):
            if number:
                true_pauses.append(_span(_length(parts), _length(parts) + silence))
                parts.append(_pause(silence, condition, draw))
            parts.append(piece)
        true_sentences.append(_span(start, _length(parts)))
    parts.append(np.zeros(round(TRAIL_SECONDS * RATE_HZ), np.float32))
    heard = apply(condition, np.concatenate(parts), beside=beside, draw=draw)
    sound = to_telephone(heard, rate_hz=RATE_HZ)
    return Scene(kind, condition, seconds, tuple(true_sentences), tuple(true_pauses), sound)


def _at_some_pace(samples: Floats, draw: np.random.Generator) -> Floats:
    """Faster or slower by up to a sixth, pitch and formants with it: another voice of the same words."""
    return resample(samples, from_hz=round(RATE_HZ * draw.uniform(0.85, 1.15)), to_hz=RATE_HZ)


def _voice_of(samples: Floats) -> Floats:
    """The recording from its first to its last loud moment, at the level of a call."""
    loud = np.flatnonzero(_loud(samples))
    voice = samples[loud[0] * _STEP : (loud[-1] + 1) * _STEP]
    return _faded((voice * (_SPEECH_LOUDNESS / max(loudness_of(voice), 1e-6))).astype(np.float32))


def _broken(voice: Floats, breaks: int) -> list[Floats]:
    """The sentence in pieces, broken where it is softest; the silence that was there goes to the pauses."""
    level, loud = _levels(voice), _loud(voice)
    edge, apart = round(_FROM_EDGE_SECONDS * 100), round(_BETWEEN_BREAKS_SECONDS * 100)
    places: list[int] = []
    for place in np.argsort(level, kind="stable"):
        inside = edge <= place < level.size - edge
        if inside and all(abs(int(place) - other) >= apart for other in places):
            places.append(int(place))
        if len(places) == breaks:
            break
    pieces, start = [], 0
    for place in sorted(places):
        before, after = place, place + 1
        while before > start and not loud[before - 1]:
            before -= 1
        while after < loud.size - 1 and not loud[after]:
            after += 1
        pieces.append(_faded(voice[start * _STEP : before * _STEP]))
        start = after
    pieces.append(_faded(voice[start * _STEP :]))
    return [piece for piece in pieces if piece.size]


def _pause(samples: int, condition: Condition, draw: np.random.Generator) -> Floats:
    """Silence, with what people do in it."""
    pause = np.zeros(samples, np.float32)
    if condition is Condition.BREATH:
        air = breath(min(samples // 2, RATE_HZ // 2), draw, loudness=_SPEECH_LOUDNESS / 6)
        pause[-air.size :] = air
    elif condition is Condition.HESITATION:
        sound = hum(min(samples // 2, round(0.35 * RATE_HZ)), draw, loudness=_SPEECH_LOUDNESS / 3)
        begin = (samples - sound.size) // 2
        pause[begin : begin + sound.size] = sound
    return pause


def _levels(samples: Floats) -> NDArray[np.float64]:
    """Loudness of each 10 ms, smoothed over 50 ms, dB."""
    steps = samples[: samples.size // _STEP * _STEP].reshape(-1, _STEP).astype(np.float64)
    power = np.convolve(np.square(steps).mean(axis=1), np.ones(5) / 5, mode="same")
    return np.asarray(10 * np.log10(power + 1e-12))


def _loud(samples: Floats) -> NDArray[np.bool_]:
    steps = samples[: samples.size // _STEP * _STEP].reshape(-1, _STEP).astype(np.float64)
    level = 10 * np.log10(np.square(steps).mean(axis=1) + 1e-12)
    return np.asarray(level > np.percentile(level, 95) - _SOFT_DB)


def _faded(piece: Floats) -> Floats:
    if piece.size <= 2 * _FADE:
        return piece
    faded = piece.copy()
    faded[:_FADE] *= np.linspace(0, 1, _FADE, dtype=np.float32)
    faded[-_FADE:] *= np.linspace(1, 0, _FADE, dtype=np.float32)
    return faded


def _length(parts: Sequence[Floats]) -> int:
    return sum(part.size for part in parts)


def _span(start_16k: int, end_16k: int) -> Span:
    step = RATE_HZ // mulaw.RATE_HZ
    return Span(start_16k // step, end_16k // step)
