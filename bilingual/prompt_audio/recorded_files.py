"""Recordings of a person in a folder, as an engine: where there is one, it wins over every made voice.

A file is named after its phrase, `<language>/<message>-<number>.<ending>`, as `zh/greeting_choice-1.wav`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from bilingual.errors import EngineFailedError, PromptAudioError
from bilingual.messages import Language, load_messages
from bilingual.prompt_audio.engine import Phrase, Rendered
from bilingual.prompt_audio.sound import Sound
from dialects.audio.decode import decode_audio
from dialects.errors import AudioError

RATE_HZ: Final = 24_000
_MAX_SECONDS = 60.0


class RecordedFiles:
    """The recordings of one folder. Raises `PromptAudioError` for a file that belongs to no phrase of the line."""

    name: Final = "recorded"
    version: Final = "1"

    def __init__(self, folder: Path, *, licence: str) -> None:
        """`licence` is what the speaker has agreed to, for the manifest."""
        self.licence = licence
        self._files = dict(_files_in(folder))

    def voice(self, phrase: Phrase) -> str | None:
        """The recording, by its content."""
        file = self._files.get(_place(phrase))
        return f"recording {hashlib.sha256(file.read_bytes()).hexdigest()[:16]}" if file else None

    def speak(self, phrase: Phrase, *, rate_percent: int) -> Rendered:
        """The recording of the phrase; the pace is made afterwards."""
        file = self._files.get(_place(phrase))
        if file is None:
            raise EngineFailedError(self.name, str(phrase), "nobody has recorded it")
        try:
            audio = decode_audio(file, rate_hz=RATE_HZ, max_seconds=_MAX_SECONDS)
        except AudioError as error:
            raise EngineFailedError(self.name, str(phrase), str(error)) from error
        return Rendered(Sound(audio.samples, RATE_HZ), pace_percent=rate_percent)


def _place(phrase: Phrase) -> str:
    return f"{phrase.language}/{phrase.message_id}-{phrase.number}"


def _files_in(folder: Path) -> Iterator[tuple[str, Path]]:
    if not folder.is_dir():
        raise PromptAudioError(f"{folder} is no folder of recordings.")
    places = {
        f"{language}/{message.id}-{number}"
        for message in load_messages().values()
        for language in Language
        for number, _ in enumerate(message.phrases(language), start=1)
    }
    taken: dict[str, Path] = {}
    for file in sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(".")):
        place = file.relative_to(folder).with_suffix("").as_posix()
        if place not in places:
            raise PromptAudioError(f"{file} is named after no phrase of the line: zh/greeting_choice-1.wav would be.")
        if place in taken:
            raise PromptAudioError(f"{file} and {taken[place]} are recordings of the same phrase.")
        taken[place] = file
        yield place, file
