"""Recordings at the simulated carrier, by the line's own client."""

from __future__ import annotations

import base64
import io
import time
import wave
from importlib import resources
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.signal import fftconvolve

from dialects.audio import mulaw
from dialects.audio.decode import decode_audio
from dialects.audio.samples import to_int16
from elder_channel.telephony.errors import CallGoneError, RecordingGoneError
from elder_channel.telephony.recordings import TwilioRecordings
from tests.integration.test_simulator.conftest import ACCOUNT_SID, AUTH_TOKEN

TALK = '<Response><Gather timeout="3"><Say>请讲</Say></Gather></Response>'


def test_a_live_call_is_recorded_told_of_fetched_and_deleted(simulator, service) -> None:
    """On two channels; callbacks follow the overrides on their address; what is deleted is gone."""
    service.replies["/voice"] = TALK
    recorder = TwilioRecordings(ACCOUNT_SID, AUTH_TOKEN, simulator.base)
    sid = simulator.place()
    simulator.follow(sid, until="call.answered")
    recording = recorder.start(sid, callback_url=f"{service.base}/recorded#ct=2000&rt=3000")
    assert recorder.of_call(sid) == [recording]
    with pytest.raises(RecordingGoneError):  # not complete yet
        recorder.fetch(recording)
    simulator.follow(sid)
    words = service.awaited("/recorded", 2)
    assert [each["RecordingStatus"] for each in words] == ["in-progress", "completed"]
    assert {each["RecordingSid"] for each in words} == {recording}
    with wave.open(io.BytesIO(recorder.fetch(recording))) as sound:
        assert (sound.getnchannels(), sound.getframerate()) == (2, 8000)
    recorder.delete(recording)
    recorder.delete(recording)
    assert recorder.of_call(sid) == []
    with pytest.raises(CallGoneError):
        recorder.start(sid, callback_url=service.base)


def test_a_recording_is_stopped_while_its_call_goes_on(simulator, service) -> None:
    """Word of its end comes before the call is over; stopping it twice, or after the call, is as good."""
    service.replies["/voice"] = TALK
    recorder = TwilioRecordings(ACCOUNT_SID, AUTH_TOKEN, simulator.base)
    sid = simulator.place()
    simulator.follow(sid, until="call.answered")
    recording = recorder.start(sid, callback_url=f"{service.base}/recorded")
    recorder.stop(sid, recording)
    recorder.stop(sid, recording)
    words = service.awaited("/recorded", 2)
    assert [each["RecordingStatus"] for each in words] == ["in-progress", "absent"], "not a second had passed"
    recorder.delete(recording)
    events = [event["name"] for event in simulator.follow(sid)]
    assert events.index("recording.stopped") < events.index("call.ended")
    recorder.stop(sid, recording)


def test_a_recording_holds_what_both_sides_said(simulator, service) -> None:
    """Caller and agent on a channel each, at their moments; what is heard is what was sent, to the sample."""
    caller, agent = _speech("zh_policy_question"), _speech("zh_hello")
    service.replies["/voice"] = '<Response><Dial answerOnBridge="false"><Client>talker</Client></Dial></Response>'
    recorder = TwilioRecordings(ACCOUNT_SID, AUTH_TOKEN, simulator.base)
    sid = simulator.place(
        actions=[{"when": "answered", "after": 1.5, "audio_mulaw": base64.b64encode(caller).decode()}],
        agents={"*": {"answer_after_seconds": 1.0, "talk_seconds": 8, "audio_mulaw": base64.b64encode(agent).decode()}},
    )
    simulator.follow(sid, until="agent.ringing")
    recording = recorder.start(sid, callback_url=f"{service.base}/recorded")
    simulator.follow(sid)
    sound = _read(_fetched(recorder, recording))
    said_at = {}
    for channel, said in enumerate((caller, agent)):
        expected = mulaw.decode(said)
        at = _where(sound[:, channel], expected)
        assert np.array_equal(sound[at : at + expected.size, channel], expected)
        outside = np.delete(sound[:, channel], np.s_[at : at + expected.size])
        assert not outside.any(), "nothing else is on this channel"
        said_at[channel] = at / 8000
    assert said_at[0] - said_at[1] == pytest.approx(1.5, abs=0.2)


def _speech(name: str) -> bytes:
    voice = str(resources.files("elder_channel") / "data" / "demo" / f"{name}.flac")
    return mulaw.encode(to_int16(decode_audio(Path(voice), rate_hz=8000, max_seconds=2.0).samples))


def _fetched(recorder: TwilioRecordings, sid: str) -> bytes:
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        try:
            return recorder.fetch(sid)
        except RecordingGoneError:  # not complete yet
            time.sleep(0.1)
    raise AssertionError("the recording was never completed")


def _read(wav: bytes) -> NDArray[np.int16]:
    with wave.open(io.BytesIO(wav)) as file:
        return np.frombuffer(file.readframes(file.getnframes()), dtype="<i2").reshape(-1, file.getnchannels())


def _where(channel: NDArray[np.int16], expected: NDArray[np.int16]) -> int:
    """Where in the channel this is said."""
    match = fftconvolve(channel.astype(float), expected[::-1].astype(float), mode="valid")
    return int(match.argmax())
