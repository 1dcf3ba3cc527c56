"""A voice that hums: real samples of a length that follows from the text, without a model."""

from __future__ import annotations

import threading

import numpy as np

from bilingual.errors import EngineFailedError
from bilingual.prompt_audio.engine import Phrase, Rendered
from bilingual.prompt_audio.sound import Sound

RATE_HZ = 24_000


class HummingVoice:
    """Hums a tenth of a second for each letter; speaks slower by itself, as a model with a pace of its own does."""

    licence = "none needed"

    def __init__(self, languages: tuple[str, ...] = ("zh", "en"), *, name: str = "humming", version: str = "1") -> None:
        self.name, self.version = name, version
        self._languages = languages
        self._turn = threading.Lock()
        self.asked: list[str] = []

    def voice(self, phrase: Phrase) -> str | None:
        """The voice `hum`."""
        return "hum" if phrase.language in self._languages else None

    def speak(self, phrase: Phrase, *, rate_percent: int) -> Rendered:
        """A hum that swells and ebbs, with quiet on both sides."""
        if phrase.language not in self._languages or not any(letter.isalnum() for letter in phrase.text):
            raise EngineFailedError(self.name, str(phrase), "there is nothing to say in it")
        with self._turn:
            self.asked.append(phrase.text)
        seconds = max(0.5, 0.1 * len(phrase.text)) * 100 / rate_percent
        return Rendered(hum(seconds))


def hum(seconds: float, *, level: float = 0.3, rate_hz: int = RATE_HZ) -> Sound:
    """A voiced sound of 180 Hz and its overtones, with half a second of quiet before and after."""
    time = np.arange(round(seconds * rate_hz)) / rate_hz
    wave = sum(np.sin(2 * np.pi * 180 * k * time) / k for k in range(1, 12)) * (1 + 0.5 * np.sin(2 * np.pi * 4 * time))
    quiet = np.zeros(rate_hz // 2)
    samples = np.concatenate([quiet, level * wave / np.abs(wave).max(), quiet])
    return Sound(samples.astype(np.float32), rate_hz)
