"""Recorded conversations as supervisors find and hear them; every hearing is on record before it begins (law 7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from elder_channel.bootstrap import Line
from elder_channel.calls.model import Call
from elder_channel.calls.recording import Ground, Recording, RecordingAccess, RecordingState
from elder_channel.clock import HOTLINE_ZONE
from elder_channel.logs import mask_number
from elder_channel.services.accounts import Account
from elder_channel.services.errors import NotAllowedError, RecordingRefusedError
from elder_channel.services.recordings import MAY_LISTEN, Recordings
from elder_channel.telephony.errors import CarrierError, RecordingGoneError

MOST_SHOWN = 50


@dataclass(frozen=True)
class RecordedCall:
    """One recording, and the call it is of."""

    sid: str
    call_sid: str
    started_at: datetime
    duration_seconds: int | None
    """None while the carrier has not said."""
    ground: Ground
    agreed_by: str | None
    """Who took down that the caller agreed."""
    state: RecordingState
    why_not: str | None
    """Why it cannot be heard, as a short code; None when it can."""
    deleted_on: date
    """The day it was, or will be, deleted, by the hotline's clock."""
    caller: str | None
    """Masked; None once the call has forgotten its number."""
    elder: bool
    agent: str | None
    dialect: str | None
    """Chinese name, where the line named one."""
    accesses: tuple[RecordingAccess, ...]
    """Who listened or deleted, oldest first."""


@dataclass(frozen=True)
class RecordingsFound:
    """What there is, and why there may be nothing."""

    enabled: bool
    keep_days: int
    calls: tuple[RecordedCall, ...]
    """Newest first."""
    why_none: str | None
    """Why a call that was asked for has none, as a short code."""


class RecordedCalls:
    """Finds recordings, gives them out and has them deleted."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._recordings = Recordings(line)

    def find(self, *, by: Account, call_sid: str = "") -> RecordingsFound:
        """The newest recordings, or those of one call; what was said is not in it. Raises `NotAllowedError`."""
        if by.role not in MAY_LISTEN:
            raise NotAllowedError("Recordings are heard by supervisors and administrators.")
        store, asked = self._line.recordings, call_sid.strip()
        found = list(reversed(store.of_call(asked))) if asked else store.newest(most=MOST_SHOWN)
        settings = self._line.settings.recording
        return RecordingsFound(
            enabled=settings.enabled,
            keep_days=settings.keep_days,
            calls=tuple(self._told(each) for each in found),
            why_none=self._why_none(asked) if asked and not found else None,
        )

    def listen(self, sid: str, *, by: Account) -> bytes:
        """The sound, a WAV file. Raises `NotAllowedError`, and `RecordingRefusedError` that says why there is none."""
        try:
            return self._recordings.listen(sid, by=by)
        except RecordingGoneError as error:
            raise RecordingRefusedError("recording_gone", "The carrier does not have the recording.") from error
        except CarrierError as error:
            raise RecordingRefusedError("recording_unreachable", "The carrier does not answer.") from error

    def delete(self, call_sid: str, *, by: Account) -> int:
        """Delete a call's recordings now, because the caller wishes it; how many. Raises as `listen` does."""
        try:
            return self._recordings.delete_of_call(call_sid, by=by)
        except CarrierError as error:
            raise RecordingRefusedError("recording_unreachable", "The carrier does not answer.") from error

    def _told(self, recording: Recording) -> RecordedCall:
        call = self._line.calls.get(recording.call_sid)
        until = recording.deleted_at or self._recordings.deleted_after(recording)
        found = call.identification if call else None
        return RecordedCall(
            sid=recording.sid,
            call_sid=recording.call_sid,
            started_at=recording.started_at,
            duration_seconds=recording.duration_seconds,
            ground=recording.ground,
            agreed_by=recording.agreed_by,
            state=recording.state,
            why_not=self._recordings.why_not(recording),
            deleted_on=until.astimezone(HOTLINE_ZONE).date(),
            caller=self._caller(call),
            elder=call is not None and call.elder,
            agent=self._agent(call),
            dialect=self._line.catalogue.name(found.top[0]) if found and not found.abstained else None,
            accesses=tuple(self._line.recordings.accesses(recording.sid)),
        )

    def _caller(self, call: Call | None) -> str | None:
        if call is None or not call.caller_number:
            return None
        return call.caller_number if self._line.settings.privacy.show_numbers else mask_number(call.caller_number)

    def _agent(self, call: Call | None) -> str | None:
        if call is None:
            return None
        return next((agent.name for agent in self._line.settings.agents if agent.id == call.agent_id), call.agent_id)

    def _why_none(self, call_sid: str) -> str:
        call = self._line.calls.get(call_sid)
        if call is None:
            return "unknown_call"
        if call.answered_at is None:
            return "nobody_answered"
        if call.notice_heard_at is None:
            return "no_notice"
        return "not_started" if self._line.settings.recording.enabled else "off"
