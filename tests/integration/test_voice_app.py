"""The voice process's ASGI application: who is let in, and what the caller gets when something breaks."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from urllib.parse import quote, urlencode
from xml.etree import ElementTree as ET

import pytest
import sqlalchemy as sa
from httpx import Response
from starlette.websockets import WebSocketDisconnect

from elder_channel.calls.model import Call, CallState, Entry, Outcome
from elder_channel.calls.tables import calls, turns
from elder_channel.placing import wait_until
from elder_channel.telephony.tokens import LIFETIME_SECONDS, StreamTokens
from tests.fakes.line import SECRETS, LineInMemory
from tests.fakes.webhooks import BASE, HOTLINE, STRANGER, Carrier, signed

ELDER = "+862000000101"
QUESTIONS = (
    "incoming",
    "gather",
    "enter",
    "again",
    "wait",
    "wait-key",
    "dequeued",
    "connect",
    "dialed",
    "hunt",
    "hunted",
    "called",
)
WORD_ONLY = ("status", "agent-status", "called-status")


def verbs(answer: Response) -> list[str]:
    """The document's verbs, in order."""
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/xml")
    return [verb.tag for verb in ET.fromstring(answer.text)]


def rings_people(answer: Response) -> bool:
    """Whether the document dials the hunt group directly."""
    dials = ET.fromstring(answer.text).findall("Dial")
    return answer.status_code == 200 and bool(dials) and len(dials[0]) > 1


def the_call(at: LineInMemory, sid: str = "CA1") -> Call:
    """The call as it stands."""
    call = at.line.calls.get(sid)
    assert call is not None
    return call


def rows(at: LineInMemory, table: sa.Table = calls) -> int:
    """How many there are in the books."""
    with at.line.databases.calls.connect() as connection:
        return int(connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0)


def lose_the_books(at: LineInMemory) -> None:
    """The table of calls is gone."""
    with at.line.databases.calls.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE calls RENAME TO lost")


# Who is let in


@pytest.mark.parametrize("kind", ["missing", "empty", "forged", "of another account", "of another form", "own address"])
def test_a_webhook_that_the_carrier_did_not_sign_is_refused(at: LineInMemory, carrier: Carrier, kind: str) -> None:
    """403 on every route, before a word of it is believed: nothing is stored, nobody is moved."""
    form = {"CallSid": "CA1", "From": ELDER, "To": HOTLINE, "CallStatus": "completed"}
    for name in (*QUESTIONS, *WORD_ONLY):
        url = f"{BASE}/voice/{name}"
        headers = {
            "missing": {},
            "empty": {"X-Twilio-Signature": ""},
            "forged": {"X-Twilio-Signature": "bm9wZQ=="},
            "of another account": signed(url, form, token="other"),
            "of another form": signed(url, {**form, "From": STRANGER}),
            "own address": signed(f"http://testserver/voice/{name}", form),
        }[kind]
        answer = carrier.http.post(f"/voice/{name}", data=form, headers=headers)
        assert (answer.status_code, answer.text) == (403, "signature refused"), name
    assert rows(at) == 0
    assert at.carrier.redirects == []


def test_a_signature_does_not_fit_another_query(at: LineInMemory, carrier: Carrier) -> None:
    """The agent named in the address is signed too."""
    form = {"CallSid": "CA1", "DialCallStatus": "completed"}
    headers = signed(f"{BASE}/voice/dialed?agent=lin-xiulan", form)
    assert carrier.http.post("/voice/dialed?agent=chen-jiaming", data=form, headers=headers).status_code == 403


def test_a_body_that_is_no_form_is_refused(carrier: Carrier) -> None:
    """Of another kind, not ASCII, or far longer than the carrier's: unsigned, so nothing of it is used."""
    for body in (json.dumps({"CallSid": "CA1"}).encode(), "CallSid=喂".encode(), b"CallSid=" + b"x" * 200_000, b"\xff"):
        assert carrier.http.post("/voice/incoming", content=body).status_code == 403


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_webhooks_are_posted(carrier: Carrier, method: str) -> None:
    """Any other method is not allowed, on any route."""
    answers = {carrier.http.request(method, f"/voice/{name}").status_code for name in (*QUESTIONS, *WORD_ONLY)}
    assert answers == {405}


def test_what_is_not_there_is_not_found(carrier: Carrier) -> None:
    """And the health address answers without a signature."""
    assert carrier.http.post("/voice/nothing").status_code == 404
    assert carrier.http.get("/health").json() == {"ok": True}


# What a caller gets


def test_law_3_an_elder_is_enqueued_and_others_are_asked(at: LineInMemory, carrier: Carrier) -> None:
    """The first document of each, in our own signed world."""
    assert verbs(carrier.ask("incoming", From=ELDER)) == ["Start", "Enqueue"]
    assert verbs(carrier.ask("incoming", "CA2")) == ["Start", "Gather", "Redirect"]
    assert the_call(at).elder


def test_every_webhook_may_come_twice(at: LineInMemory, carrier: Carrier) -> None:
    """From the first ring to the last word: one call, one turn, one order."""
    for _ in range(2):
        assert verbs(carrier.ask("incoming"))[0] == "Start"
    for _ in range(2):
        assert verbs(carrier.ask("gather", query="attempt=1", Digits="0")) == ["Enqueue"]
    for _ in range(2):
        assert verbs(carrier.ask("wait", query="round=0")) == ["Gather", "Redirect"]
    for _ in range(2):
        assert verbs(carrier.ask("status", CallStatus="completed")) == []
    assert (rows(at), rows(at, turns)) == (1, 1)
    assert (the_call(at).entry, the_call(at).outcome) == (Entry.ONE_KEY, Outcome.CALLBACK)


def test_silence_is_asked_once_more_and_then_enqueued(carrier: Carrier) -> None:
    """Two prompts, then a person."""
    carrier.ask("incoming")
    assert verbs(carrier.ask("gather", query="attempt=1"))[0] == "Gather"
    assert verbs(carrier.ask("gather", query="attempt=2")) == ["Enqueue"]


def test_the_whole_way_to_an_agent_and_back(at: LineInMemory, carrier: Carrier) -> None:
    """The router gives the waiting call to somebody, whose phone the next document rings."""
    carrier.ask("incoming", From=ELDER)
    carrier.ask("wait", query="round=0", From=ELDER)
    at.line.calls.recognition_is_off("CA1")
    assert wait_until(lambda: bool(at.carrier.redirects), seconds=10)
    sid, url = at.carrier.redirects[0]
    assert (sid, url) == ("CA1", f"{BASE}/voice/connect?agent=chen-jiaming")
    answer = carrier.ask("connect", query="agent=chen-jiaming", From=ELDER)
    assert verbs(answer) == ["Dial"]
    assert "+12025550102" in answer.text
    carrier.post("agent-status", {"CallSid": "CA9", "ParentCallSid": "CA1", "CallStatus": "in-progress"},
                 "agent=chen-jiaming")  # fmt: skip
    assert the_call(at).state is CallState.TALKING
    done = {"DialCallStatus": "completed", "DialBridged": "true", "CallStatus": "completed"}
    assert verbs(carrier.ask("dialed", query="agent=chen-jiaming", **done)) == ["Hangup"]
    assert the_call(at).outcome is Outcome.SERVED


@pytest.mark.parametrize("name", [name for name in QUESTIONS if name not in ("dequeued", "hunted", "dialed")])
def test_law_1_a_call_nobody_knows_gets_a_person(at: LineInMemory, carrier: Carrier, name: str) -> None:
    """Word of its arrival was lost: it is asked, enqueued where the router sees it, or rung through."""
    answer = carrier.ask(name, "CAlost", query="attempt=2", Digits="0")
    assert set(verbs(answer)) & {"Gather", "Enqueue", "Dial", "Leave"}
    if verbs(answer) == ["Enqueue"]:
        assert name == "gather" or the_call(at, "CAlost").entered_at is not None


# What breaks


@pytest.mark.parametrize("name", QUESTIONS)
def test_law_1_a_fault_of_ours_rings_people(at: LineInMemory, carrier: Carrier, name: str) -> None:
    """The books are gone: every document a caller waits for leads to a person, with status 200."""
    carrier.ask("incoming")
    lose_the_books(at)
    answer = carrier.ask(name, query="attempt=1&round=0&agent=lin-xiulan", Digits="0", QueueResult="leave",
                         DialCallStatus="no-answer", CallStatus="in-progress")  # fmt: skip
    if name in ("wait", "wait-key"):  # nothing may be dialled in a wait document: out of the queue, and then
        assert verbs(answer) == ["Leave"]
        answer = carrier.ask("dequeued", QueueResult="leave")
    assert rings_people(answer)


@pytest.mark.parametrize("name", WORD_ONLY)
def test_a_fault_of_ours_lets_the_carrier_repeat_its_word(at: LineInMemory, carrier: Carrier, name: str) -> None:
    """Nobody hears the answer, so it is an honest 500; told again later, the books are right."""
    carrier.ask("incoming")
    lose_the_books(at)
    assert carrier.ask(name, query="agent=lin-xiulan", CallStatus="in-progress").status_code in (200, 500)
    assert carrier.ask("status", CallStatus="completed").status_code == 500
    with at.line.databases.calls.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE lost RENAME TO calls")
    assert carrier.ask("status", CallStatus="completed").status_code == 200
    assert the_call(at).outcome is Outcome.CALLER_ENDED


@pytest.mark.parametrize("form", [{}, {"From": STRANGER}, {"CallSid": ""}], ids=["empty", "no SID", "empty SID"])
def test_law_1_a_form_that_names_no_call_rings_people_and_stores_nothing(
    at: LineInMemory, carrier: Carrier, form: dict[str, str]
) -> None:
    """Signed, so somebody is on the line; but there is nothing to keep a call under."""
    assert rings_people(carrier.post("incoming", form))
    assert carrier.post("status", {**form, "CallStatus": "completed"}).status_code == 500
    assert rows(at) == 0


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"From": "9" * 5_000}, id="number"),
        pytest.param({"To": "9" * 5_000}, id="called number"),
        pytest.param({"From": "sip:" + "a" * 300 + "@host.example"}, id="SIP address"),
        pytest.param({"From": ""}, id="no number"),
        pytest.param({"From": "\x00'; DROP TABLE calls; --"}, id="nonsense"),
    ],
)
def test_law_1_odd_values_get_the_first_document(at: LineInMemory, carrier: Carrier, fields: dict[str, str]) -> None:
    """Too long, empty or nonsense: the caller is asked like anybody else, and called back if need be."""
    assert verbs(carrier.ask("incoming", **fields)) == ["Start", "Gather", "Redirect"]
    assert len(the_call(at).caller_number) <= 128
    assert verbs(carrier.ask("gather", query="attempt=1", Digits="0", **fields)) == ["Enqueue"]
    assert carrier.ask("status", CallStatus="completed", **fields).status_code == 200
    assert the_call(at).outcome in (Outcome.CALLBACK, Outcome.WORK_ORDER)


def test_law_1_very_many_words_are_taken_in(at: LineInMemory, carrier: Carrier) -> None:
    """Ten thousand characters of speech, and keys without end."""
    carrier.ask("incoming")
    assert verbs(carrier.ask("gather", query="attempt=1", SpeechResult="我要报案" * 1_000)) == ["Enqueue"]
    assert the_call(at).transcript == "我要报案" * 1_000
    carrier.ask("incoming", "CA2")
    assert verbs(carrier.ask("gather", "CA2", query="attempt=1", Digits="9" * 5_000)) == ["Enqueue"]
    assert the_call(at, "CA2").language == "en"


@pytest.mark.parametrize("attempt", ["", "x", "-1", "²", "9" * 4_000, "1e3"])
def test_law_1_an_attempt_that_is_no_number_leads_on(carrier: Carrier, attempt: str) -> None:
    """Whatever stands in the address, the next document comes."""
    carrier.ask("incoming")
    assert verbs(carrier.ask("gather", query=urlencode({"attempt": attempt})))[0] in ("Gather", "Enqueue")
    assert verbs(carrier.ask("wait", query=urlencode({"round": attempt})))[0] == "Gather"


# The media websocket


def connect(
    carrier: Carrier, token: str, headers: Mapping[str, str] | None = None, *, until: Callable[[], bool] = lambda: True
) -> None:
    """Open the media websocket, say that the stream has started, talk nonsense, and look on `until` it has worked."""
    path = f"/media/{quote(token, safe='')}"
    given = signed(f"wss://line.example{path}", {}) if headers is None else headers
    with carrier.http.websocket_connect(path, headers=dict(given)) as socket:
        start = {"streamSid": "MZ1", "callSid": "CA1", "tracks": ["inbound"],
                 "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1}}  # fmt: skip
        socket.send_text(json.dumps({"event": "connected", "protocol": "Call", "version": "1.0.0"}))
        for text in ("no json", "[]", '{"event": "media"}', '{"event": "nobody knows"}'):
            socket.send_text(text)
        socket.send_text(json.dumps({"event": "start", "sequenceNumber": "1", "start": start, "streamSid": "MZ1"}))
        assert wait_until(until, seconds=10)


def token_for(sid: str, *, secret: str = SECRETS["ELDER_CHANNEL_STREAM_SECRET"], at_seconds: float = 0.0) -> str:
    """A stream's token, issued so many seconds ago."""
    return StreamTokens(secret).issue(sid, now=time.time() - at_seconds)


def test_the_stream_of_a_call_is_let_in(at: LineInMemory, carrier: Carrier) -> None:
    """Signed, with the call's own token; nonsense between the frames ends nothing."""
    carrier.ask("incoming")
    connect(carrier, token_for("CA1"), until=lambda: the_call(at).stream_sid == "MZ1")


@pytest.mark.parametrize(
    "token",
    [
        pytest.param("nonsense", id="nonsense"),
        pytest.param("CA1.99999999999.AAAA", id="forged"),
        pytest.param(token_for("CA1", secret="other"), id="with another secret"),
        pytest.param(token_for("CA1", at_seconds=LIFETIME_SECONDS + 60), id="stale"),
        pytest.param(token_for("CA1").replace("CA1", "CA2"), id="of another call"),
    ],
)
def test_a_stream_with_a_wrong_token_is_refused_before_the_upgrade(
    at: LineInMemory, carrier: Carrier, token: str
) -> None:
    """The handshake is answered with a refusal; not a frame is heard."""
    carrier.ask("incoming")
    with pytest.raises(WebSocketDisconnect):
        connect(carrier, token)
    assert the_call(at).stream_sid is None


@pytest.mark.parametrize("headers", [{}, {"X-Twilio-Signature": "bm9wZQ=="}], ids=["unsigned", "forged"])
def test_a_stream_that_the_carrier_did_not_sign_is_refused(
    at: LineInMemory, carrier: Carrier, headers: dict[str, str]
) -> None:
    """A token that leaked opens nothing by itself."""
    carrier.ask("incoming")
    with pytest.raises(WebSocketDisconnect):
        connect(carrier, token_for("CA1"), headers)
    assert the_call(at).stream_sid is None


def test_a_stream_that_says_it_is_another_calls_is_ended(at: LineInMemory, carrier: Carrier) -> None:
    """The token opened one call's stream only."""
    carrier.ask("incoming")
    carrier.ask("incoming", "CA2")
    connect(carrier, token_for("CA2"), until=lambda: carrier.http.get("/health").is_success)
    assert the_call(at).stream_sid is None
    assert the_call(at, "CA2").stream_sid is None
