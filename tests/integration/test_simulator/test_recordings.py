"""Recordings at the simulated carrier, by the line's own client."""

from __future__ import annotations

import io
import wave

import pytest

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
