"""People whom the service has rung through the REST API: what they do, and that every ring is known."""

from __future__ import annotations

import time
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException

NUMBER = "+8657100000391"
GREETING = '<Response><Say>您好</Say><Gather numDigits="1" action="/keyed"><Say>请按键</Say></Gather></Response>'
SERVED = "<Response><Dial><Client>quick</Client></Dial></Response>"


def expect(simulator: Any, number: str, *plans: dict[str, Any]) -> None:
    answer = simulator.client.put(f"/simulator/phones/{number}", json={"calls": list(plans)})
    assert answer.status_code == 200, answer.text


def calls_to(simulator: Any, number: str) -> list[str]:
    return list(simulator.client.get(f"/simulator/phones/{number}/calls").json()["calls"])


def test_who_is_rung_speaks_presses_and_is_served(simulator, service, carrier) -> None:
    """After the second ring; the plan is used up by the call, and the next one finds nobody special."""
    service.replies |= {"/called": GREETING, "/keyed": SERVED}
    press = {"when": "prompt", "hearing": "请按键", "after": 0.1, "press": "5"}
    expect(simulator, NUMBER, {"answer_after_seconds": 0.3, "actions": [press]})
    sid = carrier.calls.create(to=NUMBER, from_="+864005550100", url=f"{service.base}/called").sid
    events = simulator.follow(sid)
    assert calls_to(simulator, NUMBER) == [sid]
    assert service.forms("/keyed")[0]["Digits"] == "5"
    names = [event["name"] for event in events]
    assert names.index("call.ringing") < names.index("call.answered") < names.index("agent.answered")
    assert simulator.record(sid)["served"]


@pytest.mark.parametrize(
    ("plan", "status"),
    [
        ({"phone": "busy"}, "busy"),
        ({"phone": "decline", "answer_after_seconds": 0.1}, "busy"),
        ({"phone": "fail"}, "failed"),
        ({"phone": "no_answer"}, "no-answer"),
        ({"answer_after_seconds": 0.1, "actions": [{"when": "connected", "after": 0.1, "hang_up": True}]}, "completed"),
    ],
)
def test_how_ringing_ends_is_the_carriers_word(simulator, service, carrier, plan, status) -> None:
    """And who is not reached is never asked what to do."""
    service.replies["/called"] = "<Response><Pause length='5'/></Response>"
    expect(simulator, NUMBER, plan)
    sid = carrier.calls.create(to=NUMBER, from_="+864005550100", url=f"{service.base}/called", timeout=1).sid
    simulator.follow(sid)
    assert simulator.record(sid)["status"] == status
    assert len(service.forms("/called")) == (status == "completed")


@pytest.mark.parametrize(
    ("phone", "mode", "heard"),
    [("answer", "Enable", "human"), ("voicemail", "Enable", "machine_start"),
     ("voicemail", "DetectMessageEnd", "machine_end_beep")],
)  # fmt: skip
def test_a_machine_is_told_from_a_person(simulator, service, carrier, phone, mode, heard) -> None:
    """Before the first document is asked for, where the service wants to know; the API tells it too."""
    service.replies["/called"] = "<Response><Hangup/></Response>"
    expect(simulator, NUMBER, {"phone": phone, "answer_after_seconds": 0.1, "speed": 20})
    sid = carrier.calls.create(
        to=NUMBER, from_="+864005550100", url=f"{service.base}/called", machine_detection=mode
    ).sid
    simulator.follow(sid)
    assert service.forms("/called")[0]["AnsweredBy"] == heard
    assert carrier.calls(sid).fetch().answered_by == heard


def test_without_detection_nobody_is_told_apart(simulator, service, carrier) -> None:
    """And a word that is no mode is refused."""
    service.replies["/called"] = "<Response><Hangup/></Response>"
    expect(simulator, NUMBER, {"phone": "voicemail", "answer_after_seconds": 0.1})
    sid = carrier.calls.create(to=NUMBER, from_="+864005550100", url=f"{service.base}/called").sid
    simulator.follow(sid)
    assert "AnsweredBy" not in service.forms("/called")[0]
    with pytest.raises(TwilioRestException):
        carrier.calls.create(to=NUMBER, from_="+864005550100", url=service.base, machine_detection="Perhaps")


def test_every_ring_is_known_and_waited_for(simulator, service, carrier) -> None:
    """Whoever asks is told at once when the phone rings; a new plan forgets what was; a stranger is not known."""
    service.replies["/called"] = "<Response><Hangup/></Response>"
    expect(simulator, NUMBER, {"phone": "busy"}, {"phone": "busy"})
    began = time.monotonic()
    nobody = simulator.client.get(f"/simulator/phones/{NUMBER}/calls", params={"wait": 0.3}).json()
    assert nobody == {"calls": []}
    assert time.monotonic() - began >= 0.3
    sids = [carrier.calls.create(to=NUMBER, from_="+864005550100", url=f"{service.base}/called").sid for _ in range(2)]
    assert calls_to(simulator, NUMBER) == sids
    later = simulator.client.get(f"/simulator/phones/{NUMBER}/calls", params={"after": 1, "wait": 5}).json()
    assert later == {"calls": sids[1:]}
    expect(simulator, NUMBER)
    assert calls_to(simulator, NUMBER) == []
    assert simulator.client.get("/simulator/phones/+8657100000399/calls").status_code == 404


@pytest.mark.parametrize("wrong", [{"calls": [{"phone": "asleep"}]}, {"calls": [{"from": "x"}]}, {"ring": []}])
def test_a_plan_that_makes_no_sense_is_refused(simulator, wrong) -> None:
    """With its place."""
    answer = simulator.client.put(f"/simulator/phones/{NUMBER}", json=wrong)
    assert answer.status_code == 422
    assert answer.json()["problems"]


def test_placing_a_call_may_fail_and_is_tried_again(simulator, service, carrier) -> None:
    """A full carrier rings nobody; an answer that is late has rung all the same."""
    service.replies["/called"] = "<Response><Hangup/></Response>"
    full = {"faults": {"rest": [{"operation": "place", "kind": "too_many_requests"}]}}
    late = {"faults": {"rest": [{"operation": "place", "kind": "answer_lost", "seconds": 0.5}]}}
    expect(simulator, NUMBER, full, late)
    about = {"to": NUMBER, "from_": "+864005550100", "url": f"{service.base}/called"}
    with pytest.raises(TwilioRestException) as refused:
        carrier.calls.create(**about)
    assert refused.value.code == 20429
    assert calls_to(simulator, NUMBER) == []
    sids = [carrier.calls.create(**about).sid for _ in range(2)]
    assert calls_to(simulator, NUMBER) == sids
