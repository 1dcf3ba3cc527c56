"""`<Connect><Stream>` in both directions, faults of streams, and `<Dial><Queue>`."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from tests.integration.test_simulator.test_streams import TALK, frames, settle

CONNECT = '<Response><Connect action="/after"><Stream url="{}"/></Connect><Say>不该听到</Say></Response>'


def events_of(service: Any, name: str) -> list[dict[str, Any]]:
    return [message for message in service.media if message["event"] == name]


def test_connect_carries_keys_and_marks_and_holds_the_document(simulator, service) -> None:
    """Keys arrive as `dtmf`; a mark comes back when its sound was heard; closing lets the document go on."""
    service.replies["/voice"] = CONNECT.format(service.media_url)
    service.replies["/after"] = "<Response><Say>再见</Say></Response>"
    half_a_second = base64.b64encode(b"\x7f" * 4000).decode()
    service.media_script = [
        ("start", [{"event": "media", "media": {"payload": half_a_second}}, {"event": "mark", "mark": {"name": "a"}}]),
        ("mark", [{"event": "close"}]),
    ]
    record, events = simulator.call(actions=[{"when": "prompt", "after": 0.1, "press": "5"}])
    assert [message["dtmf"]["digit"] for message in events_of(service, "dtmf")] == ["5"]
    assert [message["mark"]["name"] for message in events_of(service, "mark")] == ["a"]
    prompts = [event for event in events if event["name"] == "prompt.started"]
    assert [prompt.get("text") for prompt in prompts] == [None, "再见"]
    ended = next(event["at"] for event in events if event["name"] == "prompt.ended")
    assert ended - prompts[0]["at"] == pytest.approx(0.5, abs=0.3)
    assert record["ended_by"] == "service"


def test_clear_silences_and_sends_the_marks_back(simulator, service) -> None:
    """Marks of sound nobody heard come back too: they are no proof of playback."""
    service.replies["/voice"] = CONNECT.format(service.media_url)
    ten_seconds = base64.b64encode(b"\x7f" * 80000).decode()
    service.media_script = [
        (
            "start",
            [
                {"event": "media", "media": {"payload": ten_seconds}},
                {"event": "mark", "mark": {"name": "never heard"}},
                {"event": "clear"},
            ],
        ),
        ("mark", [{"event": "close"}]),
    ]
    _, events = simulator.call()
    times = {event["name"]: event["at"] for event in events}
    assert times["prompt.ended"] - next(e["at"] for e in events if e["name"] == "prompt.started") < 5
    assert [message["mark"]["name"] for message in events_of(service, "mark")] == ["never heard"]


def test_what_the_service_sends_amiss_is_warned_of(simulator, service) -> None:
    """Another stream's sid, an unknown event, no base64: the call goes on."""
    service.replies["/voice"] = CONNECT.format(service.media_url)
    service.media_script = [
        ("start", [{"event": "sing"}, {"event": "media", "media": {"payload": "%"}}, {"event": "close"}])
    ]
    record, _ = simulator.call()
    assert sum("31951" in warning for warning in record["warnings"]) == 2


@pytest.mark.parametrize("kind", ["frames_stop", "stalls", "floods", "drops", "reconnects", "never_starts"])
def test_faults_of_a_stream(simulator, service, kind) -> None:
    """Each does to the frames what its name says."""
    service.replies["/voice"] = TALK.format(service.media_url, "", '<Pause length="3"/>')
    simulator.call(faults={"stream": {"kind": kind, "at_seconds": 0.5, "seconds": 1.0}})
    if kind not in ("drops", "never_starts"):  # these have no last message
        settle(service)
    count = len(frames(service))
    starts = len(events_of(service, "start"))
    stops = len(events_of(service, "stop"))
    expected = {
        "frames_stop": (20 <= count <= 30, 1, 1),
        "stalls": (count > 100, 1, 1),
        "floods": (count > 150, 1, 1),
        "drops": (20 <= count <= 30, 1, 0),
        "reconnects": (50 < count < 120, 2, 1),
        "never_starts": (count == 0, 0, 0),
    }[kind]
    assert (expected[0], starts, stops) == (True, *expected[1:]), count


def test_a_dialled_queue_brings_two_people_together(simulator, service, carrier) -> None:
    """The agent's own call takes the first who waits; both learn how it ended."""
    service.replies["/voice"] = '<Response><Enqueue waitUrl="/wait" action="/dequeued">desk</Enqueue></Response>'
    service.replies["/wait"] = '<Response><Pause length="20"/></Response>'
    service.replies["/agent"] = '<Response><Dial action="/dialled"><Queue>desk</Queue></Dial></Response>'
    sid = simulator.place()
    simulator.follow(sid, until="queue.entered")
    carrier.calls.create(to="client:quick", from_="+12025550142", url=f"{service.base}/agent")
    events = simulator.follow(sid)
    left = next(event for event in events if event["name"] == "queue.left")
    assert left["result"] == "bridged"
    assert service.forms("/dequeued")[0]["QueueResult"] == "bridged"
    record = simulator.record(sid)
    assert (record["served"], record["answered_by"]) == (True, "client:quick")


def test_a_queue_in_which_nobody_waits_is_waited_for_and_given_up(simulator, service, carrier) -> None:
    """The dial's timeout bounds it."""
    carrier.queues.create(friendly_name="empty")
    service.replies["/agent"] = '<Response><Dial timeout="1" action="/dialled"><Queue>empty</Queue></Dial></Response>'
    carrier.calls.create(to="client:quick", from_="+12025550142", url=f"{service.base}/agent")
    assert service.awaited("/dialled")[0]["DialCallStatus"] == "no-answer"


def test_a_queue_that_does_not_exist_cannot_be_dialled(simulator, service, carrier) -> None:
    """At once, with an error status."""
    service.replies["/agent"] = '<Response><Dial action="/dialled"><Queue>nowhere</Queue></Dial></Response>'
    carrier.calls.create(to="client:quick", from_="+12025550142", url=f"{service.base}/agent")
    assert service.awaited("/dialled")[0]["DialCallStatus"] == "failed"
