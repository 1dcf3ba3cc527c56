"""A simulator in its own process, and a small service that answers it as each test wishes."""

from __future__ import annotations

import asyncio
import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from elder_channel.placing import wait_until

ACCOUNT_SID = "AC" + "0" * 32
AUTH_TOKEN = "carrier-secret"
CONTROL_TOKEN = "control-secret"
FALLBACK = '<Response><Dial timeout="10"><Client>hunt-1</Client><Number>+864005550199</Number></Dial></Response>'
AGENTS = {
    "client:quick": {"answer_after_seconds": 0.1, "talk_seconds": 0.2},
    "client:hunt-1": {"answer_after_seconds": 0.2, "talk_seconds": 0.2},
    "client:busy": {"behaviour": "busy"},
    "client:away": {"behaviour": "no_answer"},
    "client:lost": {"behaviour": "fail"},
    "+864005550199": {"behaviour": "no_answer"},
}

Reply = bytes | str | tuple[int, str] | Callable[[dict[str, str]], "str | tuple[int, str]"]


@dataclass
class Asked:
    """One request the service received."""

    path: str
    form: dict[str, str]
    url: str
    signature: str
    token: str


@dataclass
class Service:
    """Answers every path with what the test put into `replies`, and remembers what it was asked."""

    port: int = 0
    replies: dict[str, Reply] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    media: list[dict[str, Any]] = field(default_factory=list)
    garbage: list[str] = field(default_factory=list)
    refuse_media: bool = False
    slow_seconds: dict[str, float] = field(default_factory=dict)
    handshakes: list[tuple[str, str]] = field(default_factory=list)
    media_script: list[tuple[str, list[dict[str, Any]]]] = field(default_factory=list)
    """After a message of this name, what the service says on the websocket; `close` closes it."""

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def media_url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/media/TOKEN"

    def wait_until_quiet(self) -> None:
        """Let the last callbacks of an earlier call come in: they are sent after the call is over."""
        deadline, heard = time.monotonic() + 5, -1
        while heard != len(self.asked) and time.monotonic() < deadline:
            heard = len(self.asked)
            time.sleep(0.25)

    def clear(self) -> None:
        """Forget the test before."""
        for each in (
            self.replies,
            self.asked,
            self.media,
            self.garbage,
            self.slow_seconds,
            self.handshakes,
            self.media_script,
        ):
            each.clear()
        self.refuse_media = False

    def forms(self, path: str) -> list[dict[str, str]]:
        return [asked.form for asked in self.asked if asked.path == path]

    def awaited(self, path: str, count: int = 1) -> list[dict[str, str]]:
        """The forms sent there, so many or more: callbacks may arrive a little after the call's end."""
        assert wait_until(lambda: len(self.forms(path)) >= count, seconds=15), f"{path} was not asked {count} times"
        return self.forms(path)

    async def http(self, request: Request) -> Response:
        form = {name: str(value) for name, value in (await request.form()).items()}
        path = request.url.path
        self.asked.append(
            Asked(
                path,
                form,
                str(request.url),
                request.headers.get("x-twilio-signature", ""),
                request.headers.get("i-twilio-idempotency-token", ""),
            )
        )
        await asyncio.sleep(self.slow_seconds.get(path, 0))
        reply = self.replies.get(path, "<Response/>")
        if isinstance(reply, bytes):
            return Response(reply, media_type="audio/wav")
        if callable(reply):
            reply = reply(form)
        status, body = reply if isinstance(reply, tuple) else (200, reply)
        kind = "application/json" if isinstance(body, str) and body.startswith("{") else "text/xml"
        return Response(body, status, media_type=kind)

    async def websocket(self, websocket: WebSocket) -> None:
        self.handshakes.append((str(websocket.url), websocket.headers.get("x-twilio-signature", "")))
        if self.refuse_media:
            await websocket.close(1008)
            return
        await websocket.accept()
        try:
            while True:
                text = await websocket.receive_text()
                try:
                    message = json.loads(text)
                except ValueError:
                    message = None
                if isinstance(message, dict):
                    self.media.append(message)
                    if await self._says(websocket, message):
                        return
                else:
                    self.garbage.append(text)
        except WebSocketDisconnect:
            return

    async def _says(self, websocket: WebSocket, heard: dict[str, Any]) -> bool:
        """Say what the script has for this; True when that closes the websocket."""
        if not self.media_script or self.media_script[0][0] != heard["event"]:
            return False
        for message in self.media_script.pop(0)[1]:
            if message["event"] == "close":
                await websocket.close()
                return True
            await websocket.send_json({"streamSid": heard["streamSid"], **message})
        return False


@dataclass
class Simulator:
    """The running simulator, and its control API."""

    base: str
    client: httpx.Client

    def place(self, **plan: Any) -> str:
        answer = self.client.post("/simulator/calls", json={"from": "+8613800000000", "max_seconds": 20, **plan})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["call_sid"])

    def follow(self, sid: str, until: str | None = None) -> list[dict[str, Any]]:
        """The events of a call, to its end or to the first event of that name."""
        events: list[dict[str, Any]] = []
        deadline = time.monotonic() + 40
        while time.monotonic() < deadline:
            after = events[-1]["n"] if events else 0
            answer = self.client.get(f"/simulator/calls/{sid}/events", params={"after": after, "wait": 10}).json()
            events.extend(answer["events"])
            if answer["done"] or any(event["name"] == until for event in events):
                return events
        raise AssertionError(f"the call did not end: {events}")

    def record(self, sid: str) -> dict[str, Any]:
        return dict(self.client.get(f"/simulator/calls/{sid}").json())

    def call(self, **plan: Any) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """Place a call and see it through."""
        sid = self.place(**plan)
        events = self.follow(sid)
        return self.record(sid), events


HOSTS = re.compile(r"https://(api|taskrouter)\.twilio\.com")


class ToSimulator(TwilioHttpClient):
    """Sends the real client's requests to the simulator: the client's own address is fixed."""

    def __init__(self, base: str) -> None:
        super().__init__(pool_connections=False)
        self._base = base

    def request(self, method: str, uri: str, *args: Any, **kwargs: Any) -> Any:
        return super().request(method, HOSTS.sub(self._base, uri), *args, **kwargs)


@pytest.fixture(scope="session")
def running_service() -> Iterator[Service]:
    service = Service()
    app = Starlette(
        routes=[
            WebSocketRoute("/media/{token}", service.websocket),
            Route("/{path:path}", service.http, methods=["GET", "POST"]),
        ]
    )
    listener = socket.create_server(("127.0.0.1", 0))
    service.port = listener.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", ws="websockets-sansio", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    yield service
    server.should_exit = True
    thread.join(10)
    listener.close()


@pytest.fixture(scope="session")
def simulator(running_service: Service, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    folder: Path = tmp_path_factory.mktemp("simulator")
    (folder / "fallback.xml").write_text(FALLBACK, encoding="utf-8")
    (folder / "agents.json").write_text(json.dumps(AGENTS), encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "elder_channel.simulator", "--port", str(port)]
    command += ["--voice-url", f"{running_service.base}/voice#rt=1500&ct=500", "--agents", str(folder / "agents.json")]
    command += ["--status-url", f"{running_service.base}/status", "--fallback", str(folder / "fallback.xml")]
    secrets = {
        "TWILIO_ACCOUNT_SID": ACCOUNT_SID,
        "TWILIO_AUTH_TOKEN": AUTH_TOKEN,
        "ELDER_CHANNEL_SIMULATOR_TOKEN": CONTROL_TOKEN,
    }
    process = subprocess.Popen(command, env={**os.environ, **secrets})
    base = f"http://127.0.0.1:{port}"
    with httpx.Client(base_url=base, headers={"Authorization": f"Bearer {CONTROL_TOKEN}"}, timeout=30) as client:
        _wait_for(client, process)
        yield Simulator(base, client)
    process.terminate()
    process.wait(15)


@pytest.fixture
def service(running_service: Service) -> Service:
    """The service, knowing nothing of the test before."""
    running_service.wait_until_quiet()
    running_service.clear()
    return running_service


@pytest.fixture
def carrier(simulator: Simulator) -> Client:
    """The real client of the carrier's REST API."""
    return Client(ACCOUNT_SID, AUTH_TOKEN, http_client=ToSimulator(simulator.base))


@pytest.fixture
def validator() -> RequestValidator:
    return RequestValidator(AUTH_TOKEN)


def _wait_for(client: httpx.Client, process: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        assert process.poll() is None, "the simulator did not start"
        try:
            if client.get("/health").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("the simulator does not answer")
