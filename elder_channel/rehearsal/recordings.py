"""The recording of a call: fetched as a supervisor fetches it, and listened to."""

from __future__ import annotations

import io
import wave

import numpy as np
from numpy.typing import NDArray

from dialects.audio.samples import to_float32
from dialects.audio.vad import voiced_spans
from elder_channel.bootstrap import Line
from elder_channel.calls.recording import RecordingState
from elder_channel.placing import wait_until
from elder_channel.rehearsal.staff import SUPERVISOR
from elder_channel.services.recordings import Recordings
from elder_channel.simulator.scenarios.errors import CannotPlayError
from elder_channel.simulator.scenarios.facts import RecordingFacts

_COMPLETE_SECONDS = 8.0
"""The carrier tells of a complete recording after the call, by a callback that may be late."""


def recording_of(line: Line, call_sid: str) -> RecordingFacts | None:
    """What was recorded of the call, in both channels; None where nothing was."""
    if not line.recordings.of_call(call_sid):
        return None
    wait_until(lambda: line.recordings.of_call(call_sid)[-1].state is not RecordingState.RUNNING,
               seconds=_COMPLETE_SECONDS)  # fmt: skip
    recording = line.recordings.of_call(call_sid)[-1]
    if recording.state is not RecordingState.KEPT:
        return RecordingFacts(recording.ground, recording.state, 0.0, 0.0, 0.0)
    sound = read_wav(Recordings(line).listen(recording.sid, by=SUPERVISOR))
    if sound.shape[1] != 2:
        raise CannotPlayError(f"the recording has {sound.shape[1]} channels, not one for each side")
    caller, agent = (_voiced_seconds(sound[:, channel]) for channel in range(2))
    return RecordingFacts(recording.ground, recording.state, len(sound) / 8000, caller, agent)


def read_wav(content: bytes) -> NDArray[np.int16]:
    """The samples of an 8 kHz 16-bit WAV file, shape (samples, channels). Raises CannotPlayError for another."""
    with wave.open(io.BytesIO(content)) as file:
        if (file.getframerate(), file.getsampwidth()) != (8000, 2):
            raise CannotPlayError("the recording is not of 16-bit samples at 8 kHz")
        samples = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")
        return samples.reshape(-1, file.getnchannels())


def _voiced_seconds(samples: NDArray[np.int16]) -> float:
    return float(sum(end - begin for begin, end in voiced_spans(to_float32(samples))))
