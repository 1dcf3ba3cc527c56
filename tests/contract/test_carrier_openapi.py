"""Our requests to the carrier's REST API against its own OpenAPI description, which also gives the answers."""

from __future__ import annotations

import json
import os
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jsonschema
import pytest

from elder_channel.telephony.errors import RecordingGoneError
from elder_channel.telephony.recordings import TwilioRecordings
from elder_channel.telephony.rest import TwilioCarrier
from elder_channel.telephony.taskrouter.api import Kind, TwilioTaskRouter
from greeting_sms.adapters.http import HttpClient
from greeting_sms.adapters.own_reference import OwnReferences
from greeting_sms.adapters.twilio_messages import TwilioMessages
from greeting_sms.channel import Outcome, OutgoingText, Wording

ACCOUNT = "AC" + "0" * 32
SPACE, ACTIVITY, WORKER, QUEUE = "WS" + "4" * 32, "WA" + "5" * 32, "WK" + "6" * 32, "WQ" + "7" * 32
WORKFLOW, TASK, RESERVATION = "WW" + "8" * 32, "WT" + "9" * 32, "WR" + "a" * 32
CALL, STREAM, RECORDING = "CA" + "1" * 32, "MZ" + "2" * 32, "RE" + "3" * 32


@dataclass
class Described:
    """The carrier as its description has it: refuses whatever is not described."""

    spec: dict[str, Any]
    seen: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def answer(self, method: str, target: str, form: dict[str, list[str]]) -> tuple[int, bytes]:
        """Check one request; the example of its first good response."""
        parts = urlsplit(target)
        path, operation = self._operation(method, parts.path)
        if operation is None:
            self.wrong.append(f"{method} {parts.path} is not described")
            return 404, b"{}"
        self.seen.append(f"{method} {path}")
        self._check_path(path, operation, parts.path)
        self._check_query(operation, parse_qs(parts.query))
        self._check_form(operation, form)
        status = next(code for code in operation["responses"] if code.startswith("2"))
        content = operation["responses"][status].get("content", {}).get("application/json", {})
        examples = list(content.get("examples", {}).values())
        return int(status), json.dumps(examples[0]["value"]).encode() if examples else b""

    def _operation(self, method: str, path: str) -> tuple[str, dict[str, Any] | None]:
        for template, item in sorted(self.spec["paths"].items(), key=lambda pair: pair[0].count("{")):
            if method.lower() in item and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path):
                return template, item[method.lower()]
        return path, None

    def _check_path(self, template: str, operation: dict[str, Any], path: str) -> None:
        names = re.findall(r"\{(\w+)\}", template)
        found = re.fullmatch(re.sub(r"\{\w+\}", "([^/]+)", template), path)
        assert found
        values = dict(zip(names, found.groups(), strict=True))
        for parameter in operation.get("parameters", []):
            if parameter["in"] == "path":
                self._check(values[parameter["name"]], parameter["schema"], parameter["name"])

    def _check_query(self, operation: dict[str, Any], query: dict[str, list[str]]) -> None:
        known = {each["name"]: each["schema"] for each in operation.get("parameters", []) if each["in"] == "query"}
        for name, values in query.items():
            if name not in known:
                self.wrong.append(f"query parameter {name} is not described")
            else:
                self._check(values[0], known[name], name)

    def _check_form(self, operation: dict[str, Any], form: dict[str, list[str]]) -> None:
        content = operation.get("requestBody", {}).get("content", {}).get("application/x-www-form-urlencoded", {})
        schema = content.get("schema", {})
        for name in schema.get("required", []):
            if name not in form:
                self.wrong.append(f"field {name} is missing")
        for name, values in form.items():
            described = schema.get("properties", {}).get(name)
            if described is None:
                self.wrong.append(f"field {name} is not described")
            else:
                self._check(values if described.get("type") == "array" else values[0], described, name)

    def _check(self, value: object, schema: dict[str, Any], name: str) -> None:
        if "$ref" in schema:
            schema = self.spec["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        kind = schema.get("type")
        if kind in ("integer", "boolean") and isinstance(value, str):
            value = json.loads(value)
        plain = {
            key: schema[key] for key in ("type", "enum", "pattern", "minLength", "maxLength", "items") if key in schema
        }
        try:
            jsonschema.validate(value, plain)
        except jsonschema.ValidationError as error:
            self.wrong.append(f"{name}: {error.message}")


@pytest.fixture(scope="module")
def description() -> dict[str, Any]:
    """The carrier's OpenAPI file."""
    return described_in("twilio_api_v2010.json")


@pytest.fixture(scope="module")
def taskrouter_description() -> dict[str, Any]:
    """TaskRouter's OpenAPI file."""
    return described_in("twilio_taskrouter_v1.json")


def described_in(name: str) -> dict[str, Any]:
    """One of the carrier's OpenAPI files; the test is passed over where it is not there."""
    folder = Path(os.environ.get("ELDER_CHANNEL_REFERENCE") or Path(__file__).parents[3] / "shared" / "data")
    file = folder / "twilio" / name
    if not file.exists():
        pytest.skip("the carrier's OpenAPI file is not on this machine")
    spec: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return spec


@pytest.fixture
def described(description: dict[str, Any]) -> Iterator[tuple[Described, str]]:
    """The described carrier and its address."""
    with serving(Described(description)) as served:
        yield served


@pytest.fixture
def described_taskrouter(taskrouter_description: dict[str, Any]) -> Iterator[tuple[Described, str]]:
    """The described TaskRouter and its address."""
    with serving(Described(taskrouter_description)) as served:
        yield served


@contextmanager
def serving(carrier: Described) -> Iterator[tuple[Described, str]]:
    """What is described, at an address of its own."""

    class Handler(BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            form = parse_qs(self.rfile.read(length).decode(), keep_blank_values=True)
            status, body = carrier.answer(self.command, self.path, form)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_DELETE = handle_any  # noqa: N815 - the names are the library's

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield carrier, f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


CARRIER_REQUESTS: dict[str, Callable[[TwilioCarrier], object]] = {
    "POST /2010-04-01/Accounts/{AccountSid}/Calls/{Sid}.json": lambda c: c.redirect(
        CALL, "https://line.example/v#ct=1"
    ),
    "POST /2010-04-01/Accounts/{AccountSid}/Calls/{CallSid}/Streams.json": lambda c: c.start_stream(
        CALL, "wss://hotline.example/media/x", status_url="https://hotline.example/voice/stream-status"
    ),
    "POST /2010-04-01/Accounts/{AccountSid}/Calls/{CallSid}/Streams/{Sid}.json": lambda c: c.stop_stream(CALL, STREAM),
    "GET /2010-04-01/Accounts/{AccountSid}/Calls/{Sid}.json": lambda c: c.is_over(CALL),
    "GET /2010-04-01/Accounts/{AccountSid}/Calls.json": lambda c: c.answered_by(CALL),
}
RECORDING_REQUESTS: dict[str, Callable[[TwilioRecordings], object]] = {
    "POST /2010-04-01/Accounts/{AccountSid}/Calls/{CallSid}/Recordings.json": lambda r: r.start(
        CALL, callback_url="https://line.example/voice/recording-status#ct=2000"
    ),
    "GET /2010-04-01/Accounts/{AccountSid}/Recordings.json": lambda r: r.of_call(CALL),
    "DELETE /2010-04-01/Accounts/{AccountSid}/Recordings/{Sid}.json": lambda r: r.delete(RECORDING),
    "POST /2010-04-01/Accounts/{AccountSid}/Calls/{CallSid}/Recordings/{Sid}.json": lambda r: r.stop(CALL, RECORDING),
}


_SPACE = "/v1/Workspaces/{WorkspaceSid}"
TASKROUTER_REQUESTS: dict[str, tuple[str, Callable[[TwilioTaskRouter], object]]] = {
    "workspaces": ("GET /v1/Workspaces", lambda t: t.workspace("Elder Channel")),
    "new workspace": ("POST /v1/Workspaces", lambda t: t.create_workspace("Elder Channel")),
    "workspace": (
        "POST /v1/Workspaces/{Sid}",
        lambda t: t.update_workspace(
            SPACE,
            {
                "event_callback_url": "https://line.example/taskrouter/event#ct=2000",
                "events_filter": "task.created,worker.activity.update",
                "default_activity_sid": ACTIVITY,
                "timeout_activity_sid": ACTIVITY,
            },
        ),
    ),
    "activities": (f"GET {_SPACE}/Activities", lambda t: t.all(SPACE, Kind.ACTIVITY)),
    "queues": (f"GET {_SPACE}/TaskQueues", lambda t: t.all(SPACE, Kind.TASK_QUEUE)),
    "workers": (f"GET {_SPACE}/Workers", lambda t: t.all(SPACE, Kind.WORKER)),
    "workflows": (f"GET {_SPACE}/Workflows", lambda t: t.all(SPACE, Kind.WORKFLOW)),
    "new activity": (f"POST {_SPACE}/Activities", lambda t: t.create(SPACE, Kind.ACTIVITY, "a", {"available": True})),
    "new queue": (
        f"POST {_SPACE}/TaskQueues",
        lambda t: t.create(SPACE, Kind.TASK_QUEUE, "q", {"target_workers": "1 == 1"}),
    ),
    "new worker": (f"POST {_SPACE}/Workers", lambda t: t.create(SPACE, Kind.WORKER, "w", {"attributes": {"a": 1}})),
    "new workflow": (
        f"POST {_SPACE}/Workflows",
        lambda t: t.create(
            SPACE,
            Kind.WORKFLOW,
            "f",
            {
                "configuration": {"task_routing": {}},
                "assignment_callback_url": "https://line.example/a",
                "fallback_assignment_callback_url": "https://line.example/a",
                "task_reservation_timeout": 25,
            },
        ),
    ),
    "queue": (
        f"POST {_SPACE}/TaskQueues/{{Sid}}",
        lambda t: t.update(SPACE, Kind.TASK_QUEUE, QUEUE, {"target_workers": "1 == 0"}),
    ),
    "worker": (
        f"POST {_SPACE}/Workers/{{Sid}}",
        lambda t: t.update(SPACE, Kind.WORKER, WORKER, {"attributes": {"a": 2}}),
    ),
    "workflow": (
        f"POST {_SPACE}/Workflows/{{Sid}}",
        lambda t: t.update(SPACE, Kind.WORKFLOW, WORKFLOW, {"configuration": {}}),
    ),
    "no queue": (f"DELETE {_SPACE}/TaskQueues/{{Sid}}", lambda t: t.delete(SPACE, Kind.TASK_QUEUE, QUEUE)),
    "no worker": (f"DELETE {_SPACE}/Workers/{{Sid}}", lambda t: t.delete(SPACE, Kind.WORKER, WORKER)),
    "activity of a worker": (
        f"POST {_SPACE}/Workers/{{Sid}}",
        lambda t: t.set_activity(SPACE, WORKER, ACTIVITY),
    ),
    "task": (f"GET {_SPACE}/Tasks/{{Sid}}", lambda t: t.task_attributes(SPACE, TASK)),
    "changed task": (
        f"POST {_SPACE}/Tasks/{{Sid}}",
        lambda t: t.update_task(
            SPACE, TASK, attributes={"a": 1}, priority=2, virtual_start_at=datetime(2026, 11, 22, tzinfo=UTC)
        ),
    ),
    "completed task": (
        f"POST {_SPACE}/Tasks/{{Sid}}",
        lambda t: t.end_task(SPACE, TASK, completed=True, reason="the call is over"),
    ),
    "reservation": (
        f"POST {_SPACE}/Tasks/{{TaskSid}}/Reservations/{{Sid}}",
        lambda t: t.settle(SPACE, TASK, RESERVATION, accepted=False),
    ),
}


@pytest.mark.parametrize("asked", TASKROUTER_REQUESTS)
def test_taskrouter_is_asked_as_described(described_taskrouter: tuple[Described, str], asked: str) -> None:
    """Path, query and fields are the description's, and its example answer is understood."""
    carrier, address = described_taskrouter
    operation, request = TASKROUTER_REQUESTS[asked]
    request(TwilioTaskRouter(ACCOUNT, "token", address))
    assert (carrier.wrong, set(carrier.seen)) == ([], {operation})


@pytest.mark.parametrize("operation", CARRIER_REQUESTS)
def test_calls_are_asked_about_and_moved_as_described(described: tuple[Described, str], operation: str) -> None:
    """Path, query and fields are the description's, and its example answer is understood."""
    carrier, address = described
    CARRIER_REQUESTS[operation](TwilioCarrier(ACCOUNT, "token", address))
    assert (carrier.wrong, set(carrier.seen)) == ([], {operation})  # the example of a list names a next page


def test_a_document_in_full_is_sent_as_described(described: tuple[Described, str]) -> None:
    """The field `Twiml`."""
    carrier, address = described
    TwilioCarrier(ACCOUNT, "token", address).send_document(CALL, "<Response/>")
    assert carrier.wrong == []


@pytest.mark.parametrize("operation", RECORDING_REQUESTS)
def test_recordings_are_started_listed_and_deleted_as_described(
    described: tuple[Described, str], operation: str
) -> None:
    """Dual channel, both tracks, with its callback."""
    carrier, address = described
    RECORDING_REQUESTS[operation](TwilioRecordings(ACCOUNT, "token", address))
    assert (carrier.wrong, set(carrier.seen)) == ([], {operation})  # the example of a list names a next page


def test_the_sound_lies_beside_its_description(described: tuple[Described, str]) -> None:
    """The media address is in no OpenAPI file: what is not there is told as gone."""
    _, address = described
    with pytest.raises(RecordingGoneError):
        TwilioRecordings(ACCOUNT, "token", address).fetch("nothing/here")


MESSAGES = "/2010-04-01/Accounts/{AccountSid}/Messages.json"


@pytest.mark.parametrize(
    "sender", [{"messaging_service_sid": "MG" + "0" * 32}, {"from_number": "+12025550199"}], ids=["service", "number"]
)
def test_texts_are_posted_and_listed_as_described(described: tuple[Described, str], sender: dict[str, str]) -> None:
    """With their callback and how long they are valid."""
    carrier, address = described
    line = {"public_base_url": "https://line.example", "references": OwnReferences("secret")}
    channel = TwilioMessages(ACCOUNT, "token", http=HttpClient(address), **line, **sender)  # type: ignore[arg-type]
    now = datetime(2026, 11, 22, 2, tzinfo=UTC)
    words = Wording("Group: Happy birthday! Reply STOP to refuse", 1)
    result = channel.post(OutgoingText(1, 1, "+12025550100", words, now + timedelta(hours=9)), now=now)
    listed = channel.listed("+12025550100", since=datetime(2010, 1, 1, tzinfo=UTC))
    assert (result.outcome, result.sid[:2]) == (Outcome.ACCEPTED, "SM")
    assert listed
    assert (carrier.wrong, set(carrier.seen)) == ([], {f"POST {MESSAGES}", f"GET {MESSAGES}"})


def test_the_prices_of_a_day_are_asked_for_as_described(described: tuple[Described, str]) -> None:
    """By day; the example's texts have none yet."""
    carrier, address = described
    line = {"public_base_url": "https://line.example", "references": OwnReferences("secret"), "price_rate": 7.2}
    channel = TwilioMessages(ACCOUNT, "token", http=HttpClient(address), from_number="+12025550199", **line)  # type: ignore[arg-type]
    list(islice(channel.billed(date(2026, 11, 22)), 3))
    assert (carrier.wrong, set(carrier.seen)) == ([], {f"GET {MESSAGES}"})


def test_the_check_itself_sees_what_is_wrong(described: tuple[Described, str]) -> None:
    """A malformed identifier is named."""
    carrier, address = described
    TwilioCarrier(ACCOUNT, "token", address).is_over("CA1")
    assert any(each.startswith("Sid:") for each in carrier.wrong)
