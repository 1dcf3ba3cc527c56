"""The webhooks' way in: signature, document, and a person whatever goes wrong."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog
from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from elder_channel.bootstrap import Line
from elder_channel.services.line import LineService
from elder_channel.services.outbound import OutboundService
from elder_channel.telephony import twiml
from elder_channel.telephony.errors import BadSignatureError
from elder_channel.telephony.signature import SignatureCheck
from elder_channel.telephony.tokens import StreamTokens
from elder_channel.web.calling import CalledDocuments
from elder_channel.web.documents import VoiceDocuments
from elder_channel.web.forms import SIGNATURE_HEADER, Webhook, read_webhook
from elder_channel.web.threads import carrier_threads

log = structlog.get_logger()

Document = Callable[[Webhook], str]

_IN_QUEUE = frozenset({"wait", "wait-key"})
"""Documents of a call that is in the queue, where nothing may be dialled."""
_WORD_ONLY = frozenset({"status", "agent-status", "called-status"})
"""Word of something, not a question: nobody hears the answer, and after a fault of ours the carrier may repeat it.

They ask the carrier's REST API themselves, so they run apart from the documents callers wait for.
"""


def voice_routes(line: Line, service: LineService, tokens: StreamTokens) -> list[Route]:
    """The routes under `/voice`."""
    documents = VoiceDocuments(line, service, tokens)
    called = CalledDocuments(line, OutboundService(line, service), tokens)
    check = SignatureCheck(line.secrets.auth_token.get_secret_value(), line.addresses.public_base_url)
    answers: dict[str, Document] = {
        "incoming": documents.incoming,
        "gather": documents.gather,
        "enter": documents.enter,
        "again": documents.again,
        "wait": documents.wait,
        "wait-key": documents.wait_key,
        "dequeued": documents.dequeued,
        "connect": documents.connect,
        "dialed": documents.dialed,
        "hunt": documents.hunt,
        "hunted": documents.hunted,
        "agent-status": documents.agent_status,
        "status": documents.status,
        "called": called.picked_up,
        "called-status": called.status,
    }
    return [
        Route(f"/voice/{name}", _endpoint(name, document, documents, check), methods=["POST"])
        for name, document in answers.items()
    ]


def _endpoint(
    name: str, document: Document, documents: VoiceDocuments, check: SignatureCheck
) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        try:
            hook = await read_webhook(request, check)
        except BadSignatureError:
            log.warning("webhook.refused", path=request.url.path, signed=SIGNATURE_HEADER in request.headers)
            return Response("signature refused", status_code=403)
        try:
            if not hook.call_sid:
                raise ValueError("a webhook of no call")
            text = await to_thread.run_sync(document, hook, limiter=_threads_for(name))
        except Exception:  # the way in: whatever went wrong, the caller gets a person (law 1)
            log.exception("webhook.failed", path=request.url.path, call=hook.call_sid)
            if name in _WORD_ONLY:
                return Response(status_code=500)
            in_queue = name in _IN_QUEUE
            text = twiml.leave_queue() if in_queue else await to_thread.run_sync(documents.hunt, hook)
        return Response(text, media_type="text/xml")

    return answer


def _threads_for(name: str) -> CapacityLimiter | None:
    return carrier_threads() if name in _WORD_ONLY else None
