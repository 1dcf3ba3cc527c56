"""Media streams of the simulated carrier."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
import pytest
from twilio.base.exceptions import TwilioRestException

from dialects.audio import mulaw
from elder_channel.placing import wait_until

TALK = '<Response><Start><Stream url="{}" name="ear" statusCallback="/stream">{}</Stream></Start>{}</Response>'
PARAMETER = '<Parameter name="callSid" value="CA1"/>'


def talk(service: Any, verbs: str = "<Say>请讲请讲请讲请讲</Say>") -> str:
    return TALK.format(service.media_url, PARAMETER, verbs)


def recording() -> bytes:
    """Half a second of a tone, between silences, as 8 kHz mu-law: recognizable bytes, not a voice."""
    tone = (8000 * np.sin(2 * np.pi * 440 * np.arange(4000) / 8000)).astype(np.int16)
    return mulaw.encode(tone)


def frames(service: Any) -> list[dict[str, Any]]:
    return [message["media"] for message in service.media if message["event"] == "media"]


def test_a_stream_carries_silence_then_the_recording_then_silence(simulator, service, validator) -> None:
    """Every byte of the recording arrives in order, in 20 ms frames, amid mu-law silence."""
    service.replies["/voice"] = talk(service)
    sound = recording()
    record, events = simulator.call(audio_mulaw=base64.b64encode(sound).decode(), speak_at=0.3)
    settle(service)
    started = next(event["at"] for event in events if event["name"] == "speech.started")
    assert started <= record["first_voiced_sent_at"] < record["last_voiced_sent_at"]
    kinds = [message["event"] for message in service.media]
    assert kinds[:2] == ["connected", "start"]
    assert kinds[-1] == "stop"
    start = service.media[1]["start"]
    assert start["mediaFormat"] == {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1}
    assert start["customParameters"] == {"callSid": "CA1"}
    payloads = [base64.b64decode(frame["payload"]) for frame in frames(service)]
    assert {len(payload) for payload in payloads} == {160}
    assert [int(frame["chunk"]) for frame in frames(service)] == list(range(1, len(payloads) + 1))
    heard = b"".join(payloads)
    assert sound in heard
    assert set(heard.replace(sound, b"")) == {0xFF}
    url, signature = service.handshakes[0]
    assert validator.validate(url, {}, signature)


def test_the_stream_tells_when_it_starts_and_stops(simulator, service) -> None:
    """`statusCallback` hears of both ends."""
    service.replies["/voice"] = talk(service)
    simulator.call()
    settle(service)
    # Callbacks are requests of their own and may overtake each other.
    assert {form["StreamEvent"] for form in service.awaited("/stream", 2)} == {"stream-started", "stream-stopped"}


def test_the_document_goes_on_while_the_stream_runs_and_stop_ends_it(simulator, service) -> None:
    """`<Start>` never holds the caller up; `<Stop>` names the stream."""
    service.replies["/voice"] = talk(service, '<Pause length="0.5"/><Stop><Stream name="ear"/></Stop><Say>好</Say>')
    _, events = simulator.call()
    order = [event["name"] for event in events]
    assert order.index("stream.started") < order.index("stream.stopped") < order.index("prompt.started")


def test_a_stream_is_stopped_through_the_rest_api(simulator, service, carrier) -> None:
    """By SID, and a stream nobody knows is not found."""
    service.replies["/voice"] = talk(service, '<Pause length="20"/>')
    sid = simulator.place()
    started = next(each for each in simulator.follow(sid, until="stream.started") if each["name"] == "stream.started")
    assert carrier.calls(sid).streams(started["stream_sid"]).update(status="stopped").status == "stopped"
    simulator.follow(sid, until="stream.stopped")
    with pytest.raises(TwilioRestException):
        carrier.calls(sid).streams("MZ" + "f" * 32).update(status="stopped")
    carrier.calls(sid).update(status="completed")


def test_a_refused_stream_is_a_warning_and_the_call_goes_on(simulator, service) -> None:
    """A websocket that says no never costs the caller the call."""
    service.refuse_media = True
    service.replies["/voice"] = talk(service, "<Say>请讲请讲</Say><Dial><Client>quick</Client></Dial>")
    record, _ = simulator.call()
    assert record["served"]
    assert any("31920" in warning for warning in record["warnings"])
    assert service.forms("/stream")[0]["StreamEvent"] == "stream-error"


def test_a_wrong_stream_token_can_be_sent(simulator, service) -> None:
    """The fault changes the path and the parameters."""
    service.replies["/voice"] = talk(service)
    simulator.call(faults={"bad_stream_token": True})
    settle(service)
    assert service.handshakes[0][0].endswith("/media/TOKEA")
    assert service.media[1]["start"]["customParameters"] == {"callSid": "CAA"}


@pytest.mark.parametrize("fault", ["repeated", "out_of_order", "malformed"])
def test_media_faults_are_sent(simulator, service, fault) -> None:
    """Repeated, swapped and unreadable frames reach the service when asked for."""
    service.replies["/voice"] = talk(service)
    simulator.call(faults={"media": fault})
    settle(service)
    chunks = [frame.get("chunk") for frame in (message.get("media", {}) for message in service.media) if frame]
    if fault == "repeated":
        assert chunks[0::2] == chunks[1::2]
    elif fault == "out_of_order":
        assert chunks[:4] == ["2", "1", "4", "3"]
    else:
        assert "x" in chunks or service.garbage


def test_frames_keep_to_their_schedule(simulator, service) -> None:
    """Three seconds of call bring three seconds of frames: lateness never adds up."""
    service.replies["/voice"] = talk(service, '<Pause length="3"/>')
    _, events = simulator.call()
    settle(service)
    at = {event["name"]: event["at"] for event in events}
    seconds = at["stream.stopped"] - at["stream.started"]
    assert abs(len(frames(service)) * 0.02 - seconds) < 0.2


def settle(service: Any) -> None:
    """Wait for the stream's last message."""
    stopped = wait_until(lambda: any(message["event"] == "stop" for message in service.media), seconds=10)
    assert stopped, "the stream did not stop"
