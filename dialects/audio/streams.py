"""Many live telephone streams listened to together: one batched voice activity step for all of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from dialects.audio import mulaw
from dialects.audio.samples import to_float32
from dialects.audio.turns import TurnDetector, TurnEvent
from dialects.audio.vad import FRAME, VoiceActivityModel, shared_model
from dialects.settings import EndpointingSettings, ListeningSettings, StandardEndpointing

MAX_WAITING_BYTES = 4 * mulaw.RATE_HZ
"""Sound of one stream that may wait for a tick: 4 s; what is older is dropped."""

Key = TypeVar("Key", bound=Hashable)


@dataclass
class _Stream:
    detector: TurnDetector
    state: NDArray[np.float32]
    stall_seconds: float
    """Frames that do not come for so long are silence that ends an utterance."""
    fed_at: float
    waiting: bytearray = field(default_factory=bytearray)
    lost: int = 0  # samples dropped since the last tick
    taken: int = 0  # samples accepted so far
    closing: bool = False


class StreamBank(Generic[Key]):
    """Live streams by id. `open`, `feed` and `close` may be called from any thread and never wait for the model;
    `tick` belongs to one thread, which calls it about every 32 ms.
    """

    def __init__(
        self,
        settings: ListeningSettings,
        endpointing: EndpointingSettings | None = None,
        *,
        model: VoiceActivityModel | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`endpointing` is the profile of streams that are opened without one of their own."""
        self._settings = settings
        self._endpointing = endpointing or StandardEndpointing()
        self._model = model or shared_model()
        self._clock = clock
        self._lock = Lock()
        self._streams: dict[Key, _Stream] = {}
        self._max_samples = int(settings.max_listening_seconds * mulaw.RATE_HZ)

    def __len__(self) -> int:
        return len(self._streams)

    def waiting(self) -> dict[Key, int]:
        """Bytes of each stream that wait for a tick; at most `MAX_WAITING_BYTES`."""
        with self._lock:
            return {key: len(stream.waiting) for key, stream in self._streams.items()}

    def open(self, stream_id: Key, endpointing: EndpointingSettings | None = None) -> None:
        """Begin to listen to a stream, whose caller may have a profile; opening it again starts it afresh."""
        profile = endpointing or self._endpointing
        detector = TurnDetector(self._settings, profile)
        stall_seconds = profile.end_silence_ms / 1000
        with self._lock:
            self._streams[stream_id] = _Stream(detector, self._model.initial_state(), stall_seconds, self._clock())

    def feed(self, stream_id: Key, data: bytes) -> bool:
        """Take mu-law bytes of any length; False when the stream is not open or was listened to long enough."""
        with self._lock:
            stream = self._streams.get(stream_id)
            if stream is None or stream.closing or stream.taken >= self._max_samples:
                return False
            stream.fed_at = self._clock()
            stream.taken += len(data)
            stream.waiting += data
            excess = len(stream.waiting) - MAX_WAITING_BYTES
            if excess > 0:
                del stream.waiting[:excess]
                stream.lost += excess
            return True

    def close(self, stream_id: Key) -> None:
        """End a stream; the next tick hears out what waits, reports the last utterance and forgets it."""
        with self._lock:
            if stream_id in self._streams:
                self._streams[stream_id].closing = True

    def tick(self) -> dict[Key, list[TurnEvent]]:
        """Listen to all that waits, one batched step for each 32 ms, and return what happened in which stream."""
        events: dict[Key, list[TurnEvent]] = {}
        self._skip_lost(events)
        while batch := self._take_frames():
            self._step(batch, events)
        self._flush_stalled(events)
        return events

    def _skip_lost(self, events: dict[Key, list[TurnEvent]]) -> None:
        with self._lock:
            losing = [(key, stream, stream.lost) for key, stream in self._streams.items() if stream.lost]
            for _, stream, _ in losing:
                stream.lost = 0
        for key, stream, lost in losing:
            _add(events, key, stream.detector.skip(lost))

    def _take_frames(self) -> list[tuple[Key, _Stream, bytes]]:
        """One frame of every stream that has one; a closing stream's last piece is filled up with silence."""
        batch = []
        with self._lock:
            for key, stream in self._streams.items():
                waiting = stream.waiting
                if len(waiting) >= FRAME or (stream.closing and waiting):
                    batch.append((key, stream, bytes(waiting[:FRAME]).ljust(FRAME, mulaw.SILENCE)))
                    del waiting[:FRAME]
        return batch

    def _step(self, batch: list[tuple[Key, _Stream, bytes]], events: dict[Key, list[TurnEvent]]) -> None:
        frames = mulaw.decode(b"".join(data for _, _, data in batch)).reshape(len(batch), FRAME)
        states = np.concatenate([stream.state for _, stream, _ in batch])
        voices, states = self._model.probabilities(to_float32(frames), states)
        for row, (key, stream, _) in enumerate(batch):
            stream.state = states[row : row + 1]
            _add(events, key, stream.detector.feed(float(voices[row]), frames[row]))

    def _flush_stalled(self, events: dict[Key, list[TurnEvent]]) -> None:
        """End the utterances of streams that are closed or whose frames stopped coming: silence by the wall clock."""
        now = self._clock()
        with self._lock:
            ending = [
                (key, stream)
                for key, stream in self._streams.items()
                if stream.closing or now - stream.fed_at >= stream.stall_seconds
            ]
            for key, stream in ending:
                if stream.closing and not stream.waiting:
                    del self._streams[key]
        for key, stream in ending:
            _add(events, key, stream.detector.flush())


def _add(events: dict[Key, list[TurnEvent]], key: Key, new: list[TurnEvent]) -> None:
    if new:
        events.setdefault(key, []).extend(new)
