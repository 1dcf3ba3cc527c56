"""A two-way stream, as `<Connect><Stream>` opens it: the service hears the caller and is heard, and is told of keys."""

from __future__ import annotations

import asyncio
import base64
import binascii
from typing import Any

import orjson
from websockets.exceptions import ConnectionClosed

from elder_channel.simulator.network import MediaSocket
from elder_channel.simulator.playback import Playback
from elder_channel.simulator.stream import MediaStream


class TwoWayStream(MediaStream):
    """One stream in both directions; the document goes on when the service closes it."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.over = asyncio.Event()
        """Set when the stream has ended, whoever ended it."""
        self._playback = Playback(self._call, self._tell)
        self._websocket: MediaSocket | None = None

    def press(self, key: str) -> bool:
        """A key reaches the service as a `dtmf` message. Source: telephony.md S26."""
        if self._websocket is None or self.status == "stopped":
            return False
        self._tell("dtmf", {"track": "inbound_track", "digit": key})
        return True

    async def _receive(self, websocket: MediaSocket) -> None:
        """Play what the service sends, in its order; what cannot be read is warned of and dropped."""
        self._websocket = websocket
        try:
            async for text in websocket:
                self._take(text)
        except ConnectionClosed:
            return  # the sender notices by itself
        finally:
            self._websocket = None

    def _take(self, text: str | bytes) -> None:
        try:
            message = orjson.loads(text)
            if message.get("streamSid") != self.sid:
                raise ValueError("it names another stream")
            match message["event"]:
                case "media":
                    self._playback.add(base64.b64decode(message["media"]["payload"], validate=True))
                case "mark":
                    self._playback.mark(str(message["mark"]["name"]))
                case "clear":
                    self._playback.clear()
                case other:
                    raise ValueError(f"no message of a service is called {other}")
        except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError, ValueError, binascii.Error) as error:
            self._call.warn(f"media stream: 31951: a message of the service cannot be read: {error}")

    def _tell(self, event: str, body: dict[str, Any]) -> None:
        if self._websocket is not None:
            self._call.exchange.keep(_send(self._websocket, self._message(event, body)))

    def _closed_by_service(self, error: ConnectionClosed) -> None:  # noqa: ARG002 (how a two-way stream ends)
        self._ended("stream-stopped")

    def _set_stopped(self) -> None:
        self._playback.clear()
        super()._set_stopped()
        self.over.set()


async def _send(websocket: MediaSocket, text: str) -> None:
    try:
        await websocket.send(text)
    except ConnectionClosed:
        return
