"""TaskRouter's way in: assignment callbacks, answered by an instruction, and events."""

from __future__ import annotations

import time
from collections.abc import Callable

import structlog
from anyio import to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from elder_channel.bootstrap import Line
from elder_channel.services.taskrouter_push import ASSIGNMENT_PATH, EVENT_PATH
from elder_channel.services.taskrouter_word import Instruction, TaskRouterWord, call_sid_of
from elder_channel.telephony.errors import BadSignatureError
from elder_channel.telephony.signature import SIGNATURE_HEADER, SignatureCheck
from elder_channel.web.forms import Webhook, read_webhook
from elder_channel.web.metrics import Metrics
from elder_channel.web.threads import carrier_threads

log = structlog.get_logger()


def taskrouter_routes(line: Line, metrics: Metrics, wake: Callable[[], None]) -> list[Route]:
    """The two routes; `wake` has the router look at once."""
    answering = _Answering(line, metrics, wake)
    return [
        Route(ASSIGNMENT_PATH, answering.assignment, methods=["POST"]),
        Route(EVENT_PATH, answering.event, methods=["POST"]),
    ]


class _Answering:
    def __init__(self, line: Line, metrics: Metrics, wake: Callable[[], None]) -> None:
        self._line = line
        self._word = TaskRouterWord(line)
        self._metrics = metrics
        self._wake = wake
        self._check = SignatureCheck(line.secrets.auth_token.get_secret_value(), line.addresses.public_base_url)

    async def assignment(self, request: Request) -> Response:
        """A worker was found: the instruction. After a fault of ours the hunt group rings (law 1)."""
        began = time.perf_counter()
        hook = await self._read(request)
        if hook is None:
            return Response("signature refused", status_code=403)
        told = "ok"
        try:
            instruction = await to_thread.run_sync(self._word.assign, hook.form)
        except Exception:
            log.exception("taskrouter.assignment_failed")
            told, instruction = "fallback", self._to_people(hook)
        self._wake()
        self._metrics.webhook("taskrouter-assignment", told, time.perf_counter() - began)
        return JSONResponse(instruction)

    async def event(self, request: Request) -> Response:
        """Something has happened; 204, as TaskRouter asks for."""
        began = time.perf_counter()
        hook = await self._read(request)
        if hook is None:
            return Response("signature refused", status_code=403)
        told, status = "ok", 204
        try:
            await to_thread.run_sync(self._word.event, hook.form, limiter=carrier_threads())
        except Exception:
            log.exception("taskrouter.event_failed", kind=hook.form.get("EventType", "")[:40])
            told, status = "failed", 500
        self._wake()
        self._metrics.webhook("taskrouter-event", told, time.perf_counter() - began)
        return Response(status_code=status, media_type="application/json")

    def _to_people(self, hook: Webhook) -> Instruction:
        call_sid = call_sid_of(hook.form)
        if not call_sid:
            return {"instruction": "reject"}
        url = self._line.addresses.url("/voice/hunt")
        return {"instruction": "redirect", "call_sid": call_sid, "url": url, "accept": True}

    async def _read(self, request: Request) -> Webhook | None:
        try:
            return await read_webhook(request, self._check)
        except BadSignatureError as error:
            signed = SIGNATURE_HEADER in request.headers
            self._metrics.refused("webhook", "wrong_signature" if signed else "unsigned")
            log.warning("webhook.refused", path=request.url.path, signed=signed, why=str(error))
            return None
