"""How the carrier reaches the service: requests, and websockets for sound."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

import httpx
from websockets.asyncio.client import ClientConnection, connect

HANDSHAKE_SECONDS = 5.0
USER_AGENT = "TwilioMediaStreams/1.0"
_CLOSING_SECONDS = 1.0


class MediaSocket(Protocol):
    """The carrier's end of a media websocket. Sending and reading raise ConnectionClosed once it is over."""

    async def send(self, message: str, /) -> None:
        """Send one message."""
        ...

    def __aiter__(self) -> AsyncIterator[str | bytes]:
        """What the service sends, until the websocket is closed."""
        ...

    def cut(self) -> None:
        """Drop the connection without a last word."""
        ...


class Network(Protocol):
    """What lies between carrier and service."""

    def client(self) -> httpx.AsyncClient:
        """A client for requests to the service, and to wherever its documents point."""
        ...

    def websocket(self, url: str, headers: Mapping[str, str]) -> AbstractAsyncContextManager[MediaSocket]:
        """An open websocket. Raises InvalidHandshake, InvalidURI, OSError or TimeoutError where there is none."""
        ...


class RealNetwork:
    """Real connections."""

    def client(self) -> httpx.AsyncClient:
        """A connection for each request.

        One kept open may be closed by the service just as it is used again, and that would look like a failed webhook.
        """
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
        return httpx.AsyncClient(limits=limits, trust_env=False)

    @asynccontextmanager
    async def websocket(self, url: str, headers: Mapping[str, str]) -> AsyncIterator[MediaSocket]:
        """A websocket as the carrier opens it: not compressed, and without pings."""
        connecting = connect(
            url,
            additional_headers=headers,
            user_agent_header=USER_AGENT,
            compression=None,
            ping_interval=None,
            open_timeout=HANDSHAKE_SECONDS,
            close_timeout=_CLOSING_SECONDS,
            proxy=None,
        )
        async with connecting as connection:
            yield _RealSocket(connection)


class _RealSocket:
    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection

    async def send(self, message: str, /) -> None:
        await self._connection.send(message)

    def __aiter__(self) -> AsyncIterator[str | bytes]:
        return self._connection.__aiter__()

    def cut(self) -> None:
        self._connection.transport.abort()
