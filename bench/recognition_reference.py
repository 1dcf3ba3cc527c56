"""The reference: stock openai-whisper on the same weights, and what the arithmetic of Whisper allows at most.

Stock is what a reader of its page writes: `whisper.load_model`, `transcribe` with the library's defaults, language
unset, as many threads as we use. Its weights are the verified ones, converted (`dialects.recognizers.weights_torch`).
"""

from __future__ import annotations

import statistics
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialects.catalogue import load_catalogue
from dialects.hearing import identify_sound
from dialects.recognizers.port import Recognizer
from dialects.recognizers.whisper_jobs import MAX_WINDOW_SECONDS, window_seconds
from dialects.settings import IdentificationSettings

Floats = NDArray[np.float32]
Transcribe = Callable[[Floats], str]

ROUNDS = 3
REACH = 16.0
_STATE, _LAYERS, _BINS, _FRAMES_PER_SECOND = 512, 6, 80, 100  # Whisper base


def stock_openai_whisper(threads: int) -> Transcribe | None:
    """Stock openai-whisper as a function of one utterance, or None where the extra `whisper` is not installed."""
    if find_spec("whisper") is None:
        return None
    import torch
    import whisper

    from dialects.recognizers.weights_torch import ensure_checkpoint

    torch.set_num_threads(threads)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = whisper.load_model(str(ensure_checkpoint()), device="cpu")

    def transcribe(samples: Floats) -> str:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # half precision is its default, and it says that it cannot have it
            return str(model.transcribe(samples)["text"])

    return transcribe


def identify_and_transcribe(recognizer: Recognizer, utterances: Sequence[Floats]) -> list[str]:
    """What the line does with a batch: text, and the dialect from sound and words."""
    catalogue, settings = load_catalogue(), IdentificationSettings()
    recognitions = recognizer.recognize(utterances)
    for recognition in recognitions:
        identify_sound(recognition, None, catalogue=catalogue, settings=settings)
    return [recognition.text for recognition in recognitions]


def rounds(ours: Recognizer, stock: Mapping[str, Transcribe], utterances: Sequence[Floats]) -> list[dict[str, float]]:
    """For each round the seconds that `ours` and each stock engine took for the same utterances, one after the other.

    Ours identifies and transcribes, a stock engine only transcribes.
    """
    identify_and_transcribe(ours, utterances)
    for transcribe in stock.values():
        transcribe(utterances[0])
    measured = []
    for _ in range(ROUNDS):
        times = {"ours": _seconds(lambda: identify_and_transcribe(ours, utterances))}
        for name, transcribe in stock.items():
            times[name] = _seconds(partial(_one_by_one, transcribe, utterances))
        measured.append(times)
    return measured


def _one_by_one(transcribe: Transcribe, utterances: Sequence[Floats]) -> None:
    for utterance in utterances:
        transcribe(utterance)


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def encoder_gflop(window_seconds: float) -> float:
    """Operations of Whisper base's encoder for one window, in 1e9; a multiplication and an addition count as two."""
    frames = window_seconds * _FRAMES_PER_SECOND
    positions = frames / 2
    convolutions = 2 * 3 * (frames * _BINS * _STATE + positions * _STATE * _STATE)
    projections = 2 * positions * (4 + 8) * _STATE**2
    attention = 2 * 2 * positions**2 * _STATE
    return (convolutions + _LAYERS * (projections + attention)) / 1e9


def machine_gflop_per_second(seconds: float = 1.0) -> float:
    """What one thread does of float32 matrix products, of the shape the encoder has most of.

    One thread, because loading our recognizer keeps NumPy to one: so is an utterance.
    """
    left = np.random.default_rng(0).standard_normal((1500, _STATE)).astype(np.float32)
    right = np.random.default_rng(1).standard_normal((_STATE, 4 * _STATE)).astype(np.float32)
    times = []
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        begun = time.perf_counter()
        left @ right
        times.append(time.perf_counter() - begun)
    return 2 * left.size * right.shape[1] / statistics.median(times) / 1e9


def floor(utterance_seconds: float, result: Callable[..., dict[str, Any]]) -> list[dict[str, Any]]:
    """The encoder's operations for ours and for stock, and the time they take in float32 at this machine's speed."""
    window = window_seconds(utterance_seconds)
    ours, stock = encoder_gflop(window), encoder_gflop(MAX_WINDOW_SECONDS)
    rate = machine_gflop_per_second()
    return [
        result("recognition.window_seconds", window, "s"),
        result("recognition.encoder_gflop", ours, "Gflop"),
        result("recognition.encoder_gflop_stock", stock, "Gflop"),
        result("recognition.machine_gflop_per_second", rate, "Gflop/s"),
        result("recognition.encoder_floor_ms", ours / rate * 1000, "ms"),
        result("recognition.encoder_floor_stock_ms", stock / rate * 1000, "ms"),
    ]
