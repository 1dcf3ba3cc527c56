"""One recognizer on a Ray cluster: a replica of a Ray Serve deployment, which takes what waits in small batches."""

from __future__ import annotations

import asyncio
import time
from typing import Any, Final

import numpy as np
import ray.serve._private.replica as serve_replica
from numpy.typing import NDArray
from ray import serve

from dialects.errors import SpeechModelError
from dialects.recognizers.port import RATE_HZ, Recognition
from elder_channel.own_process import give_way
from elder_channel.recognition.errors import ReplicaLoadError
from elder_channel.recognition.pool import BATCH
from elder_channel.recognition.worker import NICENESS, Loader

BATCH_WAIT_SECONDS: Final = 0.01
"""A batch waits so long for company: what a finished batch lets through arrives within it."""
_WARM_UP = np.zeros(RATE_HZ, np.float32)


class RecognizerReplica:
    """Loads its model when made, so that Ray sends it nothing before; lives in a process of its own."""

    def __init__(self, load: Loader, threads: int, hang_seconds: float) -> None:
        _keep_to_loopback()
        give_way(NICENESS)
        self._hang_seconds = hang_seconds
        self._batch_began: float | None = None
        try:
            self._recognizer = load(threads)
            self._recognizer.recognize([_WARM_UP])
        except SpeechModelError as error:
            raise ReplicaLoadError(error.code, str(error)) from None
        except Exception as error:  # noqa: BLE001 - the way in: Ray must be told in words why there is no replica
            raise ReplicaLoadError("model_error", f"The recognizer cannot be loaded: {error}") from None

    async def __call__(self, samples: NDArray[np.float32]) -> Recognition:
        """Recognize one utterance, mono float32 at 16 kHz, in a batch with whatever else waits here."""
        recognition: Recognition = await self._recognize(samples)
        return recognition

    @serve.batch(max_batch_size=BATCH, batch_wait_timeout_s=BATCH_WAIT_SECONDS)  # type: ignore[untyped-decorator]  # see pyproject
    async def _recognize(self, utterances: list[NDArray[np.float32]]) -> list[Recognition]:
        self._batch_began = time.monotonic()
        try:  # in a thread: Ray's health check must be answered meanwhile
            return await asyncio.to_thread(self._recognizer.recognize, utterances)
        finally:
            self._batch_began = None

    def check_health(self) -> None:
        """Ray replaces a replica whose check fails: one that has hung over a batch, for which nobody waits any more."""
        if self._batch_began is not None and time.monotonic() - self._batch_began > self._hang_seconds:
            raise RuntimeError(f"The recognizer has hung over a batch for more than {self._hang_seconds:.0f} s.")


def _keep_to_loopback() -> None:
    """Ray Serve opens a port for requests between deployments on every address of the machine, and offers no setting.

    Nobody asks us there: utterances arrive as Ray's own actor calls (`_on_initialized` in Ray's replica.py).
    """
    listen = serve_replica.add_port_to_grpc_server

    def listen_on_loopback(server: Any, address: str) -> Any:
        return listen(server, address.replace("[::]", "127.0.0.1"))

    serve_replica.add_port_to_grpc_server = listen_on_loopback
