"""Plays the test set to the turn detector, frame by frame as a call comes, and counts what it got wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from dialects.audio import mulaw
from dialects.audio.samples import to_float32
from dialects.audio.turns import Interim, Onset, TurnDetector, TurnEvent, UtteranceEnd
from dialects.audio.vad import FRAME, RATE_HZ, VoiceActivityModel, shared_model
from dialects.endpointing.scenes import Scene, Span
from dialects.settings import EndpointingSettings, ListeningSettings

_BATCH = 32  # scenes listened to together
_EARLY = RATE_HZ // 4  # an onset so far before the voice is none of it: the truth is found by loudness, 32 dB deep
_NOTICED_LATE = RATE_HZ * 7 // 20  # an end so soon after a pause is the pause's: a soft first syllable is heard late
_NEARLY_ALL = RATE_HZ * 3 // 10  # a recognition that lacks no more than this of the sentence's end has it all

Told = tuple[int, TurnEvent]
"""Where the stream was when an event came, and the event."""


@dataclass(frozen=True)
class Outcome:
    """What a profile made of a scene."""

    scene: Scene
    cut_at_pause: tuple[bool, ...]
    """For each pause, whether the utterance was ended in it."""
    cut_elsewhere: int
    """Ends inside a sentence but in none of its pauses: its own gaps, lost packets, the longest utterance."""
    merged: bool
    """Whether two turns became one utterance."""
    false_onset: bool
    """Whether somebody was heard before anybody spoke."""
    onset_seconds: float | None
    """From the first voice to the onset; None when it was missed."""
    end_seconds: float | None
    """From the last voice to the end of the utterance; None when it did not end within the scene."""
    known_from_seconds: float | None
    """From the last voice to the first recognition that holds (nearly) all of the sentence."""
    recognitions: int
    """Utterances and interims at a pause that go to the recognizer; what stands is not asked again."""


def measure(
    scenes: Iterable[Scene],
    profiles: Mapping[str, EndpointingSettings],
    *,
    listening: ListeningSettings,
    model: VoiceActivityModel | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> dict[str, list[Outcome]]:
    """Each profile's outcomes, scene by scene; the voice activity of a scene is judged once for all of them."""
    outcomes: dict[str, list[Outcome]] = {name: [] for name in profiles}
    for batch in _batches(scenes):
        frames = [_frames(scene) for scene in batch]
        voices = _probabilities(frames, model or shared_model())
        for scene, sound, voice in zip(batch, frames, voices, strict=True):
            for name, profile in profiles.items():
                told = _listen(sound, voice, TurnDetector(listening, profile))
                outcomes[name].append(outcome_of(scene, told))
        progress(len(batch))
    return outcomes


def outcome_of(scene: Scene, told: Sequence[Told]) -> Outcome:
    """Compare what was told with the truth."""
    first, last = scene.sentences[0], scene.sentences[-1]
    ends = [(at, event) for at, event in told if isinstance(event, UtteranceEnd)]
    onsets = [(at, event) for at, event in told if isinstance(event, Onset)]
    inside = [at for at, _ in ends if any(_within(at, sentence) for sentence in scene.sentences)]
    cut = tuple(any(_in_pause(at, pause) for at in inside) for pause in scene.pauses)
    elsewhere = sum(not any(_in_pause(at, pause) for pause in scene.pauses) for at in inside)
    between = [at for at, _ in ends if first.end < at <= last.start]
    real = [at for at, onset in onsets if onset.at_sample >= first.start - _EARLY and at <= first.end + RATE_HZ]
    return Outcome(
        scene=scene,
        cut_at_pause=cut,
        cut_elsewhere=elsewhere,
        merged=len(scene.sentences) > 1 and not between,
        false_onset=any(onset.at_sample < first.start - _EARLY for _, onset in onsets),
        onset_seconds=(real[0] - first.start) / RATE_HZ if real else None,
        end_seconds=_after(last, [at for at, _ in ends]),
        known_from_seconds=_after(last, [at for at, event in told if _holds_all(event, last)]),
        recognitions=sum(_is_asked(event) for _, event in told),
    )


def _within(at: int, span: Span) -> bool:
    return span.start < at <= span.end


def _in_pause(at: int, pause: Span) -> bool:
    return pause.start < at <= pause.end + _NOTICED_LATE


def _is_asked(event: TurnEvent) -> bool:
    return event.at_pause if isinstance(event, Interim) else isinstance(event, UtteranceEnd) and not event.heard_already


def _after(sentence: Span, moments: Sequence[int]) -> float | None:
    later = [at for at in moments if at > sentence.end]
    return (later[0] - sentence.end) / RATE_HZ if later else None


def _holds_all(event: TurnEvent, sentence: Span) -> bool:
    return isinstance(event, Interim | UtteranceEnd) and event.last_voiced_sample >= sentence.end - _NEARLY_ALL


def _batches(scenes: Iterable[Scene]) -> Iterator[list[Scene]]:
    remaining = iter(scenes)
    while batch := list(islice(remaining, _BATCH)):
        yield batch


def _frames(scene: Scene) -> NDArray[np.int16]:
    """The scene's whole frames, int16 [n, 256]."""
    samples = mulaw.decode(scene.sound)
    return samples[: samples.size // FRAME * FRAME].reshape(-1, FRAME)


def _probabilities(frames: Sequence[NDArray[np.int16]], model: VoiceActivityModel) -> list[list[float]]:
    """Voice probabilities of each scene's frames; one batched step for each frame, as on the line."""
    voices: list[list[float]] = [[] for _ in frames]
    states = [model.initial_state() for _ in frames]
    for index in range(max(map(len, frames))):
        rows = [row for row, sound in enumerate(frames) if index < len(sound)]
        heard, after = model.probabilities(
            to_float32(np.stack([frames[row][index] for row in rows])), np.concatenate([states[row] for row in rows])
        )
        for place, row in enumerate(rows):
            voices[row].append(float(heard[place]))
            states[row] = after[place : place + 1]
    return voices


def _listen(sound: NDArray[np.int16], voices: Sequence[float], detector: TurnDetector) -> list[Told]:
    told: list[Told] = []
    for frame, voice in zip(sound, voices, strict=True):
        told += [(detector.position, event) for event in detector.feed(voice, frame)]
    return told
