"""What a recording is like as sound: levels, noise, clipping, where the voice is, and what is wrong with that.

The bounds are judgements for a voice that is band-limited to 300-3400 Hz and heard by old people on small telephone
speakers; none of them was fitted to single recordings.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bilingual.prompt_lint import han_in
from dialects.audio.resample import TELEPHONE_HZ, resample
from dialects.audio.vad import voiced_spans
from elder_channel.prompts.findings import Finding, Severity
from elder_channel.prompts.voices import Wording

Floats = NDArray[np.float32]

MOST_SECONDS: Final = 60.0
"""Longer than any message; of a longer file no more is read."""
MOST_CHARACTERS_PER_MINUTE: Final = 270.0
"""Clause 4.3 of a Chinese standard for financial services, by a secondary copy; the prompts' lint holds to it too."""
LEAST_SNR_DB: Final = 12.0
GOOD_SNR_DB: Final = 20.0
LEAST_LEVEL_DB: Final = -45.0
GOOD_LEVEL_DB: Final = -33.0
_LEAST_RATE_HZ = 16_000
_LEAST_VOICE_SECONDS = 0.3
_FRAME_SECONDS = 0.02
_BESIDE_VOICE_SECONDS = 0.1  # so near to a voice its echo still sounds
_LEAST_NOISE_FRAMES = 10
_QUIETEST = 0.05  # without pauses, this share of all frames stands for the noise
_QUIETEST_DB = -96.0  # 16 bits hold nothing below
_FLAT_SAMPLES = 3  # so many samples in a row at the very top were cut off there
_CLIPPED_PEAK = 0.05  # below it nothing was cut by a converter, however flat
_LOUD_ENOUGH = 0.5  # what the detector of voices is given, so that a quiet recording is not taken for silence
_CLIPPED_RUNS_A_SECOND, _FEW_RUNS = 4.0, 2
_SHORTEST, _SHORT, _LONG, _LONGEST = 0.35, 0.6, 1.9, 3.0  # spoken seconds to those of the modelled voice
_LONGEST_PAUSE_SECONDS = 2.5
_EDGE_SECONDS = 0.03
_CUT_TOLD_SECONDS = 1.0


@dataclass(frozen=True)
class Measured:
    """A recording in figures; levels in dB below full scale."""

    rate_hz: int
    seconds: float
    spans: tuple[tuple[float, float], ...]
    """Where a voice is, (start, end) in seconds."""
    level_db: float
    """Of the voice: root mean square where one is."""
    noise_db: float
    """Of what is heard where nobody speaks."""
    flat_tops: int
    """Places where the wave was cut off."""

    @property
    def voice_seconds(self) -> float:
        """How long a voice is heard, pauses left out."""
        return sum(end - start for start, end in self.spans)

    @property
    def spoken_seconds(self) -> float:
        """From the first word to the last, pauses included."""
        return self.spans[-1][1] - self.spans[0][0] if self.spans else 0.0

    @property
    def snr_db(self) -> float:
        """How far the voice stands out of the noise."""
        return self.level_db - self.noise_db

    @property
    def longest_pause_seconds(self) -> float:
        """The longest quiet between words."""
        return max(
            (after[0] - before[1] for before, after in zip(self.spans, self.spans[1:], strict=False)), default=0.0
        )


def measure(samples: Floats, *, rate_hz: int) -> Measured:
    """The figures of a recording, mono float32 in [-1, 1], at its own rate."""
    peak = float(np.abs(samples).max(initial=0.0))
    louder = samples * np.float32(_LOUD_ENOUGH / peak) if peak > 0 else samples
    spans = tuple(voiced_spans(resample(louder, from_hz=rate_hz, to_hz=TELEPHONE_HZ)))
    voiced, beside = _masks(samples.size, rate_hz, spans)
    return Measured(
        rate_hz=rate_hz,
        seconds=samples.size / rate_hz,
        spans=spans,
        level_db=_db(_mean_square(samples[voiced])),
        noise_db=_noise_db(samples, rate_hz, beside),
        flat_tops=_flat_tops(samples, peak),
    )


def judge_sound(found: Measured, wording: Wording) -> tuple[Finding, ...]:
    """What is wrong with a recording of this wording, or worth knowing, as sound."""
    if found.voice_seconds < _LEAST_VOICE_SECONDS:
        return (Finding("no_voice", Severity.REFUSED),)
    return (*_level(found), *_length(found, wording), *_edges(found))


def _level(found: Measured) -> Iterator[Finding]:
    many = found.flat_tops > _CLIPPED_RUNS_A_SECOND * found.voice_seconds
    if many:
        yield Finding("clipped", Severity.REFUSED, {"runs": found.flat_tops})
    elif found.flat_tops > _FEW_RUNS:
        yield Finding("clipped_a_little", Severity.CAUTION, {"runs": found.flat_tops})
    snr, level = round(found.snr_db, 1), round(found.level_db, 1)
    if snr < LEAST_SNR_DB:
        yield Finding("noisy", Severity.REFUSED, {"snr": snr, "least": LEAST_SNR_DB})
    elif snr < GOOD_SNR_DB:
        yield Finding("rather_noisy", Severity.CAUTION, {"snr": snr, "good": GOOD_SNR_DB})
    if level < LEAST_LEVEL_DB:
        yield Finding("too_quiet", Severity.REFUSED, {"level": level})
    elif level < GOOD_LEVEL_DB:
        yield Finding("rather_quiet", Severity.CAUTION, {"level": level})
    if found.rate_hz < _LEAST_RATE_HZ:
        yield Finding("telephone_sound", Severity.CAUTION, {"rate": found.rate_hz})


def _length(found: Measured, wording: Wording) -> Iterator[Finding]:
    share = found.spoken_seconds / wording.seconds
    told = {"seconds": round(found.spoken_seconds, 1), "expected": round(wording.seconds, 1)}
    if share < _SHORT:
        yield Finding("too_short", Severity.REFUSED if share < _SHORTEST else Severity.CAUTION, told)
    elif share > _LONG:
        yield Finding("too_long", Severity.REFUSED if share > _LONGEST else Severity.CAUTION, told)
    rate = 60 * han_in(str(wording)) / found.spoken_seconds
    if rate > MOST_CHARACTERS_PER_MINUTE and share >= _SHORT:
        told = {"rate": round(rate), "most": MOST_CHARACTERS_PER_MINUTE}
        yield Finding("too_fast", Severity.CAUTION, told)
    if found.longest_pause_seconds > _LONGEST_PAUSE_SECONDS:
        yield Finding("long_pause", Severity.CAUTION, {"seconds": round(found.longest_pause_seconds, 1)})


def _edges(found: Measured) -> Iterator[Finding]:
    leading, trailing = found.spans[0][0], found.seconds - found.spans[-1][1]
    if leading < _EDGE_SECONDS:
        yield Finding("starts_at_once", Severity.CAUTION)
    if trailing < _EDGE_SECONDS:
        yield Finding("ends_at_once", Severity.CAUTION)
    if max(leading, trailing) > _CUT_TOLD_SECONDS:
        told = {"leading": round(leading, 1), "trailing": round(trailing, 1)}
        yield Finding("silence_cut", Severity.NOTE, told)


def _masks(
    size: int, rate_hz: int, spans: tuple[tuple[float, float], ...]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Samples with a voice, and those with one or beside it."""
    voiced, beside = np.zeros(size, dtype=np.bool_), np.zeros(size, dtype=np.bool_)
    for start, end in spans:
        voiced[round(start * rate_hz) : round(end * rate_hz)] = True
        near = max(0, round((start - _BESIDE_VOICE_SECONDS) * rate_hz))
        beside[near : round((end + _BESIDE_VOICE_SECONDS) * rate_hz)] = True
    return voiced, beside


def _noise_db(samples: Floats, rate_hz: int, beside: NDArray[np.bool_]) -> float:
    frame = max(1, round(_FRAME_SECONDS * rate_hz))
    count = samples.size // frame
    if not count:
        return _QUIETEST_DB
    powers = np.mean(samples[: count * frame].reshape(count, frame).astype(np.float64) ** 2, axis=1)
    silent = powers[~beside[: count * frame].reshape(count, frame).any(axis=1)]
    if silent.size >= _LEAST_NOISE_FRAMES:
        return _db(float(np.median(silent)))
    return _db(float(np.quantile(powers, _QUIETEST)))


def _flat_tops(samples: Floats, peak: float) -> int:
    """How often the wave stays at its largest value, as one does that was cut off there."""
    if peak < _CLIPPED_PEAK or samples.size < _FLAT_SAMPLES:
        return 0
    at_top = np.abs(samples) >= peak * 0.999
    edges = np.flatnonzero(np.diff(np.concatenate(([False], at_top, [False])).astype(np.int8)))
    starts, ends = edges[::2], edges[1::2]
    return int(np.count_nonzero(ends - starts >= _FLAT_SAMPLES))


def _mean_square(samples: Floats) -> float:
    return float(np.mean(samples.astype(np.float64) ** 2)) if samples.size else 0.0


def _db(power: float) -> float:
    return max(_QUIETEST_DB, 10 * math.log10(power)) if power > 0 else _QUIETEST_DB
