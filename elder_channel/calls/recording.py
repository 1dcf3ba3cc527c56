"""The values of a recording: on what ground it was made, where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class RecordingState(StrEnum):
    """Where a recording stands."""

    RUNNING = "running"  # being made, or being worked on at the carrier
    KEPT = "kept"  # complete, at the carrier
    ABSENT = "absent"  # nothing was recorded
    DELETED = "deleted"

    @property
    def may_hold_sound(self) -> bool:
        """Whether there may be something to delete at the carrier."""
        return self in (RecordingState.RUNNING, RecordingState.KEPT)


class Ground(StrEnum):
    """Why the conversation may be recorded (law 7)."""

    NOTICE_HEARD = "notice_heard"  # the caller heard the notice to its end
    AGREED = "agreed"  # the caller told the agent so
    UNKNOWN = "unknown"  # word came of a recording we know nothing of; it is deleted like any other


@dataclass(frozen=True)
class Recording:
    """One recording, as far as the books know it; the sound itself lies at the carrier."""

    sid: str
    call_sid: str
    ground: Ground
    state: RecordingState
    started_at: datetime
    duration_seconds: int | None = None
    agreed_by: str | None = None
    """Who took down that the caller agreed."""
    deleted_at: datetime | None = None


@dataclass(frozen=True)
class RecordingAccess:
    """That somebody had to do with a recording."""

    recording_sid: str
    by: str
    what: str
    """`listened` or `deleted`."""
    at: datetime
