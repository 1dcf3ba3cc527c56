"""The simulated caller: what is said, when, and which keys are pressed."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from dialects.audio import mulaw
from dialects.audio.samples import to_float32
from dialects.audio.vad import voiced_spans
from elder_channel.simulator.agents import AgentProfile
from elder_channel.simulator.faults import CallFaults
from elder_channel.simulator.script import Action, Moment, Mulaw
from elder_channel.simulator.speech_length import spoken_seconds

FRAME_BYTES = 160
FRAME_SECONDS = 0.02
SILENCE = b"\xff" * FRAME_BYTES
_RATE_HZ = 8000
_AUDIBLE_POWER = 1e-6  # 60 dB under full scale


class CallPlan(BaseModel):
    """One call to place: who calls whom, and how the caller behaves."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    from_: str = Field(alias="from", min_length=1, description="The caller's number, or `anonymous`.")
    to: str | None = Field(None, description="The number dialled; the simulator's own when absent.")
    key: str | None = Field(None, pattern=r"^[0-9*#]{1,16}$", description="Keys pressed at `speak_at`.")
    say: str | None = Field(
        None, min_length=1, description="What the carrier's own recognition returns for the speech."
    )
    speak_at: float = Field(
        1.0,
        ge=0,
        description="Seconds from the start of the first prompt, or of the ringing where nothing was said before.",
    )
    audio_mulaw: Mulaw | None = Field(None, description="Base64 of 8 kHz mu-law.")
    hang_up_after_seconds: float | None = Field(None, gt=0, description="The caller gives up after this long.")
    max_seconds: float = Field(120.0, gt=0, description="No call lasts longer.")
    actions: tuple[Action, ...] = Field((), max_length=64, description="What the caller does besides, step by step.")
    agents: dict[str, AgentProfile] = Field(
        {}, description="How phones behave when they ring for this call, by contact; `*` for all others."
    )
    speed: float = Field(1.0, ge=1, le=50, description="How much quicker than life the simulator waits on this call.")
    faults: CallFaults = CallFaults()

    def script(self) -> tuple[Action, ...]:
        """Everything the caller does; `key`, `say` and `audio_mulaw` wait for the first prompt."""
        first: list[Action] = []
        if self.key:
            first.append(Action(when=Moment.PROMPT, after=self.speak_at, press=self.key))
        if self.audio_mulaw is not None or self.say is not None:
            first.append(Action(when=Moment.PROMPT, after=self.speak_at, audio_mulaw=self.audio_mulaw, say=self.say))
        return (*first, *self.actions)


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


def voices_of(plan: CallPlan) -> tuple[Voice | None, ...]:
    """What is said in each action of the caller's script, None for one in which nothing is said.

    Finding the voiced frames takes a model: call it off the event loop.
    """
    return tuple(_voice(action) for action in plan.script())


def _voice(action: Action) -> Voice | None:
    frames, voiced = _frames(base64.b64decode(action.audio_mulaw)) if action.audio_mulaw else ((), frozenset())
    if not frames and action.say is None:
        return None
    seconds = len(frames) * FRAME_SECONDS if frames else spoken_seconds(action.say or "")
    return Voice(frames=frames, voiced=voiced, words=action.say, seconds=seconds)


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
