"""The summary of one simulated call, as the control API returns it. Moments are seconds since the epoch."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class EndedBy(StrEnum):
    """Who ended a call."""

    CALLER = "caller"
    AGENT = "agent"
    SERVICE = "service"  # its document ran out or hung up, or it ended the call through the REST API
    CARRIER = "carrier"  # no document to follow and no fallback, or the simulator stopped


@dataclass
class CallRecord:
    """What is known of a call while it runs and after."""

    call_sid: str
    from_: str
    to: str
    status: str = "ringing"
    """The carrier's word: queued, ringing, in-progress, completed, busy, failed, no-answer, canceled."""
    served: bool = False
    """An agent answered."""
    answered_by: str | None = None
    """The contact that answered."""
    webhook_ms: float | None = None
    """How long the first webhook took."""
    first_voiced_sent_at: float | None = None
    """When the first voiced frame went out on a media stream."""
    last_voiced_sent_at: float | None = None
    enqueue_received_at: float | None = None
    """When the first `<Enqueue>` was received."""
    enqueue_after_onset_at: float | None = None
    """When the first `<Enqueue>` after the first voiced frame was received."""
    agent_ringing_at: float | None = None
    agent_answered_at: float | None = None
    ended_at: float | None = None
    ended_by: EndedBy | None = None
    fallback_used: bool = False
    media_lateness_ms: float = 0.0
    """How far the latest media frame left behind its schedule: a measure of whether the machine kept up."""
    warnings: list[str] = field(default_factory=list)

    def note_lateness(self, seconds: float) -> None:
        """A media frame left this long after its moment."""
        self.media_lateness_ms = max(self.media_lateness_ms, round(seconds * 1000, 3))

    def as_json(self) -> dict[str, object]:
        """The record with the names of the control API (`from` is a keyword in Python only)."""
        values = dict(vars(self))
        return {"call_sid": values.pop("call_sid"), "from": values.pop("from_"), **values}
