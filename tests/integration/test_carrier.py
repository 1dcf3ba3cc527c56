"""What the voice process does for and against the carrier: repetitions, figures, events, recordings, marks."""

from __future__ import annotations

import hashlib
import json
import time
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import quote, urldefrag
from xml.etree import ElementTree as ET

import pytest
import structlog
from httpx import Response
from starlette.websockets import WebSocketDisconnect
from twilio.request_validator import RequestValidator

from elder_channel.calls.model import CallState
from elder_channel.calls.nuisance import MarkReason
from elder_channel.calls.recording import Ground, RecordingState
from elder_channel.services.accounts import Account, Role
from elder_channel.services.errors import MarkRefusedError, NotAllowedError, RecordingRefusedError
from elder_channel.services.line import LineService
from elder_channel.services.live_calls import LiveCalls
from elder_channel.services.nuisance import Nuisance
from elder_channel.services.recordings import Recordings
from elder_channel.services.routing import RoutingService
from elder_channel.services.say_once import SayOnceReport
from elder_channel.telephony.errors import CarrierError
from elder_channel.telephony.tokens import StreamTokens
from elder_channel.web.app import voice_app
from elder_channel.worker import tidy_carrier
from tests.fakes.line import SECRETS, LineInMemory, open_test_line
from tests.fakes.recorder import FakeRecorder

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it works with httpx, and says that it would rather have another package
    from starlette.testclient import TestClient

BASE = "https://line.example"
STRANGER, OTHER, ELDER, HOTLINE = "+8659100000155", "+8659100000156", "+862000000101", "+862100000060"
AGENT = "lin-xiulan"
SUPERVISOR, CLERK = Account("wang", Role.SUPERVISOR), Account("lin", Role.AGENT)
RECORDS = {"ELDER_CHANNEL_RECORDING__ENABLED": "true", "ELDER_CHANNEL_LINE__RECORDING_NOTICE": "true"}


class Carrier:
    """Sends webhooks signed as the carrier does."""

    def __init__(self, http: TestClient) -> None:
        self.http = http

    def ask(self, name: str, sid: str = "CA1", query: str = "", *, token: str = "", **fields: str) -> Response:
        """One signed webhook; `token` marks repetitions of one request."""
        form = {"CallSid": sid, "From": STRANGER, "To": HOTLINE, **fields}
        path = f"/voice/{name}" + (f"?{query}" if query else "")
        headers = signed(BASE + path, form) | ({"I-Twilio-Idempotency-Token": token} if token else {})
        return self.http.post(path, data=form, headers=headers)

    def figures(self) -> dict[str, float]:
        """What `/metrics` tells a program on this machine."""
        text = self.http.get("/metrics", headers={"Authorization": "Bearer figures"}).text
        pairs = (line.rpartition(" ") for line in text.splitlines() if line and not line.startswith("#"))
        return {name: float(value) for name, _, value in pairs}


def signed(url: str, form: Mapping[str, str]) -> dict[str, str]:
    """The header that proves a request to be the carrier's."""
    return {"X-Twilio-Signature": RequestValidator(SECRETS["TWILIO_AUTH_TOKEN"]).compute_signature(url, dict(form))}


def opened(folder: Path, **settings: str) -> LineInMemory:
    """A line with a known token for its figures."""
    public = {"ELDER_CHANNEL_SERVER__PUBLIC_BASE_URL": BASE, "ELDER_CHANNEL_METRICS_TOKEN": "figures"}
    return open_test_line(folder, **public, **settings)


@pytest.fixture
def at(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[LineInMemory]:
    """A line; `@pytest.mark.parametrize("at", [{...}], indirect=True)` gives it settings."""
    line = opened(tmp_path, **getattr(request, "param", {}))
    yield line
    line.line.databases.dispose()


@pytest.fixture
def carrier(at: LineInMemory) -> Iterator[Carrier]:
    """The carrier of a voice process whose agents are all away, so that nothing moves by itself."""
    with structlog.testing.capture_logs(), TestClient(voice_app(at.line)) as http:
        yield Carrier(http)


def recorder(at: LineInMemory) -> FakeRecorder:
    """The carrier's recordings."""
    assert isinstance(at.line.recorder, FakeRecorder)
    return at.line.recorder


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


# Recording


def talk(at: LineInMemory, carrier: Carrier, *, heard: bool, sid: str = "CA1", number: str = STRANGER) -> None:
    """A call up to the pick-up, the notice played to its end or not."""
    carrier.ask("incoming", sid, From=number)
    carrier.ask("gather", sid, query="attempt=1", Digits="0", From=number)
    answer = carrier.ask("wait", sid, query="round=0", From=number)
    if heard:
        url = ET.fromstring(answer.text).findtext("Redirect") or ""
        carrier.ask("wait", sid, query=urldefrag(url).url.partition("?")[2], From=number)
    LineService(at.line).agent_answered(sid, AGENT)


@pytest.mark.parametrize("at", [RECORDS], indirect=True)
def test_law_7_only_who_heard_the_notice_to_its_end_is_recorded(at: LineInMemory, carrier: Carrier) -> None:
    """On both channels, from the pick-up on; who was put through during the notice is not."""
    talk(at, carrier, heard=False)
    assert recorder(at).started == []
    talk(at, carrier, heard=True, sid="CA2")
    ((call, callback),) = recorder(at).started
    assert call == "CA2"
    assert callback.startswith(f"{BASE}/voice/recording-status#ct=")
    assert [each.ground for each in at.line.recordings.of_call("CA2")] == [Ground.NOTICE_HEARD]


def test_nobody_is_recorded_by_default(at: LineInMemory, carrier: Carrier) -> None:
    """It is off; nor is anybody asked."""
    talk(at, carrier, heard=True)
    assert recorder(at).started == []
    with pytest.raises(RecordingRefusedError):
        Recordings(at.line).agreed("CA1", by=CLERK)


@pytest.mark.parametrize("at", [RECORDS], indirect=True)
def test_who_agrees_is_recorded_from_then_on_once(at: LineInMemory, carrier: Carrier) -> None:
    """The agent takes the word down; nobody who is not talking is recorded."""
    talk(at, carrier, heard=False)
    service = Recordings(at.line)
    assert service.agreed("CA1", by=CLERK)
    assert not service.agreed("CA1", by=CLERK)
    (kept,) = at.line.recordings.of_call("CA1")
    assert (kept.ground, kept.agreed_by) == (Ground.AGREED, "lin")
    carrier.ask("incoming", "CA3")
    with pytest.raises(RecordingRefusedError):
        service.agreed("CA3", by=CLERK)


@pytest.mark.parametrize("at", [RECORDS], indirect=True)
def test_law_1_a_recording_that_cannot_start_costs_the_recording_only(at: LineInMemory, carrier: Carrier) -> None:
    """The conversation goes on."""
    recorder(at).failure = CarrierError("down", code="no_answer", retryable=True)
    talk(at, carrier, heard=True)
    call = at.line.calls.get("CA1")
    assert call is not None
    assert call.state is CallState.TALKING
    assert at.line.recordings.of_call("CA1") == []


@pytest.mark.parametrize("at", [RECORDS], indirect=True)
def test_late_words_of_a_recording_undo_nothing(at: LineInMemory, carrier: Carrier) -> None:
    """`in-progress` after `completed` changes nothing; an unknown one is kept, so that it is deleted in time."""
    talk(at, carrier, heard=True)
    for word in ("completed", "in-progress", "completed"):
        carrier.ask("recording-status", RecordingSid="RE1", RecordingStatus=word, RecordingDuration="7")
    carrier.ask("recording-status", "CA8", RecordingSid="RE8", RecordingStatus="in-progress")
    kept, unknown = at.line.recordings.get("RE1"), at.line.recordings.get("RE8")
    assert kept is not None
    assert unknown is not None
    assert (kept.state, kept.duration_seconds, kept.ground) == (RecordingState.KEPT, 7, Ground.NOTICE_HEARD)
    assert (unknown.state, unknown.ground) == (RecordingState.RUNNING, Ground.UNKNOWN)


@pytest.mark.parametrize("at", [RECORDS], indirect=True)
def test_law_7_listening_is_for_supervisors_and_always_on_record(at: LineInMemory, carrier: Carrier) -> None:
    """An agent is refused; a fault of the carrier after the record was made leaves the record."""
    talk(at, carrier, heard=True)
    service = Recordings(at.line)
    with pytest.raises(NotAllowedError):
        service.listen("RE1", by=CLERK)
    assert service.listen("RE1", by=SUPERVISOR) == b"RIFF"
    recorder(at).failure = CarrierError("down", code="no_answer", retryable=True)
    with pytest.raises(CarrierError):
        service.listen("RE1", by=SUPERVISOR)
    assert [(each.by, each.what) for each in at.line.recordings.accesses("RE1")] == [("wang", "listened")] * 2
    with pytest.raises(RecordingRefusedError):
        service.listen("RE404", by=SUPERVISOR)


@pytest.mark.parametrize("at", [RECORDS], indirect=True)
def test_law_7_recordings_are_deleted_when_their_time_is_over(at: LineInMemory, carrier: Carrier) -> None:
    """Not a day sooner; what the carrier refuses is tried again, and the deletion is on record."""
    talk(at, carrier, heard=True)
    at.clock.forward(days=179)
    assert tidy_carrier(at.line) == 0
    at.clock.forward(days=2)
    recorder(at).failure = CarrierError("down", code="no_answer", retryable=True)
    assert tidy_carrier(at.line) == 0
    recorder(at).failure = None
    assert tidy_carrier(at.line) == 1
    assert recorder(at).sounds == {}
    (gone,) = at.line.recordings.of_call("CA1")
    assert (gone.state, gone.deleted_at) == (RecordingState.DELETED, at.clock.now)
    assert [(each.by, each.what) for each in at.line.recordings.accesses("RE1")] == [("line", "deleted")]
    assert tidy_carrier(at.line) == 0


@pytest.mark.parametrize("at", [RECORDS], indirect=True)
def test_a_caller_who_wishes_it_has_the_recording_deleted_at_once(at: LineInMemory, carrier: Carrier) -> None:
    """Also one whose start was never answered, so that the books do not know it."""
    talk(at, carrier, heard=True)
    recorder(at).sounds["RE7"], recorder(at).calls["RE7"] = b"RIFF", "CA1"
    assert Recordings(at.line).delete_of_call("CA1", by=SUPERVISOR) == 2
    assert recorder(at).sounds == {}


# Marks


def silent_call(at: LineInMemory, sid: str, number: str = STRANGER) -> None:
    """A person answers, nobody speaks, the line drops."""
    service = LineService(at.line)
    service.arrive(sid, number, HOTLINE)
    service.gathered(sid, 1, digits="0", speech="")
    service.agent_answered(sid, AGENT)
    at.clock.forward(5)
    service.ended(sid)


def test_silent_calls_again_and_again_mark_a_number(at: LineInMemory) -> None:
    """Five in a row; the sixth call still reaches a person, and the mark ends by itself."""
    for index in range(5):
        assert Nuisance(at.line).mark_on(STRANGER) is None
        silent_call(at, f"CA{index}")
    assert Nuisance(at.line).mark_on(STRANGER) is MarkReason.SILENT
    LineService(at.line).arrive("CA9", STRANGER, HOTLINE)
    call = at.line.calls.get("CA9")
    assert call is not None
    assert call.marked == "silent"
    at.clock.forward(days=8)
    assert Nuisance(at.line).mark_on(STRANGER) is None


def test_one_word_in_between_is_no_nuisance(at: LineInMemory) -> None:
    """The row is broken by a call in which somebody spoke for a while."""
    for index in range(4):
        silent_call(at, f"CA{index}")
    service = LineService(at.line)
    service.arrive("CB1", STRANGER, HOTLINE)
    service.gathered("CB1", 1, digits="0", speech="")
    service.agent_answered("CB1", AGENT)
    at.clock.forward(120)
    service.ended("CB1")
    silent_call(at, "CA5")
    assert Nuisance(at.line).marks() == []


@pytest.mark.parametrize("number", [ELDER, "anonymous"])
def test_law_1_no_elder_no_customer_and_no_withheld_number_is_ever_marked(at: LineInMemory, number: str) -> None:
    """Neither by silence, nor by an agent's word; an old mark does not count when the number comes into the books."""
    for index in range(6):
        silent_call(at, f"CA{index}", number)
    assert Nuisance(at.line).marks() == []
    with pytest.raises(MarkRefusedError):
        Nuisance(at.line).mark_caller_of("CA1", by=CLERK)


def test_law_1_a_marked_caller_waits_behind_others_for_a_while_and_reaches_a_person(at: LineInMemory) -> None:
    """Who came within the minute goes first; nobody is turned away."""
    service = LineService(at.line)
    silent_call(at, "CA0")
    Nuisance(at.line).mark_caller_of("CA0", by=CLERK, note="骂人")
    for sid, number, later in (("CA1", STRANGER, 0), ("CA2", OTHER, 30)):
        at.clock.forward(later)
        service.arrive(sid, number, HOTLINE)
        service.gathered(sid, 1, digits="0", speech="")
        at.line.calls.recognition_is_off(sid)
    at.clock.forward(3)
    moves = RoutingService(at.line, service).tick()
    assert [move.sid for move in moves] == ["CA2", "CA1"]


def test_one_word_takes_a_mark_away(at: LineInMemory) -> None:
    """And says so."""
    silent_call(at, "CA0")
    Nuisance(at.line).mark_caller_of("CA0", by=CLERK)
    assert Nuisance(at.line).unmark(STRANGER, by=SUPERVISOR)
    assert not Nuisance(at.line).unmark(STRANGER, by=SUPERVISOR)
    assert Nuisance(at.line).mark_on(STRANGER) is None
