"""Measures the recognizer as replicas on Ray: what one replica does, beside one worker of this machine's own pool.

Utterances of four seconds, telephone quality, as many at once as the queue holds; replica and worker have one thread
each. Rounds alternate, so that a busy machine slows both, and the median of the ratios counts.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from typing import Any

import numpy as np
import psutil
from numpy.typing import NDArray

from bench.recognition import telephone_utterances
from dialects.settings import RecognitionSettings
from elder_channel.placing import wait_until
from elder_channel.recognition.pool import RecognizerPool
from elder_channel.recognition.ray_pool import RayPool, ray_installed
from elder_channel.recognition.server import Recognizers
from elder_channel.reports import result

ROUNDS = 5
_READY_SECONDS = 180.0
_SETTINGS = RecognitionSettings(workers=1, threads=1, ray_max_replicas=1, queue_limit=64, timeout_seconds=60)


def run() -> list[dict[str, Any]]:
    """Measure both; a list of `{name, value, unit, reach, ok}`, empty without the extra `ray`."""
    if not ray_installed():
        print("Ray is not installed (the extra ray), so there is nothing to measure.")
        return []
    pools: tuple[Recognizers, Recognizers] = (RecognizerPool(_SETTINGS), RayPool(_SETTINGS))
    try:
        for pool in pools:
            pool.start()
        for pool in pools:
            _await_ready(pool)
        return _compare(*pools)
    finally:
        for pool in pools:
            pool.close()


def _compare(local: Recognizers, on_ray: Recognizers) -> list[dict[str, Any]]:
    sounds = telephone_utterances() * 3
    for pool in (local, on_ray):
        _rate(pool, sounds)
    pairs = [(_rate(local, sounds), _rate(on_ray, sounds)) for _ in range(ROUNDS)]
    replica, ray = _memory_bytes()
    return [
        result("replicas.utterances_per_second", round(statistics.median(ray for _, ray in pairs), 4), "1/s"),
        result("replicas.local_utterances_per_second", round(statistics.median(own for own, _ in pairs), 4), "1/s"),
        result("replicas.against_local", round(statistics.median(ray / own for own, ray in pairs), 4), "times"),
        result("replicas.replica_memory_mb", round(replica / 2**20), "MB"),
        result("replicas.ray_memory_mb", round(ray / 2**20), "MB"),
    ]


def _rate(pool: Recognizers, sounds: Sequence[NDArray[np.float32]]) -> float:
    """Utterances a second when all are asked for at once."""
    begun = time.perf_counter()
    for answer in [pool.submit(sound) for sound in sounds]:
        answer.result(timeout=_READY_SECONDS)
    return len(sounds) / (time.perf_counter() - begun)


def _await_ready(pool: Recognizers) -> None:
    if not wait_until(lambda: pool.health().status == "ready", seconds=_READY_SECONDS):
        raise TimeoutError(f"the recognizer did not get ready: {pool.health()}")


def _memory_bytes() -> tuple[int, int]:
    """Resident memory of the replica, and of Ray's own processes beside it."""
    replica = ray = 0
    for child in psutil.Process().children(recursive=True):
        line = " ".join(child.cmdline())
        if "ServeReplica" in line:
            replica += child.memory_info().rss
        elif "ray" in line:
            ray += child.memory_info().rss
    return replica, ray
