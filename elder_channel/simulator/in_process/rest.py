"""The carrier's REST API for an application that is tried in this process."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import httpx
from starlette.applications import Starlette
from twilio.http import HttpClient
from twilio.http.response import Response

from elder_channel.simulator.errors import SimulatorError
from elder_channel.simulator.exchange import Exchange
from elder_channel.simulator.in_process.application import Application
from elder_channel.simulator.in_process.requests import ApplicationTransport
from elder_channel.simulator.rest import rest_routes
from elder_channel.simulator.virtual_time import VirtualLoop


@dataclass(frozen=True)
class _Carrier:
    loop: VirtualLoop
    requests: ApplicationTransport


_carrier: ContextVar[_Carrier] = ContextVar("carrier")


class NoCarrierError(SimulatorError):
    """The carrier's REST API cannot be asked from here."""


@asynccontextmanager
async def carrier_of(exchange: Exchange) -> AsyncIterator[None]:
    """While in here, `CarrierTransport` and `CarrierHttpClient` lead to this exchange's REST API."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualLoop)
    async with Application(Starlette(routes=rest_routes(exchange))) as application:
        token = _carrier.set(_Carrier(loop, ApplicationTransport(application, None)))
        try:
            yield
        finally:
            _carrier.reset(token)


class CarrierTransport(httpx.AsyncBaseTransport):
    """For an httpx client of the application: whatever the address, the simulated carrier answers.

    `httpx.AsyncClient(base_url="https://api.twilio.com", auth=(sid, token), transport=CarrierTransport())`
    """

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The carrier's answer. Raises NoCarrierError outside of a scenario."""
        return await _present().requests.handle_async_request(request)


class CarrierHttpClient(HttpClient):  # type: ignore[misc] # the library has no types
    """For the client of the `twilio` package, which blocks: `Client(sid, token, http_client=CarrierHttpClient())`."""

    def __init__(self) -> None:
        super().__init__(logging.getLogger(__name__), False)

    def request(
        self,
        method: str,
        uri: str,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,  # noqa: ARG002 (the carrier redirects nobody)
    ) -> Response:
        """The carrier's answer. Raises NoCarrierError on the event loop, which would then wait for itself."""
        carrier = _present()
        if _on_a_loop():
            raise NoCarrierError("this would block the event loop: call the client in a thread (asyncio.to_thread)")
        asking = _ask(carrier, method, uri, params=params, data=data, headers=headers, auth=auth, timeout=timeout)
        answer = asyncio.run_coroutine_threadsafe(asking, carrier.loop).result()
        return Response(answer.status_code, answer.text, answer.headers)


async def _ask(carrier: _Carrier, method: str, url: str, **about: Any) -> httpx.Response:
    with carrier.loop.waited_for():
        async with httpx.AsyncClient(transport=carrier.requests, trust_env=False) as client:
            return await client.request(method, url, **about)


def _present() -> _Carrier:
    try:
        return _carrier.get()
    except LookupError:
        raise NoCarrierError("there is a simulated carrier only while a scenario is played in this process") from None


def _on_a_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
