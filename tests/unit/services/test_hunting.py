"""The hunt group, rung by the worker for calls the voice process forgot."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from elder_channel.calls.model import CallState
from elder_channel.services.hunting import rescue_forgotten
from elder_channel.services.line import LineService
from elder_channel.supervisor import free_port
from elder_channel.telephony.errors import CarrierError
from tests.fakes.line import LineInMemory, open_test_line

DEDICATED = "+862100000061"


@pytest.fixture
def at(tmp_path: Path) -> Iterator[LineInMemory]:
    """A line whose voice process would listen on a port where nobody does."""
    opened = open_test_line(tmp_path, ELDER_CHANNEL_SERVER__VOICE_PORT=str(free_port()))
    yield opened
    opened.line.databases.dispose()


def waiting_call(at: LineInMemory, seconds: float) -> None:
    """A call in the queue for so long, with the voice process gone."""
    LineService(at.line).arrive("CA1", "+8659100000155", DEDICATED)
    at.clock.forward(seconds)


def test_law_1_a_call_that_waits_while_voice_is_down_rings_people(at: LineInMemory) -> None:
    """The carrier is handed the document itself: nothing of ours has to be up to serve it."""
    waiting_call(at, 60)
    assert rescue_forgotten(at.line) == 1
    [(sid, document)] = at.carrier.documents
    assert sid == "CA1"
    assert "<Dial" in document
    assert "statusCallback" not in document
    call = at.line.calls.get("CA1")
    assert call
    assert call.state is CallState.RINGING
    assert rescue_forgotten(at.line) == 0


def test_a_call_that_waits_for_a_moment_only_is_left_to_the_router(at: LineInMemory) -> None:
    """A voice process that is being started again takes its calls up itself."""
    waiting_call(at, 20)
    assert rescue_forgotten(at.line) == 0


def test_a_call_that_could_not_be_rescued_is_tried_again(at: LineInMemory) -> None:
    """A carrier that refuses leaves the call waiting, for the next look."""
    waiting_call(at, 60)
    at.carrier.failure = CarrierError("no", code="no_answer", retryable=True)
    assert rescue_forgotten(at.line) == 0
    at.carrier.failure = None
    at.clock.forward(60)
    assert rescue_forgotten(at.line) == 1


def test_nothing_is_rescued_while_voice_answers(at: LineInMemory) -> None:
    """The router of a living voice process decides by itself, however long somebody waits."""

    class Healthy(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    waiting_call(at, 60)
    with HTTPServer(("127.0.0.1", at.line.settings.server.voice_port), Healthy) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        assert rescue_forgotten(at.line) == 0
        server.shutdown()
