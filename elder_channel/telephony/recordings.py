"""Recordings at the carrier: started and stopped on a live call, fetched, deleted; nothing of them is kept here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import requests
from twilio.rest import Client

from elder_channel.telephony.errors import CallGoneError, CarrierError, RecordingGoneError
from elder_channel.telephony.rest import RehostingHttpClient, RequestCounts, is_retryable, translated

EVENTS = ["in-progress", "completed", "absent"]


class TwilioRecordings:
    """What the line asks of a carrier about recordings, on Twilio's REST API."""

    def __init__(
        self, account_sid: str, auth_token: str, base_url: str, *, counts: RequestCounts | None = None
    ) -> None:
        counts = counts or RequestCounts()
        self._account_sid, self._auth = account_sid, (account_sid, auth_token)
        self._http = RehostingHttpClient(base_url, counts)
        self._client = Client(account_sid, auth_token, http_client=self._http)

    def start(self, call_sid: str, *, callback_url: str) -> str:
        """Record the live call from now on, each side on its own channel; the recording's SID.

        Tried once: an answer that was lost may have started it, and a second recording would cost twice. Raises
        `CallGoneError`, `CarrierError`.
        """
        recording = translated(
            call_sid,
            lambda: self._client.calls(call_sid).recordings.create(
                recording_channels="dual",
                recording_track="both",
                recording_status_callback=callback_url,
                recording_status_callback_method="POST",
                recording_status_callback_event=EVENTS,
            ),
        )
        return str(recording.sid)

    def of_call(self, call_sid: str) -> list[str]:
        """The SIDs of a call's recordings, also of those whose start was never answered. Raises `CarrierError`."""
        return [
            str(each.sid) for each in self._twice(call_sid, lambda: self._client.recordings.list(call_sid=call_sid))
        ]

    def fetch(self, recording_sid: str) -> bytes:
        """The recording, a WAV file with the caller on one channel and the agent on the other.

        Raises `RecordingGoneError`, `CarrierError`.
        """
        path = f"/2010-04-01/Accounts/{self._account_sid}/Recordings/{recording_sid}.wav?RequestedChannels=2"
        try:
            status, sound = self._http.fetch(path, self._auth)
        except requests.RequestException as error:
            raise CarrierError("the carrier's REST API does not answer", code="no_answer", retryable=True) from error
        if status in (404, 410):
            raise RecordingGoneError(recording_sid)
        if status != 200:
            text = f"the carrier did not give out the recording: {status}"
            raise CarrierError(text, code=str(status), retryable=is_retryable(status, None))
        return sound

    def stop(self, call_sid: str, recording_sid: str) -> None:
        """End the recording while the call goes on; one that is over already is as good. Raises `CarrierError`."""
        try:
            recording = self._client.calls(call_sid).recordings(recording_sid)
            self._twice(recording_sid, lambda: recording.update(status="stopped"))
        except CallGoneError:
            return

    def delete(self, recording_sid: str) -> None:
        """Delete the recording; one that is gone already is as good. Raises `CarrierError`."""
        try:
            self._twice(recording_sid, lambda: self._client.recordings(recording_sid).delete())
        except CallGoneError:
            return

    def _twice(self, sid: str, request: Callable[[], Any]) -> Any:
        try:
            return translated(sid, request)
        except CarrierError as error:
            if not error.retryable:
                raise
            return translated(sid, request)
