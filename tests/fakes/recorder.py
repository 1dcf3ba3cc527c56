"""A carrier's recordings in memory: remembers what was started and deleted, and fails when told to."""

from __future__ import annotations

from dataclasses import dataclass, field

from elder_channel.telephony.errors import CallGoneError, CarrierError, RecordingGoneError
from tests.fakes.carrier import FakeCarrier


@dataclass
class FakeRecorder:
    """Mirrors `elder_channel.calls.ports.Recorder`."""

    carrier: FakeCarrier
    """Which calls have ended."""
    started: list[tuple[str, str]] = field(default_factory=list)
    """(call, callback address) of every recording."""
    sounds: dict[str, bytes] = field(default_factory=dict)
    """What lies at the carrier, by recording."""
    calls: dict[str, str] = field(default_factory=dict)
    """Recording to call."""
    stopped: list[str] = field(default_factory=list)
    """Recordings that were ended while their call went on."""
    failure: CarrierError | None = None
    """Raised by every request while set."""

    def start(self, call_sid: str, *, callback_url: str) -> str:
        """Begin a recording."""
        self._fail()
        if call_sid in self.carrier.over:
            raise CallGoneError(call_sid)
        sid = f"RE{len(self.started) + 1}"
        self.started.append((call_sid, callback_url))
        self.sounds[sid], self.calls[sid] = b"RIFF", call_sid
        return sid

    def of_call(self, call_sid: str) -> list[str]:
        """What there is of a call."""
        self._fail()
        return [sid for sid, call in self.calls.items() if call == call_sid and sid in self.sounds]

    def stop(self, call_sid: str, recording_sid: str) -> None:
        """End one; the call goes on."""
        self._fail()
        assert self.calls.get(recording_sid) == call_sid
        self.stopped.append(recording_sid)

    def fetch(self, recording_sid: str) -> bytes:
        """The sound."""
        self._fail()
        if recording_sid not in self.sounds:
            raise RecordingGoneError(recording_sid)
        return self.sounds[recording_sid]

    def delete(self, recording_sid: str) -> None:
        """Delete the sound."""
        self._fail()
        self.sounds.pop(recording_sid, None)

    def _fail(self) -> None:
        if self.failure:
            raise self.failure
