"""Carrier identifiers: two letters and thirty-two hexadecimal digits."""

from __future__ import annotations

from enum import StrEnum

from elder_channel.simulator.clock import new_uuid


class Kind(StrEnum):
    """What an identifier names, by the two letters it begins with."""

    CALL = "CA"
    QUEUE = "QU"
    STREAM = "MZ"
    RECORDING = "RE"
    WORKSPACE = "WS"
    ACTIVITY = "WA"
    TASK_QUEUE = "WQ"
    WORKER = "WK"
    WORKFLOW = "WW"
    TASK = "WT"
    RESERVATION = "WR"


def new_sid(kind: Kind) -> str:
    """A fresh identifier of this kind."""
    return f"{kind}{new_uuid().hex}"
