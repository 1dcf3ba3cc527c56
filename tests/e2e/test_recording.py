"""A recorded conversation through the whole stack: both voices read back as sound, and deleted in time."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.signal import fftconvolve

from dialects.audio import mulaw
from elder_channel.agents.model import Presence
from elder_channel.bootstrap import Line
from elder_channel.calls.recording import Ground, RecordingState
from elder_channel.placing import read_sound, wait_until
from elder_channel.rehearsal.recordings import read_wav
from elder_channel.services.accounts import Account, Role
from elder_channel.services.recordings import Recordings
from elder_channel.telephony.errors import RecordingGoneError
from tests.e2e.conftest import STRANGER, VOICES, LiveStack, running, start_stack

pytestmark = [pytest.mark.stack, pytest.mark.model]

BOSS = Account("lin.fang", Role.SUPERVISOR)
CALLER = mulaw.encode(mulaw.decode(read_sound(VOICES / "zh_premium_payment.flac").mulaw)[: 2 * 8000])
PAUSE = b"\xff" * 4 * 8000
"""The recording begins a moment after the pick-up, when word of it has come and gone."""
AGENT = mulaw.encode(mulaw.decode(read_sound(VOICES / "zh_hello.flac").mulaw)[: 2 * 8000])


@pytest.fixture
def recorded(tmp_path: Path) -> Iterator[LiveStack]:
    """A stack that records, once the notice was heard."""
    settings = {"ELDER_CHANNEL_RECORDING__ENABLED": "true", "ELDER_CHANNEL_LINE__RECORDING_NOTICE": "true"}
    with start_stack(tmp_path, **settings) as stack:
        started = running(stack, tmp_path)
        yield started
        started.close()


def test_law_7_a_recording_holds_both_voices_and_ends_when_its_time_is_over(recorded: LiveStack) -> None:
    """The notice is heard to its end, then people are free; what is kept is what was said, and it is gone in time."""
    set_presence(recorded, Presence.ABSENT, besides="zheng-guodong")
    busy = recorded.place(STRANGER, key="0", agents={"*": {"answer_after_seconds": 0.5, "talk_seconds": 18}})
    assert wait_until(lambda: talks(recorded, busy), seconds=30)
    sid = recorded.place(
        "+8659100000156",
        key="0",
        actions=[{"when": "answered", "after": 7, "audio_mulaw": base64.b64encode(CALLER).decode()}],
        agents={
            "*": {
                "answer_after_seconds": 1,
                "talk_seconds": 11,
                "audio_mulaw": base64.b64encode(PAUSE + AGENT).decode(),
            }
        },
    )
    recorded.report(sid)
    line = recorded.line
    assert line.recordings.of_call(busy) == [], "this caller was answered before the notice was over"
    assert wait_until(lambda: kept(recorded, sid), seconds=15)
    [recording] = line.recordings.of_call(sid)
    assert recording.ground is Ground.NOTICE_HEARD
    sound = read_wav(Recordings(line).listen(recording.sid, by=BOSS))
    for channel, said in enumerate((CALLER, AGENT)):
        assert holds(sound[:, channel], mulaw.decode(said))
        assert not holds(sound[:, 1 - channel], mulaw.decode(said))
    days = line.settings.recording.keep_days
    assert Recordings(later(recorded, days=days - 1)).delete_due() == 0
    assert Recordings(later(recorded, days=days + 1)).delete_due() == 1
    [gone] = line.recordings.of_call(sid)
    assert gone.state is RecordingState.DELETED
    assert [access.what for access in line.recordings.accesses(gone.sid)] == ["listened", "deleted"]
    with pytest.raises(RecordingGoneError):
        line.recorder.fetch(gone.sid)


def set_presence(live: LiveStack, presence: Presence, *, besides: str) -> None:
    """Everybody but one comes or goes."""
    for agent in live.line.settings.agents:
        if agent.id != besides:
            assert live.line.agents.set_presence(agent.id, presence, at=live.line.clock())


def talks(live: LiveStack, sid: str) -> bool:
    call = live.line.calls.get(sid)
    return call is not None and call.answered_at is not None


def kept(live: LiveStack, sid: str) -> bool:
    return any(each.state is RecordingState.KEPT for each in live.line.recordings.of_call(sid))


def later(live: LiveStack, *, days: int) -> Line:
    """The same line, so many days on."""
    moment = live.line.clock() + timedelta(days=days)
    return replace(live.line, clock=lambda: moment)


def holds(channel: NDArray[np.int16], said: NDArray[np.int16]) -> bool:
    """Whether this was said on the channel, to the sample."""
    at = int(fftconvolve(channel.astype(float), said[::-1].astype(float), mode="valid").argmax())
    return bool(np.array_equal(channel[at : at + said.size], said))
