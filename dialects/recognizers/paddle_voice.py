"""PaddleSpeech's voices for prompts: Mandarin, Cantonese, and Mandarin mixed with English.

The executor's own steps are called; no file is written. Mandarin is read with pypinyin, because the library's default
fetches another archive (G2PW) from the network when it is made: rare readings of a character may come out wrong, so a
prompt is listened to before it is used.

Source: `paddlespeech/cli/tts/infer.py` of PaddleSpeech 1.5.0; speaker numbers as its own demonstrations use them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from dialects.errors import SpeechModelAbsentError, SpeechModelError
from dialects.recognizers.paddle_library import loading, make_executor, no_exit

Floats = NDArray[np.float32]


class Voice(StrEnum):
    """What a voice speaks."""

    MANDARIN = "mandarin"
    CANTONESE = "cantonese"
    MIXED = "mixed"  # Mandarin and English in one sentence


@dataclass(frozen=True)
class _Tags:
    language: str
    acoustic: str
    vocoder: str
    speaker: int


_TAGS: Final = {
    Voice.MANDARIN: _Tags("zh", "fastspeech2_csmsc", "pwgan_csmsc", 0),
    Voice.CANTONESE: _Tags("canton", "fastspeech2_canton", "pwgan_aishell3", 10),
    Voice.MIXED: _Tags("mix", "fastspeech2_mix", "pwgan_csmsc", 174),
}


class PaddleVoice:
    """A voice of PaddleSpeech; loads its two models when made.

    Raises SpeechModelAbsentError when library or files are missing, SpeechModelDamagedError when they cannot be loaded.
    """

    def __init__(self, voice: Voice, *, acoustic: Path, vocoder: Path) -> None:
        """`acoustic` and `vocoder` are the folders of the unpacked archives."""
        self._tags = _TAGS[voice]
        self._executor = make_executor("tts")
        files = self._files(acoustic, vocoder)
        missing = [str(path) for path in files.values() if not path.is_file()]
        if missing:
            raise SpeechModelAbsentError(f"The {voice} voice: {', '.join(missing)} is missing.")
        with loading(f"The {voice} voice", acoustic), _without_g2pw():
            self._executor._init_from_path(
                am=self._tags.acoustic,
                voc=self._tags.vocoder,
                lang=self._tags.language,
                **{name: str(path) for name, path in files.items()},
            )
        self.rate_hz: int = int(self._executor.am_config.fs)

    def speak(self, text: str) -> Floats:
        """The text as mono float32 samples in [-1, 1] at `rate_hz`.

        Raises ValueError for a text without anything to say, SpeechModelError when the library fails over it.
        """
        if not any(character.isalnum() for character in text):
            raise ValueError("there is nothing to say in this text")
        self._executor._outputs.clear()
        try:
            with no_exit():
                self._executor.infer(
                    text=text, lang=self._tags.language, am=self._tags.acoustic, spk_id=self._tags.speaker
                )
        except (IndexError, KeyError, RuntimeError, ValueError) as error:
            raise SpeechModelError(f"PaddleSpeech cannot say this text: {error}") from error
        samples: Floats = np.asarray(self._executor._outputs["wav"].numpy(), dtype=np.float32).reshape(-1)
        return np.clip(samples, -1.0, 1.0)

    def _files(self, acoustic: Path, vocoder: Path) -> dict[str, Path]:
        """Paths by the executor's argument; the library's own list of resources knows the names in its archives."""
        resource = self._executor.task_resource
        tags = self._tags
        resource.set_task_model(
            model_tag=f"{tags.acoustic}-{tags.language}", model_type=0, skip_download=True, version=None
        )
        resource.set_task_model(model_tag=f"{tags.vocoder}-zh", model_type=1, skip_download=True, version=None)
        ours, theirs = resource.res_dict, resource.voc_res_dict
        names = {"am_config": "config", "am_ckpt": "ckpt", "am_stat": "speech_stats", "phones_dict": "phones_dict"}
        if "speaker_dict" in ours:
            names["speaker_dict"] = "speaker_dict"
        spoken = {argument: acoustic.resolve() / ours[name] for argument, name in names.items()}
        sounded = {
            argument: vocoder.resolve() / theirs[name]
            for argument, name in (("voc_config", "config"), ("voc_ckpt", "ckpt"), ("voc_stat", "speech_stats"))
        }
        return spoken | sounded


@contextmanager
def _without_g2pw() -> Iterator[None]:
    """While a voice is made, Mandarin front ends are made with pypinyin."""
    front_ends: list[Any] = [
        import_module("paddlespeech.t2s.exps.syn_utils"),
        import_module("paddlespeech.t2s.frontend.mix_frontend"),
    ]
    names = ("Frontend", "ZhFrontend")
    originals = [getattr(module, name) for module, name in zip(front_ends, names, strict=True)]
    for module, name, original in zip(front_ends, names, originals, strict=True):
        setattr(module, name, partial(original, g2p_model="pypinyin"))
    try:
        yield
    finally:
        for module, name, original in zip(front_ends, names, originals, strict=True):
            setattr(module, name, original)
