"""Placing a call: what the carrier's client really sends, over HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from urllib.parse import parse_qs

import pytest

from elder_channel.telephony.errors import CarrierError
from elder_channel.telephony.rest import TwilioCarrier

ACCOUNT = "AC" + "0" * 32
SID = "CA" + "1" * 32


class Api(HTTPServer):
    """Answers every request alike and keeps what it was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.forms: list[tuple[str, dict[str, list[str]]]] = []
        self.answer: tuple[int, dict[str, object]] = (201, {"sid": SID})


class Handler(BaseHTTPRequestHandler):
    """One request."""

    server: Api

    def do_POST(self) -> None:
        """Keep the form."""
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.forms.append((self.path, parse_qs(body, keep_blank_values=True)))
        status, answer = self.server.answer
        content = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Quietly."""


@pytest.fixture
def api() -> Iterator[Api]:
    """The API on a port of this machine."""
    server = Api()
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def place(api: Api, **more: object) -> str:
    """Have somebody rung."""
    carrier = TwilioCarrier(ACCOUNT, "token", f"http://127.0.0.1:{api.server_port}")
    return carrier.place_call(
        "+8659100000102",
        from_="+862100000060",
        url="https://line.example/voice/called?request=1&attempt=1",
        status_url="https://line.example/voice/called-status?request=1&attempt=1",
        ring_seconds=40,
        **more,  # type: ignore[arg-type]
    )


def test_the_carrier_is_asked_for_one_call(api: Api) -> None:
    """Who, by whom, what is heard, who is told of what; machines are not looked for."""
    assert place(api) == SID
    [(path, form)] = api.forms
    assert path == f"/2010-04-01/Accounts/{ACCOUNT}/Calls.json"
    assert form == {
        "To": ["+8659100000102"],
        "From": ["+862100000060"],
        "Url": ["https://line.example/voice/called?request=1&attempt=1"],
        "Method": ["POST"],
        "StatusCallback": ["https://line.example/voice/called-status?request=1&attempt=1"],
        "StatusCallbackMethod": ["POST"],
        "StatusCallbackEvent": ["initiated", "ringing", "answered", "completed"],
        "Timeout": ["40"],
    }


def test_fallback_and_machine_detection_are_asked_for_where_they_are_set(api: Api) -> None:
    """By the settings of the operator."""
    place(api, fallback_url="https://handler.example/EH1", detect_machines=True)
    form = api.forms[0][1]
    assert (form["FallbackUrl"], form["FallbackMethod"]) == (["https://handler.example/EH1"], ["GET"])
    assert form["MachineDetection"] == ["Enable"]


@pytest.mark.parametrize(
    ("status", "code", "retryable"),
    [(400, "21211", False), (429, "20429", True), (503, "20503", True)],
    ids=["no number", "too many", "ill"],
)
def test_a_call_is_asked_for_once(api: Api, status: int, code: str, retryable: bool) -> None:
    """A second request might ring the phone a second time; the error says whether a later one may do."""
    api.answer = status, {"code": int(code), "message": "no", "status": status}
    with pytest.raises(CarrierError) as caught:
        place(api)
    assert (caught.value.code, caught.value.retryable) == (code, retryable)
    assert len(api.forms) == 1
