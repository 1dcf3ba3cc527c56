"""What can happen on a call, by name; docs/simulator.md tells what each carries."""

from __future__ import annotations

EVENT_NAMES = frozenset(
    {
        "call.ringing",
        "call.answered",
        "call.detected",
        "call.redirected",
        "call.ended",
        "webhook.sent",
        "twiml.received",
        "fallback.used",
        "prompt.started",
        "prompt.ended",
        "gather.started",
        "gather.finished",
        "key.pressed",
        "stream.started",
        "stream.stopped",
        "speech.started",
        "speech.first_voiced_frame",
        "speech.last_voiced_frame",
        "speech.ended",
        "queue.entered",
        "queue.left",
        "task.reserved",
        "agent.ringing",
        "agent.answered",
        "agent.not_reached",
        "agent.hung_up",
        "recording.started",
        "recording.stopped",
        "desk.act",
        "warning",
    }
)
