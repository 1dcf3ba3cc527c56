"""PaddleSpeech's Mandarin and mixed voices as an engine, where an operator has put their models."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from bilingual.errors import EngineAbsentError, EngineFailedError
from bilingual.messages import Language
from bilingual.prompt_audio.engine import Phrase, Rendered
from bilingual.prompt_audio.sound import Sound
from dialects.errors import SpeechModelError
from dialects.recognizers.model_files import models_folder
from dialects.recognizers.paddle_voice import PaddleVoice, Voice

FOLDERS: Final[Mapping[Voice, tuple[str, str]]] = {
    Voice.MANDARIN: ("fastspeech2_csmsc", "pwgan_csmsc"),
    Voice.CANTONESE: ("fastspeech2_canton", "pwgan_aishell3"),
    Voice.MIXED: ("fastspeech2_mix", "pwgan_csmsc"),
}
"""Folders of acoustic model and vocoder, inside the folder of models; the unpacked archives of PaddleSpeech."""
_SPEAKS: Final[Mapping[Voice, tuple[str, ...]]] = {
    Voice.MANDARIN: (Language.ZH,),
    Voice.CANTONESE: ("guangzhou",),
    Voice.MIXED: (Language.ZH, Language.EN),
}
"""Language or dialect of a phrase. The Cantonese voice speaks that dialect's own words, never the Mandarin ones."""


class PaddleSpeech:
    """One voice of PaddleSpeech. Raises `EngineAbsentError` when library or models are missing or damaged."""

    name: Final = "paddlespeech"
    version: Final = "1.5.0"
    licence: Final = "as the model's archive says"

    def __init__(self, voice: Voice, *, folder: Path | None = None) -> None:
        """`folder` holds the models' folders; by default it is that of all models."""
        acoustic, vocoder = ((folder or models_folder(os.environ)) / name for name in FOLDERS[voice])
        try:
            self._speaker = PaddleVoice(voice, acoustic=acoustic, vocoder=vocoder)
        except SpeechModelError as error:
            raise EngineAbsentError(f"The {voice} voice of PaddleSpeech ({error})", "see docs/prompts.md") from error
        self._voice = voice

    def voice(self, phrase: Phrase) -> str | None:
        """The voice, for the languages it speaks."""
        return str(self._voice) if phrase.language in _SPEAKS[self._voice] else None

    def speak(self, phrase: Phrase, *, rate_percent: int) -> Rendered:
        """The phrase at the model's own rate; the pace is made afterwards."""
        try:
            samples = self._speaker.speak(phrase.text)
        except (SpeechModelError, ValueError) as error:
            raise EngineFailedError(self.name, str(phrase), str(error)) from error
        return Rendered(Sound(samples, self._speaker.rate_hz), pace_percent=rate_percent)


def installed_voices(folder: Path | None = None) -> tuple[Voice, ...]:
    """The voices whose folders are there, whether or not they can be loaded."""
    place = folder or models_folder(os.environ)
    return tuple(voice for voice, names in FOLDERS.items() if all((place / name).is_dir() for name in names))
