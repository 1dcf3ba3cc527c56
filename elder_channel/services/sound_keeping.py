"""Keeps utterances for training where the customer agreed, and deletes them when their time is over (law 7).

Deletes the file first and its row after: what the books no longer know must not lie on the disk.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import timedelta

import numpy as np
import structlog
from numpy.typing import NDArray

from dialects.audio.mulaw import RATE_HZ
from dialects.recognizers.port import Recognition
from elder_channel.bootstrap import Line
from elder_channel.calls.model import Call, Entry
from elder_channel.learning.model import SoundClip
from elder_channel.storage.sound_files import sha256_of, wav_of
from elder_channel.storage.training_runs import FOLDER as RUNS_FOLDER

log = structlog.get_logger()

_NAME_LENGTH = 64


class SoundKeeping:
    """From an utterance to a file, and from a file to nothing."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def keep(
        self, sid: str, samples_8k: NDArray[np.float32], heard: Recognition, utterance: str = ""
    ) -> SoundClip | None:
        """Keep an utterance, mono at 8 kHz, as it came over the telephone; None when it may not or need not be kept.

        Only while the setting is on, of a customer whose newest word on it is yes, and only what was said before the
        pick-up (the listener hears nothing else). `utterance` is the id by which its words are found, 32 hexadecimal
        digits. Raises OSError when the file cannot be written.
        """
        settings = self._line.settings.learning
        seconds = samples_8k.size / RATE_HZ
        if not settings.keep_audio or seconds < settings.shortest_seconds or not heard.language:
            return None
        call = self._line.calls.get(sid)
        if call is None or call.customer_id is None or call.relative:  # a relative has another voice
            return None
        consent = self._line.sound_clips.consents_of([call.customer_id]).get(call.customer_id)
        if consent is None or not consent.given:
            return None
        content = wav_of(samples_8k)
        clip = SoundClip(
            id=utterance or uuid.uuid4().hex,
            call_sid=sid,
            customer_id=call.customer_id,
            consent_id=consent.id,
            heard_at=self._line.clock(),
            seconds=round(seconds, 3),
            sha256=sha256_of(content),
            line=_line_of(call),
            engine=heard.recognizer[:_NAME_LENGTH],
            head=heard.head[:_NAME_LENGTH],
        )
        return clip if self._write(clip, content) else None

    def _write(self, clip: SoundClip, content: bytes) -> bool:
        if not self._line.sound_clips.add(clip):
            return False
        try:
            self._line.sound_files.write(clip.id, content)
        except OSError:
            self._line.sound_clips.forget([clip.id])
            raise
        if not self._line.sound_clips.has(clip.id):  # withdrawn between the two steps
            self._line.sound_files.delete(clip.id)
            return False
        log.info("sound.kept", call=clip.call_sid, seconds=clip.seconds)
        return True

    def forget_call(self, sid: str) -> int:
        """Delete what is kept of a call; how many utterances."""
        return self._delete(self._line.sound_clips.of_calls([sid]))

    def forget_customer(self, customer_id: int) -> int:
        """Delete what is kept of a customer, at once; how many utterances."""
        return self._delete(self._line.sound_clips.of_customer(customer_id))

    def purge(self) -> int:
        """Delete what may not be kept any longer, and files nobody knows of; how many."""
        settings, now = self._line.settings.learning, self._line.clock()
        due = self._line.sound_clips.due(
            kept_before=now - timedelta(days=settings.keep_audio_days),
            unjudged_before=now - timedelta(days=settings.keep_unjudged_days),
        )
        deleted = self._delete(due)
        known = {clip.id for clip in self._line.sound_clips.all()}
        for file in self._line.sound_files.strays(known):
            file.unlink(missing_ok=True)
            deleted += 1
        return deleted

    def _delete(self, clips: Sequence[SoundClip]) -> int:
        for clip in clips:
            self._line.sound_files.delete(clip.id)
            for copy in self._line.state.glob(f"{RUNS_FOLDER}/*/material/audio/*-{clip.id}.wav"):
                copy.unlink(missing_ok=True)  # a run that is under way trains on copies
        if clips:
            self._line.sound_clips.forget([clip.id for clip in clips])
            log.info("sound.deleted", utterances=len(clips))
        return len(clips)


def _line_of(call: Call) -> str:
    return "dedicated" if call.entry is Entry.DEDICATED_LINE else "hotline"
