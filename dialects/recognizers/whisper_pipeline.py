"""Whisper behind the port, on whichever runtime: an utterance is encoded once, in a window that fits it.

Stock Whisper pads every utterance to 30 s and spends nearly all its time on the padding. Here the window is the speech
and a margin of two seconds. Short windows make the decoder run on after the last word; three things stop it: time
stamps are decoded (they tell it, and us, where the sound ends), the tokens are bounded by the seconds, and a text that
loops is decoded again in a longer window before what still loops is dropped.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dialects.acoustics import AcousticHead
from dialects.audio.samples import clean
from dialects.audio.vad import VoiceActivityModel, shared_model
from dialects.recognizers import guards
from dialects.recognizers.early_layers import EarlyLayers
from dialects.recognizers.features import log_mel
from dialects.recognizers.port import RATE_HZ, Capabilities, Recognition
from dialects.recognizers.sound_features import combined, early_mean
from dialects.recognizers.speech_part import speech_pieces
from dialects.recognizers.whisper_runtime import WhisperRuntime, Written

Floats = NDArray[np.float32]

MARGIN_SECONDS: Final = 2.0
"""Silence after the speech. Of 76 telephone clips 9 ran on with 1 s, 7 with 2 s, 2 in a window of 30 s."""
RETRY_MARGIN_SECONDS: Final = 10.0
"""The margin of the second decoding of a text that looped."""
MAX_WINDOW_SECONDS: Final = 30.0
WRITTEN: Final = frozenset({"zh", "en", "yue"})
"""Languages of the line; a checkpoint may know fewer: of the official ones only large-v3 and turbo have `yue`."""
_BATCH = 8  # utterances decoded together
_SPREAD_SECONDS = 2.0  # window lengths that may share a batch
_POSTERIOR_SIZE = 16  # languages kept of the 99
_TIME_STAMP_SECONDS = 0.02


@dataclass(frozen=True)
class _Job:
    """A piece of speech to decode and where its text belongs."""

    utterance: int
    samples: Floats
    margin_seconds: float = MARGIN_SECONDS

    @property
    def seconds(self) -> float:
        return self.samples.size / RATE_HZ

    @property
    def window_seconds(self) -> float:
        return min(MAX_WINDOW_SECONDS, float(math.ceil(self.seconds + self.margin_seconds)))


@dataclass(frozen=True)
class _Decoded:
    text: str
    posterior: dict[str, float] = field(default_factory=dict)
    log_probability: float = 0.0
    acoustic: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class SoundJudge:
    """A trained head and the encoder's early layers it looks at."""

    head: AcousticHead
    layers: EarlyLayers

    def judge(self, mel: Floats, seconds: float, posterior: Mapping[str, float]) -> dict[str, float]:
        """The head's classes to probability, from a log-mel spectrogram and Whisper's whole language posterior."""
        # the head was trained on posteriors in the order of their tokens
        pairs = [(f"<|{code}|>", probability) for code, probability in posterior.items()]
        features = combined(pairs, early_mean(mel, seconds, self.layers))
        row = self.head.probabilities(features.reshape(1, -1))[0]
        return dict(zip(self.head.classes, map(float, row), strict=True))


class WhisperPipeline:
    """A Whisper runtime behind the port; keeps no state between calls."""

    def __init__(
        self,
        runtime: WhisperRuntime,
        *,
        name: str,
        vad: VoiceActivityModel | None = None,
        judge: SoundJudge | None = None,
    ) -> None:
        """`name` is what staff see; `yue` counts among its languages only where the checkpoint has that token."""
        self._runtime = runtime
        self._judge = judge
        self._vad = vad or shared_model()
        self._capabilities = Capabilities(
            name=name,
            languages=WRITTEN & runtime.languages,
            reports_language=True,
            max_seconds=MAX_WINDOW_SECONDS,
        )

    @property
    def capabilities(self) -> Capabilities:
        """What this recognizer can do; longer utterances than `max_seconds` are taken in pieces."""
        return self._capabilities

    def recognize(self, utterances: Sequence[Floats], *, languages: Sequence[str] = ("zh", "en")) -> list[Recognition]:
        """Recognize utterances, mono float32 in [-1, 1] at 16 kHz; one recognition each, in order.

        Nothing is written for an utterance without a voice. The text is in the more probable of `languages`.
        """
        sounds = [clean(utterance) for utterance in utterances]
        pieces = speech_pieces(sounds, model=self._vad)
        jobs = [_Job(index, piece) for index, parts in enumerate(pieces) for piece in parts]
        decoded = self._decode_all(jobs, languages)
        return [
            self._recognition(sound, [text for job, text in zip(jobs, decoded, strict=True) if job.utterance == index])
            for index, sound in enumerate(sounds)
        ]

    def _recognition(self, sound: Floats, parts: list[_Decoded]) -> Recognition:
        seconds = sound.size / RATE_HZ
        if not parts:
            return Recognition(text="", language="", recognizer=self._capabilities.name, seconds=seconds)
        written = [part for part in parts if part.text]
        posterior = parts[0].posterior
        return Recognition(
            text=" ".join(part.text for part in written),
            language=max(posterior, key=lambda language: posterior[language]),
            language_posterior=posterior,
            acoustic=parts[0].acoustic,
            log_probability=min((part.log_probability for part in written), default=0.0),
            recognizer=self._capabilities.name,
            seconds=seconds,
        )

    def _decode_all(self, jobs: Sequence[_Job], languages: Sequence[str]) -> list[_Decoded]:
        """Decode in batches of similar length; what looped once more, alone, in a longer window."""
        results: dict[int, _Decoded] = {}
        for batch in _batches(jobs):
            decoded = self._decode([jobs[index] for index in batch], languages)
            results.update(zip(batch, decoded, strict=True))
        for index, first in results.items():
            if guards.is_looped(first.text):
                longer = replace(jobs[index], margin_seconds=RETRY_MARGIN_SECONDS)
                second = self._decode([longer], languages, no_repeat_ngram_size=6)[0]
                text = guards.without_loops(second.text)
                results[index] = replace(second, posterior=first.posterior, acoustic=first.acoustic, text=text)
        return [results[index] for index in range(len(jobs))]

    def _decode(
        self, jobs: Sequence[_Job], languages: Sequence[str], *, no_repeat_ngram_size: int = 0
    ) -> list[_Decoded]:
        """Encode a batch once; ask the same encoding for the language and for the text."""
        window_seconds = max(job.window_seconds for job in jobs)
        mels = log_mel([job.samples for job in jobs], window_seconds=window_seconds, bins=self._runtime.mel_bins)
        encoded = self._runtime.encode(mels)
        posteriors = self._runtime.language_posteriors(encoded)
        written = self._runtime.write(
            encoded,
            [self._language(posterior, languages) for posterior in posteriors],
            max_tokens=guards.token_limit(max(job.seconds for job in jobs)),
            no_repeat_ngram_size=no_repeat_ngram_size,
        )
        trusted = [
            self._trusted(job, each, posterior) for job, each, posterior in zip(jobs, written, posteriors, strict=True)
        ]
        if self._judge is None:
            return trusted
        judge = self._judge.judge
        return [
            replace(one, acoustic=judge(mel, job.seconds, posterior))
            for one, mel, job, posterior in zip(trusted, mels, jobs, posteriors, strict=True)
        ]

    def _language(self, posterior: dict[str, float], languages: Sequence[str]) -> str:
        """The more probable of the languages asked for; those the checkpoint has no token for are passed over."""
        known = [language for language in languages if language in self._runtime.languages]
        if not known:
            raise ValueError(f"this model knows none of the languages {', '.join(languages)}")
        return max(known, key=lambda code: posterior.get(code, 0.0))

    def _trusted(self, job: _Job, written: Written, posterior: dict[str, float]) -> _Decoded:
        """The decoder's text without what lies past the end of the sound."""
        largest = dict(list(posterior.items())[:_POSTERIOR_SIZE])
        log_probability = written.log_probability
        if guards.is_silence(no_speech_probability=written.no_speech_probability, log_probability=log_probability):
            return _Decoded("", largest, log_probability)
        kept = self._within(written.tokens[: guards.token_limit(job.seconds)], job.seconds)
        text = self._runtime.text(kept).replace("\ufffd", "").strip()
        return _Decoded(text, largest, log_probability)

    def _within(self, tokens: Sequence[int], seconds: float) -> list[int]:
        """Text tokens up to the first time stamp that starts a segment at or after the end of the sound."""
        kept: list[int] = []
        last_text = int((seconds - 0.2) / _TIME_STAMP_SECONDS)
        previous_was_stamp = False
        for token in tokens:
            stamp = token - self._runtime.time_stamp_begin
            if stamp < 0:
                kept.append(token)
            elif kept and previous_was_stamp and stamp >= last_text:
                break
            previous_was_stamp = stamp >= 0
        return kept


def _batches(jobs: Sequence[_Job]) -> Iterator[list[int]]:
    """Indices of jobs in groups of similar window length."""
    batch: list[int] = []
    for index in sorted(range(len(jobs)), key=lambda index: jobs[index].window_seconds):
        shortest = jobs[batch[0]].window_seconds if batch else 0.0
        if batch and (len(batch) == _BATCH or jobs[index].window_seconds - shortest > _SPREAD_SECONDS):
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch
