"""Opens a stream of a call, asked for by a document or by the REST API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from elder_channel.simulator.legs import StatusCallback
from elder_channel.simulator.stream import MediaStream

if TYPE_CHECKING:
    from elder_channel.simulator.call import Call

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class StreamRefusedError(Exception):
    """The carrier would not open this stream; the message says why."""


@dataclass(frozen=True)
class AskedStream:
    """A stream as it was asked for."""

    url: str
    name: str | None
    track: str
    parameters: Mapping[str, str]
    callback: StatusCallback | None


def open_stream(call: Call, asked: AskedStream, kind: type[MediaStream] = MediaStream) -> MediaStream:
    """Begin the stream. Raises `StreamRefusedError`."""
    url = _websocket_address(asked.url, call)
    running = [each for each in call.streams if each.status == "in-progress"]
    if asked.name is not None and any(each.name == asked.name for each in running):
        raise StreamRefusedError(f"a stream named {asked.name} is running already")
    if asked.track != "inbound_track":
        call.warn("only the inbound track is streamed")
    parameters = asked.parameters
    if call.plan.faults.bad_stream_token:
        url, parameters = _tamper(url), {each: _tamper(value) for each, value in parameters.items()}
    stream = kind(call, url=url, name=asked.name, parameters=parameters, callback=asked.callback)
    call.streams.append(stream)
    stream.start()
    return stream


def _websocket_address(url: str, call: Call) -> str:
    """The address to connect to.

    The carrier insists on wss and takes no query; ws is let through to this machine, for trying things out.
    """
    parts = urlsplit(url.strip())
    if parts.scheme != "wss" and not (parts.scheme == "ws" and parts.hostname in _LOOPBACK):
        raise StreamRefusedError(f"a stream needs a wss address, not {parts.scheme or 'none'}")
    if parts.query:
        call.warn("a stream address takes no query; it was dropped")
    return urlunsplit(parts._replace(query="", fragment=""))


def _tamper(text: str) -> str:
    """The text with its last character changed."""
    return text[:-1] + ("A" if text[-1:] != "A" else "B")
