"""Recognizer processes behind one bounded queue: what waits is taken in small batches, what dies is replaced."""

from __future__ import annotations

import multiprocessing
import time
from collections import deque
from concurrent.futures import Future
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from threading import Condition, Thread

import numpy as np
import structlog
from numpy.typing import NDArray

from dialects.recognizers.port import Recognition
from dialects.settings import RecognitionSettings
from elder_channel.recognition.errors import RecognitionUnavailableError
from elder_channel.recognition.hosted import end_process
from elder_channel.recognition.worker import Answer, Ready, whisper_loader, work

log = structlog.get_logger(__name__)

BATCH = 4
"""Utterances a worker takes at once: four of 4 s cost 110 ms each, one by one 141 ms (one thread)."""
_LOAD_SECONDS = 120.0  # a first start puts the model together and checks it
_RELOAD_SECONDS = 15.0  # after this a missing model is looked for again: it may have been installed since
_SPAWN = multiprocessing.get_context("spawn")  # a fork would inherit the event loop's sockets and locks


def hang_seconds(settings: RecognitionSettings) -> float:
    """A worker that takes longer than this for a batch hangs: nobody waits for the answer any more."""
    return max(30.0, BATCH * settings.timeout_seconds)


@dataclass
class _Request:
    samples: NDArray[np.float32]
    answer: Future[Recognition] = field(default_factory=Future)
    tried: bool = False  # a worker died over it, or before it: it gets one more


@dataclass(frozen=True)
class PoolHealth:
    """How the pool is doing."""

    status: str
    """`ready`, `starting`, `disabled` or the code of what keeps it from working."""
    text: str
    workers: int
    """Workers with a loaded model."""
    waiting: int
    replaced: int
    """Workers that died and were replaced since the start."""


class RecognizerPool:
    """Start it once; `submit` from any thread."""

    def __init__(self, settings: RecognitionSettings) -> None:
        self._settings = settings
        self._load = whisper_loader(settings)
        self._change = Condition()
        self._waiting: deque[_Request] = deque()
        self._closed = False
        self._ready = 0
        self._replaced = 0
        self._state: Ready = ("starting", "The speech model is being loaded.")
        self._threads: list[Thread] = []
        self._batch_seconds = hang_seconds(settings)

    def start(self) -> None:
        """Start the workers; returns at once, `health` tells when they are ready."""
        if not self._settings.enabled:
            self._state = ("disabled", "Recognition is switched off in the settings.")
            return
        for number in range(self._settings.workers):
            thread = Thread(target=self._keep_worker, name=f"recognizer-{number}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def submit(self, samples: NDArray[np.float32]) -> Future[Recognition]:
        """Queue an utterance, mono float32 at 16 kHz; cancel the future when nobody waits for it any more.

        Raises `RecognitionUnavailableError` when the queue is full or no worker has a model.
        """
        request = _Request(samples)
        with self._change:
            if not self._ready:
                code, text = self._state
                raise RecognitionUnavailableError(code, text, retryable=code == "starting")
            if len(self._waiting) >= self._settings.queue_limit:
                self._drop_cancelled()
            if len(self._waiting) >= self._settings.queue_limit:
                raise RecognitionUnavailableError("busy", "Too many utterances are waiting.", retryable=True)
            self._waiting.append(request)
            self._change.notify()
        return request.answer

    def health(self) -> PoolHealth:
        """The pool at this moment."""
        with self._change:
            code, text = self._state
            return PoolHealth(code, text, self._ready, len(self._waiting), self._replaced)

    def close(self) -> None:
        """Stop the workers; what waits is answered with an error."""
        with self._change:
            self._closed = True
            self._change.notify_all()
        for thread in self._threads:
            thread.join(timeout=10)
        self._fail(list(self._waiting), "worker_died", "The recognizer is stopping.")

    def _drop_cancelled(self) -> None:
        self._waiting = deque(request for request in self._waiting if not request.answer.cancelled())

    def _keep_worker(self) -> None:
        """One thread for each worker: starts it, feeds it, replaces it."""
        while not self._closed:
            pipe, far_end = _SPAWN.Pipe()
            process = _SPAWN.Process(target=work, args=(far_end, self._load, self._settings.threads), daemon=True)
            process.start()
            far_end.close()  # so that the pipe reports the end of the process
            try:
                self._serve(pipe)
            finally:
                pipe.close()
                end_process(process)

    def _serve(self, pipe: Connection) -> None:
        """Feed a worker until it dies, hangs or the pool closes."""
        code, text = self._await_ready(pipe)
        with self._change:
            if code == "ready" or not self._ready:
                self._state = (code, text)
            if code != "ready":
                log.warning("recognizer.unavailable", code=code, text=text)
                if not self._ready:
                    self._fail(list(self._waiting), code, text)
                    self._waiting.clear()
                self._change.wait_for(lambda: self._closed, timeout=_RELOAD_SECONDS)
                return
            self._ready += 1
        log.info("recognizer.ready", recognizer=text)
        try:
            while batch := self._take():
                if not self._answer(pipe, batch):
                    return
        finally:
            with self._change:
                self._ready -= 1
                if not self._ready:
                    self._state = ("starting", "The recognizer is being started again.")

    def _await_ready(self, pipe: Connection) -> Ready:
        deadline = time.monotonic() + _LOAD_SECONDS
        try:
            while not self._closed and time.monotonic() < deadline:
                if pipe.poll(0.2):
                    ready: Ready = pipe.recv()
                    return ready
        except (EOFError, OSError):
            return ("model_error", "The recognizer ended while it loaded its model.")
        return ("model_error", "The recognizer did not load its model in time.")

    def _take(self) -> list[_Request]:
        """Wait for work; up to `BATCH` requests that are still wanted, none when the pool closes."""
        batch: list[_Request] = []
        with self._change:
            while not batch:
                self._change.wait_for(lambda: self._waiting or self._closed)
                if self._closed:
                    return []
                while self._waiting and len(batch) < BATCH:
                    request = self._waiting.popleft()
                    if request.tried or request.answer.set_running_or_notify_cancel():
                        batch.append(request)
        return batch

    def _answer(self, pipe: Connection, batch: list[_Request]) -> bool:
        """Have a batch recognized; False when the worker must be replaced."""
        try:
            pipe.send([request.samples for request in batch])
            answer: Answer | None = pipe.recv() if pipe.poll(self._batch_seconds) else None
        except (EOFError, OSError):
            answer = None
        if answer is None:
            self._try_again(batch)
            return False
        if isinstance(answer, str):
            self._fail(batch, "failed", f"The recognizer failed: {answer}")
        else:
            for request, recognition in zip(batch, answer, strict=True):
                request.answer.set_result(recognition)
        return True

    def _try_again(self, batch: list[_Request]) -> None:
        """A worker died or hung: what it had goes to the front of the queue, once."""
        log.warning("recognizer.replaced", utterances=len(batch))
        self._fail([request for request in batch if request.tried], "worker_died", "The recognizer died over it twice.")
        with self._change:
            self._replaced += 1
            for request in reversed([request for request in batch if not request.tried]):
                request.tried = True
                self._waiting.appendleft(request)
            self._change.notify()

    def _fail(self, batch: list[_Request], code: str, text: str) -> None:
        for request in batch:
            if not request.answer.done():
                request.answer.set_exception(RecognitionUnavailableError(code, text, retryable=code == "worker_died"))
