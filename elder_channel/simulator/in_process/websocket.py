"""The carrier's end of a media websocket to an application on the same loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from starlette.types import Message
from uvicorn.protocols.utils import ClientDisconnected
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed, ConnectionClosedError, ConnectionClosedOK, InvalidStatus
from websockets.frames import OK_CLOSE_CODES, Close, CloseCode
from websockets.http11 import Response

from elder_channel.simulator.in_process.application import Application

_REFUSED, _FAULT = 403, 500


class ApplicationSocket:
    """One websocket; the errors are those of a real one."""

    def __init__(self) -> None:
        self._accepted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._to_application: asyncio.Queue[Message] = asyncio.Queue()
        self._to_carrier: asyncio.Queue[str | bytes | None] = asyncio.Queue()
        self._closed: ConnectionClosed | None = None

    async def open(self, application: Application, scope: Message, *, timeout_seconds: float) -> None:
        """Shake hands. Raises InvalidStatus when the application refuses, TimeoutError when it does neither."""
        self._to_application.put_nowait({"type": "websocket.connect"})
        task = application.run(scope, self._to_application.get, self._take)
        task.add_done_callback(self._returned)
        try:
            async with asyncio.timeout(timeout_seconds):
                await self._accepted
        except TimeoutError:
            self.cut()
            raise

    async def send(self, message: str, /) -> None:
        """Send one message. Raises ConnectionClosed."""
        if self._closed is not None:
            raise self._closed
        self._to_application.put_nowait({"type": "websocket.receive", "text": message})

    async def __aiter__(self) -> AsyncIterator[str | bytes]:
        """What the application sends, until the websocket is closed; raises ConnectionClosedError when it is cut."""
        while (message := await self._to_carrier.get()) is not None:
            yield message
        if isinstance(self._closed, ConnectionClosedError):
            raise self._closed

    def close(self) -> None:
        """Say good-bye; after a close or a cut nothing is left to say."""
        if self._closed is None:
            self._leave(CloseCode.NORMAL_CLOSURE)
            self._is_over(Close(CloseCode.NORMAL_CLOSURE, ""), received_first=False)

    def cut(self) -> None:
        """Drop the connection; the application learns that it is gone."""
        if self._closed is None:
            self._leave(CloseCode.ABNORMAL_CLOSURE)
            self._is_over(None)

    async def _take(self, message: Message) -> None:
        """What the application says."""
        match message["type"]:
            case "websocket.accept":
                if not self._accepted.done():
                    self._accepted.set_result(None)
            case "websocket.close" if not self._accepted.done():
                self._refuse(_REFUSED, "Forbidden")
            case "websocket.close" if self._closed is None:
                code = message.get("code") or CloseCode.NORMAL_CLOSURE
                self._leave(code)
                self._is_over(Close(code, message.get("reason") or ""), received_first=True)
            case "websocket.send":
                if self._closed is not None:
                    raise ClientDisconnected
                text = message.get("text")
                self._to_carrier.put_nowait(message["bytes"] if text is None else text)

    def _returned(self, task: asyncio.Task[None]) -> None:
        """The application is done with it: properly, or by a fault."""
        if not self._accepted.done():
            self._refuse(_FAULT, "Internal Server Error")
        elif self._closed is None:
            failed = task.cancelled() or task.exception() is not None
            self._is_over(None if failed else Close(CloseCode.NORMAL_CLOSURE, ""), received_first=True)

    def _refuse(self, status: int, reason: str) -> None:
        self._accepted.set_exception(InvalidStatus(Response(status, reason, Headers())))

    def _leave(self, code: int) -> None:
        self._to_application.put_nowait({"type": "websocket.disconnect", "code": int(code), "reason": ""})

    def _is_over(self, close: Close | None, *, received_first: bool | None = None) -> None:
        kind = ConnectionClosedOK if close and close.code in OK_CLOSE_CODES else ConnectionClosedError
        self._closed = kind(close, close, received_first if close else None)
        self._to_carrier.put_nowait(None)
