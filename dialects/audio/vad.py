"""Whether a frame holds a voice: Silero VAD at 8 kHz, many streams in one step.

Source: Silero VAD v6 (MIT), https://github.com/snakers4/silero-vad; frame and context sizes from its `utils_vad.py`.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import resources
from typing import Any, Final

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from dialects.errors import SpeechModelDamagedError

RATE_HZ: Final = 8_000
FRAME: Final = 256
"""Samples of a frame: 32 ms."""
_CONTEXT = 32  # samples of the frame before, which the model wants in front
_HIDDEN = 128
_VOICED = 0.5  # more likely a voice than not
STATE_SIZE: Final = 2 * _HIDDEN + _CONTEXT
"""Floats of one stream's state."""
_SHA256 = "1a153a22f4509e292a94e67d6f9b85e8deb25b4988682b7e174c65279d8788e3"

Floats = NDArray[np.float32]


class VoiceActivityModel:
    """The model; one row a stream, so that streams may be stacked, left out or dropped between steps."""

    def __init__(self, data: bytes | None = None) -> None:
        """Load the packaged model, or `data`; raises `SpeechModelDamagedError` when the bytes are not its."""
        if data is None:
            data = resources.files("dialects").joinpath("data/vad/silero_vad.onnx").read_bytes()
        if hashlib.sha256(data).hexdigest() != _SHA256:
            raise SpeechModelDamagedError(
                "The voice activity model silero_vad.onnx is damaged; install the package again."
            )
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1  # a step is too small to share out
        options.log_severity_level = 3
        self._session: Any = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
        self._rate = np.array(RATE_HZ, dtype=np.int64)

    @staticmethod
    def initial_state(streams: int = 1) -> Floats:
        """The state before the first frame, float32 [streams, STATE_SIZE]."""
        return np.zeros((streams, STATE_SIZE), dtype=np.float32)

    def probabilities(self, frames: Floats, state: Floats) -> tuple[Floats, Floats]:
        """Probability of a voice in each frame and the states after it.

        `frames` is float32 [n, 256] in [-1, 1] at 8 kHz, `state` float32 [n, STATE_SIZE], row by row the same streams.
        Returns float32 [n] and float32 [n, STATE_SIZE].
        """
        count = frames.shape[0]
        if frames.shape != (count, FRAME) or state.shape != (count, STATE_SIZE):
            raise ValueError(
                f"wanted frames [n, {FRAME}] and state [n, {STATE_SIZE}], got {frames.shape} and {state.shape}"
            )
        if count == 0:
            return np.zeros(0, dtype=np.float32), state
        context, hidden = state[:, :_CONTEXT], state[:, _CONTEXT:]
        voice, hidden_after = self._session.run(
            None,
            {
                "input": np.concatenate([context, frames], axis=1),
                "state": np.ascontiguousarray(hidden.reshape(count, 2, _HIDDEN).transpose(1, 0, 2)),
                "sr": self._rate,
            },
        )
        hidden_rows = hidden_after.transpose(1, 0, 2).reshape(count, 2 * _HIDDEN)
        return voice[:, 0], np.concatenate([frames[:, -_CONTEXT:], hidden_rows], axis=1)


@cache
def shared_model() -> VoiceActivityModel:
    """The packaged model, loaded once in this process; it keeps no state, so threads may share it."""
    return VoiceActivityModel()


def frame_probabilities(samples_8k: Floats) -> Floats:
    """Voice probability of each 32 ms frame of a whole recording; the last one is padded with silence."""
    model = shared_model()
    padded = np.pad(samples_8k.astype(np.float32, copy=False), (0, -samples_8k.size % FRAME))
    state = model.initial_state()
    voices = []
    for frame in padded.reshape(-1, 1, FRAME):
        voice, state = model.probabilities(frame, state)
        voices.append(voice[0])
    return np.array(voices, dtype=np.float32)


def voiced_spans(samples_8k: Floats, *, min_gap_seconds: float = 0.1) -> list[tuple[float, float]]:
    """Where a recording holds a voice, as (start, end) in seconds, in order; shorter gaps are bridged."""
    spans: list[tuple[float, float]] = []
    frame_seconds = FRAME / RATE_HZ
    for index in np.flatnonzero(frame_probabilities(samples_8k) >= _VOICED):
        start = float(index) * frame_seconds
        end = min(start + frame_seconds, samples_8k.size / RATE_HZ)
        if spans and start - spans[-1][1] <= min_gap_seconds:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return spans
