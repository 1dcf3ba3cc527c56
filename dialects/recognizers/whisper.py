"""Whisper on CTranslate2 in 8-bit integers, the recognizer of the embedded line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ctranslate2
import numpy as np
import tokenizers
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.utils import download_model
from numpy.typing import NDArray

from dialects.acoustics import AcousticHead
from dialects.audio.vad import VoiceActivityModel
from dialects.errors import SpeechModelAbsentError, SpeechModelError
from dialects.recognizers.ctranslate2_model import load_whisper
from dialects.recognizers.early_layers import EarlyLayers
from dialects.recognizers.sound_features import LAYERS
from dialects.recognizers.vocabulary import Vocabulary
from dialects.recognizers.weights import whisper_model
from dialects.recognizers.whisper_jobs import MARGIN_SECONDS, Retries
from dialects.recognizers.whisper_pipeline import SoundJudge, WhisperPipeline
from dialects.recognizers.whisper_runtime import BEST_OF, MAX_TOKENS, Manner, Written, rows_by_prompt


class WhisperRecognizer(WhisperPipeline):
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
        vocabulary: Vocabulary | None = None,
        retries: Retries | None = None,
        margin_seconds: float = MARGIN_SECONDS,
    ) -> None:
        """`model` is a CTranslate2 directory or an official name; without it, what `weights.whisper_model` says.

        With a `head`, recognitions say what it makes of the sound; heads are trained on Whisper base and no other.
        Each of the `threads` takes utterances of its own: the products of a short window are too small to share.
        """
        directory = _model_directory(model or whisper_model())
        runtime = CTranslate2Runtime(directory, threads=threads)
        judge = SoundJudge(head, EarlyLayers(LAYERS, threads=threads)) if head else None
        super().__init__(
            runtime,
            name=f"{directory.name}-int8",
            vad=vad,
            judge=judge,
            vocabulary=vocabulary,
            retries=retries,
            at_once=threads,
            margin_seconds=margin_seconds,
        )


class CTranslate2Runtime:
    """A CTranslate2 directory as a `WhisperRuntime`; raises SpeechModelError when it cannot be loaded."""

    def __init__(self, directory: Path, *, threads: int = 1, compute_type: str = "int8") -> None:
        """`compute_type` is CTranslate2's: `int8` on the line, `float32` to compare with another runtime.

        So many `threads` may call it at once, each with a core of its own; the weights are shared.
        """
        self._model: Any = load_whisper(directory, compute_type=compute_type, at_once=threads)
        try:
            encoding = tokenizers.Tokenizer.from_file(str(directory / "tokenizer.json"))
        except Exception as error:  # tokenizers raises bare Exception
            raise SpeechModelError(f"The speech model in {directory} cannot be loaded: {error}") from error
        self._tokenizer = Tokenizer(encoding, multilingual=True, task="transcribe", language="zh")
        self.mel_bins: int = self._model.n_mels
        self.time_stamp_begin: int = self._tokenizer.timestamp_begin
        # in every multilingual Whisper the language tokens lie between start and `<|translate|>`
        tokens = range(self._tokenizer.sot + 1, self._tokenizer.translate)
        self.languages = frozenset(str(encoding.id_to_token(token))[2:-2] for token in tokens)

    def encode(self, mels: NDArray[np.float32]) -> Any:
        """Encoder output, a StorageView [n, frames / 2, state]; any even number of frames up to 3000.

        Row by row: what one row of six seconds needs fits the processor's cache, what four need does not, and each
        then takes twice as long (measured). Decoding is the other way round: it reads all weights at every step.
        """
        rows = [np.asarray(self._model.encode(ctranslate2.StorageView.from_array(mel[None]))) for mel in mels]
        return ctranslate2.StorageView.from_array(np.concatenate(rows))

    def cut(self, encoded: Any, row: int, spans: Sequence[tuple[int, int]]) -> Any:
        """Spans of one row, a StorageView [spans, frames, state]."""
        frames = np.asarray(encoded)[row]
        return ctranslate2.StorageView.from_array(np.stack([frames[start:end] for start, end in spans]))

    def language_posteriors(self, encoded: Any) -> list[dict[str, float]]:
        """Language codes to probability, largest first; the decoder gives tokens such as `<|zh|>`."""
        return [
            {token[2:-2]: min(1.0, max(0.0, float(probability))) for token, probability in pairs}
            for pairs in self._model.detect_language(encoded)
        ]

    def write(self, encoded: Any, languages: Sequence[str], manner: Manner) -> list[Written]:
        """Transcripts with time stamps, one for each row, in its language; rows with prompts of one length together."""
        groups = rows_by_prompt(languages, manner)
        if len(groups) == 1:
            return self._write(encoded, languages, manner)
        frames = np.asarray(encoded)
        written: dict[int, Written] = {}
        for rows in groups:
            part = ctranslate2.StorageView.from_array(np.ascontiguousarray(frames[rows]))
            results = self._write(part, [languages[row] for row in rows], manner)
            written.update(zip(rows, results, strict=True))
        return [written[row] for row in range(len(languages))]

    def _write(self, encoded: Any, languages: Sequence[str], manner: Manner) -> list[Written]:
        prompts = [self._prompt(language, manner) for language in languages]
        drawn = manner.temperature > 0
        results = self._model.generate(
            encoded,
            prompts,
            beam_size=1,
            num_hypotheses=BEST_OF if drawn else 1,
            sampling_topk=0 if drawn else 1,
            sampling_temperature=manner.temperature if drawn else 1.0,
            max_length=min(MAX_TOKENS, len(prompts[0]) + manner.max_tokens - 1),  # the prompt's last is not counted
            no_repeat_ngram_size=manner.no_repeat_ngram_size,
            return_scores=True,
            return_no_speech_prob=True,
        )
        return [_written(result) for result in results]

    def text(self, tokens: Sequence[int]) -> str:
        """Text of tokens that are no time stamps."""
        text: str = self._tokenizer.decode(list(tokens))
        return text

    def tokens(self, text: str) -> list[int]:
        """Tokens of a text; the space before it is how Whisper's own prompts begin."""
        return list(self._tokenizer.encode(f" {text.strip()}"))

    def _prompt(self, language: str, manner: Manner) -> list[int]:
        token: int = self._tokenizer.tokenizer.token_to_id(f"<|{language}|>")
        before = manner.prompts.get(language, ())
        start = [self._tokenizer.sot, token, self._tokenizer.transcribe]
        return [self._tokenizer.sot_prev, *before, *start] if before else start


def _written(result: Any) -> Written:
    tokens: list[int] = result.sequences_ids[0]
    # its score is the mean over the tokens; ours counts the end of the text as one more, as openai/whisper does
    log_probability = float(result.scores[0]) * len(tokens) / (len(tokens) + 1)
    return Written(tokens, log_probability, float(result.no_speech_prob))


def _model_directory(model: Path | str) -> Path:
    if isinstance(model, Path):
        return model
    try:
        return Path(download_model(model))
    except Exception as error:  # the hub raises many kinds; each means: not to be had
        raise SpeechModelAbsentError(
            f"The speech model {model!r} is neither a directory nor to be fetched: {error}"
        ) from error
