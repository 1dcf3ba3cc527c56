"""The open dialect models on sherpa-onnx, each as `data/models.yaml` describes it.

sherpa-onnx ends the whole process over a file it cannot read. So files are checked before they are loaded, and a model
with a file of unknown hash is loaded in a child process first. sherpa-onnx is the extra `sherpa`; this module imports
without it.

Source of what is called: `sherpa_onnx/offline_recognizer.py` of k2-fsa/sherpa-onnx 2.0.1.
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from dialects.audio.samples import clean
from dialects.audio.vad import VoiceActivityModel, shared_model
from dialects.errors import SpeechModelAbsentError, SpeechModelDamagedError
from dialects.recognizers import guards
from dialects.recognizers.model_files import FoundModel, Presence, engine_installed, find_model, how_to_install
from dialects.recognizers.models import Engine, ModelDescription
from dialects.recognizers.port import RATE_HZ, Capabilities, Recognition
from dialects.recognizers.speech_part import speech_pieces

Floats = NDArray[np.float32]

PROBE_SECONDS: Final = 120.0
"""Longest that loading a model in the child process may take; the largest, of 1.2 GB, read from a slow disk."""
_PROBE = """
import json, sys
import sherpa_onnx
factory, arguments = json.loads(sys.argv[1])
recognizer = getattr(sherpa_onnx.OfflineRecognizer, "from_" + factory)(**arguments)
stream = recognizer.create_stream()
stream.accept_waveform(16000, [0.0] * 16000)
recognizer.decode_stream(stream)
"""
_BATCH = 4  # as Whisper's


class SherpaRecognizer:
    """A model of sherpa-onnx behind the port; loads it when made, keeps no state between calls.

    Raises SpeechModelAbsentError when library or files are missing, SpeechModelDamagedError when a file is not the
    one it should be or the model cannot be loaded.
    """

    def __init__(
        self,
        model: ModelDescription,
        folder: Path,
        *,
        threads: int = 1,
        vad: VoiceActivityModel | None = None,
    ) -> None:
        """`folder` is the model's own; `model` says which files lie in it."""
        if not engine_installed(Engine.SHERPA):
            raise SpeechModelAbsentError(f"sherpa-onnx is not installed; get it with: {how_to_install(Engine.SHERPA)}")
        found = find_model(model, folder, compare_hashes=True)
        _refuse_unusable(found)
        arguments = _arguments(model, folder, threads)
        if found.presence is not Presence.VERIFIED:
            _load_in_child(model, arguments)
        import sherpa_onnx

        self._recognizer: Any = getattr(sherpa_onnx.OfflineRecognizer, f"from_{model.factory}")(**arguments)
        self._vad = vad or shared_model()
        self._capabilities = model.capabilities

    @property
    def capabilities(self) -> Capabilities:
        """What the model's description says; it reports no language posterior."""
        return self._capabilities

    def recognize(self, utterances: Sequence[Floats], *, languages: Sequence[str] = ("zh", "en")) -> list[Recognition]:
        """As the port says. The model writes what it writes: `languages` must name one of its own.

        Nothing is written for an utterance without a voice. Raises ValueError when it knows none of `languages`.
        """
        if not self._capabilities.languages.intersection(languages):
            raise ValueError(f"{self._capabilities.name} writes none of the languages {', '.join(languages)}")
        sounds = [clean(utterance) for utterance in utterances]
        pieces = speech_pieces(sounds, model=self._vad)
        results = self._decode([piece for parts in pieces for piece in parts])
        taken = iter(results)
        return [
            self._recognition(sound, [next(taken) for _ in parts]) for sound, parts in zip(sounds, pieces, strict=True)
        ]

    def _decode(self, pieces: Sequence[Floats]) -> list[Any]:
        """Results in order, decoded in batches of similar length."""
        results: dict[int, Any] = {}
        order = sorted(range(len(pieces)), key=lambda index: pieces[index].size)
        for start in range(0, len(order), _BATCH):
            batch = order[start : start + _BATCH]
            streams = [self._recognizer.create_stream() for _ in batch]
            for stream, index in zip(streams, batch, strict=True):
                stream.accept_waveform(RATE_HZ, pieces[index])
            self._recognizer.decode_streams(streams)
            results.update((index, stream.result) for index, stream in zip(batch, streams, strict=True))
        return [results[index] for index in range(len(pieces))]

    def _recognition(self, sound: Floats, results: Sequence[Any]) -> Recognition:
        seconds = sound.size / RATE_HZ
        if not results:
            return Recognition(text="", language="", recognizer=self._capabilities.name, seconds=seconds)
        texts = [str(result.text).strip() for result in results]
        text = " ".join(guards.without_loops(each) if guards.is_looped(each) else each for each in texts if each)
        return Recognition(
            text=text.strip(),
            language=self._language(text, results),
            log_probability=_log_probability(results),
            recognizer=self._capabilities.name,
            seconds=seconds,
        )

    def _language(self, text: str, results: Sequence[Any]) -> str:
        """The language the model names, `<|yue|>`; else English for a text in Latin letters, Chinese for any other."""
        named = str(getattr(results[0], "lang", "")).strip("<|>")
        if named in self._capabilities.languages:
            return named
        letters = [character for character in text if character.isalpha()]
        if letters and "en" in self._capabilities.languages and all(character.isascii() for character in letters):
            return "en"
        return "yue" if "zh" not in self._capabilities.languages else "zh"


def _refuse_unusable(found: FoundModel) -> None:
    name, folder = found.model.id, found.folder
    where = f"elder-channel models path {name} tells where it goes and where it comes from"
    if found.wrong:
        raise SpeechModelDamagedError(f"{name}: {', '.join(found.wrong)} in {folder} is not the file it should be.")
    if found.missing:
        raise SpeechModelAbsentError(f"{name}: {', '.join(found.missing)} is missing in {folder}; {where}.")


def _arguments(model: ModelDescription, folder: Path, threads: int) -> dict[str, Any]:
    paths = {argument: str(folder / path) for argument, path in model.arguments.items()}
    return {**paths, **model.options, "num_threads": threads}


def _load_in_child(model: ModelDescription, arguments: dict[str, Any]) -> None:
    """Load the model where an `exit` ends nobody else, and decode a second of silence with it."""
    command = [sys.executable, "-c", _PROBE, json.dumps([model.factory, arguments])]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PROBE_SECONDS, check=False)  # noqa: S603 - our own words
    except subprocess.TimeoutExpired as error:
        raise SpeechModelDamagedError(f"{model.id} did not load within {PROBE_SECONDS:.0f} s.") from error
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines() or ["nothing was said"]
        raise SpeechModelDamagedError(f"{model.id} cannot be loaded by sherpa-onnx: {said[-1]}")


def _log_probability(results: Sequence[Any]) -> float:
    """Mean log probability of a token where the model tells it, else 0."""
    logs = [float(log) for result in results for log in (getattr(result, "ys_log_probs", None) or ())]
    return min(0.0, math.fsum(logs) / len(logs)) if logs else 0.0
