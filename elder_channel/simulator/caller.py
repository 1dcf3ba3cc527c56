"""The simulated caller: what is said, when, and which keys are pressed."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from dialects.audio import mulaw
from dialects.audio.samples import to_float32
from dialects.audio.vad import voiced_spans
from elder_channel.simulator.speech_length import spoken_seconds

FRAME_BYTES = 160
FRAME_SECONDS = 0.02
SILENCE = b"\xff" * FRAME_BYTES
_RATE_HZ = 8000
_AUDIBLE_POWER = 1e-6  # 60 dB under full scale


class MediaFault(StrEnum):
    """What is wrong with the media frames of a call."""

    MALFORMED = "malformed"  # every tenth frame is followed by one that cannot be read
    REPEATED = "repeated"  # every frame comes twice
    OUT_OF_ORDER = "out_of_order"  # neighbours change places


class CallFaults(BaseModel):
    """Faults put into one call, to see that the service bears them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    duplicate_webhooks: bool = Field(False, description="Every webhook is sent twice, at the same time.")
    media: MediaFault | None = Field(None, description="What is wrong with the media frames.")
    bad_signature: bool = Field(False, description="Every signature is wrong.")
    bad_stream_token: bool = Field(
        False, description="The last part of the stream's path and its parameters are changed."
    )


def _base64(text: str) -> str:
    try:
        base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error
    return text


class CallPlan(BaseModel):
    """One call to place: who calls whom, and how the caller behaves."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    from_: str = Field(alias="from", min_length=1, description="The caller's number, or `anonymous`.")
    to: str | None = Field(None, description="The number dialled; the simulator's own when absent.")
    key: str | None = Field(None, pattern=r"^[0-9*#]{1,16}$", description="Keys pressed at `speak_at`.")
    say: str | None = Field(
        None, min_length=1, description="What the carrier's own recognition returns for the speech."
    )
    speak_at: float = Field(1.0, ge=0, description="Seconds from the start of the first prompt or invitation.")
    audio_mulaw: Annotated[str, AfterValidator(_base64)] | None = Field(None, description="Base64 of 8 kHz mu-law.")
    hang_up_after_seconds: float | None = Field(None, gt=0, description="The caller gives up after this long.")
    max_seconds: float = Field(120.0, gt=0, description="No call lasts longer.")
    faults: CallFaults = CallFaults()


@dataclass(frozen=True)
class Voice:
    """What the caller says: 20 ms frames for the streams, words for the carrier's own recognition."""

    frames: tuple[bytes, ...]
    voiced: frozenset[int]
    """Numbers of the frames that hold a voice."""
    words: str | None
    seconds: float

    @property
    def last_voiced(self) -> int | None:
        """The number of the last frame that holds a voice."""
        return max(self.voiced, default=None)


def voice_of(plan: CallPlan) -> Voice | None:
    """The caller's voice, or None for a caller who says nothing.

    Finding the voiced frames takes a model: call it off the event loop.
    """
    frames, voiced = _frames(base64.b64decode(plan.audio_mulaw)) if plan.audio_mulaw else ((), frozenset())
    if not frames and plan.say is None:
        return None
    seconds = len(frames) * FRAME_SECONDS if frames else spoken_seconds(plan.say or "")
    return Voice(frames=frames, voiced=voiced, words=plan.say, seconds=seconds)


@lru_cache(maxsize=16)  # a load test places one recording a hundred times
def _frames(audio: bytes) -> tuple[tuple[bytes, ...], frozenset[int]]:
    frames = tuple(
        audio[start : start + FRAME_BYTES].ljust(FRAME_BYTES, b"\xff") for start in range(0, len(audio), FRAME_BYTES)
    )
    samples = to_float32(mulaw.decode(b"".join(frames)))
    voiced: set[int] = set()
    for begin, end in voiced_spans(samples):
        voiced.update(range(int(begin * _RATE_HZ) // FRAME_BYTES, -(-int(end * _RATE_HZ) // FRAME_BYTES)))
    return frames, frozenset(number for number in voiced if number < len(frames)) or _loud(samples)


def _loud(samples: NDArray[np.float32]) -> frozenset[int]:
    """The frames within 30 dB of the loudest.

    Where the model hears no voice, as in many a single syllable, the caller has made a sound all the same, and a
    service that misses it must not go unmeasured.
    """
    if samples.size == 0:
        return frozenset()
    power = np.square(samples.reshape(-1, FRAME_BYTES)).mean(axis=1)
    loud = power > max(float(power.max()) / 1000, _AUDIBLE_POWER)
    return frozenset(int(number) for number in np.flatnonzero(loud))
