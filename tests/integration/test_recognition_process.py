"""The recognizer as a process: what it answers, refuses and survives."""

from __future__ import annotations

import asyncio
import os
import signal
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import psutil
import pytest

from dialects.audio.decode import decode_audio
from dialects.recognizers.port import Recognition
from dialects.recognizers.weights import MODEL_VARIABLE
from dialects.settings import RecognitionSettings
from elder_channel.recognition.client import RecognizerClient
from elder_channel.recognition.errors import RecognitionUnavailableError
from elder_channel.recognition.pool import RecognizerPool
from elder_channel.recognition.server import create_app
from tests.fakes.recognizer_process import TOKEN, RecognizerProcess

DEMO = Path(__file__).parents[2] / "elder_channel" / "data" / "demo"
SETTINGS = RecognitionSettings(timeout_seconds=30)


def sentence() -> np.ndarray:
    return decode_audio(DEMO / "zh_wants_a_person.flac", rate_hz=16_000).samples


@pytest.mark.model
def test_a_killed_worker_is_replaced_and_its_utterance_is_not_lost() -> None:
    """A crash of the recognizer costs a moment, not a sentence."""
    with RecognizerProcess(SETTINGS) as process:
        before = process.recognize([sentence()])
        (worker,) = [
            child
            for child in psutil.Process(process.process.pid).children(recursive=True)
            if "spawn_main" in " ".join(child.cmdline())
        ]
        assert worker.nice() >= 5
        os.kill(worker.pid, signal.SIGKILL)
        assert process.recognize([sentence()]) == before
        health = process.wait_for_status(lambda status: status == "ready")
        assert health["replaced"] == 1
        assert process.process.poll() is None


@pytest.mark.parametrize(
    ("named", "code"),
    [("{tmp}/nowhere", "model_absent"), ("{tmp}", "model_absent"), ("{tmp}/broken", "model_error")],
    ids=["absent", "without weights", "damaged"],
)
def test_without_a_model_the_process_stays_up_and_says_so(tmp_path: Path, named: str, code: str) -> None:
    """Law 1: the line still works; it is told at once that there is no recognition."""
    (tmp_path / "broken").mkdir()
    for name in ("model.bin", "config.json", "tokenizer.json", "vocabulary.txt"):
        (tmp_path / "broken" / name).write_bytes(b"not a model")
    environment = os.environ | {MODEL_VARIABLE: named.format(tmp=tmp_path)}
    with RecognizerProcess(SETTINGS, environment=environment) as process:
        assert process.health["status"] == code
        assert process.health["workers"] == 0
        with pytest.raises(RecognitionUnavailableError) as caught:
            process.recognize([np.zeros(16_000, np.float32)])
        assert (caught.value.code, caught.value.retryable) == (code, False)
        assert process.process.poll() is None


class HeldPool(RecognizerPool):
    """The pool's queue with its workers held back, so that what waits can be looked at."""

    def __init__(self, settings: RecognitionSettings) -> None:
        super().__init__(settings)
        self._ready = 1

    def start(self) -> None:
        """No worker is started."""


async def post(pool: RecognizerPool, headers: dict[str, str], body: bytes) -> httpx.Response:
    app = create_app(pool, token=TOKEN, timeout_seconds=0.05)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://recognizer") as client:
        return await client.post("/recognize", content=body, headers=headers)


GOOD = {"X-Sample-Rate": "16000", "X-Sample-Format": "int16", "X-Recognizer-Token": TOKEN}


@pytest.mark.parametrize(
    ("change", "body", "status"),
    [
        pytest.param({"X-Recognizer-Token": "wrong"}, b"", 403, id="wrong token"),
        pytest.param({"X-Recognizer-Token": ""}, b"", 403, id="no token"),
        pytest.param({"X-Sample-Rate": "fast"}, b"", 400, id="rate is no number"),
        pytest.param({"X-Sample-Rate": "999999"}, b"", 400, id="impossible rate"),
        pytest.param({"X-Sample-Format": "mp3"}, b"", 400, id="unknown format"),
        pytest.param({}, b"123", 400, id="half a sample"),
        pytest.param({}, bytes(2 * 16_000 * 61), 400, id="too long"),
        pytest.param({}, bytes(20_000_000), 400, id="far too long"),
    ],
)
def test_bad_requests_are_refused(change: dict[str, str], body: bytes, status: int) -> None:
    """Each with its status and a code, and nothing is queued."""
    pool = HeldPool(SETTINGS)
    response = asyncio.run(post(pool, GOOD | change, body))
    assert response.status_code == status
    assert set(response.json()) == {"code", "text", "retryable"}
    assert pool.health().waiting == 0


def test_a_full_queue_says_busy_at_once() -> None:
    """Beyond the limit a call goes on without recognition rather than wait."""
    pool = HeldPool(RecognitionSettings(queue_limit=2))
    kept: list[Future[Recognition]] = [pool.submit(np.zeros(10, np.float32)) for _ in range(2)]
    response = asyncio.run(post(pool, GOOD, bytes(3_200)))
    assert (response.status_code, response.json()["code"], response.json()["retryable"]) == (503, "busy", True)
    kept[0].cancel()  # its caller hung up: the place is free again
    pool.submit(np.zeros(10, np.float32))


def test_what_nobody_waits_for_is_not_recognized() -> None:
    """An answer that is too late gives its place back."""
    pool = HeldPool(RecognitionSettings(queue_limit=1))
    for _ in range(3):
        response = asyncio.run(post(pool, GOOD, bytes(3_200)))
        assert (response.status_code, response.json()["code"]) == (503, "timeout")


def test_what_its_asker_has_left_is_not_recognized() -> None:
    """Who goes away before the answer gives the place in the queue back at once."""
    pool = HeldPool(RecognitionSettings(queue_limit=1))
    app = create_app(pool, token=TOKEN, timeout_seconds=600)
    headers = [(name.lower().encode(), value.encode()) for name, value in GOOD.items()]
    scope = {"type": "http", "method": "POST", "path": "/recognize", "headers": headers, "query_string": b""}

    async def ask_and_leave() -> None:
        events = iter([{"type": "http.request", "body": bytes(3_200)}, {"type": "http.disconnect"}])

        async def receive() -> Any:
            return next(events)

        async def send(_: Any) -> None:
            """Nobody is there to read it."""

        await app(scope, receive, send)

    for _ in range(3):
        asyncio.run(ask_and_leave())
    pool.submit(np.zeros(10, np.float32))


def test_switched_off_means_nothing_is_sent() -> None:
    """With recognition off no sound leaves the line's process."""
    off = RecognitionSettings(enabled=False)
    client = RecognizerClient("http://127.0.0.1:9", token=TOKEN, settings=off)
    with pytest.raises(RecognitionUnavailableError) as caught:
        asyncio.run(client.recognize(np.zeros(10, np.float32)))
    assert caught.value.code == "disabled"
    pool = RecognizerPool(off)
    pool.start()
    assert pool.health().status == "disabled"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        pytest.param(httpx.Response(200, json={"nonsense": 1}), "failed", id="nonsense"),
        pytest.param(httpx.Response(500, text="oops"), "failed", id="crash"),
        pytest.param(httpx.Response(503, json={"code": "busy", "text": "", "retryable": True}), "busy", id="busy"),
        pytest.param(httpx.ConnectError("refused"), "unreachable", id="not there"),
        pytest.param(httpx.ReadTimeout("slow"), "timeout", id="slow"),
    ],
)
def test_the_client_has_one_error_for_every_failure(answer: httpx.Response | Exception, code: str) -> None:
    """Whatever goes wrong, the call is told one thing: no recognition, and why."""

    def reply(_: httpx.Request) -> httpx.Response:
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def ask() -> None:
        async with httpx.AsyncClient(transport=httpx.MockTransport(reply)) as http:
            client = RecognizerClient("http://recognizer", token=TOKEN, settings=SETTINGS, http=http)
            await client.recognize(np.zeros(160, np.float32))

    with pytest.raises(RecognitionUnavailableError) as caught:
        asyncio.run(ask())
    assert caught.value.code == code
