"""The recognizers of a Ray cluster behind the same queue interface as the processes of this machine."""

from __future__ import annotations

import asyncio
import os
import secrets
import time
from collections.abc import Callable
from concurrent.futures import Future
from importlib.util import find_spec
from threading import Event, Thread
from typing import Protocol

import numpy as np
import structlog
from numpy.typing import NDArray

from dialects.recognizers.port import Recognition
from dialects.settings import RecognitionSettings
from elder_channel.recognition.errors import RecognitionUnavailableError
from elder_channel.recognition.pool import PoolHealth
from elder_channel.recognition.worker import Ready

log = structlog.get_logger(__name__)

ABSENT = "Ray is not installed: pip install -c constraints.txt 'elder-channel[ray]'"
_LOOK_SECONDS = 1.0
_RECONNECT_SECONDS = 15.0
_REDEPLOY_SECONDS = 60.0  # a model may have been installed since
_STALE_SECONDS = 10.0
"""A cluster that has not told how it stands for so long is not asked: its callers would wait for nothing."""


class Cluster(Protocol):
    """Where the replicas run."""

    @property
    def died(self) -> int: ...
    def deploy(self) -> None: ...
    def look(self) -> tuple[Ready, int]: ...
    async def ask(self, samples: NDArray[np.float32]) -> Recognition: ...
    def close(self) -> None: ...


Connect = Callable[[RecognitionSettings], Cluster]
"""Joins or starts a cluster; called in the thread that keeps it."""


def ray_installed() -> bool:
    """Whether the extra `ray` is there."""
    return find_spec("ray") is not None


def set_up_environment(settings: RecognitionSettings) -> None:
    """Ray's switches, before it is imported: nothing is told to anybody, and a Ray of our own stays on this machine."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    os.environ["RAY_DISABLE_FAILURE_SIGNAL_HANDLER"] = "1"  # it prints a stack when the process is told to stop
    if not settings.ray_address:
        # Ray's name for "no cluster": it then listens on 127.0.0.1 alone (ray/_private/services.py).
        os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"
        # Other users of this machine reach the loopback address too, and whoever talks to Ray runs code as us.
        os.environ["RAY_AUTH_MODE"] = "token"
        os.environ["RAY_AUTH_TOKEN"] = secrets.token_hex(32)


def connect_ray(settings: RecognitionSettings, *, redeploy: bool = False) -> Cluster:
    """The real cluster; raises ImportError where the extra is missing, and what Ray raises where there is none."""
    set_up_environment(settings)
    from elder_channel.recognition.ray_cluster import RayCluster  # heavy, and only once its switches are set

    return RayCluster(settings, redeploy=redeploy)


class RayPool:
    """Start it once; `submit` from any thread. Ray's faults are refusals, told at once."""

    def __init__(self, settings: RecognitionSettings, *, connect: Connect = connect_ray) -> None:
        self._settings = settings
        self._connect = connect
        self._cluster: Cluster | None = None
        self._state: Ready = ("starting", "Ray is being started.")
        self._ready = 0
        self._looked_at = 0.0
        self._asked = 0
        self._closing = Event()
        self._loop = asyncio.new_event_loop()
        # The keeper starts Ray and must outlive it; see `RayCluster`.
        self._keeper = Thread(target=self._keep, name="ray-keeper", daemon=True)
        self._asker = Thread(target=self._run_loop, name="ray-asker", daemon=True)

    def start(self) -> None:
        """Join or start Ray; returns at once, `health` tells when replicas are ready."""
        if not self._settings.enabled:
            self._state = ("disabled", "Recognition is switched off in the settings.")
            return
        self._asker.start()
        self._keeper.start()

    def submit(self, samples: NDArray[np.float32]) -> Future[Recognition]:
        """Send an utterance, mono float32 at 16 kHz; cancel the future when nobody waits for it any more.

        Raises `RecognitionUnavailableError` when no replica has a model; the future raises it when the queue is full.
        """
        code, text = self._standing()
        if code != "ready" or self._cluster is None:
            raise RecognitionUnavailableError(code, text, retryable=code == "starting")
        return asyncio.run_coroutine_threadsafe(self._ask(self._cluster, samples), self._loop)

    def health(self) -> PoolHealth:
        """The cluster as it was a moment ago."""
        code, text = self._standing()
        died = self._cluster.died if self._cluster else 0
        return PoolHealth(code, text, self._ready if code == "ready" else 0, self._asked, died)

    def close(self) -> None:
        """Leave Ray; what is still being recognized is given up."""
        self._closing.set()
        if self._keeper.ident is None:
            self._loop.close()
            return
        self._keeper.join(timeout=10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._asker.join(timeout=5)

    def _run_loop(self) -> None:
        self._loop.run_forever()
        if given_up := asyncio.all_tasks(self._loop):
            for task in given_up:
                task.cancel()
            self._loop.run_until_complete(asyncio.wait(given_up))
        self._loop.close()

    def _standing(self) -> Ready:
        if self._state[0] == "ready" and time.monotonic() - self._looked_at > _STALE_SECONDS:
            return ("engine_error", "Ray does not answer.")
        return self._state

    async def _ask(self, cluster: Cluster, samples: NDArray[np.float32]) -> Recognition:
        self._asked += 1
        try:
            return await cluster.ask(samples)
        finally:
            self._asked -= 1

    def _keep(self) -> None:
        """Join the cluster, watch it, join it again."""
        while not self._closing.is_set():
            try:
                self._cluster = self._connect(self._settings)
                self._watch(self._cluster)
            except ImportError:
                self._tell("engine_absent", ABSENT)
            except Exception as error:  # noqa: BLE001 - the way in: whatever Ray does must not end the watch over it
                reason = str(error).strip().splitlines()[0:1]
                self._tell("engine_error", f"Ray cannot be used: {type(error).__name__} {''.join(reason)}")
            finally:
                if self._cluster:
                    self._cluster.close()
                self._cluster = None
            self._closing.wait(_RECONNECT_SECONDS)

    def _watch(self, cluster: Cluster) -> None:
        failed_at: float | None = None
        while not self._closing.is_set():
            (code, text), self._ready = cluster.look()
            self._looked_at = time.monotonic()
            self._tell(code, text)
            if code in {"ready", "starting"}:
                failed_at = None
            elif failed_at is None:
                failed_at = self._looked_at
            elif self._looked_at - failed_at > _REDEPLOY_SECONDS:
                failed_at = None
                cluster.deploy()
            self._closing.wait(_LOOK_SECONDS)

    def _tell(self, code: str, text: str) -> None:
        if code != self._state[0]:
            log.info("recognizer.state", code=code, reason=text)
        self._state = (code, text)
