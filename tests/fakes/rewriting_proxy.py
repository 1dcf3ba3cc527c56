"""A proxy between the carrier and the line that changes what it should not: a socket in front of a socket."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Rewrite = Callable[[bytes], bytes]
"""Of the head of a request, from its first line to the empty one."""


@contextmanager
def proxy_to(port: int, rewrite: Rewrite) -> Iterator[int]:
    """A proxy on a port of its own; each connection's first head is rewritten, all else passes, websockets too."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        server = asyncio.run_coroutine_threadsafe(_serve(port, rewrite), loop).result(5)
        yield server.sockets[0].getsockname()[1]
        loop.call_soon_threadsafe(server.close)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()


async def _serve(port: int, rewrite: Rewrite) -> asyncio.Server:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = rewrite(await reader.readuntil(b"\r\n\r\n"))
        behind, to_behind = await asyncio.open_connection("127.0.0.1", port)
        to_behind.write(head)
        await asyncio.gather(_pass_on(reader, to_behind), _pass_on(behind, writer))

    return await asyncio.start_server(handle, "127.0.0.1", 0)


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while piece := await reader.read(65536):
            writer.write(piece)
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()
