"""Send a call's sound over a media websocket, as `<Start><Stream>` asks: one way, 20 ms frames, in real time."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

import orjson
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI

from elder_channel.simulator.caller import FRAME_SECONDS, SILENCE
from elder_channel.simulator.clock import epoch_seconds, moment
from elder_channel.simulator.faults import StreamFault, StreamFaultKind
from elder_channel.simulator.faulty_line import CutError, FaultyLine
from elder_channel.simulator.identifiers import Kind, new_sid
from elder_channel.simulator.legs import StatusCallback
from elder_channel.simulator.network import MediaSocket
from elder_channel.simulator.signing import HEADER, signature
from elder_channel.simulator.webhooks import Request

if TYPE_CHECKING:
    from elder_channel.simulator.behaviour import Speech
    from elder_channel.simulator.call import Call

_HANDSHAKE_FAILED = 31920
_CLOSED_BY_SERVICE = 31921
_SILENCE_BASE64 = base64.b64encode(SILENCE).decode()


class MediaStream:
    """One stream of one call."""

    def __init__(
        self, call: Call, *, url: str, name: str | None, parameters: Mapping[str, str], callback: StatusCallback | None
    ) -> None:
        self.sid = new_sid(Kind.STREAM)
        self.name = name
        self.status = "in-progress"
        self.updated_at = epoch_seconds()
        self._call = call
        self._url = url
        self._parameters = dict(parameters)
        self._callback = callback
        self._stopping = asyncio.Event()
        self._sequence = 0
        self._voice_from: tuple[Speech, int, int] | None = None  # at this chunk of the stream, this frame of the voice

    def start(self) -> None:
        """Connect and send; the document goes on at once."""
        self._call.exchange.keep(self._run())

    def stop(self) -> None:
        """Send the last message and close."""
        self._stopping.set()
        self._set_stopped()

    def press(self, key: str) -> bool:  # noqa: ARG002 (two-way streams take keys)
        """A key; a one-way stream does not carry it. Source: telephony.md S1."""
        return False

    async def _run(self) -> None:
        """Connect and send until the call or the document ends it; a planned fault may end it sooner, or twice."""
        fault = self._fault()
        try:
            if fault is not None and fault.kind is StreamFaultKind.NEVER_STARTS:
                raise OSError("unreachable (a fault of the plan)")
            await self._connect_and_send(fault)
            self._ended("stream-stopped")
        except ConnectionClosed as error:
            self._closed_by_service(error)
        except (InvalidHandshake, InvalidURI, OSError, TimeoutError) as error:
            self._ended("stream-error", f"{_HANDSHAKE_FAILED}: {error or type(error).__name__}")

    def _fault(self) -> StreamFault | None:
        """What is planned for this stream of the call."""
        fault = self._call.plan.faults.stream
        return fault if fault is not None and self._call.streams.index(self) < fault.times else None

    async def _connect_and_send(self, fault: StreamFault | None) -> None:
        try:
            async with self._connection() as websocket:
                self._call.journey.add("stream.started", stream_sid=self.sid)
                self._report("stream-started")
                await self._send_all(websocket, fault)
        except CutError:
            assert fault is not None
            self._call.warn(f"media stream: {fault.kind} (a fault of the plan)", stream_sid=self.sid)
            if fault.kind is StreamFaultKind.RECONNECTS:
                await asyncio.sleep(fault.seconds)
                if not self._stopping.is_set():
                    self._sequence, self._voice_from = 0, None
                    await self._connect_and_send(None)

    def _closed_by_service(self, error: ConnectionClosed) -> None:
        self._ended("stream-error", f"{_CLOSED_BY_SERVICE}: the service closed the stream ({error})")

    def _connection(self) -> AbstractAsyncContextManager[MediaSocket]:
        signed = signature(self._call.exchange.options.auth_token, self._url)
        if self._call.troubles.bad_signature:
            signed = signed[::-1]
        return self._call.exchange.network.websocket(self._url, {HEADER: signed})

    async def _send_all(self, websocket: MediaSocket, fault: StreamFault | None) -> None:
        draining = asyncio.create_task(self._receive(websocket))
        try:
            await websocket.send(_text({"event": "connected", "protocol": "Call", "version": "1.0.0"}))
            await websocket.send(self._message("start", self._start()))
            await self._send_frames(FaultyLine(websocket, self._call.plan.faults.media, fault))
            await websocket.send(self._message("stop", self._whose()))
        finally:
            draining.cancel()

    async def _receive(self, websocket: MediaSocket) -> None:
        """Read and drop what the service sends: nothing is played on a one-way stream, but its close must be seen."""
        try:
            async for _ in websocket:
                pass
        except ConnectionClosed:
            return  # the sender notices by itself

    async def _send_frames(self, line: FaultyLine) -> None:
        """Every frame leaves when its 20 ms are over, by an absolute schedule, so that lateness never adds up."""
        loop = asyncio.get_running_loop()
        opened = loop.time()
        chunk = 0
        while not self._stopping.is_set():
            chunk += 1
            due = opened + chunk * FRAME_SECONDS
            await asyncio.sleep(max(0.0, due - loop.time()))
            self._call.record.note_lateness(loop.time() - due)
            await line.send(self._frame(chunk, slot_started=opened + (chunk - 1) * FRAME_SECONDS), chunk)

    def _frame(self, chunk: int, *, slot_started: float) -> str:
        self._sequence += 1
        return (
            f'{{"event":"media","sequenceNumber":"{self._sequence}","media":{{"track":"inbound","chunk":"{chunk}",'
            f'"timestamp":"{chunk * 20}","payload":"{self._payload(chunk, slot_started)}"}},"streamSid":"{self.sid}"}}'
        )

    def _payload(self, chunk: int, slot_started: float) -> str:
        speech = self._call.behaviour.speech
        if speech is None:
            return _SILENCE_BASE64
        if self._voice_from is None or self._voice_from[0] is not speech:
            missed = max(0, int((slot_started - speech.since) / FRAME_SECONDS))
            self._voice_from = (speech, chunk, missed)
        voice, number = speech.voice, self._voice_from[2] + chunk - self._voice_from[1]
        if number >= len(voice.frames):
            return _SILENCE_BASE64
        if number in voice.voiced:
            self._call.behaviour.note_voiced(last=number == voice.last_voiced)
        return base64.b64encode(voice.frames[number]).decode()

    def _message(self, event: str, body: dict[str, Any]) -> str:
        self._sequence += 1
        return _text({"event": event, "sequenceNumber": str(self._sequence), event: body, "streamSid": self.sid})

    def _whose(self) -> dict[str, Any]:
        return {"accountSid": self._call.exchange.options.account_sid, "callSid": self._call.sid}

    def _start(self) -> dict[str, Any]:
        return {
            **self._whose(),
            "streamSid": self.sid,
            "tracks": ["inbound"],
            "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
            "customParameters": self._parameters,
        }

    def _ended(self, event: str, error: str | None = None) -> None:
        if error is not None and not self._stopping.is_set():
            self._call.warn(f"media stream: {error}", stream_sid=self.sid)
            self._report(event, error)
        else:
            self._report("stream-stopped")
        if self.status != "stopped":
            self._set_stopped()

    def _set_stopped(self) -> None:
        self.status = "stopped"
        self.updated_at = epoch_seconds()
        self._call.journey.add("stream.stopped", stream_sid=self.sid)

    def _report(self, event: str, error: str | None = None) -> None:
        if self._callback is None:
            return
        form = {
            "AccountSid": self._call.exchange.options.account_sid,
            "CallSid": self._call.sid,
            "StreamSid": self.sid,
            "StreamName": self.name or self.sid,
            "StreamEvent": event,
            "Timestamp": format_datetime(moment()),
        }
        if error is not None:
            form["StreamError"] = error
        request = Request(self._callback.url, form, self._callback.method)
        self._call.exchange.keep(self._call.exchange.webhooks.tell(request, self._call.troubles))


def _text(message: dict[str, Any]) -> str:
    return orjson.dumps(message).decode()
