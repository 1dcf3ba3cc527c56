"""Recorded conversations: never before the caller knows, deleted in time, every access on record (law 7)."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

from elder_channel.bootstrap import Line
from elder_channel.calls.desk import Act, answer_to_recording
from elder_channel.calls.model import Call, CallState
from elder_channel.calls.recording import Ground, Recording, RecordingAccess, RecordingState
from elder_channel.services.accounts import Account, Role
from elder_channel.services.errors import NotAllowedError, RecordingRefusedError
from elder_channel.telephony.errors import CarrierError, RecordingGoneError

log = structlog.get_logger()

MAY_LISTEN = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})
BY_LINE = "line"


class Recordings:
    """What is recorded, and what becomes of it."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def notice_heard(self, call_sid: str) -> None:
        """The recording notice was played to its end."""
        self._line.calls.notice_heard(call_sid, at=self._line.clock())

    def conversation_began(self, call: Call) -> bool:
        """A person answered: record from here on if the caller has heard the notice; whether it was started.

        A fault costs the recording, never the call.
        """
        if not self._line.settings.recording.enabled or call.notice_heard_at is None:
            return False
        if self.running(call.sid) or self._has_refused(call.sid):  # a colleague had the call before, or took down a no
            return False
        return self._start(call, Ground.NOTICE_HEARD, agreed_by=None)

    def agreed(self, call_sid: str, *, by: Account) -> bool:
        """The caller has told the agent that recording is all right: record from here on; whether it was started.

        Raises `RecordingRefusedError` where nobody is talking or recording is switched off.
        """
        call = self._line.calls.get(call_sid)
        if not self._line.settings.recording.enabled:
            raise RecordingRefusedError("recording_off", "Recording is switched off in recording.yaml.")
        if call is None or call.state is not CallState.TALKING:
            raise RecordingRefusedError("recording_no_talk", "Only a conversation that is going on can be recorded.")
        if self.running(call_sid):
            return False
        return self._start(call, Ground.AGREED, agreed_by=by.username)

    def running(self, call_sid: str) -> Recording | None:
        """The recording that is being made of the call, as far as the books know; None without one."""
        mine = self._line.recordings.of_call(call_sid)
        return next((each for each in mine if each.state is RecordingState.RUNNING), None)

    def take_back(self, call_sid: str, *, by: Account) -> int:
        """End and delete what there is of a call whose caller has said no; how many. Raises `CarrierError`."""
        return self._delete_all(call_sid, by.username)

    def _has_refused(self, call_sid: str, *, since: datetime | None = None) -> bool:
        """Whether the caller's last word was no; with `since`, whether there was a no from then on."""
        acts = self._line.desk.of_call(call_sid)
        if since is not None:
            return any(act.act is Act.RECORDING_REFUSED and act.at >= since for act in acts)
        last = answer_to_recording(acts)
        return last is not None and last.act is Act.RECORDING_REFUSED

    def _start(self, call: Call, ground: Ground, *, agreed_by: str | None) -> bool:
        url = self._line.addresses.url("/voice/recording-status")
        try:
            sid = self._line.recorder.start(call.sid, callback_url=url)
        except CarrierError as error:
            log.warning("recording.start_failed", call=call.sid, code=error.code)
            return False
        now = self._line.clock()
        self._line.recordings.add(Recording(sid, call.sid, ground, RecordingState.RUNNING, now, agreed_by=agreed_by))
        log.info("recording.started", call=call.sid, ground=ground)
        return True

    def word(self, sid: str, call_sid: str, state: RecordingState, *, duration_seconds: int | None) -> None:
        """The carrier's word of a recording; one we know nothing of is kept too, so that it is deleted in time."""
        now = self._line.clock()
        if self._line.recordings.get(sid) is None:
            self._line.recordings.add(Recording(sid, call_sid, Ground.UNKNOWN, RecordingState.RUNNING, now))
        self._line.recordings.set_state(sid, state, duration_seconds=duration_seconds, at=now)

    def listen(self, sid: str, *, by: Account) -> bytes:
        """The sound, for who may hear it; kept on record before it is given out.

        Raises `NotAllowedError`, `RecordingRefusedError` (see `why_not`), `CarrierError`.
        """
        _allowed(by)
        recording = self._line.recordings.get(sid)
        if recording is None:
            raise RecordingRefusedError("recording_none", f"There is no recording {sid}.")
        if reason := self.why_not(recording):
            raise RecordingRefusedError(reason, f"The recording {sid} is not given out: {reason}.")
        self._note(sid, by.username, "listened")
        try:
            return self._line.recorder.fetch(sid)
        except RecordingGoneError:
            # One that was never said to be complete may only be late: it must still be deleted in time.
            if recording.state is RecordingState.KEPT:
                self._line.recordings.set_state(
                    sid, RecordingState.DELETED, duration_seconds=None, at=self._line.clock()
                )
            raise

    def why_not(self, recording: Recording) -> str | None:
        """Why nobody may hear a recording, as a short code; None when it may be heard.

        Law 7: what was recorded without the notice or the caller's word, and what is older than it may be kept, is
        heard by nobody, even while it still lies at the carrier; nor what its caller took back.
        """
        if not recording.state.may_hold_sound:
            gone = recording.state is RecordingState.DELETED
            return "recording_deleted" if gone else "recording_absent"
        if recording.ground is Ground.UNKNOWN:
            return "recording_no_ground"
        if self._has_refused(recording.call_sid, since=recording.started_at):
            return "recording_taken_back"
        if self._line.clock() >= self.deleted_after(recording):
            return "recording_over"
        call = self._line.calls.get(recording.call_sid)
        is_live = call is not None and call.state is not CallState.ENDED
        return "recording_running" if is_live and recording.state is RecordingState.RUNNING else None

    def deleted_after(self, recording: Recording) -> datetime:
        """Until when the recording may be kept."""
        return recording.started_at + timedelta(days=self._line.settings.recording.keep_days)

    def delete_of_call(self, call_sid: str, *, by: Account) -> int:
        """Delete a call's recordings now, because the caller wishes it; how many. Raises `CarrierError`.

        The carrier is asked too: it may have one whose start it never answered. Raises `NotAllowedError`.
        """
        _allowed(by)
        return self._delete_all(call_sid, by.username)

    def _delete_all(self, call_sid: str, by: str) -> int:
        for sid in self._line.recorder.of_call(call_sid):
            self.word(sid, call_sid, RecordingState.RUNNING, duration_seconds=None)
        mine = [each for each in self._line.recordings.of_call(call_sid) if each.state.may_hold_sound]
        for recording in mine:
            self._delete(recording, by)
        return len(mine)

    def delete_due(self) -> int:
        """Delete what is older than it may be kept, and what a caller took back; how many.

        What the carrier refuses now is tried again next time.
        """
        keep = timedelta(days=self._line.settings.recording.keep_days)
        deleted = 0
        due = self._line.recordings.due(started_before=self._line.clock() - keep)
        taken_back = [each for each in self._line.recordings.taken_back() if each not in due]
        for recording in [*due, *taken_back]:
            try:
                self._delete(recording, BY_LINE)
                deleted += 1
            except CarrierError as error:
                log.warning("recording.delete_failed", recording=recording.sid, code=error.code)
        return deleted

    def _delete(self, recording: Recording, by: str) -> None:
        call = self._line.calls.get(recording.call_sid)
        if recording.state is RecordingState.RUNNING and call is not None and call.state is not CallState.ENDED:
            self._line.recorder.stop(recording.call_sid, recording.sid)
        self._line.recorder.delete(recording.sid)
        self._note(recording.sid, by, "deleted")
        self._line.recordings.set_state(
            recording.sid, RecordingState.DELETED, duration_seconds=None, at=self._line.clock()
        )
        log.info("recording.deleted", recording=recording.sid, by=by)

    def _note(self, sid: str, by: str, what: str) -> None:
        self._line.recordings.note_access(RecordingAccess(sid, by, what, self._line.clock()))


def _allowed(by: Account) -> None:
    if by.role not in MAY_LISTEN:
        raise NotAllowedError("Recordings are heard and deleted by supervisors and administrators.")
