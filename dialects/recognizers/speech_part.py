"""Which part of an utterance is worth decoding: where a voice is, in pieces the decoder can hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dialects.audio.resample import resample
from dialects.audio.vad import FRAME, VoiceActivityModel
from dialects.audio.vad import RATE_HZ as VAD_HZ
from dialects.recognizers.port import RATE_HZ

Floats = NDArray[np.float32]

PIECE_SECONDS: Final = 28.0
"""Longest piece; with its margin it fills Whisper's 30 s."""
_VOICED = 0.5
_LEAST_VOICED_FRAMES = 4  # 128 ms: less is a click or a breath
_LEAST_LEVEL = 0.001  # root mean square, -60 dB: two or three of the telephone's smallest steps hold no voice
_AROUND_SECONDS = 0.4  # kept before and after the voice
_SEEK_CUT_SECONDS = 6.0  # the quietest frame of so much of a piece's end is where it is cut
_FRAME_16K = FRAME * RATE_HZ // VAD_HZ


def speech_pieces(utterances: Sequence[Floats], *, model: VoiceActivityModel) -> list[list[Floats]]:
    """For each 16 kHz utterance the pieces that hold a voice, in order; none when nobody speaks in it."""
    spans = speech_spans(utterances, model=model)
    return [[utterance[start:end] for start, end in each] for utterance, each in zip(utterances, spans, strict=True)]


def speech_spans(utterances: Sequence[Floats], *, model: VoiceActivityModel) -> list[list[tuple[int, int]]]:
    """Where those pieces lie: first sample and the one after the last, at 16 kHz."""
    voices = _voice_probabilities(utterances, model)
    return [_spans(utterance, voice) for utterance, voice in zip(utterances, voices, strict=True)]


def _voice_probabilities(utterances: Sequence[Floats], model: VoiceActivityModel) -> list[Floats]:
    """Frame probabilities of all utterances, one batched step for each frame."""
    narrow = [resample(utterance, from_hz=RATE_HZ, to_hz=VAD_HZ) for utterance in utterances]
    counts = [-(-samples.size // FRAME) for samples in narrow]
    longest = max(counts, default=0)
    sound = np.zeros((len(narrow), longest, FRAME), dtype=np.float32)
    for row, samples in enumerate(narrow):
        sound[row].reshape(-1)[: samples.size] = samples
    voices = np.zeros((len(narrow), longest), dtype=np.float32)
    state = model.initial_state(len(narrow))
    for index in range(longest):
        voices[:, index], state = model.probabilities(sound[:, index], state)
    return [row[:count] for row, count in zip(voices, counts, strict=True)]


def _spans(utterance: Floats, voice: Floats) -> list[tuple[int, int]]:
    voiced = np.flatnonzero(voice >= _VOICED)
    if voiced.size < _LEAST_VOICED_FRAMES or _level(utterance, voiced) < _LEAST_LEVEL:
        return []
    around = round(_AROUND_SECONDS * RATE_HZ)
    start = max(0, int(voiced[0]) * _FRAME_16K - around)
    end = min(utterance.size, (int(voiced[-1]) + 1) * _FRAME_16K + around)
    spans = []
    longest = round(PIECE_SECONDS * RATE_HZ)
    while end - start > longest:
        cut = _quietest(voice, start + longest - round(_SEEK_CUT_SECONDS * RATE_HZ), start + longest)
        spans.append((start, cut))
        start = cut
    spans.append((start, end))
    return spans


def _level(utterance: Floats, voiced: NDArray[np.intp]) -> float:
    """Root mean square of the voiced frames."""
    frames = [utterance[index * _FRAME_16K : (index + 1) * _FRAME_16K] for index in voiced]
    return float(np.sqrt(np.mean(np.square(np.concatenate(frames)))))


def _quietest(voice: Floats, first_sample: int, last_sample: int) -> int:
    """The sample, in the given stretch, at which a voice is least probable."""
    first, last = first_sample // _FRAME_16K, last_sample // _FRAME_16K
    return (first + int(np.argmin(voice[first:last]))) * _FRAME_16K
