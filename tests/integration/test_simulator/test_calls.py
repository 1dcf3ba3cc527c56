"""Calls through the simulated carrier: documents are followed as the carrier would."""

from __future__ import annotations

import io
import wave
from typing import Any

import numpy as np
import pytest

from bilingual.prompt_audio.sound import Sound
from bilingual.prompt_audio.wave import telephone_wave

Events = list[dict[str, Any]]


def names(events: Events) -> list[str]:
    return [event["name"] for event in events]


def test_the_first_webhook_is_signed_and_complete(simulator, service, validator) -> None:
    """The service can check who asks, and learns who calls."""
    record, _ = simulator.call(to="+864005550111")
    asked = service.asked[0]
    assert validator.validate(asked.url, asked.form, asked.signature)
    assert asked.token
    assert asked.form["CallSid"] == record["call_sid"]
    assert (asked.form["From"], asked.form["To"]) == ("+8613800000000", "+864005550111")
    assert (asked.form["CallStatus"], asked.form["Direction"], asked.form["FromCountry"]) == (
        "ringing",
        "inbound",
        "CN",
    )
    assert record["ended_by"] == "service"


def test_a_withheld_number_is_passed_on_as_it_is(simulator, service) -> None:
    """A caller who hides the number calls as `anonymous`."""
    simulator.call(**{"from": "anonymous"})
    assert service.asked[0].form["From"] == "anonymous"


def test_a_key_interrupts_the_prompt_and_goes_to_the_action(simulator, service) -> None:
    """One key, in the middle of the prompt, is enough."""
    service.replies["/voice"] = (
        '<Response><Gather numDigits="1" action="/entry">'
        "<Say>这一句话很长，长到没有人愿意听完它。</Say></Gather></Response>"
    )
    _, events = simulator.call(key="0", speak_at=0.2)
    assert service.forms("/entry")[0]["Digits"] == "0"
    pressed = next(event for event in events if event["name"] == "key.pressed")
    assert pressed["delivered"] is True
    assert "SpeechResult" not in service.forms("/entry")[0]


def test_a_key_outside_a_gather_is_not_delivered(simulator, service) -> None:
    """Keys are heard by `<Gather>` only."""
    service.replies["/voice"] = "<Response><Say>请稍等请稍等</Say></Response>"
    record, _ = simulator.call(key="0", speak_at=0.1)
    assert "key not delivered" in record["warnings"]


def test_several_digits_end_with_the_finish_key(simulator, service) -> None:
    """`finishOnKey` ends the input and is not part of it."""
    service.replies["/voice"] = '<Response><Gather action="/entry"><Say>请说</Say></Gather></Response>'
    simulator.call(key="12#", speak_at=0.1)
    assert (service.forms("/entry")[0]["Digits"], service.forms("/entry")[0]["FinishedOnKey"]) == ("12", "#")


def test_speech_is_returned_after_speaking_has_ended(simulator, service) -> None:
    """The carrier's own recognition answers at the end of speech, never at its beginning."""
    service.replies["/voice"] = (
        '<Response><Gather input="dtmf speech" speechTimeout="auto" action="/entry"><Say>请讲</Say></Gather></Response>'
    )
    _, events = simulator.call(say="我要找人", speak_at=0.1)
    assert service.forms("/entry")[0]["SpeechResult"] == "我要找人"
    assert float(service.forms("/entry")[0]["Confidence"]) > 0
    assert names(events).index("speech.ended") < names(events).index("gather.finished")


@pytest.mark.parametrize(("empty", "path"), [("true", "/entry"), ("false", "/next")])
def test_silence_falls_through_unless_the_action_wants_it(simulator, service, empty, path) -> None:
    """`actionOnEmptyResult` decides where silence leads."""
    service.replies["/voice"] = (
        f'<Response><Gather timeout="0.1" actionOnEmptyResult="{empty}" action="/entry"><Say>嗯</Say></Gather>'
        "<Redirect>/next</Redirect></Response>"
    )
    simulator.call()
    asked = [each.path for each in service.asked]
    assert path in asked
    assert ("/next" in asked) != ("/entry" in asked)


def test_the_wait_document_is_looped_and_its_gather_can_leave(simulator, service) -> None:
    """While waiting, a key may take the caller out of the queue by `<Leave>`."""
    service.replies["/voice"] = (
        '<Response><Enqueue waitUrl="/wait" action="/left">line</Enqueue><Say>回来了</Say></Response>'
    )
    service.replies["/wait"] = (
        '<Response><Gather numDigits="1" timeout="0.1" action="/wait-key"><Say>请稍等</Say></Gather></Response>'
    )
    service.replies["/wait-key"] = "<Response><Leave/></Response>"
    simulator.call(key="5", speak_at=1.2)
    waits = service.forms("/wait")
    assert len(waits) >= 2
    assert {"QueuePosition", "QueueTime", "AvgQueueTime", "CurrentQueueSize", "QueueSid"} <= waits[0].keys()
    assert service.forms("/wait-key")[0]["QueuePosition"] == "1"
    assert service.forms("/left")[0]["QueueResult"] == "leave"


def test_a_caller_who_gives_up_in_the_queue_is_reported(simulator, service) -> None:
    """Hanging up while waiting fires the action and the status callback."""
    service.replies["/voice"] = '<Response><Enqueue waitUrl="/wait" action="/left">line</Enqueue></Response>'
    service.replies["/wait"] = '<Response><Pause length="30"/></Response>'
    record, _ = simulator.call(hang_up_after_seconds=0.5)
    assert (record["ended_by"], record["status"]) == ("caller", "completed")
    assert record["enqueue_received_at"] is not None
    assert service.awaited("/left")[0]["QueueResult"] == "hangup"
    assert service.awaited("/status")[0]["CallStatus"] == "completed"


def test_the_first_phone_to_answer_gets_the_caller(simulator, service) -> None:
    """All phones ring at once; the action learns who answered and how long they talked."""
    service.replies["/voice"] = (
        '<Response><Dial action="/dialled"><Client>away</Client>'
        f'<Client statusCallback="{service.base}/agent" statusCallbackEvent="initiated ringing answered completed">'
        "quick</Client></Dial></Response>"
    )
    record, events = simulator.call()
    assert (record["served"], record["answered_by"], record["ended_by"]) == (True, "client:quick", "agent")
    assert record["agent_ringing_at"] <= record["agent_answered_at"] <= record["ended_at"]
    assert service.forms("/dialled")[0]["DialCallStatus"] == "completed"
    assert [event["contact"] for event in events if event["name"] == "agent.answered"] == ["client:quick"]
    service.awaited("/agent", 4)
    told = sorted(service.forms("/agent"), key=lambda form: int(form["SequenceNumber"]))
    assert [form["CallStatus"] for form in told] == ["initiated", "ringing", "in-progress", "completed"]
    assert {form["ParentCallSid"] for form in told} == {record["call_sid"]}


@pytest.mark.parametrize(
    ("contact", "status"), [("busy", "busy"), ("away", "no-answer"), ("lost", "failed")], ids=["busy", "away", "lost"]
)
def test_a_phone_that_is_not_answered_leads_to_the_action(simulator, service, contact, status) -> None:
    """The service learns why nobody answered, and the call goes on."""
    service.replies["/voice"] = (
        '<Response><Dial timeout="0.5" answerOnBridge="true" action="/dialled">'
        f"<Client>{contact}</Client></Dial></Response>"
    )
    service.replies["/dialled"] = "<Response><Dial><Client>quick</Client></Dial></Response>"
    record, _ = simulator.call()
    assert service.forms("/dialled")[0]["DialCallStatus"] == status
    assert service.forms("/dialled")[0]["CallStatus"] == "ringing"  # answerOnBridge: nobody has picked up yet
    assert record["served"]


def test_an_unknown_verb_is_skipped_with_a_warning(simulator, service) -> None:
    """What the simulator does not know never ends a call."""
    service.replies["/voice"] = "<Response><Juggle/><Dial><Client>quick</Client></Dial></Response>"
    record, _ = simulator.call()
    assert record["served"]
    assert any("<Juggle>" in warning for warning in record["warnings"])


def test_a_rejected_call_is_never_picked_up(simulator, service) -> None:
    """`<Reject>` leaves the caller with a busy tone."""
    service.replies["/voice"] = '<Response><Reject reason="busy"/></Response>'
    record, events = simulator.call()
    assert record["status"] == "busy"
    assert "call.answered" not in names(events)


def test_a_recording_plays_for_its_real_length(simulator, service) -> None:
    """It is fetched and decoded; one that is missing is passed over with a warning."""
    sound = io.BytesIO()
    with wave.open(sound, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"\0\0" * 4000)
    service.replies["/prompt.wav"] = sound.getvalue()
    service.replies["/voice"] = "<Response><Play>/prompt.wav</Play><Play>/missing.wav</Play><Say>好</Say></Response>"
    service.replies["/missing.wav"] = (404, "")
    record, events = simulator.call()
    prompts = [event for event in events if event["name"] == "prompt.started"]
    assert [prompt["seconds"] for prompt in prompts] == [0.5, 0.3]
    assert any("<Play> passed over" in warning for warning in record["warnings"])


def test_a_recording_that_tells_its_words_is_heard_with_them(simulator, service) -> None:
    """A caller hears words, not a file: conversations can react to them, and the journey shows them."""
    service.replies["/told.wav"] = telephone_wave(Sound(np.full(4000, 0.1, dtype=np.float32), 8000), "请说话", "zh")
    service.replies["/voice"] = "<Response><Play>/told.wav</Play></Response>"
    _, events = simulator.call()
    (prompt,) = [event for event in events if event["name"] == "prompt.started"]
    assert (prompt["text"], prompt["language"], prompt["seconds"]) == ("请说话", "zh", 0.5)


def test_a_get_request_signs_its_whole_address(simulator, service, validator) -> None:
    """Fields go into the query, and the signature covers them there."""
    service.replies["/voice"] = '<Response><Redirect method="GET">/next?why=key</Redirect></Response>'
    record, _ = simulator.call()
    asked = next(each for each in service.asked if each.path == "/next")
    assert validator.validate(asked.url, {}, asked.signature)
    assert f"CallSid={record['call_sid']}" in asked.url
    assert "why=key&" in asked.url


def test_agents_change_while_the_simulator_runs(simulator, service) -> None:
    """A demonstration may send an agent away and bring them back."""
    answer = simulator.client.put("/simulator/agents/client:changing", json={"behaviour": "busy"})
    assert answer.json()["behaviour"] == "busy"
    service.replies["/voice"] = '<Response><Dial action="/dialled"><Client>changing</Client></Dial></Response>'
    record, _ = simulator.call()
    assert service.forms("/dialled")[0]["DialCallStatus"] == "busy"
    assert not record["served"]


def test_a_queue_that_is_full_sends_the_caller_on(simulator, service, carrier) -> None:
    """`MaxSize` reached: the action learns it at once."""
    carrier.queues.create(friendly_name="tiny", max_size=0)
    service.replies["/voice"] = '<Response><Enqueue action="/full">tiny</Enqueue></Response>'
    simulator.call()
    assert service.forms("/full")[0]["QueueResult"] == "queue-full"
