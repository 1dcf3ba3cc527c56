"""When a caller begins to speak, pauses, and when an utterance ends: a pure state machine per stream.

Fed with one 32 ms frame and its voice probability at a time; keeps no clock, so a call can be replayed exactly.
DTMF, ringing and dial tones need no filter of their own: the voice activity model gives them less than 0.1.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dialects.audio.samples import to_float32
from dialects.audio.vad import FRAME, RATE_HZ
from dialects.settings import EndpointingSettings, ListeningSettings

PRE_ROLL_SECONDS: Final = 0.3
"""Kept before the first voiced frame: soft first consonants are heard late."""
POST_ROLL_SECONDS: Final = 0.3
"""Kept after the last voiced frame."""
_STAY_VOICED = 0.15  # a voice may sink this far below the threshold before a frame counts as silent
_DECAY = 0.34  # voiced frames forgotten per silent frame before onset: brief gaps pass, stray frames fade
_NEWS_FRAMES = 4  # 128 ms of voice since the last interim: less is a cough, and no pause is worth an interim for it
_SHORT_WORD_SILENCE_FRAMES = 6  # 192 ms: after this much silence half of `onset_ms` was a word (喂), not a gap


@dataclass(frozen=True)
class Onset:
    """The caller began to speak."""

    at_sample: int
    """First voiced sample, counted from the stream's beginning at 8 kHz."""


@dataclass(frozen=True)
class Interim:
    """Enough was said for a first identification, or the caller pauses; the utterance goes on."""

    samples: NDArray[np.float32]
    """The utterance so far, mono at 8 kHz."""
    first_voiced_sample: int
    last_voiced_sample: int
    at_sample: int
    """Where the stream was when this was told."""
    at_pause: bool
    """True when the caller pauses: should nothing more be said, this is the whole utterance."""


@dataclass(frozen=True)
class UtteranceEnd:
    """An utterance is complete, or was cut."""

    samples: NDArray[np.float32]
    """The utterance with 300 ms before and after, mono at 8 kHz."""
    first_voiced_sample: int
    last_voiced_sample: int
    """Both counted from the stream's beginning at 8 kHz."""
    at_sample: int
    """Where the stream was when this was told."""
    cut: bool
    """True when it was ended by its length or by the stream, not by silence."""
    heard_already: bool
    """True when the last interim came at a pause and nothing was said since: its samples are these."""


TurnEvent = Onset | Interim | UtteranceEnd


def _frames(seconds: float) -> int:
    return max(1, round(seconds * RATE_HZ / FRAME))


class TurnDetector:
    """Turns of one stream. Memory is bounded by `max_utterance_seconds`."""

    def __init__(self, listening: ListeningSettings, endpointing: EndpointingSettings) -> None:
        self._threshold = listening.speech_threshold
        self._onset_frames = _frames(listening.onset_ms / 1000)
        self._short_word_frames = max(2, self._onset_frames // 2)
        self._end_frames = _frames(endpointing.end_silence_ms / 1000)
        self._enough_frames = round(endpointing.min_speech_ms / 1000 * RATE_HZ / FRAME)
        self._wait_frames = max(self._end_frames, _frames(endpointing.max_wait_ms / 1000))
        self._pause_frames = _frames(endpointing.interim_pause_ms / 1000)
        self._interim_frames = _frames(endpointing.interim_seconds)
        self._max_frames = _frames(endpointing.max_utterance_seconds)
        self._pre_roll_frames = _frames(PRE_ROLL_SECONDS)
        self._post_roll_frames = _frames(POST_ROLL_SECONDS)
        self._position = 0  # samples fed or skipped so far
        self._voiced = False  # the frame before counted as voiced
        self._forget()

    @property
    def speaking(self) -> bool:
        """True from an onset to the end of its utterance."""
        return self._speaking

    @property
    def position(self) -> int:
        """Samples fed or skipped since the stream began."""
        return self._position

    def feed(self, probability: float, frame: NDArray[np.int16]) -> list[TurnEvent]:
        """What this frame brought about; `frame` is int16 [256] at 8 kHz."""
        start = self._position
        self._position += FRAME
        self._voiced = probability >= self._threshold - (_STAY_VOICED if self._voiced else 0.0)
        self._kept.append(frame)
        if self._speaking:
            return self._continue(start)
        return self._wait(start)

    def flush(self) -> list[TurnEvent]:
        """End what is being said: frames stopped coming, or the stream closed."""
        self._voiced = False
        if self._speaking:
            return self._end(cut=True)
        if self._run >= self._short_word_frames:
            return [*self._begin(), *self._end(cut=True)]
        self._forget()
        return []

    def skip(self, samples: int) -> list[TurnEvent]:
        """Samples were lost: what is being said ends here, and positions stay true."""
        events = self.flush()
        self._position += samples
        return events

    def _forget(self) -> None:
        self._kept: deque[NDArray[np.int16]] = deque()
        self._speaking = False
        self._count = 0.0  # voiced frames before onset, fading
        self._run = 0  # voiced frames before onset since the count was last at zero
        self._first_voiced = self._last_voiced = -1
        self._silent_frames = 0
        self._voiced_frames = 0  # of the utterance so far
        self._told_frames = 0  # of them, those before the last interim
        self._told_until = -1  # the last voiced sample of an interim that came at a pause

    def _wait(self, start: int) -> list[TurnEvent]:
        """Before an onset."""
        if self._voiced:
            if self._count <= 0:
                self._first_voiced = start
                self._run = 0
                self._trim()
            self._count += 1
            self._run += 1
            self._last_voiced = start + FRAME
            self._silent_frames = 0
            return self._begin() if self._count >= self._onset_frames else []
        self._silent_frames += 1
        if self._silent_frames >= _SHORT_WORD_SILENCE_FRAMES and self._run >= self._short_word_frames:
            return self._begin()
        self._count = max(0.0, self._count - _DECAY)
        if self._count <= 0:
            self._run = 0
            self._trim()
        return []

    def _trim(self) -> None:
        """Keep the pre-roll only, and this frame."""
        while len(self._kept) > self._pre_roll_frames + 1:
            self._kept.popleft()

    def _begin(self) -> list[TurnEvent]:
        self._speaking = True
        self._voiced_frames = self._run
        return [Onset(self._first_voiced)]

    def _continue(self, start: int) -> list[TurnEvent]:
        """After an onset."""
        if self._voiced:
            self._last_voiced = start + FRAME
            self._silent_frames = 0
            self._voiced_frames += 1
        else:
            self._silent_frames += 1
            if self._silent_frames >= self._patience_frames():
                return self._end(cut=False)
        spoken = (self._position - self._first_voiced) // FRAME
        if spoken >= self._max_frames:
            return self._end(cut=True)
        return self._interim(spoken)

    def _patience_frames(self) -> int:
        """Silence that ends the utterance as it stands: a mere beginning (喂) is waited for longer."""
        return self._end_frames if self._voiced_frames >= self._enough_frames else self._wait_frames

    def _interim(self, spoken_frames: int) -> list[TurnEvent]:
        """At a pause, when something was said since the last one; or once, when much was said without any."""
        news = self._voiced_frames - self._told_frames
        at_pause = self._silent_frames == self._pause_frames and news >= _NEWS_FRAMES
        long = self._voiced and not self._told_frames and spoken_frames >= self._interim_frames
        if not at_pause and not long:
            return []
        self._told_frames = self._voiced_frames
        self._told_until = self._last_voiced if at_pause else -1
        samples = self._samples(self._frames_to_post_roll())
        return [Interim(samples, self._first_voiced, self._last_voiced, self._position, at_pause)]

    def _frames_to_post_roll(self) -> int:
        """Frames kept, without the silence that is longer than the post-roll."""
        after_voice = (self._position - self._last_voiced) // FRAME
        return len(self._kept) - max(0, after_voice - self._post_roll_frames)

    def _end(self, *, cut: bool) -> list[TurnEvent]:
        if self._last_voiced <= self._first_voiced:  # the rest after a cut, and nothing more was said
            self._forget()
            return []
        event = UtteranceEnd(
            self._samples(self._frames_to_post_roll()),
            self._first_voiced,
            self._last_voiced,
            self._position,
            cut=cut,
            heard_already=self._told_until == self._last_voiced,
        )
        going_on = cut and self._voiced
        self._forget()
        if going_on:  # cut in the middle of speech: the rest is the next utterance, without a second onset
            self._speaking = True
            self._first_voiced = self._last_voiced = self._position
        return [event]

    def _samples(self, frames: int) -> NDArray[np.float32]:
        return to_float32(np.concatenate([self._kept[index] for index in range(frames)]))
