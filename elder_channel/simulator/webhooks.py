"""Signed requests to the service, with the carrier's timeouts, overrides, retries and error codes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import parse_qsl, urldefrag, urlencode

import httpx

from elder_channel.simulator import twiml
from elder_channel.simulator.clock import new_uuid, stopwatch
from elder_channel.simulator.errors import DocumentError, WebhookFailedError
from elder_channel.simulator.faults import WebhookFaultKind
from elder_channel.simulator.signing import HEADER, signature
from elder_channel.simulator.troubles import Troubles

RETRIEVAL_FAILED = 11200
CONNECTION_FAILED = 11205
PARSE_FAILED = 12100
WRONG_CONTENT_TYPE = 12300

_XML_TYPES = {"text/xml", "application/xml", "text/html", ""}
_FORM_TYPE = "application/x-www-form-urlencoded; charset=UTF-8"


@dataclass(frozen=True)
class Limits:
    """How long a request may take, from the fragment of its URL (`#ct=2000&rt=3000&rc=1&tt=9000`)."""

    connect_seconds: float = 5.0
    read_seconds: float = 15.0
    retries: int = 1
    retry_on: frozenset[str] = frozenset({"ct"})
    total_seconds: float = 15.0
    """All tries together."""


@dataclass(frozen=True)
class Request:
    """One request to the service; a GET carries its fields in the query."""

    url: str
    form: Mapping[str, str]
    method: str = "POST"


@dataclass(frozen=True)
class Answer:
    """What the service answered, and how long it took."""

    status: int
    content_type: str
    text: str
    took_ms: float


class Webhooks:
    """Sends signed requests on behalf of one account."""

    def __init__(self, client: httpx.AsyncClient, *, auth_token: str) -> None:
        self._client = client
        self._auth_token = auth_token
        self._background: set[asyncio.Task[object]] = set()

    async def send(self, request: Request, troubles: Troubles | None = None) -> Answer:
        """The service's answer, whatever its status; raises WebhookFailedError when there is none."""
        troubles = troubles or Troubles()
        address, limits = limits_of(request.url)
        if request.method == "GET":
            address = with_query(address, request.form)
        form = {} if request.method == "GET" else dict(request.form)
        signed = signature(self._auth_token, address, form)
        headers = {
            HEADER: signed[::-1] if troubles.bad_signature else signed,
            "I-Twilio-Idempotency-Token": str(new_uuid()),
            "User-Agent": "TwilioProxy/1.1",
            "Accept": "*/*",
        }
        if troubles.duplicate:  # races the first, as the carrier's own repetition may
            self._keep(asyncio.create_task(self._quietly(request.method, address, form, headers, limits)))
        return await self._with_retries(request.method, address, form, headers, limits, troubles)

    async def document(
        self, request: Request, troubles: Troubles | None = None
    ) -> tuple[tuple[twiml.Verb, ...], Answer]:
        """The verbs the service answers with; raises WebhookFailedError when the answer cannot be followed."""
        answer = await self.send(request, troubles)
        if not 200 <= answer.status < 300:
            raise WebhookFailedError(RETRIEVAL_FAILED, request.url, f"the service answered {answer.status}")
        if answer.status == 204:
            return (), answer
        if answer.content_type not in _XML_TYPES:
            raise WebhookFailedError(WRONG_CONTENT_TYPE, request.url, f"content type {answer.content_type}")
        try:
            return twiml.parse(answer.text), answer
        except DocumentError as error:
            raise WebhookFailedError(PARSE_FAILED, request.url, str(error)) from error

    async def tell(
        self, request: Request, troubles: Troubles | None = None, *, attempts: int = 4, delay_seconds: float = 0.0
    ) -> bool:
        """Deliver a status callback, trying again after growing pauses; whether it was taken."""
        await asyncio.sleep(delay_seconds)
        for attempt in range(attempts):
            if attempt:
                await asyncio.sleep(0.5 * 2**attempt)
            try:
                answer = await self.send(request, troubles)
            except WebhookFailedError:
                continue
            if answer.status < 500:
                return answer.status < 400
        return False

    async def media(self, url: str) -> tuple[bytes, bool]:
        """The bytes behind the address of a `<Play>` and whether they may be kept; raises WebhookFailedError."""
        address, limits = limits_of(url)
        try:
            answer = await self._client.get(address, timeout=_timeout(limits))
        except httpx.HTTPError as error:
            raise WebhookFailedError(CONNECTION_FAILED, url, type(error).__name__) from error
        if answer.status_code != 200:
            raise WebhookFailedError(RETRIEVAL_FAILED, url, f"the service answered {answer.status_code}")
        caching = answer.headers.get("cache-control", "")
        return answer.content, "max-age" in caching and "no-store" not in caching

    async def _with_retries(
        self,
        method: str,
        address: str,
        form: dict[str, str],
        headers: dict[str, str],
        limits: Limits,
        troubles: Troubles,
    ) -> Answer:
        began = stopwatch()
        for left in range(limits.retries, -1, -1):
            left_seconds = max(limits.total_seconds - (stopwatch() - began), 0.001)
            try:
                send = partial(self._once, method, address, form, headers, limits, left_seconds=left_seconds)
                answer = await self._with_trouble(send, address, limits, troubles)
            except WebhookFailedError as error:
                kind = "ct" if error.code == CONNECTION_FAILED else "rt"
                if not left or not _retries(limits, kind):
                    raise
                continue
            if left and answer.status >= 400 and _retries(limits, f"{answer.status // 100}xx"):
                continue
            return answer
        raise AssertionError("the last attempt returns or raises")

    async def _with_trouble(
        self, send: Callable[[], Awaitable[Answer]], address: str, limits: Limits, troubles: Troubles
    ) -> Answer:
        """Send, unless something goes wrong on the way as planned."""
        fault = troubles.of_request(address)
        if fault is None:
            return await send()
        match fault.kind:
            case WebhookFaultKind.REFUSED:
                raise WebhookFailedError(CONNECTION_FAILED, address, "connection refused (a fault of the plan)")
            case WebhookFaultKind.BAD_GATEWAY:
                return Answer(502, "text/html", "Bad Gateway", 0.0)
            case WebhookFaultKind.NOT_XML:
                return Answer(200, "text/xml", "<Response><Say>", 0.0)
            case WebhookFaultKind.SLOW if fault.seconds < limits.read_seconds:
                await asyncio.sleep(fault.seconds)
                return await send()
            case WebhookFaultKind.ANSWER_LOST:
                await send()
        await asyncio.sleep(limits.read_seconds)
        raise WebhookFailedError(RETRIEVAL_FAILED, address, "no answer in time (a fault of the plan)")

    async def _once(
        self,
        method: str,
        address: str,
        form: dict[str, str],
        headers: dict[str, str],
        limits: Limits,
        *,
        left_seconds: float | None = None,
    ) -> Answer:
        started = stopwatch()
        body = None if method == "GET" else urlencode(form).encode()
        sent = headers if body is None else {**headers, "Content-Type": _FORM_TYPE}
        try:
            # The whole answer is held to the read timeout, not only each piece of it.
            whole = min(limits.connect_seconds + limits.read_seconds, left_seconds or limits.total_seconds)
            async with asyncio.timeout(whole):
                reply = await self._client.request(
                    method, address, content=body, headers=sent, timeout=_timeout(limits)
                )
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
            raise WebhookFailedError(CONNECTION_FAILED, address, type(error).__name__) from error
        except (httpx.HTTPError, TimeoutError) as error:
            raise WebhookFailedError(RETRIEVAL_FAILED, address, type(error).__name__) from error
        content_type = reply.headers.get("content-type", "").partition(";")[0].strip().lower()
        return Answer(reply.status_code, content_type, reply.text, (stopwatch() - started) * 1000)

    async def _quietly(
        self, method: str, address: str, form: dict[str, str], headers: dict[str, str], limits: Limits
    ) -> None:
        try:
            await self._once(method, address, form, headers, limits)
        except WebhookFailedError:
            return  # the original request reports it

    def _keep(self, task: asyncio.Task[None]) -> None:
        self._background.add(task)
        task.add_done_callback(self._background.discard)


def limits_of(url: str) -> tuple[str, Limits]:
    """The URL without its fragment, and the limits the fragment asks for, held to what the carrier allows.

    In milliseconds, connect 100-10000, read 100-15000, all tries together 100-15000.
    Source: twilio.com/docs/usage/webhooks/webhooks-connection-overrides.
    """
    address, fragment = urldefrag(url)
    asked = dict(parse_qsl(fragment))
    limits = Limits()
    if (connect := _milliseconds(asked.get("ct"), most=10_000)) is not None:
        limits = replace(limits, connect_seconds=connect)
    if (read := _milliseconds(asked.get("rt"), most=15_000)) is not None:
        limits = replace(limits, read_seconds=read)
    if (total := _milliseconds(asked.get("tt"), most=15_000)) is not None:
        limits = replace(limits, total_seconds=total)
    if asked.get("rc", "").isdigit():
        limits = replace(limits, retries=min(int(asked["rc"]), 5))
    if "rp" in asked:
        limits = replace(limits, retry_on=frozenset(asked["rp"].split(",")))
    return address, limits


def with_query(url: str, fields: Mapping[str, str]) -> str:
    """The URL with the fields behind what its query holds already."""
    if not fields:
        return url
    return f"{url}{'&' if '?' in url else '?'}{urlencode(fields)}"


def _retries(limits: Limits, kind: str) -> bool:
    return kind in limits.retry_on or "all" in limits.retry_on


def _milliseconds(text: str | None, *, most: int) -> float | None:
    if text is None or not text.isdigit():
        return None
    return min(max(int(text), 100), most) / 1000


def _timeout(limits: Limits) -> httpx.Timeout:
    return httpx.Timeout(limits.read_seconds, connect=limits.connect_seconds, pool=None)
