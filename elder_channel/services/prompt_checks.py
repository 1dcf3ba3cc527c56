"""A recording is looked at before it is kept: its format, its sound, its words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bilingual.messages import Message
from dialects.audio.decode import decode_audio
from dialects.audio.resample import RECOGNIZER_HZ
from dialects.catalogue import Catalogue
from dialects.errors import AudioError
from elder_channel.prompts.findings import Finding, Severity, is_refused
from elder_channel.prompts.preparing import Prepared, prepare_take
from elder_channel.prompts.sound_checks import MOST_SECONDS, judge_sound, measure
from elder_channel.prompts.voices import Voice, Wording, voices, why_not, wording_of
from elder_channel.prompts.word_checks import Knowledge, judge_words, knowledge_of
from elder_channel.recognition.errors import RecognitionUnavailableError
from elder_channel.services.errors import PromptRefusedError
from elder_channel.services.prompt_ear import Ear

_LONGEST_HEARD_SECONDS = 30.0
"""Recognizers take no more at once."""
_WHY_NOT = {
    "channel": "`{message}` is not spoken on the line.",
    "variable": "`{message}` has a part that changes from call to call; it cannot be recorded.",
    "both": "`{message}` is said before anybody knows the caller's dialect; record it in zh or en.",
}


@dataclass(frozen=True)
class Wanted:
    """Which message is recorded in which voice, and what is to be said."""

    message: Message
    voice: Voice
    wording: Wording

    def __str__(self) -> str:
        """As refusals name it."""
        return f"`{self.message.id}` in {self.voice.tag}"


@dataclass(frozen=True)
class Checked:
    """What was found in a recording, and what would be kept of it."""

    findings: tuple[Finding, ...]
    prepared: Prepared | None
    """None where there is nothing to keep: no voice, or far too long."""

    @property
    def refused(self) -> bool:
        """Whether it is not kept."""
        return self.prepared is None or is_refused(self.findings)

    @property
    def reasons(self) -> tuple[Finding, ...]:
        """Why it is not kept."""
        return tuple(each for each in self.findings if each.severity is Severity.REFUSED)


class PromptChecks:
    """Looks at recordings."""

    def __init__(self, messages: Mapping[str, Message], catalogue: Catalogue, ear: Ear) -> None:
        self._messages = messages
        self._catalogue = catalogue
        self._voices = voices(catalogue)
        self._ear = ear

    def wanted(self, message_id: str, voice_tag: str) -> Wanted:
        """What is to be recorded. Raises `PromptRefusedError` for what nobody can record."""
        message, voice = self._messages.get(message_id), self._voices.get(voice_tag)
        if message is None:
            raise PromptRefusedError("prompt_message", f"There is no message `{message_id}`.")
        if voice is None:
            raise PromptRefusedError(
                "prompt_voice", f"There is no voice `{voice_tag}`; give zh, en or a dialect of `dialects list`."
            )
        if reason := why_not(message, voice):
            raise PromptRefusedError(f"prompt_{reason}", _WHY_NOT[reason].format(message=message_id))
        return Wanted(message, voice, wording_of(message, voice))

    def check(self, sound: Path | bytes, wanted: Wanted, *, name: str) -> Checked:
        """What is wrong with a recording; `name` is its file's, for errors.

        Raises `PromptRefusedError` naming message and file for what is no recording at all.
        """
        try:
            audio = decode_audio(sound, rate_hz=None, max_seconds=MOST_SECONDS)
        except AudioError as error:
            raise PromptRefusedError("prompt_unreadable", f"{name}, for {wanted}: {error.reason}.") from error
        if audio.truncated:
            told = {"most": MOST_SECONDS, "expected": round(wanted.wording.seconds)}
            return Checked((Finding("too_long_file", Severity.REFUSED, told),), None)
        found = measure(audio.samples, rate_hz=audio.rate_hz)
        findings = judge_sound(found, wanted.wording)
        if is_refused(findings):
            return Checked(findings, None)
        prepared = prepare_take(audio.samples, found, str(wanted.wording))
        return Checked((*findings, *self._words(prepared, wanted)), prepared)

    def _words(self, prepared: Prepared, wanted: Wanted) -> tuple[Finding, ...]:
        if prepared.samples_16k.size > _LONGEST_HEARD_SECONDS * RECOGNIZER_HZ:
            return (Finding("words_unchecked", Severity.NOTE),)
        try:
            heard = self._ear.hear(prepared.samples_16k, wanted.voice)
        except RecognitionUnavailableError as error:
            if knowledge_of(wanted.voice, self._catalogue) is Knowledge.NOT:
                return (Finding("words_unchecked", Severity.NOTE),)
            return (Finding("no_recognizer", Severity.CAUTION, {"why": error.code}),)
        message, voice = wanted.message, wanted.voice
        return judge_words(heard, message, voice, messages=self._messages, catalogue=self._catalogue)
