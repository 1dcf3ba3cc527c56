"""Frames of a media stream: JSON text in, what they mean out. A frame that makes no sense is no event."""

from __future__ import annotations

import binascii
from base64 import b64decode
from dataclasses import dataclass

import orjson

MAX_JUMP_FRAMES = 1500
"""30 s: a number further ahead is no number of this stream, and must not make it deaf."""
MAX_FRAME_CHARACTERS = 8192
"""A frame carries 160 bytes of sound; something this long is not one."""


@dataclass(frozen=True)
class StreamStarted:
    """The stream names itself and its call."""

    stream_sid: str
    call_sid: str


@dataclass(frozen=True)
class Sound:
    """20 ms of the caller's voice, mu-law at 8 kHz."""

    payload: bytes
    chunk: int
    """Number of the frame, counted by the carrier from 1; 0 when it gave none."""


@dataclass(frozen=True)
class StreamStopped:
    """No more frames will come."""


MediaEvent = StreamStarted | Sound | StreamStopped


def parse_frame(text: str | bytes) -> MediaEvent | None:
    """The event in one websocket message; None for one that is malformed or of no interest."""
    if len(text) > MAX_FRAME_CHARACTERS:
        return None
    try:
        message = orjson.loads(text)
        event = message["event"]
        if event == "media":
            return _sound(message["media"])
        if event == "start":
            return StreamStarted(str(message["start"]["streamSid"]), str(message["start"]["callSid"]))
    except (orjson.JSONDecodeError, binascii.Error, KeyError, TypeError, ValueError):
        return None
    return StreamStopped() if event == "stop" else None


def _sound(media: dict[str, str]) -> Sound | None:
    payload = b64decode(media["payload"], validate=True)
    if media.get("track", "inbound") != "inbound":
        return None
    chunk = str(media.get("chunk", "0"))
    return Sound(payload, int(chunk) if chunk.isdigit() else 0) if payload else None


class FrameOrder:
    """Lets each numbered frame through once and in order; a late or repeated one is dropped."""

    def __init__(self) -> None:
        self._last = 0

    def accept(self, sound: Sound) -> bool:
        """Whether the frame is newer than all before it; unnumbered frames always are."""
        if sound.chunk == 0:
            return True
        jump = sound.chunk - self._last
        if not 0 < jump <= MAX_JUMP_FRAMES:
            return False
        self._last = sound.chunk
        return True
