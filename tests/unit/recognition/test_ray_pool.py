"""The queue in front of a Ray cluster: what it tells and refuses, with a small cluster that is not Ray."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from threading import Event, current_thread

import numpy as np
import pytest

from dialects.recognizers.port import Recognition
from dialects.settings import RecognitionSettings
from elder_channel.recognition import ray_pool
from elder_channel.recognition.errors import RecognitionUnavailableError, ReplicaLoadError, load_failure
from elder_channel.recognition.ray_pool import RayPool
from elder_channel.recognition.worker import Ready

SETTINGS = RecognitionSettings(engine="ray")
SOUND = np.zeros(160, np.float32)
READY: tuple[Ready, int] = (("ready", "on Ray, replicas: 1"), 1)
FAILED: tuple[Ready, int] = (("model_absent", "There is no model."), 0)


class SmallCluster:
    """A cluster that stands as it is told to and answers when it is let."""

    died = 0

    def __init__(self, standing: tuple[Ready, int] = READY) -> None:
        self.standing = standing
        self.deployed = 0
        self.closed_by = ""
        self.cancelled = Event()
        self.looking = Event()
        self.answers = True
        self.hold_look = Event()
        self.hold_look.set()

    def deploy(self) -> None:
        self.deployed += 1

    def look(self) -> tuple[Ready, int]:
        self.hold_look.wait(10)
        self.looking.set()
        return self.standing

    async def ask(self, samples: np.ndarray) -> Recognition:
        try:
            if not self.answers:
                await asyncio.sleep(60)
        except asyncio.CancelledError:
            self.cancelled.set()
            raise
        return Recognition("您好", "zh")

    def close(self) -> None:
        self.closed_by = current_thread().name


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looks follow one another at once."""
    monkeypatch.setattr(ray_pool, "_LOOK_SECONDS", 0.01)
    monkeypatch.setattr(ray_pool, "_RECONNECT_SECONDS", 0.01)


def wait_until(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < until, "it never came to that"
        time.sleep(0.005)


@pytest.fixture
def cluster() -> SmallCluster:
    return SmallCluster()


@pytest.fixture
def pool(cluster: SmallCluster) -> Iterator[RayPool]:
    pool = RayPool(SETTINGS, connect=lambda _: cluster)
    pool.start()
    yield pool
    cluster.hold_look.set()
    pool.close()


def refusal(pool: RayPool) -> tuple[str, bool]:
    with pytest.raises(RecognitionUnavailableError) as caught:
        pool.submit(SOUND).result(10)
    return caught.value.code, caught.value.retryable


def test_an_utterance_is_answered_by_the_cluster(pool: RayPool) -> None:
    """Once replicas are there, what is submitted is recognized."""
    wait_until(lambda: pool.health().status == "ready")
    assert pool.submit(SOUND).result(10).text == "您好"
    assert pool.health().workers == 1


def test_before_replicas_are_there_callers_are_not_kept_waiting() -> None:
    """Law 2: while Ray starts, the answer is a refusal at once, and worth another try."""
    pool = RayPool(SETTINGS, connect=lambda _: SmallCluster())
    assert refusal(pool) == ("starting", True)
    pool.close()


def test_law_1_a_cluster_that_falls_silent_is_not_asked(
    pool: RayPool, cluster: SmallCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When Ray does not say any more how it stands, calls go on without it at once."""
    wait_until(lambda: pool.health().status == "ready")
    monkeypatch.setattr(ray_pool, "_STALE_SECONDS", 0.0)
    cluster.hold_look.clear()
    wait_until(lambda: pool.health().status == "engine_error")
    assert refusal(pool) == ("engine_error", False)
    monkeypatch.setattr(ray_pool, "_STALE_SECONDS", 60.0)
    cluster.hold_look.set()
    wait_until(lambda: pool.health().status == "ready")


def test_what_nobody_waits_for_is_cancelled_on_the_cluster(pool: RayPool, cluster: SmallCluster) -> None:
    """A caller who has hung up costs no replica its time."""
    cluster.answers = False
    wait_until(lambda: pool.health().status == "ready")
    answer = pool.submit(SOUND)
    wait_until(lambda: pool.health().waiting == 1)
    answer.cancel()
    assert cluster.cancelled.wait(10)
    with pytest.raises(CancelledError):
        answer.result(10)
    wait_until(lambda: pool.health().waiting == 0)


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        pytest.param(ImportError("No module named 'ray'"), "engine_absent", id="not installed"),
        pytest.param(ConnectionError("no cluster\nmore"), "engine_error", id="no cluster"),
    ],
)
def test_law_1_without_ray_the_process_stays_up_and_tries_again(fault: Exception, code: str) -> None:
    """The line works on; it is told at once that there is no recognition, and Ray is looked for again."""
    faults = [fault]

    def connect(_: RecognitionSettings) -> SmallCluster:
        if faults:
            raise faults[0]
        return SmallCluster()

    pool = RayPool(SETTINGS, connect=connect)
    pool.start()
    wait_until(lambda: pool.health().status == code)
    assert refusal(pool) == (code, False)
    faults.clear()
    wait_until(lambda: pool.health().status == "ready")
    pool.close()


def test_a_deployment_that_failed_is_tried_again(
    pool: RayPool, cluster: SmallCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The missing model may have been installed since."""
    cluster.standing = FAILED
    wait_until(lambda: pool.health().status == "model_absent")
    assert (refusal(pool), cluster.deployed) == (("model_absent", False), 0)
    monkeypatch.setattr(ray_pool, "_REDEPLOY_SECONDS", 0.0)
    wait_until(lambda: cluster.deployed > 0)


def test_the_thread_that_joined_the_cluster_leaves_it(cluster: SmallCluster) -> None:
    """Ray's processes end with the thread that started them, so that thread keeps them."""
    pool = RayPool(SETTINGS, connect=lambda _: cluster)
    pool.start()
    wait_until(lambda: pool.health().status == "ready")
    pool.close()
    assert cluster.closed_by == "ray-keeper"


def test_switched_off_means_ray_is_not_started() -> None:
    """With recognition off nothing is joined."""
    pool = RayPool(RecognitionSettings(engine="ray", enabled=False), connect=lambda _: pytest.fail("joined"))
    pool.start()
    assert pool.health().status == "disabled"
    pool.close()


def test_why_a_replica_did_not_load_is_read_from_ray_s_message() -> None:
    """Ray tells it inside a long report; the caller's side wants code and sentence."""
    error = ReplicaLoadError("model_absent", "There is no model in /models.")
    report = f"The deployment failed to start 2 times. Error:\nTraceback ...\nReplicaLoadError: {error}\n\nSee logs."
    assert load_failure(report) == ("model_absent", "There is no model in /models.")
    assert load_failure("The deployment waits for resources.") is None
