"""The prompts as staff see them: what each says, who spoke it, what waits for a second person, and what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from bilingual.manner import PLAIN
from bilingual.messages import Language, Message, load_messages
from dialects.audio.decode import decode_audio
from dialects.audio.mulaw import RATE_HZ
from elder_channel.bootstrap import Line
from elder_channel.prompts.coverage import (
    CallersShare,
    NextTake,
    TakeStatus,
    VoiceCoverage,
    best_next,
    callers_of,
    cover,
    reach_of,
)
from elder_channel.prompts.model import Take, TakeDone, TakeState
from elder_channel.prompts.voices import Voice, Wording, has_variables, recordable, voices, why_not, wording_of
from elder_channel.services.errors import PromptRefusedError
from elder_channel.storage.sound_files import wav_of

BEST_NEXT = 10
_COUNTED_DAYS = 90


@dataclass(frozen=True)
class PromptRow:
    """One message in one voice."""

    message: Message
    wording: Wording
    """What is to be said in this voice."""
    why_not: str | None
    """Why it cannot be recorded in this voice, as `voices.why_not`; None when it can."""
    status: TakeStatus
    reach: float
    """Share of callers who hear the message, 0 to 1; a judgement."""
    in_force: Take | None
    waiting: tuple[Take, ...]
    earlier: tuple[Take, ...]
    """Decided on, not in force; the newest first."""
    acts: tuple[TakeDone, ...]
    """What was done with any of its takes, the newest first."""


@dataclass(frozen=True)
class Coverage:
    """What there is and what is missing, for every voice."""

    callers: CallersShare
    messages: int
    """How many messages can be recorded in a dialect."""
    voices: tuple[VoiceCoverage, ...]
    """The 42 dialects, those with most callers first."""
    best: tuple[NextTake, ...]
    """What had best be recorded next."""
    lost: tuple[Take, ...]
    """Approved and in force, but their sound is gone or damaged: callers hear the built prompt."""

    @property
    def dialects_with_any(self) -> int:
        """Dialects in which anything is recorded and played."""
        return sum(each.counts[TakeStatus.IN_FORCE] > 0 for each in self.voices)


class PromptBoard:
    """Reads the prompts."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._voices = voices(line.catalogue)

    @property
    def voices(self) -> Mapping[str, Voice]:
        """Every voice by its tag: Putonghua, English, the 42 dialects."""
        return self._voices

    def of_voice(self, voice_tag: str) -> tuple[PromptRow, ...]:
        """Every spoken message in a voice, in the order of the file. Raises `PromptRefusedError`."""
        voice = self._voices.get(voice_tag)
        if voice is None:
            raise PromptRefusedError("prompt_voice", f"There is no voice `{voice_tag}`.")
        takes = self._line.prompt_takes.of_voice(voice_tag)
        played = self._line.prompt_takes.in_force()
        acts = self._line.prompt_takes.acts([take.id for take in takes])
        return tuple(
            self._row(message, voice, takes, played, acts)
            for message in load_messages().values()
            if message.channel == "voice"
        )

    def built_sound(self, message_id: str, language: str) -> bytes | None:
        """The message as a machine says it on the line, a WAV file at 8 kHz; None where not all of it was made."""
        message = load_messages().get(message_id)
        if message is None or has_variables(message):
            return None
        pieces: list[NDArray[np.float32]] = []
        for phrase in message.phrases(Language(language)):
            played = self._line.sounds.of_phrase(phrase, PLAIN)
            wave = self._line.sounds.wave(played.name) if played else None
            if wave is None:
                return None
            pieces += [decode_audio(wave, rate_hz=RATE_HZ).samples, _quiet(phrase.pause_after_ms)]
        return wav_of(np.concatenate(pieces[:-1]))

    def waiting(self) -> tuple[Take, ...]:
        """The takes that wait for a second person, the oldest first."""
        return tuple(take for take in self._line.prompt_takes.all() if take.state is TakeState.WAITING)

    def coverage(self, *, best: int = BEST_NEXT) -> Coverage:
        """What is there and what is missing, and the `best` recordings to make next."""
        dialects = [tag for tag, voice in self._voices.items() if voice.is_dialect]
        messages = [message.id for message in recordable(load_messages(), self._voices[dialects[0]])]
        statuses = self._statuses()
        callers = self._callers()
        return Coverage(
            callers=callers,
            messages=len(messages),
            voices=cover(dialects, messages, statuses, callers),
            best=best_next(dialects, messages, statuses, callers, most=best),
            lost=self._lost(),
        )

    def _lost(self) -> tuple[Take, ...]:
        played = self._line.prompt_takes.in_force()
        takes = (take for take in self._line.prompt_takes.approved() if take.id in played)
        return tuple(take for take in takes if self._line.take_sounds.get(take.sha256) is None)

    def _callers(self) -> CallersShare:
        since = self._line.clock() - timedelta(days=_COUNTED_DAYS)
        putonghua = self._line.settings.identification.putonghua_share
        return callers_of(self._line.catalogue, self._line.desk.dialects_since(since), putonghua_share=putonghua)

    def _statuses(self) -> dict[tuple[str, str], TakeStatus]:
        """How far each message is in each voice; what is not there is missing."""
        statuses = {
            (take.voice_tag, take.message_id): TakeStatus.WAITING
            for take in self._line.prompt_takes.all()
            if take.state is TakeState.WAITING
        }
        messages = load_messages()
        played = self._line.prompt_takes.in_force()
        for each in self._line.prompt_takes.approved():
            message, voice = messages.get(each.message_id), self._voices.get(each.voice_tag)
            if each.id in played and message is not None and voice is not None:
                is_current = wording_of(message, voice).key == each.wording_key
                place = each.voice_tag, each.message_id
                statuses[place] = TakeStatus.IN_FORCE if is_current else statuses.get(place, TakeStatus.OUTDATED)
        return statuses

    def _row(
        self,
        message: Message,
        voice: Voice,
        takes: Iterable[Take],
        played: frozenset[int],
        acts: Sequence[TakeDone],
    ) -> PromptRow:
        wording = wording_of(message, voice)
        mine = [take for take in takes if take.message_id == message.id]
        ids = {take.id for take in mine}
        in_force = next((take for take in mine if take.id in played), None)
        waiting = tuple(take for take in mine if take.state is TakeState.WAITING)
        rest = (take for take in reversed(mine) if take is not in_force and take not in waiting)
        return PromptRow(
            message=message,
            wording=wording,
            why_not=why_not(message, voice),
            status=_status(wording, in_force, waiting),
            reach=reach_of(message.id),
            in_force=in_force,
            waiting=waiting,
            earlier=tuple(rest),
            acts=tuple(act for act in reversed(acts) if act.take_id in ids),
        )


def _status(wording: Wording, in_force: Take | None, waiting: Sequence[Take]) -> TakeStatus:
    if in_force is not None and in_force.wording_key == wording.key:
        return TakeStatus.IN_FORCE
    if waiting:
        return TakeStatus.WAITING
    return TakeStatus.OUTDATED if in_force is not None else TakeStatus.MISSING


def _quiet(milliseconds: int) -> NDArray[np.float32]:
    return np.zeros(round(milliseconds / 1000 * RATE_HZ), dtype=np.float32)
