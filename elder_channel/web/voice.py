"""The webhooks' way in: signature, document, and a person whatever goes wrong."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

import structlog
from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from elder_channel.bootstrap import Line
from elder_channel.services.line import LineService
from elder_channel.services.outbound import OutboundService
from elder_channel.telephony import twiml
from elder_channel.telephony.errors import BadSignatureError, BadStreamTokenError
from elder_channel.telephony.signature import SIGNATURE_HEADER, SignatureCheck
from elder_channel.telephony.tokens import DOCTOR, DOCTOR_HEADER, StreamTokens
from elder_channel.web.calling import CalledDocuments
from elder_channel.web.documents import VoiceDocuments
from elder_channel.web.forms import Webhook, read_webhook
from elder_channel.web.metrics import Metrics
from elder_channel.web.repeats import Answered, Repeats
from elder_channel.web.threads import word_threads

log = structlog.get_logger()

Document = Callable[[Webhook], str]

_IN_QUEUE = frozenset({"wait", "wait-key"})
"""Documents of a call that is in the queue, where nothing may be dialled."""
_WORD_ONLY = frozenset(
    {"status", "agent-status", "called-status", "recording-status", "stream-status", "carrier-event"}
)
"""Word of something, not a question: nobody hears the answer, and after a fault of ours the carrier may repeat it.

They ask the carrier's REST API themselves, so they run apart from the documents callers wait for.
"""
_OF_NO_CALL = frozenset({"carrier-event"})


def voice_routes(line: Line, service: LineService, tokens: StreamTokens, metrics: Metrics) -> list[Route]:
    """The routes under `/voice`."""
    documents = VoiceDocuments(line, service, tokens)
    called = CalledDocuments(line, OutboundService(line, service), tokens)
    answers: dict[str, Document] = {
        "incoming": documents.incoming,
        "gather": documents.gather,
        "enter": documents.enter,
        "again": documents.again,
        "language": documents.language,
        "wait": documents.wait,
        "wait-key": documents.wait_key,
        "dequeued": documents.dequeued,
        "connect": documents.connect,
        "forwarded": documents.forwarded,
        "passed-on": documents.passed_on,
        "dialed": documents.dialed,
        "hunt": documents.hunt,
        "hunted": documents.hunted,
        "agent-status": documents.agent_status,
        "status": documents.status,
        "recording-status": documents.recording_status,
        "stream-status": documents.stream_status,
        "carrier-event": documents.carrier_event,
        "called": called.picked_up,
        "called-status": called.status,
    }
    answering = Answering(line, documents, tokens, metrics)
    return [
        Route(f"/voice/{name}", answering.endpoint(name, document), methods=["POST"])
        for name, document in answers.items()
    ]


class Answering:
    """Signature, repetition, document, count; and people where a document cannot be made."""

    def __init__(self, line: Line, documents: VoiceDocuments, tokens: StreamTokens, metrics: Metrics) -> None:
        self._documents = documents
        self._metrics = metrics
        self._check = SignatureCheck(line.secrets.auth_token.get_secret_value(), line.addresses.public_base_url)
        self._base = line.addresses.public_base_url.rstrip("/")
        self._expected_host = urlsplit(self._base).netloc
        self._tokens = tokens
        self._repeats = Repeats(time.monotonic)

    def endpoint(self, name: str, document: Document) -> Callable[[Request], Awaitable[Response]]:
        """The endpoint of one route."""

        async def answer(request: Request) -> Response:
            began = time.perf_counter()
            try:
                hook = await read_webhook(request, self._check)
            except BadSignatureError as error:
                return self._refuse(request, error)
            given, repeated = await self._repeats.once(hook.identity, lambda: self._make(name, document, hook))
            told = "repeat" if repeated else _told(given, name)
            self._metrics.webhook(name, told, time.perf_counter() - began)
            if given.status != 200:
                return Response(status_code=given.status)
            return Response(given.text, media_type="text/xml")

        return answer

    async def _make(self, name: str, document: Document, hook: Webhook) -> Answered:
        try:
            if not hook.call_sid and name not in _OF_NO_CALL:
                raise ValueError("a webhook of no call")
            return Answered(await to_thread.run_sync(document, hook, limiter=_threads_for(name)))
        except Exception:  # the way in: whatever went wrong, the caller gets a person (law 1)
            log.exception("webhook.failed", path=f"/voice/{name}", call=hook.call_sid)
        if name in _WORD_ONLY:
            return Answered("", status=500, is_final=False)
        in_queue = name in _IN_QUEUE
        text = twiml.leave_queue() if in_queue else await to_thread.run_sync(self._documents.hunt, hook)
        return Answered(text, is_final=False)

    def _refuse(self, request: Request, error: BadSignatureError) -> Response:
        """403: the carrier then follows the fallback it keeps, so a caller it wrongly hits still reaches people.

        Where the address we were called by differs from the one we are told we have, that is the likely reason. The
        doctor, who proves to know our secret, is told which address was checked; nobody else is.
        """
        signed, host = SIGNATURE_HEADER in request.headers, request.headers.get("host", "")
        self._metrics.refused("webhook", "wrong_signature" if signed else "unsigned")
        log.warning(
            "webhook.refused",
            path=request.url.path,
            signed=signed,
            why=str(error),
            expected_host=self._expected_host,
            called_host=host[:120],
        )
        if self._is_doctor(request):
            query = f"?{request.url.query}" if request.url.query else ""
            checked = f"{self._base}{request.url.path}{query}"
            return JSONResponse({"checked": checked, "signed": signed}, status_code=403)
        return Response("signature refused", status_code=403)

    def _is_doctor(self, request: Request) -> bool:
        try:
            return self._tokens.check(request.headers.get(DOCTOR_HEADER, ""), now=time.time()) == DOCTOR
        except BadStreamTokenError:
            return False


def _told(given: Answered, name: str) -> str:
    if given.is_final:
        return "ok"
    return "failed" if name in _WORD_ONLY else "fallback"


def _threads_for(name: str) -> CapacityLimiter | None:
    return word_threads() if name in _WORD_ONLY else None
