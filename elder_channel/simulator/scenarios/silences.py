"""How long a caller hears nothing at all: no prompt, no ringing, nobody talking."""

from __future__ import annotations

from collections.abc import Iterator

from elder_channel.simulator.scenarios.facts import PlayedCall

_BEGINS = {"call.ringing": "ring", "prompt.started": "prompt", "agent.ringing": "phone", "agent.answered": "talk"}
_ENDS = {
    "call.answered": "ring",
    "prompt.ended": "prompt",
    "agent.answered": "phone",
    "agent.not_reached": "phone",
    "agent.hung_up": "talk",
}


def silences(call: PlayedCall) -> Iterator[tuple[float, float]]:
    """Every silence as (from, seconds), in seconds of the call; while the caller speaks counts as silence too.

    Several phones may ring at once: it rings until none does. An incoming call rings until something answers it.
    """
    sounding: list[str] = []
    since: float | None = None
    for event in call.events:
        at = event["at"] - call.began_at
        name = event["name"]
        if (ends := _ENDS.get(name)) in sounding:
            sounding.remove(str(ends))
        if (begins := _BEGINS.get(name)) is not None:
            sounding.append(begins)
        if name == "call.ended":
            sounding.clear()
        if since is not None and (sounding or name == "call.ended"):
            yield since, at - since
        if sounding or name == "call.ended":
            since = None
        elif since is None:
            since = at


def longest_silence(call: PlayedCall) -> tuple[float, float]:
    """When the longest silence began and how long it was; (0, 0) when there was none."""
    return max(silences(call), key=lambda each: each[1], default=(0.0, 0.0))
