"""An ASGI application that runs on the loop it is tried on: its start, its requests and websockets, its end."""

from __future__ import annotations

import asyncio
from traceback import format_exception
from typing import Any, Self

import httpx
import structlog
import uvicorn
from starlette.types import Message, Receive, Scope, Send

from elder_channel.simulator.errors import SimulatorError

_ASGI = {"version": "3.0", "spec_version": "2.3"}
_CARRIER = ("127.0.0.1", 50_000)
_PORTS = {"http": 80, "ws": 80, "https": 443, "wss": 443}
log = structlog.get_logger()


class ApplicationStartError(SimulatorError):
    """The application does not start; the message says why."""


class Application:
    """One run of an application, from its startup to its shutdown; use it as a context."""

    def __init__(self, app: Any) -> None:
        """Take an ASGI application, of version 2 or 3, or a WSGI application."""
        config = uvicorn.Config(app, log_config=None, proxy_headers=False, ws="none", lifespan="off")
        config.load()
        self._app = config.loaded_app
        self._state: dict[str, Any] = {}
        self._to_lifespan: asyncio.Queue[Message] = asyncio.Queue()
        self._from_lifespan: asyncio.Queue[Message | None] = asyncio.Queue()
        self._tasks: set[asyncio.Task[None]] = set()
        self._living: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Start. Raises ApplicationStartError when the application says that it cannot."""
        self._living = asyncio.create_task(self._live())
        self._to_lifespan.put_nowait({"type": "lifespan.startup"})
        answer = await self._from_lifespan.get()
        if answer is not None and answer["type"] == "lifespan.startup.failed":
            await self._living
            raise ApplicationStartError(
                f"the application does not start: {answer.get('message') or 'it gives no reason'}"
            )
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop: what is still under way is given up first, as a server gives it up that is taken down."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        assert self._living is not None
        if not self._living.done():
            self._to_lifespan.put_nowait({"type": "lifespan.shutdown"})
            await self._from_lifespan.get()
        await self._living

    def run(self, scope: Scope, receive: Receive, send: Send) -> asyncio.Task[None]:
        """Let the application serve one request or websocket, beside everything else."""
        task = asyncio.create_task(self._app({**scope, "state": dict(self._state)}, receive, send))
        self._tasks.add(task)
        task.add_done_callback(self._forget)
        return task

    async def _live(self) -> None:
        scope = {"type": "lifespan", "asgi": _ASGI, "state": self._state}
        try:
            await self._app(scope, self._to_lifespan.get, self._from_lifespan.put)
        except Exception as error:  # noqa: BLE001 (many applications know no lifespan, and raise whatever they like)
            log.debug("application.lifespan", error=repr(error))
        finally:
            self._from_lifespan.put_nowait(None)

    def _forget(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("application.fault", exception="".join(format_exception(error)))


def scope_of(kind: str, url: httpx.URL, headers: httpx.Headers) -> Scope:
    """What a server tells an application of a request or websocket."""
    host = (b"host", url.netloc)
    told = [(name.lower(), value) for name, value in headers.raw if name.lower() != b"host"]
    return {
        "type": kind,
        "asgi": _ASGI,
        "http_version": "1.1",
        "scheme": url.scheme,
        "path": url.path,
        "raw_path": url.raw_path.partition(b"?")[0],
        "query_string": url.query,
        "root_path": "",
        "headers": [host, *told],
        "client": _CARRIER,
        "server": (url.host, url.port or _PORTS[url.scheme]),
    }
