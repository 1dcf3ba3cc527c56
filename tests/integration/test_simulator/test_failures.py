"""When the service fails, the carrier's own fallback document reaches a person."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    ("reply", "code"),
    [((500, "oops"), "11200"), ((404, ""), "11200"), ("<Response><Say>", "12100"), ("<Nonsense/>", "12100")],
    ids=["500", "404", "broken xml", "no response element"],
)
def test_an_unusable_answer_leads_to_the_fallback(simulator, service, reply, code) -> None:
    """Law 1 begins at the carrier: the hunt group is rung without the service."""
    service.replies["/voice"] = reply
    record, events = simulator.call()
    used = next(event for event in events if event["name"] == "fallback.used")
    assert used["ErrorCode"] == code
    assert "/voice" in used["ErrorUrl"]
    assert (record["fallback_used"], record["served"], record["answered_by"]) == (True, True, "client:hunt-1")


def test_a_service_that_hangs_leads_to_the_fallback(simulator, service) -> None:
    """The read timeout asked for in the address (`#rt=1500`) is kept."""
    service.slow_seconds["/voice"] = 4
    record, _ = simulator.call()
    assert record["fallback_used"]
    assert record["served"]


def test_an_action_that_fails_leads_to_the_fallback(simulator, service) -> None:
    """Every later address counts as well as the first."""
    service.replies["/voice"] = '<Response><Gather numDigits="1" action="/entry"><Say>请讲</Say></Gather></Response>'
    service.replies["/entry"] = (503, "")
    record, _ = simulator.call(key="0", speak_at=0.1)
    assert record["fallback_used"]
    assert record["served"]


def test_a_wait_document_that_fails_leaves_the_caller_waiting(simulator, service, carrier) -> None:
    """A broken wait document costs the music, not the place in the queue."""
    service.replies["/voice"] = '<Response><Enqueue waitUrl="/wait">broken</Enqueue></Response>'
    service.replies["/wait"] = (500, "")
    sid = simulator.place()
    simulator.follow(sid, until="warning")
    carrier.calls(sid).update(twiml="<Response><Dial><Client>quick</Client></Dial></Response>")
    simulator.follow(sid)
    assert simulator.record(sid)["served"]
    assert not simulator.record(sid)["fallback_used"]


def test_every_webhook_can_come_twice(simulator, service) -> None:
    """The repetition carries the same idempotency token."""
    simulator.call(faults={"duplicate_webhooks": True})
    assert len(service.awaited("/voice", 2)) == 2
    tokens = {asked.token for asked in service.asked if asked.path == "/voice"}
    assert len(tokens) == 1


def test_a_wrong_signature_can_be_sent(simulator, service, validator) -> None:
    """The service must see a forgery to refuse it."""
    simulator.call(faults={"bad_signature": True})
    asked = service.asked[0]
    assert not validator.validate(asked.url, asked.form, asked.signature)


def test_a_status_callback_is_tried_again(simulator, service) -> None:
    """A service that is briefly down still learns how the call ended."""
    answers = iter([(500, ""), (200, "")])
    service.replies["/status"] = lambda form: next(answers, (200, ""))
    simulator.call()
    assert service.awaited("/status", 2)


@pytest.mark.parametrize(
    "plan",
    [{}, {"from": "+86138", "key": "x"}, {"from": "+86138", "audio_mulaw": "%%%"}, {"from": "+86138", "speak": 1}],
    ids=["nobody calls", "no such key", "not base64", "unknown field"],
)
def test_a_plan_that_makes_no_sense_is_refused(simulator, plan) -> None:
    """The control API says where the plan is wrong."""
    answer = simulator.client.post("/simulator/calls", json=plan)
    assert answer.status_code == 422
    assert answer.json()["problems"]


def test_without_secrets_it_does_not_start(tmp_path) -> None:
    """The missing variable is named, in one sentence."""
    command = [sys.executable, "-m", "elder_channel.simulator", "--voice-url", "http://127.0.0.1:1/voice"]
    ended = subprocess.run(command, capture_output=True, text=True, env={"PYTHONPATH": ":".join(sys.path)}, timeout=60)
    assert ended.returncode == 2
    assert "TWILIO_ACCOUNT_SID" in ended.stderr
