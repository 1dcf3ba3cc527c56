"""A network on which there is one application and nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import httpx

from elder_channel.simulator.in_process.application import Application, scope_of
from elder_channel.simulator.in_process.requests import ApplicationTransport
from elder_channel.simulator.in_process.websocket import ApplicationSocket
from elder_channel.simulator.network import HANDSHAKE_SECONDS, USER_AGENT, MediaSocket


class InProcessNetwork:
    """Reaches an application under the name of its host, without a socket between."""

    def __init__(self, application: Application, host: str) -> None:
        self._application = application
        self._host = host

    def client(self) -> httpx.AsyncClient:
        """A client for requests to the application."""
        return httpx.AsyncClient(transport=ApplicationTransport(self._application, self._host), trust_env=False)

    @asynccontextmanager
    async def websocket(self, url: str, headers: Mapping[str, str]) -> AsyncIterator[MediaSocket]:
        """A websocket to the application. Raises InvalidStatus, TimeoutError, or OSError for another host."""
        address = httpx.URL(url)
        if address.host != self._host:
            raise ConnectionRefusedError(f"there is nothing but {self._host} here")
        socket = ApplicationSocket()
        scope = scope_of("websocket", address, httpx.Headers({**headers, "User-Agent": USER_AGENT}))
        await socket.open(self._application, {**scope, "subprotocols": []}, timeout_seconds=HANDSHAKE_SECONDS)
        try:
            yield socket
        finally:
            socket.close()
