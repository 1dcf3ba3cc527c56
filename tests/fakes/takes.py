"""Recordings for tests: a shipped voice, made worse in one way at a time; and an ear that hears what it is told."""

from __future__ import annotations

import io
import wave
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dialects.audio.decode import decode_audio
from dialects.audio.samples import to_int16
from elder_channel.prompts.voices import Voice
from elder_channel.prompts.word_checks import Heard
from elder_channel.recognition.errors import RecognitionUnavailableError
from elder_channel.services.accounts import Account, Role
from elder_channel.services.prompt_takes import Recording
from elder_channel.simulator.scenarios.made_sounds import VOICES

Floats = NDArray[np.float32]
RATE_HZ = 16_000
INVITATION = "正在为您接人。您先说说有什么事。"
RECORDER = Account("chen.hong", Role.AGENT)
APPROVER = Account("lin.fang", Role.APPROVER)
SUPERVISOR = Account("wang.li", Role.SUPERVISOR)
VIEWER = Account("zhou", Role.VIEWER)


class Staff:
    """The accounts of the tests."""

    def find(self, username: str) -> Account | None:
        """The account of this name."""
        return next((each for each in (RECORDER, APPROVER, SUPERVISOR, VIEWER) if each.username == username), None)


@dataclass
class ToldEar:
    """Hears what a test says it hears, or nothing at all; what a recognizer does, without one."""

    text: str = INVITATION
    made_for_it: bool = False
    away: str = ""
    asked: list[str] = field(default_factory=list)

    def hear(self, samples_16k: Floats, voice: Voice) -> Heard:
        """The words, or `RecognitionUnavailableError`."""
        self.asked.append(voice.tag)
        if self.away:
            raise RecognitionUnavailableError(self.away, "The recognizer is not there.", retryable=True)
        return Heard(self.text, "told", self.made_for_it)


def speech(seconds: float = 4.8, *, quiet: float = 0.4) -> Floats:
    """A voice for so long, at 16 kHz, with a little quiet around it."""
    names = ("zh_accident_claim", "zh_policy_question", "zh_premium_payment")
    said = np.concatenate([decode_audio(VOICES / f"{name}.flac", rate_hz=RATE_HZ).samples for name in names])
    around = np.zeros(round(quiet * RATE_HZ), np.float32)
    return np.concatenate([around, np.resize(said, round(seconds * RATE_HZ)), around])


def wav(samples: Floats, *, rate_hz: int = RATE_HZ) -> bytes:
    """A WAV file of the samples."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(to_int16(samples).astype("<i2").tobytes())
    return out.getvalue()


def noisy(samples: Floats, snr_db: float) -> Floats:
    """The same voice in a room so loud."""
    level = float(np.sqrt(np.mean(samples[np.abs(samples) > 0.01] ** 2)))
    noise = np.random.default_rng(7).standard_normal(samples.size) * level * 10 ** (-snr_db / 20)
    return (samples + noise).astype(np.float32)


def recording(sound: bytes | Path | None = None, **more: str) -> Recording:
    """A recording of the invitation in Cantonese, as the form sends it."""
    given = {"message_id": "invitation", "voice_tag": "guangzhou", "name": "invitation.wav", "speaker": "chen.hong"}
    given |= {"consent": "form of 2026-11-20", "token": "t1", **more}
    return Recording(sound=wav(speech()) if sound is None else sound, **given)  # type: ignore[arg-type] # all are text
