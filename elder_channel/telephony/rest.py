"""Moves live calls through the carrier's REST API, with the carrier's own client."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests
from requests.adapters import HTTPAdapter
from twilio.base.exceptions import TwilioRestException
from twilio.http import HttpClient
from twilio.http.response import Response
from twilio.rest import Client

from elder_channel.telephony.errors import CallGoneError, CarrierError

TIMEOUT_SECONDS = (2.0, 4.0)
"""Connect and read; a call being moved hears what it heard before, so a slow answer is worth a second try."""
_GONE = {404, 410}
_NOT_IN_PROGRESS = 21220
OVER = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
"""The carrier's words for a call that has ended."""


class RehostingHttpClient(HttpClient):  # type: ignore[misc] # the library has no types
    """Sends the client's requests to another host: its own base address is fixed to api.twilio.com."""

    def __init__(self, base_url: str) -> None:
        super().__init__(logging.getLogger(__name__), False)
        self._base = urlsplit(base_url)
        self._session = requests.Session()
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, HTTPAdapter(pool_connections=4, pool_maxsize=32))

    def request(
        self,
        method: str,
        uri: str,
        params: dict[str, Any] | None = None,
        data: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ARG002 - the interface has it; our own bound holds
        allow_redirects: bool = False,
    ) -> Response:
        """Send one request and hand back status and text."""
        path = urlsplit(uri)
        url = urlunsplit((self._base.scheme, self._base.netloc, path.path, path.query, ""))
        answer = self._session.request(
            method.upper(),
            url,
            params=params,
            data=data,
            headers=headers,
            auth=auth,
            allow_redirects=allow_redirects,
            timeout=TIMEOUT_SECONDS,
        )
        return Response(answer.status_code, answer.text)


class TwilioCarrier:
    """What the line asks of a carrier, on Twilio's REST API."""

    def __init__(self, account_sid: str, auth_token: str, base_url: str) -> None:
        self._client = Client(account_sid, auth_token, http_client=RehostingHttpClient(base_url))

    def redirect(self, sid: str, url: str, *, still_wanted: Callable[[], bool] = lambda: True) -> None:
        """Move the live call to the document at `url`, at once. Raises `CallGoneError`, `CarrierError`.

        `still_wanted` is asked before the second try: the first may have worked although its answer was lost.
        """
        self._try_twice(sid, lambda: self._client.calls(sid).update(url=url, method="POST"), still_wanted)

    def place_call(
        self,
        number: str,
        *,
        from_: str,
        url: str,
        status_url: str,
        ring_seconds: int,
        fallback_url: str = "",
        detect_machines: bool = False,
    ) -> str:
        """Have `number` rung, showing `from_`; the call's SID. Raises `CarrierError`, and never asks twice.

        Who picks up gets the document at `url`; every change of status is told at `status_url`
        (twilio.com/docs/voice/api/call-resource, "Create a Call").
        """
        more: dict[str, Any] = {"fallback_url": fallback_url, "fallback_method": "GET"} if fallback_url else {}
        if detect_machines:
            more["machine_detection"] = "Enable"

        def create() -> Any:
            return self._client.calls.create(
                to=number,
                from_=from_,
                url=url,
                method="POST",
                status_callback=status_url,
                status_callback_method="POST",
                status_callback_event=["initiated", "ringing", "answered", "completed"],
                timeout=ring_seconds,
                **more,
            )

        return str(_translated(number, create).sid)

    def send_document(self, sid: str, document: str) -> None:
        """Move the live call to this document, given in full: needs nobody to serve it. Raises as `redirect`."""
        self._try_twice(sid, lambda: self._client.calls(sid).update(twiml=document))

    def stop_stream(self, sid: str, stream_sid: str) -> None:
        """End the call's audio stream. Raises `CallGoneError`, `CarrierError`."""
        self._try_twice(sid, lambda: self._client.calls(sid).streams(stream_sid).update(status="stopped"))

    def is_over(self, sid: str) -> bool:
        """Whether the carrier counts the call as ended; one it does not know is over. Raises `CarrierError`."""
        try:
            call = self._try_twice(sid, lambda: self._client.calls(sid).fetch())
        except CallGoneError:
            return True
        return str(call.status) in OVER

    def answered_by(self, sid: str) -> str | None:
        """The contact whose phone took part in the call, or None when nobody picked up. Raises `CarrierError`."""
        legs = self._try_twice(sid, lambda: self._client.calls.list(parent_call_sid=sid, limit=50))
        talked = (leg for leg in legs if int(leg.duration or 0) > 0 or str(leg.status) == "in-progress")
        return next((str(leg.to) for leg in talked), None)

    def _try_twice(self, sid: str, request: Callable[[], Any], still_wanted: Callable[[], bool] = lambda: True) -> Any:
        try:
            return _translated(sid, request)
        except CarrierError as error:
            if not error.retryable:
                raise
            return _translated(sid, request) if still_wanted() else None


def _translated(sid: str, request: Callable[[], Any]) -> Any:
    try:
        return request()
    except TwilioRestException as error:
        if error.status in _GONE or error.code == _NOT_IN_PROGRESS:
            raise CallGoneError(sid) from error
        retryable = error.status == 429 or error.status >= 500
        raise CarrierError(str(error.msg), code=str(error.code or error.status), retryable=retryable) from error
    except requests.RequestException as error:
        raise CarrierError("the carrier's REST API does not answer", code="no_answer", retryable=True) from error
