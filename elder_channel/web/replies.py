"""The way in for texts that customers send: signed, kept once, and answered at most once."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import structlog
from anyio import to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from elder_channel.bootstrap import Line
from elder_channel.services.replies import Replies
from elder_channel.telephony.errors import BadSignatureError
from elder_channel.telephony.signature import SIGNATURE_HEADER, SignatureCheck
from elder_channel.telephony.text_replies import answer
from elder_channel.web.forms import Webhook, read_body, read_webhook
from elder_channel.web.metrics import Metrics
from elder_channel.web.threads import carrier_threads
from greeting_sms.adapters.template_replies import REPLIES_PATH, UplinkText
from greeting_sms.errors import BadReceiptError

log = structlog.get_logger()

INBOUND_PATH = "/sms/inbound"
_NAME = "sms-inbound"


def reply_routes(line: Line, metrics: Metrics, somebody_to_call: Callable[[], None]) -> list[Route]:
    """The two routes; `somebody_to_call` has the line look at once whom it is to ring."""
    taking = _Replies(line, metrics, somebody_to_call)
    return [
        Route(INBOUND_PATH, taking.twilio, methods=["POST"]),
        Route(REPLIES_PATH, taking.domestic, methods=["POST"]),
    ]


class _Replies:
    def __init__(self, line: Line, metrics: Metrics, somebody_to_call: Callable[[], None]) -> None:
        self._line = line
        self._replies = Replies(line)
        self._metrics = metrics
        self._somebody_to_call = somebody_to_call
        self._check = SignatureCheck(line.secrets.auth_token.get_secret_value(), line.addresses.public_base_url)

    async def twilio(self, request: Request) -> Response:
        """A text came in. After a fault of ours 500: the carrier keeps it in its books and tells its fallback."""
        began = time.perf_counter()
        try:
            hook = await read_webhook(request, self._check)
        except BadSignatureError as error:
            return self._refuse(request, error)
        if not hook.form.get("MessageSid") or not hook.form.get("From"):
            self._metrics.webhook(_NAME, "failed", time.perf_counter() - began)
            return Response("a text of nobody", status_code=400)
        told, response = "ok", Response(status_code=500)
        try:
            words = await to_thread.run_sync(self._take, hook, limiter=carrier_threads())
            response = Response(answer(words), media_type="text/xml")
        except Exception:  # the way in: the clock does what was broken off, the carrier tells what was not kept
            log.exception("reply.failed", reply=hook.form["MessageSid"][:64])
            told = "failed"
        self._somebody_to_call()
        self._metrics.webhook(_NAME, told, time.perf_counter() - began)
        return response

    async def domestic(self, request: Request) -> Response:
        """A batch of texts; the provider repeats it until it is told that all is well, and each text counts once."""
        began = time.perf_counter()
        try:
            body = await read_body(request)
            texts = self._line.text_channels.domestic_replies(request.headers, body)
        except (BadSignatureError, BadReceiptError) as error:
            return self._refuse(request, error)
        told = "ok"
        try:
            await to_thread.run_sync(self._take_batch, texts, limiter=carrier_threads())
        except Exception:
            log.exception("replies.failed")
            told = "failed"
        self._somebody_to_call()
        self._metrics.webhook("sms-replies", told, time.perf_counter() - began)
        return JSONResponse({"code": "OK" if told == "ok" else "RETRY"}, 200 if told == "ok" else 500)

    def _take_batch(self, texts: Sequence[UplinkText]) -> None:
        # The provider confirms opt-outs by itself; a text of ours would need a registered template.
        for text in texts:
            self._replies.receive(sid=text.sid, number=text.number, body=text.body, answers=False)

    def _refuse(self, request: Request, error: Exception) -> Response:
        signed = SIGNATURE_HEADER in request.headers
        self._metrics.refused("webhook", "wrong_signature" if signed else "unsigned")
        log.warning("webhook.refused", path=request.url.path, signed=signed, why=str(error))
        return Response("signature refused", status_code=403)

    def _take(self, hook: Webhook) -> str:
        form = hook.form
        return self._replies.receive(
            sid=form["MessageSid"],
            number=form["From"],
            body=form.get("Body", ""),
            carrier_says=form.get("OptOutType", ""),
        ).confirmation
