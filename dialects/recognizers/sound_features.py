"""An utterance as the numbers an acoustic head takes: what Whisper's language detection says, and its early layers.

- 99 numbers: the logarithm of Whisper's posterior over its languages. That a Hakka speaker sounds a little Vietnamese
  and a Mandarin speaker not at all holds across microphones, better than anything read off the encoder itself.
- 99 numbers: the same asked of every two seconds, the logarithms averaged. It is steadier from source to source.
- 512 numbers: the mean frame of the first four encoder layers over the voiced part. It sees finer differences, and
  microphones; the head gives it a smaller say.

Mean deviation, change from frame to frame, other layers, all six of them and the long-term spectrum were measured and
left out: see `docs/recognition.md`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import ctranslate2
import numpy as np
from numpy.typing import NDArray

from dialects.audio.samples import clean
from dialects.audio.vad import VoiceActivityModel, shared_model
from dialects.recognizers.ctranslate2_model import load_whisper
from dialects.recognizers.early_layers import STATE, EarlyLayers
from dialects.recognizers.features import log_mel
from dialects.recognizers.port import RATE_HZ
from dialects.recognizers.speech_part import speech_pieces
from dialects.recognizers.weights import ensure_whisper_base
from dialects.recognizers.whisper_jobs import window_seconds

Floats = NDArray[np.float32]

LANGUAGES: Final = 99
SIZE: Final = 2 * LANGUAGES + STATE
LAYERS: Final = 4
_LEAST = 1e-9
_FRAMES_PER_SECOND = 50  # encoded
_PART_FRAMES = 2 * _FRAMES_PER_SECOND
_FRAME = 2  # log-mel frames in one encoder frame of 20 ms
_VOICE_BANDS = slice(10, 70)
_VOICE_BELOW_LOUDEST = 0.75  # in units of 40 dB: 30 dB
_LEVEL = 0.1  # loud frames are brought to this mean of the normalized log-mel, so that level says nothing
_FEWEST_FRAMES = 3


class SoundFeatures:
    """Makes features; loads the models when made, keeps no state between calls."""

    def __init__(
        self,
        *,
        threads: int = 1,
        vad: VoiceActivityModel | None = None,
    ) -> None:
        """Raises the `SpeechModelError`s of `weights` when the model is absent, damaged or will not load."""
        self._model = load_whisper(ensure_whisper_base(), at_once=threads)
        self._early = EarlyLayers(LAYERS, threads=threads)
        self._vad = vad or shared_model()

    def features(self, samples_16k: Floats) -> Floats:
        """One utterance, mono float32 at 16 kHz, as float32 [710]; where no voice is found, of all there is."""
        sound = clean(samples_16k)
        pieces = speech_pieces([sound], model=self._vad)[0]
        piece = max(pieces, key=lambda piece: piece.size) if pieces else sound[: round(28 * RATE_HZ)]
        seconds = piece.size / RATE_HZ
        mel = log_mel([piece], window_seconds=window_seconds(seconds))
        encoded = self._model.encode(ctranslate2.StorageView.from_array(mel), to_cpu=True)
        frames = np.asarray(encoded)[0]
        parts = np.stack([frames[start:end] for start, end in part_spans(seconds)])
        of_parts = self._model.detect_language(ctranslate2.StorageView.from_array(np.ascontiguousarray(parts)))
        whole = self._model.detect_language(encoded)[0]
        return combined(whole, of_parts, early_mean(mel[0], seconds, self._early))


def part_spans(seconds: float) -> list[tuple[int, int]]:
    """Where parts of two seconds begin and end, in encoded frames; each overlaps the next by about half."""
    frames = max(_FEWEST_FRAMES, math.ceil(seconds * _FRAMES_PER_SECOND))
    if frames <= _PART_FRAMES:
        return [(0, frames)]
    count = max(2, math.ceil((frames - _PART_FRAMES) / (_PART_FRAMES / 2)) + 1)
    starts = np.linspace(0, frames - _PART_FRAMES, count).round().astype(int)
    return [(int(start), int(start) + _PART_FRAMES) for start in starts]


Pairs = Sequence[tuple[str, float]]
"""A language posterior: all 99 pairs of token and probability."""


def combined(whole: Pairs, parts: Sequence[Pairs], early: Floats) -> Floats:
    """The features from Whisper's language posterior of the utterance and of its parts, and the early mean."""
    of_parts = np.mean([_logs(pairs) for pairs in parts], axis=0)
    together: Floats = np.concatenate([_logs(whole), of_parts, early]).astype(np.float32)
    return together


def _logs(pairs: Pairs) -> NDArray[np.float64]:
    return np.asarray(np.log(np.maximum([probability for _, probability in sorted(pairs)], _LEAST)))


def early_mean(mel: Floats, seconds: float, layers: EarlyLayers) -> Floats:
    """The mean frame [512] of the early layers over the voiced part of a log-mel spectrogram [80, frames].

    Only the first `seconds` are looked at, brought to one level first: a gain is a constant in a log-mel.
    """
    frames = max(_FRAME * _FEWEST_FRAMES, min(mel.shape[1], math.ceil(seconds * 50) * _FRAME))
    cut = mel[:, :frames]
    voiced = voiced_frames(cut)
    level = _LEVEL - float(cut[_VOICE_BANDS][:, np.repeat(voiced, _FRAME)[:frames]].mean())
    encoded = layers.frames((cut + np.float32(level))[None])[0]
    mean: Floats = encoded[: voiced.size][voiced[: encoded.shape[0]]].mean(axis=0)
    return mean


def voiced_frames(mel: Floats) -> NDArray[np.bool_]:
    """Which 20 ms frames lie within 30 dB of the loud ones; all of them when hardly any does."""
    energy = mel[_VOICE_BANDS].mean(axis=0)
    energy = energy[: energy.size // _FRAME * _FRAME].reshape(-1, _FRAME).max(axis=1)
    voiced: NDArray[np.bool_] = energy > np.percentile(energy, 95) - _VOICE_BELOW_LOUDEST
    return voiced if voiced.sum() >= _FEWEST_FRAMES else np.ones_like(voiced)
