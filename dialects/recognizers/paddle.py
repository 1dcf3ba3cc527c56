"""PaddleSpeech's recognizers of Mandarin, and of Mandarin mixed with English, behind the port.

The executor's own steps are called one by one, not the executor: calling it would need a file on disk (what a caller
says stays in memory), report the call, ask questions on standard input, and exit over a recording it does not like.

Source: `paddlespeech/cli/asr/infer.py` of PaddleSpeech 1.5.0.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dialects.audio.samples import clean
from dialects.audio.vad import VoiceActivityModel, shared_model
from dialects.errors import SpeechModelAbsentError, SpeechModelError
from dialects.recognizers import guards
from dialects.recognizers.model_files import find_model, models_folder
from dialects.recognizers.models import ModelDescription
from dialects.recognizers.paddle_library import loading, make_executor, no_exit, wave_file
from dialects.recognizers.port import RATE_HZ, Capabilities, Recognition
from dialects.recognizers.speech_part import speech_pieces

Floats = NDArray[np.float32]

DECODE_METHOD: Final = "attention_rescoring"
"""The library's default, and its most accurate."""
_ALL_LEFT_CHUNKS = -1
_UNKNOWN = "<unk>"  # a sound its vocabulary has no character for


class PaddleRecognizer:
    """A PaddleSpeech conformer behind the port; loads it when made, keeps nothing of a call.

    Raises SpeechModelAbsentError when library or files are missing, SpeechModelDamagedError when they cannot be loaded.
    """

    def __init__(self, model: ModelDescription, folder: Path, *, vad: VoiceActivityModel | None = None) -> None:
        """`folder` holds the unpacked archive: `model.yaml` and the checkpoint that `model` names."""
        found = find_model(model, folder)
        if not found.usable:
            raise SpeechModelAbsentError(
                f"{model.id}: {', '.join(found.missing)} is missing in {folder}; elder-channel models path {model.id} "
                "tells where it goes and where it comes from."
            )
        self._executor = make_executor("asr")
        self._type = model.factory
        self._load(model, folder)
        self._vad = vad or shared_model()
        self._capabilities = model.capabilities

    @property
    def capabilities(self) -> Capabilities:
        """What the model's description says; it reports no language posterior."""
        return self._capabilities

    def recognize(self, utterances: Sequence[Floats], *, languages: Sequence[str] = ("zh", "en")) -> list[Recognition]:
        """As the port says. The model writes what it writes: `languages` must name one of its own.

        Nothing is written for an utterance without a voice. Raises ValueError when it knows none of `languages`,
        SpeechModelError when the library fails over a recording.
        """
        if not self._capabilities.languages.intersection(languages):
            raise ValueError(f"{self._capabilities.name} writes none of the languages {', '.join(languages)}")
        sounds = [clean(utterance) for utterance in utterances]
        pieces = speech_pieces(sounds, model=self._vad)
        return [
            self._recognition(sound, [self._text(piece) for piece in parts])
            for sound, parts in zip(sounds, pieces, strict=True)
        ]

    def _load(self, model: ModelDescription, folder: Path) -> None:
        arguments, options = model.arguments, model.options
        with loading(model.id, folder):
            self._executor._init_from_path(
                model.factory,
                options["lang"],
                options["codeswitch"],
                RATE_HZ,
                str(folder.resolve() / arguments["config"]),
                DECODE_METHOD,
                _ALL_LEFT_CHUNKS,
                str(folder.resolve() / arguments["ckpt_path"]),
            )
        self._executor.sample_rate = RATE_HZ
        self._executor.change_format = False  # it is given what it wants

    def _text(self, piece: Floats) -> str:
        executor = self._executor
        # The library logs a failure and returns the last result: the words of another caller. So there is none.
        executor._inputs.clear()
        executor._outputs.clear()
        with no_exit():
            executor.preprocess(self._type, wave_file(piece))
            executor.infer(self._type)
        if "result" not in executor._outputs:
            raise SpeechModelError(f"{self._capabilities.name} failed over a piece of {piece.size / RATE_HZ:.1f} s.")
        text = str(executor.postprocess()).replace(_UNKNOWN, "").strip()
        return guards.without_loops(text) if guards.is_looped(text) else text

    def _recognition(self, sound: Floats, texts: Sequence[str]) -> Recognition:
        seconds = sound.size / RATE_HZ
        if not texts:
            return Recognition(text="", language="", recognizer=self._capabilities.name, seconds=seconds)
        text = " ".join(each for each in texts if each)
        is_latin = any(map(str.isalpha, text)) and text.isascii()
        language = "en" if is_latin and "en" in self._capabilities.languages else "zh"
        return Recognition(text=text, language=language, recognizer=self._capabilities.name, seconds=seconds)


def paddle_folder(model: ModelDescription, env: Mapping[str, str] = os.environ) -> Path:
    """Where the model lies: the operator's folder, else wherever PaddleSpeech's own cache has unpacked it.

    The cache is `$PPSPEECH_HOME` or `~/.paddlespeech`, `models/<tag>/<version>/<archive>`. When neither holds it, the
    operator's folder is returned, which is where it should go.
    """
    own = models_folder(env) / model.id
    home = Path(env.get("PPSPEECH_HOME") or Path.home() / ".paddlespeech")
    cached = sorted((home / "models" / model.id).glob("*/*/"), reverse=True)
    return next((folder for folder in (own, *cached) if find_model(model, folder).usable), own)
