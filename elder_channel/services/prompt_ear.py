"""Who listens to a take before it is kept: the line's recognizer, or one of the command's own."""

from __future__ import annotations

import asyncio
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from dialects.recognizers.port import Recognizer
from elder_channel.bootstrap import Line
from elder_channel.prompts.voices import Voice
from elder_channel.prompts.word_checks import Heard
from elder_channel.recognition.client import RecognizerClient
from elder_channel.recognition.errors import RecognitionUnavailableError

Floats = NDArray[np.float32]


class Ear(Protocol):
    """Listens to takes."""

    def hear(self, samples_16k: Floats, voice: Voice) -> Heard:
        """What is said in a take, mono float32 at 16 kHz; raises `RecognitionUnavailableError`."""
        ...


class LineEar:
    """Asks the recognizer process of the line that runs; it hears a take as it hears callers."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def hear(self, samples_16k: Floats, voice: Voice) -> Heard:
        """What is said; by the recognizer made for the dialect, where the operator has added one."""
        return asyncio.run(self._hear(samples_16k, voice))

    async def _hear(self, samples_16k: Floats, voice: Voice) -> Heard:
        client = RecognizerClient(
            f"http://127.0.0.1:{self._line.settings.server.recognizer_port}",
            token=self._line.secrets.recognizer_token.get_secret_value(),
            settings=self._line.settings.recognition,
        )
        try:
            heard = await client.recognize(samples_16k)
            if voice.tag not in client.better_for:
                return Heard(heard.text, heard.recognizer)
            better = await client.recognize(samples_16k, dialect=voice.tag)
            return Heard(better.text, better.recognizer, made_for_it=True)
        finally:
            await client.aclose()


class OwnEar:
    """A recognizer in this process, for commands where no line runs."""

    def __init__(self, recognizer: Recognizer) -> None:
        self._recognizer = recognizer

    def hear(self, samples_16k: Floats, voice: Voice) -> Heard:  # noqa: ARG002 - the port's interface
        """What is said."""
        heard = self._recognizer.recognize([samples_16k])[0]
        return Heard(heard.text, heard.recognizer)


class NoEar:
    """Nobody listens: the words are left to who approves."""

    def hear(self, samples_16k: Floats, voice: Voice) -> Heard:  # noqa: ARG002
        """Raises `RecognitionUnavailableError`."""
        raise RecognitionUnavailableError("disabled", "Recognition is switched off.", retryable=False)
