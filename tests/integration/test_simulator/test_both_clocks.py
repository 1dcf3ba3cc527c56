"""One scenario on the real clock, over real connections, and on the virtual one: the same things happen."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from elder_channel.rehearsal.other_service import OtherService, rehearse_other
from elder_channel.simulator.in_process import play, told
from elder_channel.simulator.scenarios.performance import Performance
from elder_channel.simulator.scenarios.reading import read_scenario

ACCOUNT_SID, AUTH_TOKEN = "AC" + "0" * 32, "carrier-secret"
SCENARIO = """name: A key, a word, a queue, an agent who does not answer and one who does
caller:
  from: "+8659100000155"
  does:
    - {when: question, after: 0.3, press: "1"}
    - {when: waiting, after: 0.2, sound: {tone: {seconds: 0.4, hz: 440}}}
agents:
  client:away: {behaviour: no_answer}
  client:desk: {answer_after_seconds: 0.4, talk_seconds: 0.5}
expect:
  answered_by: client:desk
  steps: [stream.started, key.pressed delivered=True, queue.entered, queue.left result=leave, agent.not_reached]
  never: [warning, fallback.used]
"""
VOLATILE = {"n", "at", "call_sid", "stream_sid", "url", "took_ms"}


async def voice(request: Request) -> Response:
    stream = str(request.url.replace(scheme="ws" if request.url.scheme == "http" else "wss", path="/sound"))
    return twiml(
        f'<Start><Stream url="{stream}"/></Start>'
        '<Gather numDigits="1" action="/queue"><Say>请按一。</Say></Gather><Hangup/>'
    )


async def queue(request: Request) -> Response:
    return twiml('<Enqueue action="/left" waitUrl="/wait">people</Enqueue>')


async def wait(request: Request) -> Response:
    waited_seconds = int(str((await request.form())["QueueTime"]))
    return twiml("<Leave/>" if waited_seconds else '<Say>请稍等，马上就来。</Say><Pause length="1"/>')


async def left(request: Request) -> Response:
    return twiml('<Dial timeout="1" sequential="true"><Client>away</Client><Client>desk</Client></Dial><Say>再见</Say>')


async def sound(websocket: WebSocket) -> None:
    await websocket.accept()
    try:
        while True:
            await websocket.receive_text()
    except WebSocketDisconnect:
        return


def twiml(verbs: str) -> Response:
    return Response(f"<Response>{verbs}</Response>", media_type="text/xml")


APP = Starlette(
    routes=[
        *(Route(f"/{each.__name__}", each, methods=["POST"]) for each in (voice, queue, wait, left)),
        WebSocketRoute("/sound", sound),
    ]
)


@pytest.fixture
def served() -> Iterator[str]:
    """The application behind a real server."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(APP, log_level="critical", ws="websockets-sansio", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/voice"
    server.should_exit = True
    thread.join(10)
    listener.close()


def happened(performance: Performance, *, streams: bool) -> list[dict[str, Any]]:
    """The events without what differs from run to run; streams apart, for they open beside the call."""
    assert performance.passed, told(performance)
    return [
        {key: value for key, value in event.items() if key not in VOLATILE}
        for event in performance.calls[0].call.events
        if event["name"].startswith(("stream.", "speech.")) is streams
    ]


def test_the_same_happens_on_both_clocks(served: str, tmp_path: Path) -> None:
    """Event by event with what each carries; only the moments of the real one are a machine's."""
    file = tmp_path / "scenario.yaml"
    file.write_text(SCENARIO, encoding="utf-8")
    service = OtherService(served, ACCOUNT_SID, AUTH_TOKEN)
    (real,) = rehearse_other([read_scenario(file)], service, at_once=1, speed=1.0)
    virtual = play(file, APP)
    for streams in (False, True):
        assert happened(virtual, streams=streams) == happened(real, streams=streams)
