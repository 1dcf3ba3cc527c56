"""A line with enough judged sound to train on: rendered voices of two "dialects", customers who agreed, verdicts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from dialects.audio.telephone import through_telephone
from dialects.recognizers.sound_features import LANGUAGES, SIZE
from elder_channel.bootstrap import Line
from elder_channel.learning.model import Correction, SoundClip
from elder_channel.services.corrections_export import SPLIT_DEV_OF, pseudonym
from elder_channel.storage.sound_files import sha256_of, wav_of
from tests.fakes.rendered_voices import RATE_HZ, VOWELS, voice

SPEAKERS, HELD, EACH = 5, 4, 4
"""Of each dialect: speakers to train on, speakers held back, utterances of a speaker."""


def enough_to_train_on(line: Line, *, speakers: int = SPEAKERS, held: int = HELD, each: int = EACH) -> list[SoundClip]:
    """Judged utterances, kept with their sound; by default just enough."""
    now, found = line.clock() - timedelta(days=1), []
    for number, (dialect, speaker) in enumerate(_speakers(line, speakers, held)):
        consent = line.sound_clips.record_consent(
            speaker, given=True, basis="form of 2026-11-02", by="lin", role="agent", at=now
        )
        for turn in range(each):
            content = _sound(dialect, number, turn)
            sid = f"CA{speaker}x{turn}"
            clip = SoundClip(
                hashlib.md5(sid.encode(), usedforsecurity=False).hexdigest(),
                *(sid, speaker, consent.id, now, 1.4, sha256_of(content), "hotline", "whisper-base-int8", "all@1"),
            )
            line.sound_files.write(clip.id, content)
            assert line.sound_clips.add(clip)
            line.corrections.keep(_verdict(clip, dialect, line), token=f"token-{sid}")
            found.append(clip)
    return found


def _speakers(line: Line, speakers: int, held: int) -> Iterator[tuple[str, int]]:
    """(dialect, customer) so that as many of each dialect are held back as asked for."""
    key, number = line.secrets.pseudonym_key.get_secret_value(), 10_000
    for dialect in VOWELS:
        wanted = {False: speakers, True: held}
        while any(wanted.values()):
            number += 1
            is_held = int(pseudonym(number, key), 16) % SPLIT_DEV_OF == 0
            if wanted[is_held]:
                wanted[is_held] -= 1
                yield dialect, number


def _verdict(clip: SoundClip, dialect: str, line: Line) -> Correction:
    return Correction(
        clip.call_sid, 1, line.clock(), "lin", "agent", clip.customer_id, False, "fuzhou", 0.5, False, dialect
    )


@lru_cache(maxsize=512)
def _sound(dialect: str, speaker: int, turn: int) -> bytes:
    return wav_of(through_telephone(voice(dialect, speaker, turn), rate_hz=RATE_HZ))


@dataclass
class JobInMemory:
    """A process that ends when the test says so."""

    pid: int = 0
    code: int | None = None

    def poll(self) -> int | None:
        """Its exit code."""
        return self.code


class SpectrumFeatures:
    """Loudness by frequency in place of what the speech model makes of a sound: quick, and enough for these voices."""

    def features(self, samples_16k: NDArray[np.float32]) -> NDArray[np.float32]:
        """Float32 [710], as `SoundFeatures`."""
        power = np.abs(np.fft.rfft(samples_16k, 1 << 15)) ** 2
        bands = np.log(np.add.reduceat(power[: LANGUAGES * 100], np.arange(0, LANGUAGES * 100, 100)) + 1e-6)
        return np.resize(bands, SIZE).astype(np.float32)
