"""Moves live calls through the carrier's REST API, with the carrier's own client."""

from __future__ import annotations

import json
import logging
import threading
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests
from requests.adapters import HTTPAdapter
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http import HttpClient
from twilio.http.response import Response
from twilio.rest import Client

from elder_channel.telephony.error_codes import explain
from elder_channel.telephony.errors import CallGoneError, CarrierError
from elder_channel.telephony.statuses import LegState, leg_state

TIMEOUT_SECONDS = (2.0, 4.0)
"""Connect and read; a call being moved hears what it heard before, so a slow answer is worth a second try."""
_GONE = {404, 410}
_NOT_IN_PROGRESS = 21220
NO_ANSWER = "no_answer"
"""Code of an error where no answer came."""


class RequestCounts:
    """How many requests the REST API got, by method and answer; shared by all threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[tuple[str, str]] = Counter()

    def add(self, method: str, answer: str) -> None:
        """Count one request."""
        with self._lock:
            self._counts[method, answer] += 1

    def all(self) -> Mapping[tuple[str, str], int]:
        """(method, HTTP status or `no_answer`) to requests since the start."""
        with self._lock:
            return dict(self._counts)


class RehostingHttpClient(HttpClient):  # type: ignore[misc] # the library has no types
    """Sends the client's requests to another host: its own base address is fixed to api.twilio.com."""

    def __init__(self, base_url: str, counts: RequestCounts) -> None:
        super().__init__(logging.getLogger(__name__), False)
        self._base = urlsplit(base_url)
        self._counts = counts
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
        how = {"params": params, "data": data, "headers": headers, "allow_redirects": allow_redirects}
        answer = self._send(method.upper(), uri, auth, **how)
        return Response(answer.status_code, answer.text)

    def fetch(self, uri: str, auth: tuple[str, str]) -> tuple[int, bytes]:
        """What lies at an address: status and bytes. A recording may lie at another host, to which it redirects."""
        answer = self._send("GET", uri, auth, allow_redirects=True)
        return answer.status_code, answer.content

    def _send(self, method: str, uri: str, auth: tuple[str, str] | None, **how: Any) -> requests.Response:
        path = urlsplit(uri)
        url = urlunsplit((self._base.scheme, self._base.netloc, path.path, path.query, ""))
        try:
            answer = self._session.request(method, url, auth=auth, timeout=TIMEOUT_SECONDS, **how)
        except requests.RequestException:
            self._counts.add(method, NO_ANSWER)
            raise
        self._counts.add(method, str(answer.status_code))
        return answer


class TwilioCarrier:
    """What the line asks of a carrier, on Twilio's REST API."""

    def __init__(
        self, account_sid: str, auth_token: str, base_url: str, *, counts: RequestCounts | None = None
    ) -> None:
        counts = counts or RequestCounts()
        self._client = Client(account_sid, auth_token, http_client=RehostingHttpClient(base_url, counts))

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

        return str(translated(number, create).sid)

    def send_document(self, sid: str, document: str) -> None:
        """Move the live call to this document, given in full: needs nobody to serve it. Raises as `redirect`."""
        self._try_twice(sid, lambda: self._client.calls(sid).update(twiml=document))

    def start_stream(self, sid: str, url: str, *, status_url: str) -> None:
        """Begin an audio stream of the live call. Raises `CallGoneError`, `CarrierError`, and never asks twice.

        The only way while the call is in a queue: a wait document has no `<Start>`
        (twilio.com/docs/voice/api/stream-resource, "Create a Stream resource"; docs/voice/twiml/enqueue, `waitUrl`).
        """
        how = {"track": "inbound_track", "status_callback": status_url, "status_callback_method": "POST"}
        translated(sid, lambda: self._client.calls(sid).streams.create(url=url, **how))

    def stop_stream(self, sid: str, stream_sid: str) -> None:
        """End the call's audio stream. Raises `CallGoneError`, `CarrierError`."""
        self._try_twice(sid, lambda: self._client.calls(sid).streams(stream_sid).update(status="stopped"))

    def is_over(self, sid: str) -> bool:
        """Whether the carrier counts the call as ended; one it does not know is over. Raises `CarrierError`."""
        try:
            call = self._try_twice(sid, lambda: self._client.calls(sid).fetch())
        except CallGoneError:
            return True
        return leg_state(str(call.status)).is_over

    def answered_by(self, sid: str, *, besides: Collection[str] = ()) -> str | None:
        """The contact whose phone takes part in the call, or took part; None when nobody picked up.

        Legs that are over count only for contacts other than `besides`. Raises `CarrierError`.
        """
        states = [(str(leg.to), leg_state(str(leg.status)), int(leg.duration or 0)) for leg in self._legs(sid, 50)]
        talking = [contact for contact, state, _ in states if state is LegState.TALKING]
        talked = [contact for contact, _, seconds in states if seconds > 0 and contact not in besides]
        return next(iter([*talking, *talked]), None)

    def rang_anybody(self, sid: str) -> bool:
        """Whether the call has legs to other phones, answered or not. Raises `CarrierError`."""
        return bool(self._legs(sid, 1))

    def _legs(self, sid: str, limit: int) -> list[Any]:
        return list(self._try_twice(sid, lambda: self._client.calls.list(parent_call_sid=sid, limit=limit)))

    def _try_twice(self, sid: str, request: Callable[[], Any], still_wanted: Callable[[], bool] = lambda: True) -> Any:
        try:
            return translated(sid, request)
        except CarrierError as error:
            if not error.retryable:
                raise
            return translated(sid, request) if still_wanted() else None


def translated(sid: str, request: Callable[[], Any]) -> Any:
    """What the request gives; the carrier's errors become ours. `sid` names the call or recording it is about."""
    try:
        return request()
    except TwilioException as error:
        refused = refusal_of(error)
        if refused.status in _GONE or refused.code == _NOT_IN_PROGRESS:
            raise CallGoneError(sid) from error
        raise refused.told(refused.message) from error
    except requests.RequestException as error:
        raise CarrierError("the carrier's REST API does not answer", code=NO_ANSWER, retryable=True) from error


@dataclass(frozen=True)
class Refusal:
    """How the REST API refused a request."""

    status: int
    code: int | None
    message: str

    def told(self, text: str) -> CarrierError:
        """As our error, in these words."""
        return CarrierError(text, code=str(self.code or self.status), retryable=is_retryable(self.status, self.code))


def refusal_of(error: TwilioException) -> Refusal:
    """What the client's error says; one about a list has the answer among its arguments, and nothing else."""
    if isinstance(error, TwilioRestException):
        return Refusal(int(error.status), error.code, str(error.msg))
    answer = next((each for each in error.args if isinstance(each, Response)), None)
    try:
        body = json.loads(answer.text) if answer else {}
    except ValueError:
        body = {}
    body = body if isinstance(body, dict) else {}
    status = int(answer.status_code) if answer else 0
    return Refusal(status, body.get("code"), str(body.get("message") or error))


def is_retryable(status: int, code: int | None) -> bool:
    """Whether the same request may work a moment later: by the table of codes, else by the HTTP status."""
    fault = explain(code) if code else None
    return fault.retryable if fault and fault.known else status == 429 or status >= 500
