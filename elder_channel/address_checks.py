"""What the doctor says of the public address: a request signed and sent as the carrier's are.

It goes to a webhook that only takes word of a stream, about no call, and books nothing; the websocket that is opened
carries no sound. A proxy that changes host, port or path on the way is found here, and not by the first caller.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import httpx
from websockets.exceptions import InvalidHandshake, InvalidStatus, WebSocketException
from websockets.sync.client import connect

from elder_channel.bootstrap import Line
from elder_channel.findings import Finding, State
from elder_channel.state import Running
from elder_channel.telephony.signature import SIGNATURE_HEADER, sign
from elder_channel.telephony.tokens import DOCTOR, DOCTOR_HEADER, StreamTokens

WEBHOOK: Final = "public address"
WEBSOCKET: Final = "media address"
PATH: Final = "/voice/stream-status?asked_by=doctor%2Fself"
"""With a mark in its query that some proxies write in another way, which no signature survives."""
FORM: Final = {"CallSid": DOCTOR, "StreamEvent": "asked by the doctor"}
SECONDS: Final = 5.0
_HOW = "docs/carrier.md, 'Behind a proxy'"


@dataclass(frozen=True)
class PublicAddress:
    """The address the carrier is given, and what proves a request to be its own."""

    base_url: str
    auth_token: str
    stream_secret: str


def check_address(open_line: Callable[[], Line | None], running: Running | None) -> list[Finding]:
    """Return whether signed requests get through to the running line; nothing while it does not run."""
    if running is None or "voice" not in running.processes:
        return []
    line = open_line()
    if line is None:
        return []
    try:
        secrets = line.secrets
        address = PublicAddress(
            line.addresses.public_base_url.rstrip("/"),
            secrets.auth_token.get_secret_value(),
            secrets.stream_secret.get_secret_value(),
        )
    finally:
        line.databases.dispose()
    return [check_webhook(address), check_websocket(address)]


def check_webhook(address: PublicAddress) -> Finding:
    """Send one signed webhook to the public address and return what became of it."""
    url = address.base_url + PATH
    proof = StreamTokens(address.stream_secret).issue(DOCTOR, now=time.time())
    headers = {SIGNATURE_HEADER: sign(address.auth_token, url, FORM), DOCTOR_HEADER: proof}
    try:
        with httpx.Client(trust_env=False, timeout=SECONDS) as http:
            answer = http.post(url, data=FORM, headers=headers)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return _unreachable(WEBHOOK, address.base_url, error)
    if answer.status_code == 200 and answer.text.endswith(("<Response/>", "<Response />", "</Response>")):
        return Finding(WEBHOOK, State.OK, f"A signed request to {address.base_url} gets through.", needed=True)
    if answer.status_code == 403:
        return _refused(url, _seen(answer))
    return _wrong(WEBHOOK, _told(answer.status_code, address.base_url, answer.headers.get("location", "")))


def check_websocket(address: PublicAddress) -> Finding:
    """Open one signed media websocket at the public address and return what became of it."""
    base = f"ws{address.base_url.removeprefix('http')}"
    url = f"{base}/media/{StreamTokens(address.stream_secret).issue(DOCTOR, now=time.time())}"
    headers = {SIGNATURE_HEADER: sign(address.auth_token, url, {})}
    try:
        with connect(url, additional_headers=headers, open_timeout=SECONDS, close_timeout=1.0, proxy=None) as socket:
            socket.send('{"event":"stop"}')
    except InvalidStatus as error:
        status = error.response.status_code
        if status == 403:
            text = f"A signed media stream to {base} is refused: the address or the token changes on the way."
            return _wrong(WEBSOCKET, text)
        return _wrong(WEBSOCKET, f"A media stream to {base} is answered with HTTP {status}: websockets do not pass.")
    except InvalidHandshake as error:
        return _wrong(WEBSOCKET, f"A media stream to {base} is answered by no websocket ({type(error).__name__}).")
    except (OSError, TimeoutError, WebSocketException) as error:
        return _unreachable(WEBSOCKET, base, error)
    return Finding(WEBSOCKET, State.OK, f"A signed media stream to {base} is taken.", needed=True)


@dataclass(frozen=True)
class _Seen:
    """What the service says of the request it refused; it tells only whoever knows its secret."""

    checked: str
    """The address over which it checked the signature."""
    signed: bool
    """Whether there was any."""


def _refused(asked: str, told: _Seen | None) -> Finding:
    """403: the signature was made over another address than the service checks, or with another token, or got lost."""
    if told is None:
        text = (
            f"A request signed for {asked} is refused, and not by this line: another service or secret answers there."
        )
        return _wrong(WEBHOOK, text)
    if not told.signed:
        return _wrong(WEBHOOK, f"A request to {asked} arrives without its signature: a proxy drops {SIGNATURE_HEADER}.")
    seen = told.checked
    if seen == asked:
        text = "The address is right and the signature is refused: the running line has another TWILIO_AUTH_TOKEN."
        return Finding(WEBHOOK, State.WRONG, text, "set the same for both and restart", needed=True)
    text = f"The signature is over another address: signed was {asked}, the service saw {seen} ({_what(asked, seen)})."
    return _wrong(WEBHOOK, text)


def _what(asked: str, seen: str) -> str:
    """Where two addresses differ, in words."""
    one, other = urlsplit(asked), urlsplit(seen)
    if (one.scheme, one.netloc) != (other.scheme, other.netloc):
        return "it was started with another server.public_base_url: restart it"
    return "a proxy changes the path" if one.path != other.path else "a proxy changes the query"


def _seen(answer: httpx.Response) -> _Seen | None:
    try:
        told = answer.json()
    except ValueError:
        return None
    if not isinstance(told, dict) or not isinstance(told.get("checked"), str):
        return None
    return _Seen(told["checked"], bool(told.get("signed")))


def _told(status: int, base: str, location: str) -> str:
    if location:
        return f"{base} sends requests on (HTTP {status} to {location}); the carrier counts that as a failure."
    if status == 200:
        return f"{base} answers, but not with our document: another service is there."
    return f"{base} answers a signed request with HTTP {status}: it is not led to the voice process."


def _wrong(part: str, text: str) -> Finding:
    return Finding(part, State.WRONG, text, f"let the proxy pass everything on unchanged; {_HOW}", needed=True)


def _unreachable(part: str, where: str, error: Exception) -> Finding:
    """Not fatal: many networks do not let a machine reach its own public address, and callers come from outside."""
    text = f"{where} cannot be reached from this machine ({type(error).__name__})."
    remedy = "try from outside; some networks do not lead their own machines to their own public address"
    return Finding(part, State.WRONG, text, remedy)
