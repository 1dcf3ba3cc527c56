"""The sound of a recording, side by side or one side alone."""

from __future__ import annotations

import io
import wave
from dataclasses import dataclass

import numpy as np

CALLER, AGENT = 0, 1
"""Left is the caller, right whom they talk to (twilio.com/docs/flex/developer/insights, "dual-channel recordings")."""


@dataclass(frozen=True)
class SoundFacts:
    """What a WAV file says of itself."""

    channels: int
    seconds: float


def facts_of(wav: bytes) -> SoundFacts | None:
    """Channels and length; None when the bytes are no WAV file that can be read, but a player may still play."""
    try:
        with wave.open(io.BytesIO(wav)) as file:
            return SoundFacts(file.getnchannels(), file.getnframes() / file.getframerate())
    except (wave.Error, EOFError):
        return None


def one_side(wav: bytes, channel: int) -> bytes:
    """A WAV file with this channel alone; raises `ValueError` when the file has no such channel."""
    with wave.open(io.BytesIO(wav)) as file:
        channels, width, rate = file.getnchannels(), file.getsampwidth(), file.getframerate()
        frames = file.readframes(file.getnframes())
    if channel >= channels:
        raise ValueError(f"the file has {channels} channels, not {channel + 1}")
    samples = np.frombuffer(frames, dtype=np.uint8).reshape(-1, channels, width)[:, channel]
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(width)
        file.setframerate(rate)
        file.writeframes(samples.tobytes())
    return out.getvalue()
