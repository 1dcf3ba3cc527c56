"""Which sound is played for what the line says: a person's recording first, then what was rendered."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import structlog

from bilingual.errors import PromptAudioError
from bilingual.manner import NAMED, Manner, manner_name
from bilingual.messages import Language, Spoken
from bilingual.prompt_audio.recorded import RecordedPrompt, RecordedPrompts, words_hash
from bilingual.prompt_audio.renditions import words_key
from bilingual.prompt_audio.shaping import shaped
from bilingual.prompt_audio.shelf import Shelf
from bilingual.prompt_audio.sound import Sound
from bilingual.prompt_audio.wave import WIDE_HZ, telephone_wave
from dialects.audio.decode import decode_audio
from dialects.errors import AudioError

log = structlog.get_logger()

_BETWEEN = "-"
"""Between the hash of a recording and the manner, in the name of a sound."""


@dataclass(frozen=True)
class Played:
    """A sound that can be played."""

    name: str
    """Under which it is fetched; another sound has another name."""
    text: str
    seconds: float


class PromptSounds:
    """Looks up and hands out the sounds of the line's sentences; thread-safe."""

    def __init__(self, shelf: Shelf, recorded: RecordedPrompts) -> None:
        self._shelf = shelf
        self._recorded = recorded
        self._shaped: dict[str, tuple[Played, bytes] | None] = {}

    def of_phrase(self, spoken: Spoken, manner: Manner) -> Played | None:
        """The rendered sound of a phrase in this manner; None where there is none."""
        key = words_key(spoken.text, spoken.language.partition("-")[0], manner)
        entry = self._shelf.find(key) if key else None
        return Played(entry.id, entry.text, entry.seconds) if entry else None

    def of_message(self, message_id: str, voice_tag: str, manner: Manner) -> Played | None:
        """A person's recording of the whole message in a voice; None where there is none, or one of other words."""
        recording = self._recorded.find(message_id, voice_tag)
        if recording is None or recording.words_of != words_hash(message_id, voice_tag):
            return None
        held = self._held(recording, manner)
        return held[0] if held else None

    def named(self, name: str) -> Played | None:
        """What a sound says, by its name."""
        entry = self._shelf.named(name)
        if entry:
            return Played(entry.id, entry.text, entry.seconds)
        held = self._recording_named(name)
        return held[0] if held else None

    def wave(self, name: str) -> bytes | None:
        """The sound as a WAVE file of mu-law at 8 kHz; None where there is none."""
        wave = self._shelf.wave(name)
        if wave is None and (held := self._recording_named(name)):
            wave = held[1]
        return wave

    def prepare(self) -> int:
        """Have every rendered sound at hand; how many there are."""
        return self._shelf.prepare()

    def _recording_named(self, name: str) -> tuple[Played, bytes] | None:
        sha256, _, manner = name.partition(_BETWEEN)
        if manner not in NAMED:
            return None
        recording = self._recorded.named(sha256)
        return self._held(recording, NAMED[manner]) if recording else None

    def _held(self, recording: RecordedPrompt, manner: Manner) -> tuple[Played, bytes] | None:
        name = f"{recording.sha256}{_BETWEEN}{manner_name(manner)}"
        if name not in self._shaped:
            self._shaped[name] = self._shape(recording, manner, name)
        return self._shaped[name]

    def _shape(self, recording: RecordedPrompt, manner: Manner, name: str) -> tuple[Played, bytes] | None:
        """The recording in this manner; a file that cannot be used is logged once and never played."""
        try:
            content = recording.file.read_bytes()
            if hashlib.sha256(content).hexdigest() != recording.sha256:
                raise PromptAudioError("the file has changed since it was approved")
            sound = Sound(decode_audio(content, rate_hz=WIDE_HZ).samples, WIDE_HZ)
            made = shaped(sound, manner, pace_percent=manner.rate_percent)
        except (PromptAudioError, AudioError, OSError) as error:
            log.error("prompt_audio.recording_refused", file=recording.file.name, why=str(error))
            return None
        wave = telephone_wave(made, recording.words, _language(recording.voice_tag))
        return Played(name, recording.words, round(made.seconds, 3)), wave


def _language(voice_tag: str) -> str:
    """Dialects are Chinese; their own tags are not the carrier's business."""
    return Language.EN if voice_tag == Language.EN else Language.ZH
