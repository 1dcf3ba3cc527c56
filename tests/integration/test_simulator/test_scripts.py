"""Callers who act on what happens, phones that behave for one call, and faults that are used up."""

from __future__ import annotations

import time
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException

HUNT = "<Response><Dial><Client>quick</Client></Dial></Response>"


def names(events: list[dict[str, Any]]) -> list[str]:
    return [event["name"] for event in events]


def test_a_caller_acts_on_what_happens(simulator, service) -> None:
    """A key at the second prompt, and the phone put down while the agent's rings."""
    service.replies["/voice"] = (
        '<Response><Say>一</Say><Gather action="/on" numDigits="1"><Say>二二二二二</Say></Gather></Response>'
    )
    service.replies["/on"] = "<Response><Dial><Client>away</Client></Dial></Response>"
    record, events = simulator.call(
        actions=[
            {"when": "prompt", "nth": 2, "after": 0.2, "press": "7"},
            {"when": "ringing", "after": 0.2, "hang_up": True},
        ]
    )
    assert service.forms("/on")[0]["Digits"] == "7"
    assert names(events).index("agent.ringing") < names(events).index("call.ended")
    assert (record["ended_by"], record["served"]) == ("caller", False)


@pytest.mark.parametrize("when", ["prompt", "waiting", "ringing"])
def test_a_caller_who_hears_nothing_but_the_ringing_acts_on_that(simulator, service, when) -> None:
    """Somebody was found before the line said a word, as a known elder meets it: the caller speaks all the same."""
    service.replies["/voice"] = "<Response><Dial><Client>slow</Client></Dial></Response>"
    _, events = simulator.call(actions=[{"when": when, "after": 0.1, "say": "我要报案"}])
    ringing = next(event for event in events if event["name"] == "agent.ringing")
    assert ringing["first_heard"]
    assert "speech.started" in names(events)


def test_who_was_spoken_to_does_not_take_the_ringing_for_a_prompt(simulator, service) -> None:
    """The second prompt is the second thing said."""
    service.replies["/voice"] = "<Response><Say>一</Say><Dial><Client>slow</Client></Dial></Response>"
    _, events = simulator.call(actions=[{"when": "prompt", "nth": 2, "after": 0.1, "say": "我要报案"}])
    assert not any(event.get("first_heard") for event in events)
    assert "speech.started" not in names(events)


def test_one_action_follows_the_other(simulator, service) -> None:
    """`then` waits for what comes before it to be over."""
    service.replies["/voice"] = (
        '<Response><Gather input="dtmf" numDigits="3" action="/on"><Say>请按</Say></Gather></Response>'
    )
    service.replies["/on"] = HUNT
    simulator.call(actions=[{"after": 0.1, "press": "12"}, {"when": "then", "after": 0.1, "press": "3"}])
    assert service.forms("/on")[0]["Digits"] == "123"


def test_a_phone_behaves_differently_for_one_call(simulator, service) -> None:
    """Who is asked for by name is busy for this call, everybody else answers; the next call meets them as ever."""
    service.replies["/voice"] = '<Response><Dial action="/on"><Client>quick</Client></Dial></Response>'
    service.replies["/on"] = "<Response><Dial><Client>slow</Client></Dial></Response>"
    behaviour = {"client:quick": {"behaviour": "busy"}, "*": {"answer_after_seconds": 0.1, "talk_seconds": 0.1}}
    record, _ = simulator.call(agents=behaviour)
    assert record["answered_by"] == "client:slow"
    record, _ = simulator.call()
    assert record["answered_by"] == "client:quick"


def test_a_call_that_is_declined_is_busy(simulator, service) -> None:
    """Turned away after some ringing."""
    service.replies["/voice"] = '<Response><Dial action="/on"><Client>quick</Client></Dial></Response>'
    simulator.call(agents={"*": {"behaviour": "decline", "answer_after_seconds": 0.3}})
    assert service.forms("/on")[0]["DialCallStatus"] == "busy"


def test_a_hurried_call_takes_less_time(simulator, service) -> None:
    """Prompts, rings and talk at ten times the pace of life."""
    service.replies["/voice"] = '<Response><Pause length="10"/></Response>'
    began = time.monotonic()
    simulator.call(speed=10)
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("kind", ["refused", "bad_gateway", "not_xml", "times_out", "answer_lost"])
def test_a_request_that_goes_wrong_leads_to_the_fallback(simulator, service, kind) -> None:
    """Each as often as planned; a lost answer is one whose question arrived."""
    service.replies["/voice"] = HUNT
    fault = {"kind": kind, "path": "/voice", "times": 2}
    record, _ = simulator.call(faults={"webhooks": [fault]})
    assert (record["fallback_used"], record["answered_by"]) == (True, "client:hunt-1")
    assert bool(service.forms("/voice")) is (kind == "answer_lost")


def test_a_fault_is_used_up(simulator, service) -> None:
    """The first request passes, the second fails, the third passes again."""
    service.replies["/voice"] = "<Response><Redirect>/a</Redirect></Response>"
    service.replies["/a"] = "<Response><Redirect>/voice</Redirect></Response>"
    record, _ = simulator.call(faults={"webhooks": [{"kind": "bad_gateway", "path": "/a", "skip": 1}]})
    assert len(service.forms("/a")) == 1
    assert record["fallback_used"]


@pytest.mark.parametrize(("fault", "expected"), [("lost", []), ("reversed", ["completed", "in-progress"])])
def test_callbacks_go_astray(simulator, service, fault, expected) -> None:
    """None at all, or the answer after the end."""
    told = 'statusCallback="/told" statusCallbackEvent="answered completed"'
    service.replies["/voice"] = f"<Response><Dial><Client {told}>quick</Client></Dial></Response>"
    simulator.call(faults={"callbacks": fault})
    time.sleep(3)
    assert [form["CallStatus"] for form in service.forms("/told")] == expected


@pytest.mark.parametrize(
    ("kind", "status"), [("not_found", 404), ("too_many_requests", 429), ("server_error", 500), ("unavailable", 503)]
)
def test_the_rest_api_fails_as_often_as_planned(simulator, service, carrier, kind, status) -> None:
    """Once, and then it does what it is asked."""
    service.replies["/voice"] = '<Response><Pause length="15"/></Response>'
    sid = simulator.place(faults={"rest": [{"operation": "move", "kind": kind}]})
    simulator.follow(sid, until="call.answered")
    with pytest.raises(TwilioRestException) as caught:
        carrier.calls(sid).update(twiml="<Response><Hangup/></Response>")
    assert caught.value.status == status
    carrier.calls(sid).update(twiml="<Response><Hangup/></Response>")
    simulator.follow(sid)
    assert simulator.record(sid)["ended_by"] == "service"


@pytest.mark.parametrize(
    ("fault", "plan"),
    [
        ("stream", {"stream": {"kind": "explodes"}}),
        ("webhooks", {"webhooks": [{"kind": "refused", "times": 0}]}),
        ("actions", None),
    ],
)
def test_a_fault_or_an_action_that_makes_no_sense_is_refused(simulator, fault, plan) -> None:
    """With its place."""
    body = {"faults": plan} if plan else {"actions": [{"when": "prompt"}]}
    answer = simulator.client.post("/simulator/calls", json={"from": "+86138", **body})
    assert answer.status_code == 422
    assert fault in answer.json()["problems"][0]["where"]
