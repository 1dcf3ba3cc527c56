"""The carrier's words for a call's state, told in one table; no other file spells them.

An unknown word gets the careful choice: it ends nothing, answers nothing and blames nobody. A call that is really over
is found so by the reconciliation, which asks the carrier.
"""

from __future__ import annotations

from enum import StrEnum

import structlog

from elder_channel.calls.recording import RecordingState

log = structlog.get_logger()


class LegState(StrEnum):
    """Where one leg of a call stands, ours or an agent's."""

    PLACED = "placed"  # asked for, not yet ringing
    RINGING = "ringing"
    TALKING = "talking"
    HUNG_UP = "hung_up"  # was answered, and is over
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    FAILED = "failed"  # could not be connected: wrong number, fault of a network
    CANCELED = "canceled"  # given up before it was answered
    UNKNOWN = "unknown"

    @property
    def is_over(self) -> bool:
        """The leg has ended, whatever for; what is unknown has not."""
        return self in _OVER

    @property
    def was_answered(self) -> bool:
        """Somebody, or a machine, took part in it."""
        return self in (LegState.TALKING, LegState.HUNG_UP)


_OVER = frozenset({LegState.HUNG_UP, LegState.BUSY, LegState.NO_ANSWER, LegState.FAILED, LegState.CANCELED})

LEG_STATES = {
    "queued": LegState.PLACED,
    "initiated": LegState.PLACED,
    "ringing": LegState.RINGING,
    "in-progress": LegState.TALKING,
    # Only DialCallStatus says so, of a leg that was answered and is over when the action is asked.
    "answered": LegState.HUNG_UP,
    # An incoming call is "completed" also when the caller hung up in the queue: whether a person was there is known
    # from the agent's leg, never from this word.
    "completed": LegState.HUNG_UP,
    "busy": LegState.BUSY,
    # Of an agent's leg: rang and nobody came. Of an incoming call: hung up before we answered it.
    "no-answer": LegState.NO_ANSWER,
    "failed": LegState.FAILED,
    "canceled": LegState.CANCELED,
}
"""`CallStatus`, `DialCallStatus` and the `status` of the REST API."""


class QueueEnd(StrEnum):
    """How a call left the carrier's queue."""

    MOVED = "moved"  # by us, or it is over: the answer must move nothing
    LEFT = "left"  # its wait document sent it out
    FAILED = "failed"  # never queued, or thrown out: people must ring


QUEUE_ENDS = {
    "bridged": QueueEnd.MOVED,
    "bridging-in-process": QueueEnd.MOVED,
    "redirected": QueueEnd.MOVED,
    "redirected-from-bridged": QueueEnd.MOVED,
    "hangup": QueueEnd.MOVED,
    "leave": QueueEnd.LEFT,
    "queue-full": QueueEnd.FAILED,
    "error": QueueEnd.FAILED,
    "system-error": QueueEnd.FAILED,
}
"""`QueueResult` of an `<Enqueue>`'s action (twilio.com/docs/voice/twiml/enqueue)."""


RECORDING_STATES = {
    "in-progress": RecordingState.RUNNING,
    "paused": RecordingState.RUNNING,
    "stopped": RecordingState.RUNNING,  # still to be processed: there may be sound, so it must be deleted in time
    "processing": RecordingState.RUNNING,
    "completed": RecordingState.KEPT,
    "absent": RecordingState.ABSENT,
    "failed": RecordingState.ABSENT,
    "deleted": RecordingState.DELETED,
}
"""`RecordingStatus`; an unknown word counts as running, so that the sound is looked for and deleted in time."""


def leg_state(word: str) -> LegState:
    """Our state for the carrier's word; an unknown one is logged."""
    state = LEG_STATES.get(word)
    if state is None and word:
        log.warning("carrier.unknown_status", status=word[:32])
    return state or LegState.UNKNOWN


def queue_end(word: str, *, call_over: bool) -> QueueEnd:
    """How the call left the queue; what is unknown rings people while the caller is still there (law 1)."""
    if call_over:
        return QueueEnd.MOVED
    end = QUEUE_ENDS.get(word)
    if end is None:
        log.warning("carrier.unknown_queue_result", result=word[:32])
        return QueueEnd.FAILED
    return end


def recording_state(word: str) -> RecordingState:
    """Our state for the carrier's word."""
    state = RECORDING_STATES.get(word)
    if state is None:
        log.warning("carrier.unknown_recording_status", status=word[:32])
        return RecordingState.RUNNING
    return state
