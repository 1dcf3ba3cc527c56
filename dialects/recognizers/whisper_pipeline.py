"""Whisper behind the port, on whichever runtime: an utterance is encoded once, in a window that fits it.

Stock Whisper pads every utterance to 30 s and spends nearly all its time on the padding. Here the window is the speech
and a margin of two seconds. Short windows make the decoder run on after the last word; three things stop it: time
stamps are decoded (they tell it, and us, where the sound ends), the tokens are bounded by the seconds, and a text that
loops is decoded again in a longer window before what still loops is dropped.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from dialects.acoustics import AcousticHead
from dialects.audio.keys import without_keys
from dialects.audio.samples import clean
from dialects.audio.vad import VoiceActivityModel, shared_model
from dialects.recognizers import guards
from dialects.recognizers.early_layers import EarlyLayers
from dialects.recognizers.features import log_mel
from dialects.recognizers.port import RATE_HZ, Capabilities, Recognition
from dialects.recognizers.sound_features import combined, early_mean, part_spans
from dialects.recognizers.speech_part import speech_spans
from dialects.recognizers.vocabulary import Vocabulary
from dialects.recognizers.whisper_jobs import (
    MARGIN_SECONDS,
    MAX_WINDOW_SECONDS,
    RETRY_MARGIN_SECONDS,
    Decoded,
    Job,
    Retries,
    batches,
    shares,
)
from dialects.recognizers.whisper_runtime import Manner, WhisperRuntime
from dialects.recognizers.whisper_text import believed, decoded

Floats = NDArray[np.float32]

WRITTEN: Final = frozenset({"zh", "en", "yue"})
"""Languages of the line; a checkpoint may know fewer: of the official ones only large-v3 and turbo have `yue`."""
_LOOP_NGRAM = 6  # a text that looped may not say so many tokens twice


@dataclass(frozen=True)
class SoundJudge:
    """A trained head and the encoder's early layers it looks at."""

    head: AcousticHead
    layers: EarlyLayers

    def judge(
        self, mel: Floats, seconds: float, posterior: Mapping[str, float], of_parts: Sequence[Mapping[str, float]]
    ) -> dict[str, float]:
        """The head's classes to probability, from a log-mel spectrogram and Whisper's whole language posteriors."""
        features = combined(
            _pairs(posterior), [_pairs(part) for part in of_parts], early_mean(mel, seconds, self.layers)
        )
        row = self.head.probabilities(features.reshape(1, -1))[0]
        return dict(zip(self.head.classes, map(float, row), strict=True))


def _pairs(posterior: Mapping[str, float]) -> list[tuple[str, float]]:
    # the head was trained on posteriors in the order of their tokens
    return [(f"<|{code}|>", probability) for code, probability in posterior.items()]


class WhisperPipeline:
    """A Whisper runtime behind the port; keeps no state between calls."""

    def __init__(
        self,
        runtime: WhisperRuntime,
        *,
        name: str,
        vad: VoiceActivityModel | None = None,
        judge: SoundJudge | None = None,
        vocabulary: Vocabulary | None = None,
        retries: Retries | None = None,
        at_once: int = 1,
        margin_seconds: float = MARGIN_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`name` is what staff see; `yue` counts among its languages only where the checkpoint has that token.

        `at_once` is how many threads may share a batch between them; the runtime must allow it. `margin_seconds` of
        silence are encoded after the speech; heads are trained with the usual ones.
        """
        self._runtime = runtime
        self._judge = judge
        self._vad = vad or shared_model()
        self._vocabulary = vocabulary or Vocabulary()
        self._prompts = self._vocabulary.prompts(runtime.tokens)
        self._retries = retries or Retries()
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix=name) if at_once > 1 else None
        self._at_once = at_once
        self._margin_seconds = margin_seconds
        self._clock = clock
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

        Nothing is written for an utterance without a voice. The text is in the more probable of `languages`. Several
        utterances are of several callers: then nothing is decoded again for a better text, for others wait.
        """
        alone = len(utterances) == 1
        if self._threads is None or alone:
            return self._recognize(utterances, languages, alone=alone)
        hands = shares([utterance.size for utterance in utterances], self._at_once)
        done = self._threads.map(
            lambda hand: self._recognize([utterances[index] for index in hand], languages, alone=False), hands
        )
        heard = {
            index: each for hand, part in zip(hands, done, strict=True) for index, each in zip(hand, part, strict=True)
        }
        return [heard[index] for index in range(len(utterances))]

    def _recognize(self, utterances: Sequence[Floats], languages: Sequence[str], *, alone: bool) -> list[Recognition]:
        sounds = [without_keys(clean(utterance)) for utterance in utterances]
        jobs = [
            Job(index, sounds[index][start:end], self._margin_seconds, start / RATE_HZ)
            for index, spans in enumerate(speech_spans(sounds, model=self._vad))
            for start, end in spans
        ]
        results = self._decode_all(jobs, languages, self._retries.temperatures if alone else ())
        return [
            self._recognition(sound, [text for job, text in zip(jobs, results, strict=True) if job.utterance == index])
            for index, sound in enumerate(sounds)
        ]

    def _recognition(self, sound: Floats, parts: list[Decoded]) -> Recognition:
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
            stretches=tuple(stretch for part in written for stretch in part.stretches),
        )

    def _decode_all(
        self, jobs: Sequence[Job], languages: Sequence[str], temperatures: Sequence[float]
    ) -> list[Decoded]:
        """Decode in batches of similar length, then again what came out badly."""
        results: dict[int, Decoded] = {}
        for batch in batches(jobs):
            first = self._decode([jobs[index] for index in batch], languages, self._prompts)
            results.update(zip(batch, first, strict=True))
        until = self._clock() + self._retries.seconds
        return [self._improved(job, results[index], languages, temperatures, until) for index, job in enumerate(jobs)]

    def _improved(
        self, job: Job, first: Decoded, languages: Sequence[str], temperatures: Sequence[float], until: float
    ) -> Decoded:
        """A prompted word is checked without the prompt; what loops gets a longer window, what is doubtful the dice."""
        best = first
        if first.silent:
            return first
        if self._vocabulary.named(first.text):
            plain = self._again(job, languages)
            best = plain if self._vocabulary.is_invented(first.text, plain.text) else first
        if guards.is_looped(best.text):
            longer = replace(job, margin_seconds=RETRY_MARGIN_SECONDS)
            best = self._again(longer, languages, no_repeat_ngram_size=_LOOP_NGRAM)
        for temperature in temperatures:
            # dice make a guess no better, only surer: English as Mandarin passed for text
            if not best.doubtful or guards.is_guessed(best.text, best.log_probability) or self._clock() > until:
                break
            best = _better(best, self._again(job, languages, temperature=temperature))
        text = believed(best.text, best.log_probability)
        return replace(best, text=text, posterior=first.posterior, acoustic=first.acoustic)

    def _again(
        self, job: Job, languages: Sequence[str], *, no_repeat_ngram_size: int = 0, temperature: float = 0.0
    ) -> Decoded:
        """One piece, without a prompt: it may be the prompt that led the first decoding astray."""
        _, encoded, posteriors = self._encode([job])
        manner = Manner(guards.token_limit(job.seconds), no_repeat_ngram_size, temperature)
        return self._write([job], encoded, posteriors, languages, manner)[0]

    def _decode(
        self, jobs: Sequence[Job], languages: Sequence[str], prompts: Mapping[str, tuple[int, ...]]
    ) -> list[Decoded]:
        """Encode a batch once; ask the same encoding for the language and for the text, and judge the sound."""
        mels, encoded, posteriors = self._encode(jobs)
        manner = Manner(guards.token_limit(max(job.seconds for job in jobs)), prompts=prompts)
        results = self._write(jobs, encoded, posteriors, languages, manner)
        if self._judge is None:
            return results
        judge = self._judge.judge
        parts = [
            self._runtime.language_posteriors(self._runtime.cut(encoded, row, part_spans(job.seconds)))
            for row, job in enumerate(jobs)
        ]
        return [
            replace(one, acoustic=judge(mel, job.seconds, posterior, of_parts))
            for one, mel, job, posterior, of_parts in zip(results, mels, jobs, posteriors, parts, strict=True)
        ]

    def _encode(self, jobs: Sequence[Job]) -> tuple[Floats, Any, list[dict[str, float]]]:
        """Spectrograms, their encoding and their language posteriors."""
        longest = max(job.window_seconds for job in jobs)
        mels = log_mel([job.samples for job in jobs], window_seconds=longest, bins=self._runtime.mel_bins)
        encoded = self._runtime.encode(mels)
        return mels, encoded, self._runtime.language_posteriors(encoded)

    def _write(
        self,
        jobs: Sequence[Job],
        encoded: Any,
        posteriors: Sequence[dict[str, float]],
        languages: Sequence[str],
        manner: Manner,
    ) -> list[Decoded]:
        written = self._runtime.write(encoded, [self._language(each, languages) for each in posteriors], manner)
        return [decoded(*each, self._runtime) for each in zip(jobs, written, posteriors, strict=True)]

    def _language(self, posterior: dict[str, float], languages: Sequence[str]) -> str:
        """The more probable of the languages asked for; those the checkpoint has no token for are passed over."""
        known = [language for language in languages if language in self._runtime.languages]
        if not known:
            raise ValueError(f"this model knows none of the languages {', '.join(languages)}")
        return max(known, key=lambda code: posterior.get(code, 0.0))


def _better(left: Decoded, right: Decoded) -> Decoded:
    """Of two texts the one that does not loop, then the one its decoder is surer of."""
    return max(left, right, key=lambda each: (not guards.is_looped(each.text), each.log_probability))
