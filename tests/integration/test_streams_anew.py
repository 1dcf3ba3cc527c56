"""A media stream that breaks while the caller waits: another one takes its place, twice a call and no more."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from starlette.testclient import WebSocketTestSession
from starlette.websockets import WebSocketDisconnect

from elder_channel.placing import wait_until
from elder_channel.services.line import LineService
from elder_channel.services.streams import MOST_RENEWED, Streams
from elder_channel.telephony.errors import CallGoneError, CarrierError
from elder_channel.telephony.tokens import StreamTokens
from elder_channel.web.listening import Listener
from tests.fakes.line import SECRETS, LineInMemory
from tests.fakes.webhooks import BASE, HOTLINE, STRANGER, Carrier, signed

TOKENS = StreamTokens(SECRETS["ELDER_CHANNEL_STREAM_SECRET"])


@pytest.fixture
def waiting(at: LineInMemory) -> LineInMemory:
    """A line with a call in its queue."""
    service = LineService(at.line)
    service.arrive("CA1", STRANGER, HOTLINE)
    service.spoke_up("CA1")
    return at


def renewed(at: LineInMemory) -> int:
    """How many streams were asked for."""
    return len(at.carrier.streams)


@contextmanager
def stream(carrier: Carrier, name: str) -> Iterator[WebSocketTestSession]:
    """An open stream that has named itself; it breaks where the block ends."""
    path = "/media/" + TOKENS.issue("CA1", now=time.time())
    headers = signed("wss://line.example" + path, {})
    with carrier.http.websocket_connect(path, headers=headers) as socket:
        socket.send_json({"event": "start", "start": {"streamSid": name, "callSid": "CA1"}})
        yield socket


def carries(at: LineInMemory, name: str) -> bool:
    """Whether the books know by which stream the caller is heard."""

    def known() -> bool:
        call = at.line.calls.get("CA1")
        return call is not None and call.stream_sid == name

    return wait_until(known, seconds=5)


def test_a_stream_that_breaks_is_begun_anew(waiting: LineInMemory, carrier: Carrier) -> None:
    """Toward our own address, with a token of the call."""
    with stream(carrier, "MZ1"):
        assert carries(waiting, "MZ1")
    assert wait_until(lambda: renewed(waiting) == 1, seconds=5)
    [(sid, url)] = waiting.carrier.streams
    assert sid == "CA1"
    head, _, token = url.rpartition("/")
    assert head == f"ws{BASE.removeprefix('http')}/media"
    assert TOKENS.check(token, now=time.time()) == "CA1"


def test_a_stream_that_ends_is_not(waiting: LineInMemory, carrier: Carrier) -> None:
    """The carrier says when it stops: at the end of the call, or as it was asked to."""
    with stream(carrier, "MZ1") as socket:
        assert carries(waiting, "MZ1")
        socket.send_json({"event": "stop"})
        ended = 'elder_channel_streams_ended_total{how="stopped"}'
        assert wait_until(lambda: carrier.figures().get(ended) == 1, seconds=5)
    assert renewed(waiting) == 0


def test_a_stream_that_never_began_is_begun_anew_by_the_carrier_s_word(waiting: LineInMemory, carrier: Carrier) -> None:
    """Told twice, it is done once."""
    for _ in range(2):
        carrier.ask("stream-status", StreamSid="MZ1", StreamEvent="stream-error", StreamError="31920 handshake")
    carrier.ask("stream-status", StreamSid="MZ2", StreamEvent="stream-started")
    assert renewed(waiting) == 1


def test_a_broken_path_does_not_loop(waiting: LineInMemory) -> None:
    """Two more, then the call goes its way unheard."""
    streams = Streams(waiting.line)
    for number in range(MOST_RENEWED + 3):
        waiting.line.calls.set_stream("CA1", f"MZ{number}")
        assert streams.broke("CA1", f"MZ{number}") == (number < MOST_RENEWED)
    assert renewed(waiting) == MOST_RENEWED


def test_word_of_an_old_stream_begins_none(waiting: LineInMemory) -> None:
    """Another one carries the voice by then."""
    streams = Streams(waiting.line)
    waiting.line.calls.set_stream("CA1", "MZ1")
    assert streams.broke("CA1", "MZ1")
    waiting.line.calls.set_stream("CA1", "MZ2")
    assert not streams.broke("CA1", "MZ1")
    assert not streams.broke("CA1", "MZ0")


@pytest.mark.parametrize("why", ["answered", "ended", "unknown"])
def test_nobody_is_listened_to_who_waits_no_more(waiting: LineInMemory, why: str) -> None:
    """What is said to an agent is private (law 7)."""
    calls = waiting.line.calls
    calls.set_stream("CA1", "MZ1")
    if why == "answered":
        LineService(waiting.line).agent_answered("CA1", "grace-tan")
    elif why == "ended":
        LineService(waiting.line).ended("CA1")
    assert not Streams(waiting.line).broke("CA9" if why == "unknown" else "CA1", "MZ1")
    assert renewed(waiting) == 0


def test_one_that_comes_back_gives_way_to_the_one_in_its_place(waiting: LineInMemory, carrier: Carrier) -> None:
    """Two at once would write every word twice."""
    with stream(carrier, "MZ1"):
        assert carries(waiting, "MZ1")
    assert wait_until(lambda: renewed(waiting) == 1, seconds=5)
    with stream(carrier, "MZ1") as socket, pytest.raises(WebSocketDisconnect):
        socket.receive_text()
    assert renewed(waiting) == 1


@pytest.mark.parametrize(
    "failure",
    [CarrierError("no answer", code="no_answer", retryable=True), CallGoneError("CA1")],
    ids=["fault", "gone"],
)
def test_law_1_a_carrier_that_begins_none_costs_the_hearing_only(
    waiting: LineInMemory, carrier: Carrier, failure: CarrierError
) -> None:
    """The call waits on; should the stream come back by itself, it is heard."""
    waiting.line.calls.set_stream("CA1", "MZ1")
    waiting.carrier.failure = failure
    assert not Streams(waiting.line).broke("CA1", "MZ1")
    waiting.carrier.failure = None
    call = waiting.line.calls.get("CA1")
    assert call
    assert call.ended_at is None
    with stream(carrier, "MZ1") as socket:
        assert carries(waiting, "MZ1")
        socket.send_json({"event": "stop"})


def test_what_was_said_before_the_break_still_counts(at: LineInMemory) -> None:
    """The second stream goes on with the words of the first."""

    async def opened() -> bool:
        listener = Listener(at.line, LineService(at.line), object(), lambda: None)  # type: ignore[arg-type]
        first = listener.open("CA1")
        listener.close(first)
        other, second = listener.open("CA2"), listener.open("CA1")
        return (
            listener._heard[second] is listener._heard[first] and listener._heard[other] is not listener._heard[first]
        )

    assert asyncio.run(opened())
