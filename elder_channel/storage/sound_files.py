"""The sound of kept utterances: WAV files at 8 kHz in the state folder, for their owner only."""

from __future__ import annotations

import hashlib
import io
import os
import time
import wave
from collections.abc import Collection, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dialects.audio.mulaw import RATE_HZ
from dialects.audio.samples import to_int16

FOLDER = "learning/sound"
"""In the state folder."""
_YOUNG_SECONDS = 600.0
"""A file so young may be one whose row is just being written."""


class SoundFiles:
    """The files, by the id of their utterance."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, clip_id: str) -> Path:
        """Where the utterance lies, or would lie."""
        return self.folder / f"{clip_id}.wav"

    def write(self, clip_id: str, content: bytes) -> None:
        """Write a whole file of mode 0600; raises OSError."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        temporary = self.folder / f".{clip_id}.new"
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            out.write(content)
        temporary.replace(self.path(clip_id))

    def delete(self, clip_id: str) -> None:
        """Delete the file, if it is there; raises OSError."""
        self.path(clip_id).unlink(missing_ok=True)

    def strays(self, known: Collection[str], *, now: float | None = None) -> Iterator[Path]:
        """Files that belong to no utterance in the books: left by a crash, or by a withdrawal that came between."""
        if not self.folder.is_dir():
            return
        before = (time.time() if now is None else now) - _YOUNG_SECONDS
        for file in sorted(self.folder.iterdir()):
            if file.stem not in known and file.stat().st_mtime < before:
                yield file


def wav_of(samples_8k: NDArray[np.float32]) -> bytes:
    """A WAV file, mono, 16 bit, of samples in [-1, 1] at 8 kHz."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(to_int16(samples_8k).astype("<i2").tobytes())
    return out.getvalue()


def sha256_of(content: bytes) -> str:
    """The hash by which the file is known again."""
    return hashlib.sha256(content).hexdigest()
