"""A recording at "what if" is listened to as a caller is: through the telephone, by the recognizer that runs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from dialects.audio import mulaw
from dialects.audio.decode import decode_audio
from dialects.audio.samples import to_float32, to_int16
from dialects.errors import AudioError
from dialects.recognizers.port import Recognition
from elder_channel.bootstrap import Line
from elder_channel.recognition.client import RecognizerClient
from elder_channel.recognition.errors import RecognitionUnavailableError
from elder_channel.services.errors import WhatIfRefusedError

LONGEST_SECONDS = 30.0
"""Recognizers take no more at once; what comes after is left out, and said to be."""
MAX_BYTES = 20_000_000


@dataclass(frozen=True)
class Sound:
    """A recording as it would come over the telephone."""

    samples: NDArray[np.float32]
    """Mono, 8 kHz."""
    cut: bool
    """Whether it went on for longer than is listened to."""

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return float(self.samples.size / mulaw.RATE_HZ)

    def beginning(self, share: float) -> Sound:
        """The first part of it, 0 to 1."""
        return self if share >= 1 else Sound(self.samples[: int(self.samples.size * share)], self.cut)


class Hears(Protocol):
    """Listens to a caller."""

    def hear(self, sound: Sound) -> Recognition:
        """The recognition; raises `RecognitionUnavailableError`."""
        ...

    def hear_again(self, sound: Sound, dialect: str) -> Recognition | None:
        """By who knows the dialect better; None where nobody does, or hears anything."""
        ...


def sound_of(recording: bytes) -> Sound:
    """The recording as a caller's voice arrives; raises `WhatIfRefusedError` for what is none."""
    if len(recording) > MAX_BYTES:
        raise WhatIfRefusedError("what_if_sound", "The recording is too large.")
    try:
        audio = decode_audio(recording, rate_hz=mulaw.RATE_HZ, max_seconds=LONGEST_SECONDS)
    except AudioError as error:
        raise WhatIfRefusedError("what_if_sound", f"The recording cannot be read: {error.reason}") from error
    return Sound(to_float32(mulaw.decode(mulaw.encode(to_int16(audio.samples)))), audio.truncated)


class LineHears:
    """Asks the recognizer process of the line, as the line itself does."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def hear(self, sound: Sound) -> Recognition:
        """What is heard."""
        return asyncio.run(self._ask(sound))

    def hear_again(self, sound: Sound, dialect: str) -> Recognition | None:
        """What who knows the dialect hears; without a better answer the first one stands, as on the line."""
        try:
            again = asyncio.run(self._ask(sound, dialect, if_better=True))
        except RecognitionUnavailableError:
            return None
        return again if again.text and again.recognizer else None

    async def _ask(self, sound: Sound, dialect: str = "", *, if_better: bool = False) -> Recognition:
        client = RecognizerClient(
            f"http://127.0.0.1:{self._line.settings.server.recognizer_port}",
            token=self._line.secrets.recognizer_token.get_secret_value(),
            settings=self._line.settings.recognition,
        )
        try:
            heard = await client.recognize(sound.samples, rate_hz=mulaw.RATE_HZ)
            if not if_better:
                return heard
            if dialect not in client.better_for:
                return Recognition("", "")
            return await client.recognize(sound.samples, rate_hz=mulaw.RATE_HZ, dialect=dialect)
        finally:
            await client.aclose()


MakeHears = Callable[[Line], Hears]
