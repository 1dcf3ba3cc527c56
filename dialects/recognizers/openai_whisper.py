"""Whisper on PyTorch, by the library of its authors: the reference the fast runtime is compared with.

It also loads the official `.pt` files, larger sizes included. PyTorch and openai-whisper are the extra `whisper`; this
module imports without them and says so when a model is asked for.

Source of what is called: `whisper/decoding.py`, `whisper/model.py`, `whisper/tokenizer.py` of openai/whisper 20250625.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from dialects.audio.vad import VoiceActivityModel
from dialects.errors import SpeechModelAbsentError, SpeechModelError
from dialects.recognizers.vocabulary import Vocabulary
from dialects.recognizers.weights import ensure_whisper_base
from dialects.recognizers.weights_torch import whisper_checkpoint
from dialects.recognizers.whisper_jobs import Retries
from dialects.recognizers.whisper_pipeline import WhisperPipeline
from dialects.recognizers.whisper_runtime import BEST_OF, MAX_TOKENS, Manner, Written

if TYPE_CHECKING:
    import torch
    from whisper.model import Whisper

HOW_TO_GET: Final = "make setup-full, or: pip install -c constraints.txt 'elder-channel[whisper]'"
_PROMPT_TOKENS = 4  # the mark of a prompt, start, language, task


class OpenAIWhisperRecognizer(WhisperPipeline):
    """openai-whisper behind the port: the pipeline of the fast runtime, the arithmetic of the reference.

    Raises the `SpeechModelError`s of `weights`, and SpeechModelAbsentError when the extra `whisper` is not installed.
    """

    def __init__(
        self,
        model: Path | str | None = None,
        *,
        threads: int = 1,
        vad: VoiceActivityModel | None = None,
        vocabulary: Vocabulary | None = None,
        retries: Retries | None = None,
    ) -> None:
        """`model` is an official `.pt` file, a CTranslate2 directory or a name that openai-whisper may fetch.

        Without it the verified Whisper base is converted in memory.
        """
        chosen = model or ensure_whisper_base()
        name = chosen.stem if isinstance(chosen, Path) else chosen
        runtime = TorchRuntime(load_whisper(chosen), threads=threads)
        super().__init__(runtime, name=f"{name}-torch", vad=vad, vocabulary=vocabulary, retries=retries)


def load_whisper(model: Path | str) -> Whisper:
    """The PyTorch module of a `.pt` file, a CTranslate2 directory or an official name, float32 on the processor."""
    whisper = _library()
    try:
        if isinstance(model, Path) and model.is_dir():
            return _module(whisper, whisper_checkpoint(model))
        module: Whisper = whisper.load_model(str(model), device="cpu")
    except (OSError, RuntimeError, KeyError) as error:  # not there, no checkpoint, no network for a name
        raise SpeechModelError(f"The speech model {model} cannot be loaded: {error}") from error
    return module


def _library() -> ModuleType:
    try:
        import whisper
    except ImportError as error:
        raise SpeechModelAbsentError(f"openai-whisper is not installed; get it with: {HOW_TO_GET}") from error
    module: ModuleType = whisper
    return module


def _module(whisper: ModuleType, checkpoint: dict[str, Any]) -> Whisper:
    module: Whisper = whisper.model.Whisper(whisper.model.ModelDimensions(**checkpoint["dims"]))
    module.load_state_dict(checkpoint["model_state_dict"])
    return module.float().eval()


class TorchRuntime:
    """A loaded openai-whisper module as a `WhisperRuntime`."""

    def __init__(self, model: Whisper, *, threads: int = 1) -> None:
        """`threads` is set for the whole process: PyTorch knows no other way."""
        import torch
        from whisper.tokenizer import get_tokenizer

        torch.set_num_threads(threads)
        self._model = model
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)  # the library leaves its vocabulary file open
            self._tokenizer = get_tokenizer(model.is_multilingual, num_languages=model.num_languages, task="transcribe")
        self.mel_bins: int = model.dims.n_mels
        self.time_stamp_begin: int = self._tokenizer.timestamp_begin
        self.languages = frozenset(self._tokenizer.all_language_codes)

    def encode(self, mels: NDArray[np.float32]) -> torch.Tensor:
        """Encoder output [n, frames / 2, state]; unlike the library's own, of windows shorter than 30 s too."""
        import torch
        from torch.nn import functional

        encoder = self._model.encoder
        with torch.inference_mode():
            hidden = functional.gelu(encoder.conv1(torch.from_numpy(mels)))
            hidden = functional.gelu(encoder.conv2(hidden)).permute(0, 2, 1)
            hidden = hidden + encoder.positional_embedding[: hidden.shape[1]]
            for block in encoder.blocks:
                hidden = block(hidden)
            encoded: torch.Tensor = encoder.ln_post(hidden)
        return encoded

    def cut(self, encoded: torch.Tensor, row: int, spans: Sequence[tuple[int, int]]) -> torch.Tensor:
        """Spans of one row [spans, frames, state]."""
        import torch

        return torch.stack([encoded[row, start:end] for start, end in spans])

    def language_posteriors(self, encoded: torch.Tensor) -> list[dict[str, float]]:
        """Language codes to probability, largest first, from the first token after the start."""
        import torch

        start = torch.full((encoded.shape[0], 1), self._tokenizer.sot)
        with torch.inference_mode():
            logits = self._model.logits(start, encoded)[:, 0]
        shares = logits[:, list(self._tokenizer.all_language_tokens)].softmax(dim=-1).tolist()
        codes = self._tokenizer.all_language_codes
        return [dict(sorted(zip(codes, row, strict=True), key=lambda pair: -pair[1])) for row in shares]

    def write(self, encoded: torch.Tensor, languages: Sequence[str], manner: Manner) -> list[Written]:
        """Transcripts with time stamps; rows of one language are decoded together, drawn ones alone."""
        written: dict[int, Written] = {}
        for language in dict.fromkeys(languages):
            rows = [row for row, wanted in enumerate(languages) if wanted == language]
            # the library repeats the tokens for several draws, not the encodings: they must be of one row
            parts = [[row] for row in rows] if manner.temperature > 0 else [rows]
            for part in parts:
                results = _task(self._model, language, manner).run(encoded[part])
                for row, result in zip(part, results, strict=True):
                    written[row] = Written(list(result.tokens), result.avg_logprob, result.no_speech_prob)
        return [written[row] for row in range(len(languages))]

    def text(self, tokens: Sequence[int]) -> str:
        """Text of tokens that are no time stamps."""
        return str(self._tokenizer.decode(list(tokens)))

    def tokens(self, text: str) -> list[int]:
        """Tokens of a text; the space before it is how Whisper's own prompts begin."""
        return list(self._tokenizer.encode(f" {text.strip()}"))


def _task(model: Whisper, language: str, manner: Manner) -> Any:
    """The library's decoding, given an encoding of any length instead of a spectrogram of 30 s."""
    from whisper.decoding import DecodingOptions, DecodingTask

    class EncodedTask(DecodingTask):  # type: ignore[misc]  # the library ships no types
        def _get_audio_features(self, mel: torch.Tensor) -> torch.Tensor:
            return mel

    before = list(manner.prompts.get(language, ()))
    options = DecodingOptions(
        language=language,
        sample_len=min(manner.max_tokens, MAX_TOKENS - _PROMPT_TOKENS - len(before)),
        temperature=manner.temperature,
        best_of=BEST_OF if manner.temperature > 0 else None,
        prompt=before or None,
        fp16=False,
    )
    task = EncodedTask(model, options)
    if manner.no_repeat_ngram_size:
        task.logit_filters.append(_NoRepeat(manner.no_repeat_ngram_size, begin=task.sample_begin))
    return task


class _NoRepeat:
    """Forbids the token that would complete a sequence written before; the library calls `apply` at every step."""

    def __init__(self, size: int, *, begin: int) -> None:
        self._size = size
        self._begin = begin

    def apply(self, logits: torch.Tensor, tokens: torch.Tensor) -> None:
        for row, written in enumerate(tokens[:, self._begin :].tolist()):
            last = written[len(written) - self._size + 1 :]
            for start in range(len(written) - self._size + 1):
                if written[start : start + self._size - 1] == last:
                    logits[row, written[start + self._size - 1]] = -float("inf")
