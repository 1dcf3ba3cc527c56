"""Between the frames of a call and the websocket: what a bad network does to them."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import orjson

from elder_channel.simulator.caller import FRAME_SECONDS, SILENCE
from elder_channel.simulator.faults import MediaFault, StreamFault, StreamFaultKind
from elder_channel.simulator.network import MediaSocket

_GARBLED = (
    '{"event":"media","media":{"payload":',
    '{"event":"media","media":{"track":"inbound","chunk":"x","timestamp":"y","payload":"%%%"}}',
    '{"event":"media"}',
    '{"event":"media","media":{"track":"inbound","chunk":"1","timestamp":"1","payload":"AAA="}}',
    '{"event":"unheard_of"}',
    "[]",
)


class CutError(Exception):
    """The network has cut the connection, as planned."""


class FaultyLine:
    """Sends frames, and spoils them as planned."""

    def __init__(self, websocket: MediaSocket, media: MediaFault | None, stream: StreamFault | None) -> None:
        self._websocket = websocket
        self._media = media
        self._stream = stream
        self._swapped: str | None = None
        self._stalled: list[str] = []
        self._flooded = False

    async def send(self, frame: str, chunk: int) -> None:
        """Send one frame, or what becomes of it. Raises CutError when the connection is cut."""
        for message in self._spoilt(frame, chunk):
            if await self._passes(message, seconds=chunk * FRAME_SECONDS):
                await self._websocket.send(message)

    async def _passes(self, message: str, *, seconds: float) -> bool:
        """Whether a message goes out at this moment of the stream."""
        fault = self._stream
        if fault is None or seconds < fault.at_seconds:
            return True
        match fault.kind:
            case StreamFaultKind.DROPS | StreamFaultKind.RECONNECTS:
                self._websocket.cut()
                raise CutError
            case StreamFaultKind.FRAMES_STOP:
                return False
            case StreamFaultKind.STALLS:
                return await self._stall(message, over=seconds >= fault.at_seconds + fault.seconds)
            case StreamFaultKind.FLOODS if not self._flooded:
                self._flooded = True
                await self._flood(message, frames=int(fault.seconds / FRAME_SECONDS))
        return True

    async def _stall(self, message: str, *, over: bool) -> bool:
        if not over:
            self._stalled.append(message)
            return False
        waiting, self._stalled = self._stalled, []
        for each in waiting:
            await self._websocket.send(each)
        return True

    async def _flood(self, message: str, *, frames: int) -> None:
        """Frames the stream has no time for: the number of the present one, and silence."""
        flood = orjson.loads(message)
        flood["media"]["payload"] = base64.b64encode(SILENCE).decode()
        first = int(flood["media"]["chunk"])
        for number in range(frames):
            flood["media"]["chunk"] = str(first + number)
            await self._websocket.send(orjson.dumps(flood).decode())

    def _spoilt(self, frame: str, chunk: int) -> Iterator[str]:
        match self._media:
            case MediaFault.OUT_OF_ORDER:
                yield from self._swap(frame)
            case MediaFault.REPEATED:
                yield from (frame, frame)
            case MediaFault.MALFORMED if chunk % 10 == 0:
                yield from (frame, _GARBLED[chunk // 10 % len(_GARBLED)])
            case _:
                yield frame

    def _swap(self, frame: str) -> Iterator[str]:
        if self._swapped is None:
            self._swapped = frame
        else:
            yield from (frame, self._swapped)
            self._swapped = None
