"""The sounds that the line may play: found by their words, checked before use, unpacked when first asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib import resources
from pathlib import Path
from threading import Lock

import structlog

from bilingual.errors import PromptManifestError
from bilingual.prompt_audio.manifest import Entry, intact, read_manifest
from bilingual.prompt_audio.sound import Sound
from bilingual.prompt_audio.wave import telephone_wave
from dialects.audio.decode import decode_audio
from dialects.audio.mulaw import RATE_HZ
from dialects.errors import AudioError

log = structlog.get_logger()

SITE_FOLDER = "prompts"
"""Where a site builds sounds of its own, in the state folder."""


def shipped_folder() -> Path:
    """The sounds that come with the program."""
    return Path(str(resources.files("bilingual"))) / "data" / "prompts"


@dataclass(frozen=True)
class _Held:
    entry: Entry
    file: Path


class Shelf:
    """Sounds of one or more folders; a sound of an earlier folder goes before one of a later with the same words.

    A folder whose manifest cannot be read, and a file that is not as its manifest says, is logged and passed over:
    the carrier's voice says the sentence instead (law 1). Thread-safe.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        """Nothing is read before a sound is asked for."""
        self._folders = tuple(folders)
        self._waves: dict[str, bytes] = {}
        self._unpacking = Lock()

    def find(self, key: str) -> Entry | None:
        """The sound of these words, by `renditions.words_key`; None where there is none."""
        held = self._by_key.get(key)
        return held.entry if held else None

    def named(self, id_: str) -> Entry | None:
        """The sound with this id."""
        held = self._by_id.get(id_)
        return held.entry if held else None

    def wave(self, id_: str) -> bytes | None:
        """The sound as a carrier plays it, a WAVE file of mu-law at 8 kHz; None where there is none."""
        with self._unpacking:
            if id_ not in self._waves and (held := self._by_id.get(id_)):
                try:
                    self._waves[id_] = _unpacked(held.file, held.entry)
                except (AudioError, OSError) as error:
                    log.error("prompt_audio.damaged", file=held.file.name, why=str(error))
            return self._waves.get(id_)

    def prepare(self) -> int:
        """Unpack everything now, so that no caller waits for it; how many sounds there are."""
        return sum(self.wave(id_) is not None for id_ in self._by_id)

    @cached_property
    def _by_key(self) -> Mapping[str, _Held]:
        found: dict[str, _Held] = {}
        for folder in self._folders:
            for held in _held_in(folder):
                found.setdefault(held.entry.key, held)
        return found

    @cached_property
    def _by_id(self) -> Mapping[str, _Held]:
        return {held.entry.id: held for held in self._by_key.values()}


def _held_in(folder: Path) -> list[_Held]:
    try:
        entries = read_manifest(folder).entries
    except PromptManifestError as error:
        log.error("prompt_audio.manifest_refused", why=str(error))
        return []
    held = [_Held(entry, folder / entry.file) for entry in entries]
    damaged = [each for each in held if not intact(each.file, each.entry.sha256)]
    if damaged:
        log.error("prompt_audio.damaged", files=sorted({each.file.name for each in damaged}))
    return [each for each in held if each not in damaged]


def _unpacked(file: Path, entry: Entry) -> bytes:
    """The file as a WAVE; raises `AudioError` or `OSError` where it is none."""
    if file.suffix == ".wav":
        return file.read_bytes()
    return _decoded(file, entry.sha256, entry.text, entry.language)


@lru_cache(maxsize=512)
def _decoded(file: Path, _sha256: str, text: str, language: str) -> bytes:
    """Once in a process, however many lines are opened in it: the checksum says that it is the same sound."""
    return telephone_wave(Sound(decode_audio(file, rate_hz=RATE_HZ).samples, RATE_HZ), text, language)
