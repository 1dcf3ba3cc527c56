"""The recognizer on Ray Serve: its queue limit, its losses, its end, and who can reach it."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx
import numpy as np
import psutil
import pytest

from dialects.audio.decode import decode_audio
from dialects.recognizers.port import Recognition
from dialects.recognizers.weights import MODEL_VARIABLE
from dialects.settings import RecognitionSettings
from elder_channel.placing import wait_until
from elder_channel.recognition.client import RecognizerClient
from elder_channel.recognition.errors import RecognitionUnavailableError
from elder_channel.recognition.ray_folder import make_folder, remove_folder
from elder_channel.recognition.ray_pool import ray_installed
from elder_channel.supervisor import free_port
from tests.fakes.recognizer_process import TOKEN, RecognizerProcess

DEMO = Path(__file__).parents[2] / "elder_channel" / "data" / "demo"
LOOPBACK = {"127.0.0.1", "::1", "::ffff:127.0.0.1"}
pytestmark = [
    pytest.mark.ray,
    pytest.mark.skipif(not ray_installed(), reason="the extra ray is not installed"),
]


def sentence() -> np.ndarray:
    return decode_audio(DEMO / "zh_wants_a_person.flac", rate_hz=16_000).samples


def family(pid: int) -> list[psutil.Process]:
    """The process and all that it started, as far as they live."""
    process = psutil.Process(pid)
    return [each for each in [process, *process.children(recursive=True)] if lives(each)]


def lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def replica_of(process: RecognizerProcess) -> psutil.Process:
    (replica,) = [each for each in family(process.process.pid) if each.name().startswith("ray::ServeReplica")]
    return replica


async def ask_at_once(process: RecognizerProcess, utterances: int) -> list[Recognition | BaseException]:
    client = RecognizerClient(process.url, token=TOKEN, settings=process.settings)
    asked = (client.recognize(sentence()) for _ in range(utterances))
    answers = await asyncio.gather(*asked, return_exceptions=True)
    await client.aclose()
    return answers


@pytest.mark.model
def test_nothing_of_it_listens_beyond_this_machine(ray_recognizer: RecognizerProcess) -> None:
    """Whoever reaches a port of Ray may run programs with it: all of them are on the loopback address."""
    listening = {
        connection.laddr.ip
        for each in family(ray_recognizer.process.pid)
        for connection in each.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    }
    assert listening
    assert listening <= LOOPBACK


@pytest.mark.model
def test_replicas_give_way_to_calls_and_tell_nobody(ray_recognizer: RecognizerProcess) -> None:
    """Niced like the workers of this machine; no usage reports; a key that only this Ray knows."""
    replica = replica_of(ray_recognizer)
    environment = replica.environ()
    assert replica.nice() >= 5
    assert environment["RAY_USAGE_STATS_ENABLED"] == "0"
    assert environment["RAY_AUTH_MODE"] == "token"
    assert len(environment["RAY_AUTH_TOKEN"]) >= 32


@pytest.mark.model
def test_law_2_a_full_queue_says_busy_at_once(ray_recognizer: RecognizerProcess) -> None:
    """Beyond the limit a call goes on without recognition rather than wait; the others are all answered."""
    answers = asyncio.run(ask_at_once(ray_recognizer, 90))
    outcomes = Counter(getattr(answer, "code", "heard") for answer in answers)
    assert set(outcomes) == {"heard", "busy"}
    assert outcomes["heard"] >= ray_recognizer.settings.queue_limit
    assert all(answer.retryable for answer in answers if isinstance(answer, RecognitionUnavailableError))


@pytest.mark.model
def test_what_nobody_waits_for_gives_its_place_back(ray_recognizer: RecognizerProcess) -> None:
    """Callers who hang up while their utterances wait leave Ray's queue free for others."""
    limit = ray_recognizer.settings.queue_limit

    async def ask_and_leave() -> None:
        asked = asyncio.create_task(ask_at_once(ray_recognizer, limit))
        assert await asyncio.to_thread(
            wait_until, lambda: ray_recognizer.wait_for_status(lambda _: True)["waiting"] >= limit - 4, seconds=30
        )
        asked.cancel()
        await asyncio.wait({asked})

    asyncio.run(ask_and_leave())
    assert wait_until(lambda: ray_recognizer.wait_for_status(lambda _: True)["waiting"] == 0, seconds=60)
    answers = asyncio.run(ask_at_once(ray_recognizer, limit - 4))
    assert Counter(getattr(answer, "code", "heard") for answer in answers) == {"heard": limit - 4}


@pytest.mark.model
def test_a_killed_replica_is_replaced_and_its_utterances_are_not_lost(ray_recognizer: RecognizerProcess) -> None:
    """A crash of the recognizer costs a moment, not a sentence."""
    (before,) = ray_recognizer.recognize([sentence()])
    heard: list[Recognition] = []
    asking = threading.Thread(target=lambda: heard.extend(ray_recognizer.recognize([sentence()] * 8)))
    asking.start()
    assert wait_until(lambda: ray_recognizer.wait_for_status(lambda _: True)["waiting"] >= 4, seconds=60)
    killed = replica_of(ray_recognizer)
    killed.kill()
    asking.join(timeout=120)
    assert [recognition.text for recognition in heard] == [before.text] * 8
    ray_recognizer.wait_for_status(lambda status: status == "ready")
    assert replica_of(ray_recognizer).pid != killed.pid


def test_without_a_model_the_process_stays_up_and_says_so(tmp_path: Path) -> None:
    """Law 1: the line still works; it is told at once, through Ray, why there is no recognition."""
    environment = os.environ | {MODEL_VARIABLE: str(tmp_path / "nowhere")}
    settings = RecognitionSettings(engine="ray", ray_max_replicas=1)
    with RecognizerProcess(settings, environment=environment) as process:
        assert process.health["status"] == "model_absent"
        assert str(tmp_path / "nowhere") in process.health["text"]
        with pytest.raises(RecognitionUnavailableError) as caught:
            process.recognize([np.zeros(16_000, np.float32)])
        assert (caught.value.code, caught.value.retryable) == ("model_absent", False)


@contextmanager
def command(state: Path, port: int, environment: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """`elder-channel recognizer serve --ray` in the foreground."""
    arguments = ["--state", str(state), "recognizer", "serve", "--ray", "--port", str(port)]
    process = subprocess.Popen([sys.executable, "-m", "elder_channel.cli.main", *arguments], env=dict(environment))
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(timeout=30)


def healthy(port: int) -> bool:
    try:
        health = httpx.get(f"http://127.0.0.1:{port}/health", trust_env=False).json()
    except httpx.TransportError:
        return False
    return bool(health["status"] == "ready")


def folders() -> set[Path]:
    return set(Path(tempfile.gettempdir()).glob("elder-channel-ray-*"))


@pytest.mark.model
@pytest.mark.parametrize(
    ("ending", "tidy"), [(signal.SIGTERM, True), (signal.SIGKILL, False)], ids=["asked to stop", "killed"]
)
def test_the_command_serves_and_leaves_nothing_behind(tmp_path: Path, ending: signal.Signals, tidy: bool) -> None:
    """From the command line to a sentence heard, and afterwards no process of Ray is left, however it ended."""
    port = free_port()
    with command(tmp_path, port, os.environ) as process:
        assert wait_until(lambda: healthy(port) or process.poll() is not None, seconds=180)
        secrets = dict(
            line.split("=", 1) for line in (tmp_path / "secrets.env").read_text("utf-8").splitlines() if "=" in line
        )
        settings = RecognitionSettings(timeout_seconds=60)

        async def ask() -> Recognition:
            client = RecognizerClient(
                f"http://127.0.0.1:{port}", token=secrets["ELDER_CHANNEL_RECOGNIZER_TOKEN"], settings=settings
            )
            try:
                return await client.recognize(sentence())
            finally:
                await client.aclose()

        heard = asyncio.run(ask())
        assert heard.language == "zh"
        assert heard.acoustic
        assert heard.language_posterior
        whole = family(process.pid)
        own = {folder for folder in folders() if f"-{process.pid}-" in folder.name}
        assert len(whole) > 3
        assert len(own) == 1
        process.send_signal(ending)
        process.wait(timeout=30)
        # Ray's agents look after their parent only now and then
        assert wait_until(lambda: not any(lives(each) for each in whole), seconds=180)
        assert own.isdisjoint(folders()) is tidy
    remove_folder(make_folder())  # a killed process cannot tidy up; the next that starts does
    assert own.isdisjoint(folders())


def test_the_command_says_what_is_wrong_before_it_starts(tmp_path: Path) -> None:
    """A shared cluster is replaced on request only, and a request without one is a slip."""
    done = subprocess.run(
        [sys.executable, "-m", "elder_channel.cli.main", "recognizer", "serve", "--ray", "--redeploy"],
        env=os.environ | {"ELDER_CHANNEL_STATE": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("elder-channel: --redeploy is for a shared Ray cluster")
