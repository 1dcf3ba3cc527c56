"""TaskRouter's callbacks at the voice process: signed or refused, answered as it asks, and people after a fault."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from httpx import Response
from twilio.request_validator import RequestValidator

from elder_channel.services.line import LineService
from elder_channel.services.taskrouter_word import TaskRouterWord
from elder_channel.storage.tasks import KeptObject
from elder_channel.web.app import voice_app
from tests.fakes.line import SECRETS, LineInMemory, open_test_line

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it works with httpx, and says that it would rather have another package
    from starlette.testclient import TestClient

BASE = "https://line.example"
ELDER, HOTLINE = "+862000000101", "+862100000060"
WORKFLOW = "WW" + "1" * 32
OFFER = {
    "TaskSid": "WT1",
    "ReservationSid": "WR1",
    "WorkerName": "chen.jiaming",
    "WorkerAttributes": "{}",
    "TaskAttributes": '{"call_sid": "CA1"}',
}


@pytest.fixture
def at(tmp_path: Path) -> Iterator[LineInMemory]:
    """A line by TaskRouter, whose workflow is known."""
    opened = open_test_line(
        tmp_path, ELDER_CHANNEL_ROUTING__ENGINE="taskrouter", ELDER_CHANNEL_SERVER__PUBLIC_BASE_URL=BASE
    )
    name = opened.line.settings.taskrouter.workflow
    opened.line.tasks.keep_object(KeptObject("workflow", name, WORKFLOW, made_by_us=True))
    yield opened
    opened.line.databases.dispose()


@pytest.fixture
def http(at: LineInMemory) -> TestClient:
    """The voice process, without its background."""
    return TestClient(voice_app(at.line))


def ask(http: TestClient, path: str, form: dict[str, str], *, token: str = SECRETS["TWILIO_AUTH_TOKEN"]) -> Response:
    """One signed callback."""
    signature = RequestValidator(token).compute_signature(BASE + path, form)
    return http.post(path, data=form, headers={"X-Twilio-Signature": signature})


def test_who_enters_waits_in_the_workflow_with_what_is_known(at: LineInMemory, http: TestClient) -> None:
    """The queue document names the workflow, and carries the task."""
    text = ask(http, "/voice/incoming", {"CallSid": "CA1", "From": ELDER, "To": HOTLINE}).text
    assert f'workflowSid="{WORKFLOW}"' in text
    assert '"dialect":"guangzhou"' in text
    assert 'priority="1"' in text
    assert "/voice/dequeued?workflow=1" in text
    assert ELDER not in text  # the carrier knows the number; we say it nowhere


def test_law_1_what_taskrouter_refuses_waits_in_our_own_queue(http: TestClient) -> None:
    """And what our own queue refuses rings people."""
    about = {"CallSid": "CA1", "From": ELDER, "To": HOTLINE, "CallStatus": "in-progress"}
    ask(http, "/voice/incoming", about)
    refused = about | {"QueueResult": "system-error"}
    text = ask(http, "/voice/dequeued?workflow=1", refused).text
    assert ">elder-channel</Enqueue>" in text
    assert "workflowSid" not in text
    assert "<Dial" in ask(http, "/voice/dequeued", refused).text


def test_an_offer_is_answered_with_an_instruction(at: LineInMemory, http: TestClient) -> None:
    """JSON, as TaskRouter wants it."""
    ask(http, "/voice/incoming", {"CallSid": "CA1", "From": ELDER, "To": HOTLINE})
    at.line.calls.recognition_is_off("CA1")
    answer = ask(http, "/taskrouter/assignment", OFFER)
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["instruction"] == "redirect"
    assert answer.json()["call_sid"] == "CA1"
    assert answer.json()["url"].startswith(f"{BASE}/voice/connect?agent=chen-jiaming#")


@pytest.mark.parametrize("path", ["/taskrouter/assignment", "/taskrouter/event"])
def test_what_is_not_signed_is_not_believed(at: LineInMemory, http: TestClient, path: str) -> None:
    """403, and nothing in the books."""
    form = {**OFFER, "EventType": "task.created"}
    assert http.post(path, data=form).status_code == 403
    assert ask(http, path, form, token="wrong").status_code == 403
    assert at.line.tasks.open_tasks() == []


def test_an_event_is_answered_with_nothing(at: LineInMemory, http: TestClient) -> None:
    """204, as its documentation asks for; the task is known."""
    answer = ask(http, "/taskrouter/event", {**OFFER, "EventType": "task.created"})
    assert (answer.status_code, answer.headers["content-type"]) == (204, "application/json")
    assert [task.call_sid for task in at.line.tasks.open_tasks()] == ["CA1"]


def test_law_1_after_a_fault_of_ours_people_ring(
    at: LineInMemory, http: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The caller is moved to the hunt group; sooner, not later."""
    monkeypatch.setattr(TaskRouterWord, "_give", lambda *_: 1 / 0)
    LineService(at.line).arrive("CA1", ELDER, HOTLINE)
    told = ask(http, "/taskrouter/assignment", OFFER).json()
    assert (told["instruction"], told["call_sid"], told["accept"]) == ("redirect", "CA1", True)
    assert told["url"].startswith(f"{BASE}/voice/hunt")


def test_law_1_an_offer_that_names_no_call_is_turned_down(http: TestClient) -> None:
    """There is nobody to move."""
    assert ask(http, "/taskrouter/assignment", {**OFFER, "TaskAttributes": "x"}).json() == {"instruction": "reject"}


def test_an_event_that_cannot_be_taken_in_may_be_repeated(http: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """500: the books were locked, or gone."""
    monkeypatch.setattr(TaskRouterWord, "event", lambda *_: 1 / 0)
    assert ask(http, "/taskrouter/event", {"EventType": "task.created"}).status_code == 500
