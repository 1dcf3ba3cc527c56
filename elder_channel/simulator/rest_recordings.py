"""Recordings in the REST API: started and stopped on a live call, told of by callbacks, fetched, deleted.

A recording holds what callers and agents say in the simulation; prompts are not voiced here and leave silence.
"""

from __future__ import annotations

import asyncio
import io
import wave
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from starlette.requests import Request

from elder_channel.simulator.call import Call
from elder_channel.simulator.clock import epoch_seconds
from elder_channel.simulator.errors import RestError
from elder_channel.simulator.exchange import Exchange
from elder_channel.simulator.identifiers import Kind, new_sid
from elder_channel.simulator.legs import API_VERSION
from elder_channel.simulator.rest_format import Json, account_path, moment, page_json
from elder_channel.simulator.soundtrack import RATE_HZ, Soundtrack
from elder_channel.simulator.webhooks import Request as Webhook

Form = dict[str, list[str]]
NOT_FOUND = 20404
NOT_ELIGIBLE = 21220
INVALID_STATUS = 20001
LOOK_SECONDS = 0.1
DEFAULT_EVENTS = ["completed"]


@dataclass
class Tape:
    """One recording."""

    call: Call
    channels: int
    callback_url: str | None
    events: list[str]
    soundtrack: Soundtrack
    began: float
    """By the event loop's clock."""
    sid: str = field(default_factory=lambda: new_sid(Kind.RECORDING))
    status: str = "in-progress"
    is_stopped: bool = False
    """By request, before the call ended."""
    started_at: float = field(default_factory=epoch_seconds)
    seconds: int = 0

    def sound(self) -> NDArray[np.int16]:
        """Both sides beside each other, or mixed into one channel."""
        both = self.soundtrack.between(self.began, self.began + self.seconds)
        if self.channels == 2:
            return both
        limits = np.iinfo(np.int16)
        mixed: NDArray[np.int16] = np.clip(both.sum(axis=1, dtype=np.int32), limits.min, limits.max).astype(np.int16)
        return mixed


class RecordingResource:
    """What the API does with recordings."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._account_sid = exchange.options.account_sid
        self._tapes: dict[str, Tape] = {}

    def create(self, request: Request, form: Form) -> tuple[Json, int]:
        """Begin to record a call that is in progress."""
        call = self._exchange.call(request.path_params["call_sid"])
        if call is None:
            raise _missing(request)
        if call.status != "in-progress":
            raise RestError(400, NOT_ELIGIBLE, "Requested resource is not eligible for recording")
        dual = form.get("RecordingChannels", ["mono"])[0] == "dual"
        events = " ".join(form.get("RecordingStatusCallbackEvent", DEFAULT_EVENTS)).split()
        now = asyncio.get_running_loop().time()
        callback_url = form.get("RecordingStatusCallback", [None])[0]
        tape = Tape(call, 2 if dual else 1, callback_url, events, call.soundtrack, now)
        self._tapes[tape.sid] = tape
        call.journey.add("recording.started", recording_sid=tape.sid)
        self._exchange.keep(self._run(tape))
        return self._json(tape), 201

    def fetch(self, request: Request, form: Form) -> tuple[Json, int]:  # noqa: ARG002 (one shape for all operations)
        """One recording."""
        return self._json(self._tape(request)), 200

    def list(self, request: Request, form: Form) -> tuple[Json, int]:  # noqa: ARG002
        """Recordings, of one call where one is named."""
        query = dict(request.query_params)
        wanted = request.path_params.get("call_sid") or query.get("CallSid")
        tapes = [tape for tape in self._tapes.values() if wanted in (None, tape.call.sid)]
        return page_json("recordings", [self._json(tape) for tape in tapes], path=request.url.path, query=query), 200

    def update(self, request: Request, form: Form) -> tuple[Json, int]:
        """End a recording whose call goes on; pausing is not played."""
        tape = self._tape(request)
        if tape.call.sid != request.path_params["call_sid"]:
            raise _missing(request)
        if form.get("Status", [""])[0] != "stopped":
            raise RestError(400, INVALID_STATUS, "Status must be stopped: the simulator does not pause recordings")
        if tape.status != "in-progress" or not tape.call.is_live:
            raise RestError(400, NOT_ELIGIBLE, "Requested resource is not eligible for recording")
        tape.is_stopped = True
        tape.call.journey.add("recording.stopped", recording_sid=tape.sid)
        return self._json(tape), 200

    def delete(self, request: Request, form: Form) -> tuple[Json, int]:  # noqa: ARG002
        """Delete a recording for good."""
        del self._tapes[self._tape(request).sid]
        return {}, 204

    def sound(self, request: Request, form: Form) -> tuple[bytes, int]:  # noqa: ARG002
        """The recording as a WAV file, once complete: the caller on the first channel, the other on the second."""
        tape = self._tape(request)
        if tape.status != "completed":
            raise _missing(request)
        out = io.BytesIO()
        with wave.open(out, "wb") as file:
            file.setnchannels(tape.channels)
            file.setsampwidth(2)
            file.setframerate(RATE_HZ)
            file.writeframes(tape.sound().tobytes())
        return out.getvalue(), 200

    async def _run(self, tape: Tape) -> None:
        """Tell that it runs, wait until it is stopped or the call ends, tell that it is complete."""
        await self._tell(tape)
        while tape.call.is_live and not tape.is_stopped:
            await asyncio.sleep(LOOK_SECONDS)
        tape.seconds = round(epoch_seconds() - tape.started_at)
        tape.status = "completed" if tape.seconds else "absent"
        await self._tell(tape)

    async def _tell(self, tape: Tape) -> None:
        if tape.callback_url is None or tape.status not in tape.events:
            return
        form = {
            "AccountSid": self._account_sid,
            "CallSid": tape.call.sid,
            "RecordingSid": tape.sid,
            "RecordingStatus": tape.status,
            "RecordingChannels": str(tape.channels),
            "RecordingSource": "StartCallRecordingAPI",
            "RecordingTrack": "both",
            "RecordingStartTime": moment(tape.started_at) or "",
        }
        if tape.status == "completed":
            form["RecordingDuration"] = str(tape.seconds)
            form["RecordingUrl"] = f"https://api.twilio.com{account_path(self._account_sid)}/Recordings/{tape.sid}"
        await self._exchange.webhooks.tell(Webhook(tape.callback_url, form), tape.call.troubles)

    def _tape(self, request: Request) -> Tape:
        tape = self._tapes.get(request.path_params["sid"])
        if tape is None:
            raise _missing(request)
        return tape

    def _json(self, tape: Tape) -> Json:
        return {
            "account_sid": self._account_sid,
            "api_version": API_VERSION,
            "call_sid": tape.call.sid,
            "channels": tape.channels,
            "conference_sid": None,
            "date_created": moment(tape.started_at),
            "date_updated": moment(tape.started_at),
            "duration": str(tape.seconds) if tape.status == "completed" else None,
            "encryption_details": None,
            "error_code": None,
            "price": None,
            "price_unit": "USD",
            "sid": tape.sid,
            "source": "StartCallRecordingAPI",
            "start_time": moment(tape.started_at),
            "status": tape.status,
            "track": "both",
            "uri": f"{account_path(self._account_sid)}/Calls/{tape.call.sid}/Recordings/{tape.sid}.json",
        }


def _missing(request: Request) -> RestError:
    return RestError(404, NOT_FOUND, f"The requested resource {request.url.path} was not found")
