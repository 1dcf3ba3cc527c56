"""Whisper on CTranslate2 in 8-bit integers: an utterance is encoded once, in a window that fits it.

Stock Whisper pads every utterance to 30 s and spends nearly all its time on the padding. Here the window is the speech
and a margin of two seconds. Short windows make the decoder run on after the last word; three things stop it: time
stamps are decoded (they tell it, and us, where the sound ends), the tokens are bounded by the seconds, and a text that
loops is decoded again in a longer window before what still loops is dropped.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import ctranslate2
import numpy as np
import tokenizers
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.utils import download_model
from numpy.typing import NDArray

from dialects.acoustics import AcousticHead
from dialects.audio.samples import clean
from dialects.audio.vad import VoiceActivityModel, shared_model
from dialects.errors import SpeechModelAbsentError, SpeechModelError
from dialects.recognizers import guards
from dialects.recognizers.early_layers import EarlyLayers
from dialects.recognizers.features import log_mel
from dialects.recognizers.port import RATE_HZ, Capabilities, Recognition
from dialects.recognizers.sound_features import LAYERS, combined, early_mean
from dialects.recognizers.speech_part import speech_pieces
from dialects.recognizers.weights import whisper_model

Floats = NDArray[np.float32]

MARGIN_SECONDS: Final = 2.0
"""Silence after the speech. Of 76 telephone clips 9 ran on with 1 s, 7 with 2 s, 2 in a window of 30 s."""
RETRY_MARGIN_SECONDS: Final = 10.0
"""The margin of the second decoding of a text that looped."""
MAX_WINDOW_SECONDS: Final = 30.0
_BATCH = 4  # utterances encoded together; eight at once were no faster
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


class WhisperRecognizer:
    """Whisper behind the port; loads its model when made, keeps no state between calls.

    Raises the `SpeechModelError`s of `weights` when the model is absent or damaged.
    """

    def __init__(
        self,
        model: Path | str | None = None,
        *,
        threads: int = 1,
        vad: VoiceActivityModel | None = None,
        head: AcousticHead | None = None,
    ) -> None:
        """`model` is a CTranslate2 directory or an official name; without it, what `weights.whisper_model` says.

        With a `head`, recognitions say what it makes of the sound; heads are trained on Whisper base and no other.
        """
        directory = _model_directory(model or whisper_model())
        try:
            self._model: Any = ctranslate2.models.Whisper(str(directory), compute_type="int8", intra_threads=threads)
            encoding = tokenizers.Tokenizer.from_file(str(directory / "tokenizer.json"))
        except Exception as error:  # tokenizers raises bare Exception, ctranslate2 RuntimeError
            raise SpeechModelError(f"The speech model in {directory} cannot be loaded: {error}") from error
        self._tokenizer = Tokenizer(encoding, multilingual=True, task="transcribe", language="zh")
        self._vad = vad or shared_model()
        self._head = head
        self._early = EarlyLayers(LAYERS, threads=threads) if head else None
        self._capabilities = Capabilities(
            name=f"{directory.name}-int8",
            languages=frozenset({"zh", "en"}),
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
        mels = log_mel([job.samples for job in jobs], window_seconds=max(job.window_seconds for job in jobs))
        encoded = self._model.encode(ctranslate2.StorageView.from_array(mels))
        detected = self._model.detect_language(encoded)
        posteriors = [_language_posterior(pairs) for pairs in detected]
        prompts = [self._prompt(posterior, languages) for posterior in posteriors]
        longest = max(job.seconds for job in jobs)
        results = self._model.generate(
            encoded,
            prompts,
            beam_size=1,
            max_length=min(448, len(prompts[0]) + guards.token_limit(longest)),
            no_repeat_ngram_size=no_repeat_ngram_size,
            return_scores=True,
            return_no_speech_prob=True,
        )
        decoded = [
            self._trusted(job, result, posterior)
            for job, result, posterior in zip(jobs, results, posteriors, strict=True)
        ]
        return [
            replace(one, acoustic=self._acoustic(job, mel, pairs))
            for one, job, mel, pairs in zip(decoded, jobs, mels, detected, strict=True)
        ]

    def _acoustic(self, job: _Job, mel: Floats, language_pairs: Sequence[tuple[str, float]]) -> dict[str, float]:
        """What the head makes of a job; only its own log-mel and what was detected anyway are needed."""
        if self._head is None or self._early is None:
            return {}
        features = combined(language_pairs, early_mean(mel, job.seconds, self._early))
        row = self._head.probabilities(features.reshape(1, -1))[0]
        return dict(zip(self._head.classes, map(float, row), strict=True))

    def _prompt(self, posterior: dict[str, float], languages: Sequence[str]) -> list[int]:
        language = max(languages, key=lambda code: posterior.get(code, 0.0))
        token = self._tokenizer.tokenizer.token_to_id(f"<|{language}|>")
        if token is None:
            raise ValueError(f"this model does not know the language {language!r}")
        return [self._tokenizer.sot, token, self._tokenizer.transcribe]

    def _trusted(self, job: _Job, result: Any, posterior: dict[str, float]) -> _Decoded:
        """The decoder's text without what lies past the end of the sound."""
        tokens = result.sequences_ids[0]
        log_probability = float(result.scores[0]) * len(tokens) / (len(tokens) + 1)
        largest = dict(list(posterior.items())[:_POSTERIOR_SIZE])
        if guards.is_silence(no_speech_probability=result.no_speech_prob, log_probability=log_probability):
            return _Decoded("", largest, log_probability)
        kept = self._within(tokens[: guards.token_limit(job.seconds)], job.seconds)
        text = self._tokenizer.decode(kept).replace("\ufffd", "").strip()
        return _Decoded(text, largest, log_probability)

    def _within(self, tokens: Sequence[int], seconds: float) -> list[int]:
        """Text tokens up to the first time stamp that starts a segment at or after the end of the sound."""
        kept: list[int] = []
        last_text = int((seconds - 0.2) / _TIME_STAMP_SECONDS)
        previous_was_stamp = False
        for token in tokens:
            stamp = token - self._tokenizer.timestamp_begin
            if stamp < 0:
                kept.append(token)
            elif kept and previous_was_stamp and stamp >= last_text:
                break
            previous_was_stamp = stamp >= 0
        return kept


def _model_directory(model: Path | str) -> Path:
    if isinstance(model, Path):
        return model
    try:
        return Path(download_model(model))
    except Exception as error:  # the hub raises many kinds; each means: not to be had
        raise SpeechModelAbsentError(
            f"The speech model {model!r} is neither a directory nor to be fetched: {error}"
        ) from error


def _language_posterior(pairs: Sequence[tuple[str, float]]) -> dict[str, float]:
    """Language codes to probability, largest first; the decoder gives tokens such as `<|zh|>`."""
    return {token[2:-2]: min(1.0, max(0.0, float(probability))) for token, probability in pairs}


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
