"""Receipts of texts: signed callbacks of the carrier abroad, and signed batches of the domestic provider."""

from __future__ import annotations

import time

import structlog
from anyio import to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from elder_channel.bootstrap import Line
from elder_channel.services.greeting_sending import GreetingSending
from elder_channel.telephony.errors import BadSignatureError
from elder_channel.telephony.signature import SIGNATURE_HEADER, SignatureCheck
from elder_channel.web.forms import read_body, read_webhook
from elder_channel.web.metrics import Metrics
from elder_channel.web.threads import page_threads
from greeting_sms.adapters.template_texts import RECEIPTS_PATH
from greeting_sms.adapters.twilio_messages import STATUS_PATH
from greeting_sms.errors import BadReceiptError

log = structlog.get_logger()


def text_routes(line: Line, metrics: Metrics) -> list[Route]:
    """The two routes; receipts never take the threads that calls need."""
    taking = _Taking(line, metrics)
    return [
        Route(STATUS_PATH, taking.twilio, methods=["POST"]),
        Route(RECEIPTS_PATH, taking.domestic, methods=["POST"]),
    ]


class _Taking:
    def __init__(self, line: Line, metrics: Metrics) -> None:
        self._line = line
        self._sending = GreetingSending(line)
        self._metrics = metrics
        self._check = SignatureCheck(line.secrets.auth_token.get_secret_value(), line.addresses.public_base_url)

    async def twilio(self, request: Request) -> Response:
        """One status; 204. After a fault of ours 500, so that the carrier may repeat it."""
        began = time.perf_counter()
        try:
            hook = await read_webhook(request, self._check)
            word = self._line.text_channels.twilio_receipt(hook.form, hook.query)
        except (BadSignatureError, BadReceiptError) as error:
            return self._refuse(request, error)
        told = "ok"
        try:
            await to_thread.run_sync(self._sending.receive, [word], "twilio", limiter=page_threads())
        except Exception:
            log.exception("receipt.failed")
            told = "failed"
        self._metrics.webhook("text-status", told, time.perf_counter() - began)
        return Response(status_code=204 if told == "ok" else 500)

    async def domestic(self, request: Request) -> Response:
        """A batch; the provider repeats it until it is told that all is well."""
        began = time.perf_counter()
        try:
            body = await read_body(request)
            words = self._line.text_channels.domestic_receipts(request.headers, body)
        except (BadSignatureError, BadReceiptError) as error:
            return self._refuse(request, error)
        told = "ok"
        try:
            await to_thread.run_sync(self._sending.receive, words, "domestic", limiter=page_threads())
        except Exception:
            log.exception("receipts.failed")
            told = "failed"
        self._metrics.webhook("text-receipts", told, time.perf_counter() - began)
        return JSONResponse({"code": "OK" if told == "ok" else "RETRY"}, 200 if told == "ok" else 500)

    def _refuse(self, request: Request, error: Exception) -> Response:
        signed = SIGNATURE_HEADER in request.headers
        self._metrics.refused("webhook", "wrong_signature" if signed else "unsigned")
        log.warning("receipt.refused", path=request.url.path, why=str(error))
        return Response("signature refused", status_code=403)
