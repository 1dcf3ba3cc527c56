"""Asked before a call is moved a second time: the first try may have worked although its answer was lost."""

from __future__ import annotations

from elder_channel.bootstrap import Line
from elder_channel.calls.model import CallState


def not_queued_yet(line: Line, sid: str) -> bool:
    """The call waits, and has not come to the carrier's queue."""
    call = line.calls.get(sid)
    return call is not None and call.state is CallState.WAITING and call.queued_at is None


def not_back_yet(line: Line, sid: str) -> bool:
    """The call left the carrier's queue for a moment and has not come back to it, nor been given to a phone."""
    call = line.calls.get(sid)
    waits = call is not None and (call.state is CallState.WAITING or call.offered_until is not None)
    return call is not None and waits and call.queued_at is None


def not_rung_yet(line: Line, sid: str, agent_id: str | None) -> bool:
    """The call is given to this agent, and the agent's phone has not been asked for."""
    call = line.calls.get(sid)
    if call is None or call.state is not CallState.RINGING:
        return False
    return call.agent_id == agent_id and call.dialed_at is None
