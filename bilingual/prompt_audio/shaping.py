"""A voice made ready for the telephone: its quiet ends cut, its pace as the manner asks, one loudness for all.

Loudness is that of EBU R 128 (ITU-R BS.1770, gated), measured by FFmpeg's `ebur128`; its limiter keeps peaks below full
scale. Pace is changed by FFmpeg's `atempo`, which leaves the pitch alone. FFmpeg is in the wheel of `av`.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from bilingual.errors import PromptAudioError
from bilingual.manner import Manner
from bilingual.prompt_audio.sound import Floats, Sound, filtered

SHAPING: Final = "1"
"""Changes when what is done here sounds different, so that everything is rendered anew."""
LUFS: Final = -20.0
"""Of the usual manner. A loud but natural voice on the telephone; the carrier's own announcements lie near it."""
LOUD_LUFS: Final = -14.0
"""Of `volume="x-loud"`: 6 dB more, about what SSML's name means to the carriers' voices."""
PEAK: Final = 0.89
"""-1 dB of full scale, where the limiter holds."""
QUIET_BEFORE_SECONDS: Final = 0.05
QUIET_AFTER_SECONDS: Final = 0.12
_AUDIBLE = 0.01
"""Of the peak: what is below, at either end, is no voice."""
_SHORTEST_MEASURED_SECONDS = 1.2
"""The standard measures blocks of 0.4 s; a shorter sound is repeated until there are some."""
_ROUNDS = 4
_CLOSE_ENOUGH_LU = 0.1


def shaped(sound: Sound, manner: Manner, *, pace_percent: int = 100) -> Sound:
    """The voice in this manner; `pace_percent` is how much of the manner's pace is still to be made, 100 when none.

    Raises `PromptAudioError` for silence.
    """
    cut = trimmed(sound)
    if pace_percent != 100:
        cut, _ = filtered(cut, ("atempo", f"{pace_percent / 100:.4f}"))
    return at_loudness(cut, LOUD_LUFS if manner.volume else LUFS)


def trimmed(sound: Sound) -> Sound:
    """The sound with no more quiet at its ends than is pleasant."""
    audible = np.flatnonzero(np.abs(sound.samples) > _AUDIBLE * sound.peak)
    if not audible.size:
        raise PromptAudioError("There is no voice in this sound.")
    before, after = (round(seconds * sound.rate_hz) for seconds in (QUIET_BEFORE_SECONDS, QUIET_AFTER_SECONDS))
    return Sound(sound.samples[max(0, audible[0] - before) : audible[-1] + after], sound.rate_hz)


def loudness(sound: Sound) -> float:
    """Integrated loudness in LUFS; -70 for what is as good as silent."""
    least = round(_SHORTEST_MEASURED_SECONDS * sound.rate_hz)
    times = max(1, math.ceil(least / max(1, sound.samples.size)))
    _, told = filtered(Sound(np.tile(sound.samples, times), sound.rate_hz), ("ebur128", "metadata=1:framelog=quiet"))
    return float(told.get("lavfi.r128.I", -70.0))


def at_loudness(sound: Sound, lufs: float) -> Sound:
    """The sound at this loudness, its peaks limited; what the limiter takes is given back, as far as that goes."""
    gain = 1.0
    best = sound
    for _ in range(_ROUNDS):
        best = limited(sound.times(gain))
        missing = lufs - loudness(best)
        if abs(missing) <= _CLOSE_ENOUGH_LU:
            break
        gain *= 10 ** (missing / 20)
    return best


def limited(sound: Sound) -> Sound:
    """The sound with no peak beyond `PEAK`."""
    if sound.peak <= PEAK:
        return sound
    calm, _ = filtered(sound, ("alimiter", f"limit={PEAK}:level=0:attack=5:release=50:latency=1"))
    return Sound(_same_length(np.clip(calm.samples, -PEAK, PEAK), sound.samples.size), sound.rate_hz)


def _same_length(samples: Floats, size: int) -> Floats:
    return np.pad(samples[:size], (0, max(0, size - samples.size)))
