"""The media websocket: refused before the upgrade without the call's token, then frames to the listener."""

from __future__ import annotations

import time

import structlog
from anyio import CancelScope, to_thread
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from dialects.settings import EndpointingSettings
from elder_channel.bootstrap import Line
from elder_channel.services.endpointing import endpointing_for
from elder_channel.services.line import LineService
from elder_channel.services.streams import Streams
from elder_channel.storage.faults import BOOKS_FAULTS
from elder_channel.telephony.errors import TelephonyError
from elder_channel.telephony.media import FrameOrder, Sound, StreamStarted, StreamStopped, parse_frame
from elder_channel.telephony.signature import SIGNATURE_HEADER, SignatureCheck
from elder_channel.telephony.tokens import StreamTokens
from elder_channel.web.listening import Listener
from elder_channel.web.metrics import Metrics
from elder_channel.web.threads import carrier_threads

log = structlog.get_logger()


def media_route(
    line: Line, service: LineService, listener: Listener, tokens: StreamTokens, metrics: Metrics
) -> WebSocketRoute:
    """The route of the media streams."""
    check = SignatureCheck(line.secrets.auth_token.get_secret_value(), line.addresses.public_base_url)
    streams = Streams(line)

    async def media(socket: WebSocket) -> None:
        token = socket.path_params["token"]
        try:
            sid = tokens.check(token, now=time.time())
            check.websocket(socket.url.path, socket.headers.get(SIGNATURE_HEADER))
        except TelephonyError as error:
            metrics.refused("stream", error.__class__.__name__)
            log.warning("stream.refused", reason=type(error).__name__)
            await socket.close()  # before accept: the handshake is answered with 403
            return
        await socket.accept()
        metrics.stream_opened()
        how = "failed"
        try:
            how = await _listen(socket, sid, line, service, listener, streams)
        finally:
            metrics.stream_ended(how)

    return WebSocketRoute("/media/{token}", media)


async def _listen(
    socket: WebSocket, sid: str, line: Line, service: LineService, listener: Listener, streams: Streams
) -> str:
    """Feed the listener until the stream is over; how it ended."""
    order, stream, broke = FrameOrder(), "", True
    key = listener.open(sid, await to_thread.run_sync(_endpointing, line, sid))
    try:
        while True:
            event = parse_frame(await socket.receive_text())
            match event:
                case Sound() if stream and order.accept(event):
                    listener.feed(key, event.payload)
                case StreamStarted(stream_sid=stream_sid, call_sid=call_sid):
                    if call_sid != sid:
                        log.warning("stream.wrong_call", call=sid)
                        await socket.close(code=1008)
                        return "wrong_call"
                    if await to_thread.run_sync(streams.is_replaced, sid, stream_sid):
                        broke = False
                        await socket.close()
                        return "replaced"
                    stream = stream_sid
                    await to_thread.run_sync(line.calls.set_stream, sid, stream_sid)
                case StreamStopped():
                    broke = False
                    return "stopped"
    except (WebSocketDisconnect, KeyError):
        return "dropped"  # KeyError: a binary message, which the carrier never sends
    finally:
        listener.close(key)
        with CancelScope(shield=True):  # whatever ends us here, the caller may be waiting still
            await to_thread.run_sync(_tell_end, service, sid)
            if broke and stream:
                await to_thread.run_sync(streams.broke, sid, stream, limiter=carrier_threads())


def _endpointing(line: Line, sid: str) -> EndpointingSettings | None:
    """The caller's profile; None when the books cannot be read, for the caller is listened to all the same."""
    try:
        return endpointing_for(line, sid)
    except BOOKS_FAULTS:
        log.exception("stream.without_profile", call=sid)
        return None


def _tell_end(service: LineService, sid: str) -> None:
    """A fault here leaves the call to its status callback, and to the reconciliation."""
    try:
        service.stream_ended(sid)
    except BOOKS_FAULTS:
        log.exception("stream.end_untold", call=sid)
