"""From what a speaker recorded to what is kept: cut, at the loudness of all prompts, wide and as telephone sound."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bilingual.prompt_audio.shaping import LUFS, at_loudness
from bilingual.prompt_audio.sound import Sound
from bilingual.prompt_audio.wave import telephone_wave, wide_wave
from dialects.audio.resample import RECOGNIZER_HZ
from elder_channel.prompts.sound_checks import Measured

Floats = NDArray[np.float32]

LEADING_SECONDS: Final = 0.1
TRAILING_SECONDS: Final = 0.2
_FADE_SECONDS = 0.01


@dataclass(frozen=True)
class Prepared:
    """A take as it is kept."""

    samples_16k: Floats
    wide: bytes
    """WAV, mono, 16 bit, 16 kHz: for the console, and for whatever is made of it."""
    telephone: bytes
    """WAV, mono, mu-law, 8 kHz: for the carrier."""

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.samples_16k.size / RECOGNIZER_HZ

    @property
    def sha256(self) -> str:
        """Of the wide file."""
        return hashlib.sha256(self.wide).hexdigest()

    @property
    def telephone_sha256(self) -> str:
        """Of the file for the carrier."""
        return hashlib.sha256(self.telephone).hexdigest()


def prepare_take(samples: Floats, found: Measured, words: str) -> Prepared:
    """The take that a recording with these figures gives; `found` must hold a voice.

    `words` are told in the file for the carrier; the wide one is the sound alone, so that the same sound given for
    another message has the same hash.
    """
    sound = at_loudness(Sound(_cut(samples, found), found.rate_hz).at_rate(RECOGNIZER_HZ), LUFS)
    return Prepared(sound.samples, wide_wave(sound, ""), telephone_wave(sound, words))


def _cut(samples: Floats, found: Measured) -> Floats:
    """From shortly before the first word to shortly after the last, without a click at either end."""
    start = max(0, round((found.spans[0][0] - LEADING_SECONDS) * found.rate_hz))
    end = min(samples.size, round((found.spans[-1][1] + TRAILING_SECONDS) * found.rate_hz))
    cut = samples[start:end].copy()
    fade = min(cut.size // 2, round(_FADE_SECONDS * found.rate_hz))
    slope = np.linspace(0, 1, fade, dtype=np.float32)
    cut[:fade] *= slope
    cut[cut.size - fade :] *= slope[::-1]
    return cut
