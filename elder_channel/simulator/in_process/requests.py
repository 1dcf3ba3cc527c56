"""Requests to an application on the same loop, as httpx sends them.

httpx's own `ASGITransport` waits until the application has returned, so that what it does after answering (background
tasks) would keep the carrier waiting, and it knows no timeouts. This one answers when the answer is complete.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import httpx
from starlette.types import Message

from elder_channel.simulator.in_process.application import Application, scope_of


class ApplicationTransport(httpx.AsyncBaseTransport):
    """Takes requests to one host to the application; nothing else can be reached from here."""

    def __init__(self, application: Application, host: str | None) -> None:
        """`host` of None takes every request there."""
        self._application = application
        self._host = host

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The application's answer. Raises ConnectError for another host, ReadTimeout when it takes too long."""
        if self._host is not None and request.url.host != self._host:
            raise httpx.ConnectError(f"there is nothing but {self._host} here", request=request)
        assert isinstance(request.stream, httpx.AsyncByteStream)
        conversation = _Conversation(b"".join([part async for part in request.stream]))
        scope = {**scope_of("http", request.url, request.headers), "method": request.method}
        task = self._application.run(scope, conversation.receive, conversation.send)
        task.add_done_callback(conversation.returned)
        try:
            async with asyncio.timeout(request.extensions.get("timeout", {}).get("read")):
                return await conversation.answer
        except TimeoutError as error:
            raise httpx.ReadTimeout("the application did not answer in time", request=request) from error
        finally:
            conversation.over.set()


@dataclass
class _Conversation:
    """One request and its answer."""

    body: bytes
    answer: asyncio.Future[httpx.Response] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    over: asyncio.Event = field(default_factory=asyncio.Event)
    """The answer is complete, or nobody waits for it any more."""
    _was_asked: bool = False
    _start: Message | None = None
    _said: list[bytes] = field(default_factory=list)

    async def receive(self) -> Message:
        """The request, whole; then word that the carrier has gone."""
        if not self._was_asked:
            self._was_asked = True
            return {"type": "http.request", "body": self.body, "more_body": False}
        await self.over.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        """The answer, piece by piece."""
        if message["type"] == "http.response.start":
            self._start = message
        elif message["type"] == "http.response.body" and self._start is not None:
            self._said.append(message.get("body", b""))
            if not message.get("more_body", False) and not self.answer.done():
                stream = httpx.ByteStream(b"".join(self._said))
                headers = [(bytes(name), bytes(value)) for name, value in self._start.get("headers", ())]
                self.answer.set_result(httpx.Response(self._start["status"], headers=headers, stream=stream))
                self.over.set()

    def returned(self, _: object) -> None:
        """The application is done with it; where it gave no answer, the server answers in its stead."""
        if self.answer.done():
            return
        if self._start is None:
            self.answer.set_result(httpx.Response(500, text="Internal Server Error"))
        else:
            self.answer.set_exception(httpx.RemoteProtocolError("the application broke off its answer"))
