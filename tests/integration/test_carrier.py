"""What the voice process does for and against the carrier: repetitions, refusals, figures, events."""

from __future__ import annotations

import hashlib
import json
import time
from urllib.parse import quote
from xml.etree import ElementTree as ET

import pytest
import structlog
from starlette.websockets import WebSocketDisconnect

from elder_channel.calls.model import CallState
from elder_channel.services.live_calls import LiveCalls
from elder_channel.services.say_once import SayOnceReport
from elder_channel.telephony.tokens import StreamTokens
from elder_channel.web.app import voice_app
from tests.fakes.line import SECRETS, LineInMemory
from tests.fakes.webhooks import BASE, STRANGER, Carrier, TestClient, signed

ELDER = "+862000000101"
AGENT = "lin-xiulan"


# Repetitions


def test_a_repeated_request_gets_the_first_answer_and_happens_once(at: LineInMemory, carrier: Carrier) -> None:
    """Also when the call has gone on meanwhile: the carrier has not followed anything else."""
    first = carrier.ask("incoming", token="t1")
    carrier.ask("gather", query="attempt=1", Digits="0", token="t2")
    again = carrier.ask("incoming", token="t1")
    assert again.text == first.text
    assert [verb.tag for verb in ET.fromstring(carrier.ask("incoming", token="t3").text)] == ["Enqueue"]
    assert carrier.figures()['elder_channel_webhooks_total{answer="repeat",route="incoming"}'] == 1


def test_the_token_is_not_signed_and_does_not_vouch_for_another_request(carrier: Carrier) -> None:
    """The same token on another call, another address or another form is another request."""
    carrier.ask("incoming", token="t1")
    other = carrier.ask("incoming", "CA2", token="t1", From=ELDER)
    assert [verb.tag for verb in ET.fromstring(other.text)] == ["Start", "Enqueue"]
    assert "Enqueue" in carrier.ask("enter", token="t1").text


def test_after_a_fault_a_repetition_is_a_new_chance(at: LineInMemory, carrier: Carrier) -> None:
    """The status callback that failed is taken the second time; the caller's document did not wait for that."""
    carrier.ask("incoming")
    with at.line.databases.calls.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE calls RENAME TO lost")
    assert carrier.ask("status", token="t1", CallStatus="completed").status_code == 500
    assert "<Dial" in carrier.ask("incoming", "CA9", token="t9").text
    with at.line.databases.calls.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE lost RENAME TO calls")
    assert carrier.ask("status", token="t1", CallStatus="completed").status_code == 200
    assert "<Gather" in carrier.ask("incoming", "CA9", token="t9").text
    call = at.line.calls.get("CA1")
    assert call is not None
    assert call.state is CallState.ENDED


# Who is let in


def test_a_refused_webhook_is_logged_and_counted_with_the_likely_reason(carrier: Carrier) -> None:
    """The host the request was called by stands beside the configured one."""
    with structlog.testing.capture_logs() as logs:
        assert carrier.http.post("/voice/incoming", data={"CallSid": "CA1"}).status_code == 403
        wrong = {"X-Twilio-Signature": "bm9wZQ=="}
        assert carrier.http.post("/voice/incoming", data={"CallSid": "CA1"}, headers=wrong).status_code == 403
    told = [each for each in logs if each["event"] == "webhook.refused"]
    assert [(each["signed"], each["expected_host"], each["called_host"]) for each in told] == [
        (False, "line.example", "testserver"),
        (True, "line.example", "testserver"),
    ]
    figures = carrier.figures()
    assert figures['elder_channel_refused_total{way="webhook",why="unsigned"}'] == 1
    assert figures['elder_channel_refused_total{way="webhook",why="wrong_signature"}'] == 1


@pytest.mark.parametrize("token", ["of another call", "stale", "forged"])
def test_a_stream_is_refused_at_the_handshake(carrier: Carrier, token: str) -> None:
    """Before the upgrade, logged and counted, although the address is signed; the call itself goes on."""
    tokens = StreamTokens(SECRETS["ELDER_CHANNEL_STREAM_SECRET"])
    good = tokens.issue("CA1", now=time.time())
    text = {
        "of another call": good.replace("CA1", "CA2"),
        "stale": tokens.issue("CA1", now=time.time() - 5 * 3600),
        "forged": StreamTokens("x").issue("CA1", now=time.time()),
    }[token]
    path = f"/media/{quote(text)}"
    headers = signed("wss://line.example" + path, {})
    with pytest.raises(WebSocketDisconnect), carrier.http.websocket_connect(path, headers=headers):
        raise AssertionError("was let in")
    assert carrier.figures()['elder_channel_refused_total{way="stream",why="BadStreamTokenError"}'] == 1
    assert "<Gather" in carrier.ask("incoming").text


def test_a_token_replayed_for_another_call_is_refused_at_its_start(at: LineInMemory, carrier: Carrier) -> None:
    """The handshake is good, the first message names another call: nothing of it is heard."""
    carrier.ask("incoming", "CA1")
    carrier.ask("incoming", "CA2")
    path = f"/media/{StreamTokens(SECRETS['ELDER_CHANNEL_STREAM_SECRET']).issue('CA1', now=time.time())}"
    start = {"event": "start", "start": {"streamSid": "MZ1", "callSid": "CA2"}}
    with carrier.http.websocket_connect(path, headers=signed("wss://line.example" + path, {})) as socket:
        socket.send_text(json.dumps(start))
        with pytest.raises(WebSocketDisconnect):
            socket.receive_text()
    for sid in ("CA1", "CA2"):
        call = at.line.calls.get(sid)
        assert call is not None
        assert call.stream_sid is None
    assert carrier.figures()['elder_channel_streams_ended_total{how="wrong_call"}'] == 1


# Figures


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({}, 403, id="not from this machine"),
        pytest.param({"Authorization": "Bearer nope"}, 403, id="wrong token"),
        pytest.param({"Authorization": "Bearer figures"}, 200, id="with the token"),
        pytest.param({"Host": "127.0.0.1:8080", "X-Forwarded-For": "203.0.113.9"}, 403, id="passed on by a proxy"),
    ],
)
def test_figures_are_not_for_strangers(carrier: Carrier, headers: dict[str, str], status: int) -> None:
    """A proxy on this machine must not hand them out either."""
    assert carrier.http.get("/metrics", headers=headers).status_code == status


def test_this_machine_may_read_the_figures_without_a_token(at: LineInMemory) -> None:
    """As a scraper beside the process does."""
    client = TestClient(voice_app(at.line), base_url="http://127.0.0.1:8080", client=("127.0.0.1", 50000))
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", headers={"Host": "line.example"}).status_code == 403


def test_figures_tell_calls_agents_and_that_the_books_are_readable(at: LineInMemory, carrier: Carrier) -> None:
    """And go on without the books when those are lost."""
    carrier.ask("incoming")
    carrier.ask("incoming", "CA2")
    carrier.ask("status", "CA2", CallStatus="completed")
    figures = carrier.figures()
    assert figures['elder_channel_calls_open{state="prompted"}'] == 1
    assert figures['elder_channel_calls_ended_24h{outcome="caller_ended"}'] == 1
    assert figures["elder_channel_books_readable"] == 1
    assert figures['elder_channel_webhook_seconds_count{route="incoming"}'] == 2
    with at.line.databases.calls.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE calls RENAME TO lost")
    assert carrier.figures()["elder_channel_books_readable"] == 0


@pytest.mark.parametrize("at", [{"ELDER_CHANNEL_LINE__TEST_NUMBERS": json.dumps([STRANGER])}], indirect=True)
def test_test_calls_are_served_marked_and_in_no_other_figure(at: LineInMemory, carrier: Carrier) -> None:
    """The caller is heard like any other; statistics leave the call out."""
    assert "<Gather" in carrier.ask("incoming").text
    carrier.ask("incoming", "CA2")
    carrier.ask("status", "CA2", CallStatus="completed")
    call = at.line.calls.get("CA1")
    assert call is not None
    assert call.is_test
    figures = carrier.figures()
    assert figures["elder_channel_test_calls_24h"] == 1
    assert not [name for name in figures if name.startswith(("elder_channel_calls_open", "elder_channel_calls_ended"))]


@pytest.mark.parametrize("at", [{"ELDER_CHANNEL_LINE__TEST_NUMBERS": json.dumps([STRANGER])}], indirect=True)
def test_no_statistic_counts_a_test_call(at: LineInMemory, carrier: Carrier) -> None:
    """What was known at pick-up, how long calls take, how many an agent took, the live page's totals: one of two."""
    began = at.clock()
    for sid, caller in (("CA1", STRANGER), ("CA2", "+8659100000156")):
        carrier.ask("incoming", sid, From=caller)
        carrier.ask("agent-status", sid, query=f"agent={AGENT}", CallStatus="in-progress", ParentCallSid=sid)
        at.clock.forward(60)
        carrier.ask("status", sid, CallStatus="completed", From=caller)
    shown = LiveCalls(at.line).list_calls(viewer="test")
    assert [call.is_counted for call in shown] == [True, False]
    assert SayOnceReport(at.line).between(began, at.clock()).picked_up == 1
    assert len(at.line.calls.handling_seconds(since=began)) == 1
    assert at.line.agents.states()[AGENT].calls_taken == 1


# Events


EVENT = {
    "Sid": "NO1",
    "AccountSid": SECRETS["TWILIO_ACCOUNT_SID"],
    "Timestamp": "2026-11-22T07:59:00Z",
    "Level": "ERROR",
    "PayloadType": "application/json",
    "Payload": json.dumps(
        {
            "resource_sid": "CA1",
            "error_code": "11200",
            "webhook": {"request": {"url": f"{BASE}/voice/gather?attempt=1", "parameters": {"From": STRANGER}}},
        }
    ),
}


@pytest.mark.parametrize("kind", ["form", "json"])
def test_the_carriers_debugger_is_filed_once_and_without_numbers(at: LineInMemory, carrier: Carrier, kind: str) -> None:
    """A form, or a JSON body signed by its hash; the code, what it is about and our path stay, nothing else."""
    for _ in range(2):
        if kind == "form":
            path = "/voice/carrier-event"
            answer = carrier.http.post(path, data=EVENT, headers=signed(BASE + path, EVENT))
        else:
            body = json.dumps({**EVENT, "Payload": json.loads(EVENT["Payload"])}).encode()
            path = f"/voice/carrier-event?bodySHA256={hashlib.sha256(body).hexdigest()}"
            headers = signed(BASE + path, {}) | {"Content-Type": "application/json"}
            answer = carrier.http.post(path, content=body, headers=headers)
        assert answer.status_code == 200
    (event,) = at.line.carrier_books.events(since=at.clock.now.replace(year=2025))
    assert (event.code, event.level, event.about, event.path) == (11200, "error", "CA1", "/voice/gather")
    assert STRANGER not in str(event)
    assert carrier.figures()['elder_channel_carrier_events_24h{code="11200",level="error"}'] == 1


def test_an_unsigned_event_is_refused(at: LineInMemory, carrier: Carrier) -> None:
    """Nobody files alarms from outside."""
    assert carrier.http.post("/voice/carrier-event", data=EVENT).status_code == 403
    assert at.line.carrier_books.events(since=at.clock.now.replace(year=2025)) == []


@pytest.mark.parametrize("payload", ["", "no json", "[1]", '{"error_code": "a lot"}', '{"webhook": "x"}'])
def test_an_event_that_makes_no_sense_is_filed_all_the_same(at: LineInMemory, carrier: Carrier, payload: str) -> None:
    """With code 0, to be looked at."""
    path, form = (
        "/voice/carrier-event",
        {"Sid": "NO2", "Level": "WARNING", "Timestamp": "yesterday", "Payload": payload},
    )
    assert carrier.http.post(path, data=form, headers=signed(BASE + path, form)).status_code == 200
    (event,) = at.line.carrier_books.events(since=at.clock.now.replace(year=2025))
    assert (event.code, event.level, event.at) == (0, "warning", at.clock.now)


def test_a_stream_that_could_not_be_opened_is_filed(at: LineInMemory, carrier: Carrier) -> None:
    """Start and end of a stream are not worth a line."""
    for what in ("stream-started", "stream-stopped"):
        carrier.ask("stream-status", StreamEvent=what, StreamSid="MZ1")
    for _ in range(2):
        carrier.ask("stream-status", StreamEvent="stream-error", StreamSid="MZ1", StreamError="31920 - handshake")
    (event,) = at.line.carrier_books.events(since=at.clock.now.replace(year=2025))
    assert (event.code, event.about) == (31920, "MZ1")
