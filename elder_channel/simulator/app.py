"""The simulator as one web application, and the server that runs it."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import AsyncIterator

import structlog
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from elder_channel.simulator.control import control_routes
from elder_channel.simulator.errors import InvalidOptionsError
from elder_channel.simulator.exchange import Exchange
from elder_channel.simulator.network import RealNetwork
from elder_channel.simulator.options import SimulatorOptions
from elder_channel.simulator.rest import rest_routes

log = structlog.get_logger()


def create_app(options: SimulatorOptions) -> Starlette:
    """REST API, control API and health check on one set of calls."""
    exchange: Exchange | None = None

    async def health(request: Request) -> Response:  # noqa: ARG001 (an endpoint's shape)
        live = sum(leg.is_live for leg in exchange.legs()) if exchange else 0
        return JSONResponse({"status": "ok", "live_calls": live})

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        nonlocal exchange
        exchange = Exchange(options, RealNetwork())  # here, because its connections belong to the running event loop
        app.router.routes.extend([*rest_routes(exchange), *control_routes(exchange)])
        try:
            yield
        finally:
            await exchange.close()

    return Starlette(routes=[Route("/health", health)], lifespan=lifespan)


def serve(options: SimulatorOptions) -> None:
    """Listen and serve until stopped; raises InvalidOptionsError when the port is taken."""
    listener = listen(options.host, options.port)
    log.info("simulator.listening", host=options.host, port=listener.getsockname()[1])
    config = uvicorn.Config(
        create_app(options),
        log_level="warning",
        access_log=False,
        ws="none",
        lifespan="on",
        timeout_graceful_shutdown=2,
    )
    with contextlib.suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listener])


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; raises InvalidOptionsError naming the port when it is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named asyncio switches Nagle's algorithm off; else small answers wait for delayed ACKs, 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise InvalidOptionsError(f"The simulator cannot listen on {host}:{port}: {error.strerror}.") from error
    return listener
