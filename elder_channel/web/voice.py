"""The webhooks: each becomes one call of the service and one document."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterable

import structlog
from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from elder_channel.bootstrap import Line
from elder_channel.calls.steps import Step
from elder_channel.services.hunting import hunt_group_of
from elder_channel.services.line import AfterDial, LineService
from elder_channel.telephony import twiml
from elder_channel.telephony.errors import BadSignatureError
from elder_channel.telephony.signature import SignatureCheck
from elder_channel.telephony.tokens import StreamTokens
from elder_channel.web.forms import Webhook, read_webhook

log = structlog.get_logger()

Document = Callable[[Webhook], str]
_OVER = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
_TO_HUNT_GROUP = frozenset({"queue-full", "error", "system-error", "leave"})
"""Ways of leaving the queue that are no move of ours: it failed, or a broken wait document sent the call out."""
_ASKED_AGAIN = frozenset({"status", "agent-status"})
"""Word of something, not a question: after a fault of ours the carrier is let repeat it."""
_IN_QUEUE = frozenset({"wait", "wait-key"})
"""Documents of a call that is in the queue, where nothing may be dialled."""


class VoiceDocuments:
    """What each webhook is answered with; every method runs in a worker thread."""

    def __init__(self, line: Line, service: LineService, tokens: StreamTokens) -> None:
        self._line = line
        self._service = service
        self._tokens = tokens

    def incoming(self, hook: Webhook) -> str:
        """A call rings."""
        steps = self._service.arrive(hook.call_sid, hook.form.get("From", ""), hook.form.get("To", ""))
        return self._answer(hook, steps)

    def gather(self, hook: Webhook) -> str:
        """A prompt has ended."""
        form = hook.form
        steps = self._service.gathered(
            hook.call_sid,
            hook.number("attempt", 1),
            digits=form.get("Digits", ""),
            speech=form.get("SpeechResult", ""),
        )
        return self._answer(hook, steps)

    def enter(self, hook: Webhook) -> str:
        """The call was moved here, or fell through its prompt: the queue."""
        step = self._service.entered_by(hook.call_sid, hook.query.get("why", ""))
        return self._answer(hook, (step,))

    def wait(self, hook: Webhook) -> str:
        """What is heard while waiting."""
        round_ = hook.number("round")
        self._service.queued(hook.call_sid)
        messages = ["invitation"] if round_ == 0 else ["still_connecting" if round_ % 2 else "all_busy_stay"]
        if round_ == 0 and self._line.settings.line.recording_notice:
            messages.append("recording_notice")
        language = self._service.language_of(hook.call_sid)
        return twiml.wait_document(messages, language, self._line.addresses, round_=round_)

    def wait_key(self, hook: Webhook) -> str:
        """A key in the wait document."""
        round_ = hook.number("round")
        if digits := hook.form.get("Digits", ""):
            self._service.keyed_while_waiting(hook.call_sid, digits[0], round_=round_)
        language = self._service.language_of(hook.call_sid)
        return twiml.wait_document(["still_connecting"], language, self._line.addresses, round_=round_ + 1)

    def dequeued(self, hook: Webhook) -> str:
        """The call left the queue: when we moved it ourselves this moves nothing, when the queue failed people ring."""
        if hook.form.get("QueueResult") in _TO_HUNT_GROUP:
            return self.hunt(hook)
        return twiml.nothing()

    def connect(self, hook: Webhook) -> str:
        """An agent's phone rings."""
        agent = self._service.ringing_agent(hook.call_sid)
        if agent is None:
            return self.enter(hook)
        line = self._line.settings.line
        return twiml.connect_document(
            agent.contact,
            self._line.addresses,
            agent_id=agent.id,
            caller_id=line.hotline_number,
            ring_seconds=line.agent_ring_seconds,
        )

    def dialed(self, hook: Webhook) -> str:
        """An agent's leg is over."""
        after = self._service.dial_ended(
            hook.call_sid,
            hook.query.get("agent", ""),
            dial_status=hook.form.get("DialCallStatus", ""),
            call_status=hook.form.get("CallStatus", ""),
        )
        if after is AfterDial.HANG_UP:
            return twiml.hang_up()
        language = self._service.language_of(hook.call_sid)
        return twiml.enqueue_again("no_answer_next", language, self._line.addresses)

    def agent_status(self, hook: Webhook) -> str:
        """Word of an agent's leg; only its pick-up matters here, the end comes with the dial's action."""
        if hook.form.get("CallStatus") == "in-progress":
            parent = hook.form.get("ParentCallSid") or hook.call_sid
            self._service.agent_answered(parent, hook.query.get("agent", ""))
        return twiml.nothing()

    def status(self, hook: Webhook) -> str:
        """The call itself has ended."""
        if hook.form.get("CallStatus") in _OVER:
            self._service.carrier_ended(hook.call_sid, hook.form.get("From", ""), hook.form.get("To", ""))
        return twiml.nothing()

    def hunt(self, _hook: Webhook | None = None) -> str:
        """Ring the hunt group directly: what every fault of ours ends in."""
        return hunt_group_of(self._line.settings, self._line.addresses, report=True)

    def _answer(self, hook: Webhook, steps: Iterable[Step]) -> str:
        return twiml.answer(
            steps,
            self._line.addresses,
            token=self._tokens.issue(hook.call_sid, now=time.time()),
            timeout_seconds=self._line.settings.line.prompt_timeout_seconds,
        )


def voice_routes(line: Line, service: LineService, tokens: StreamTokens) -> list[Route]:
    """The routes under `/voice`."""
    documents = VoiceDocuments(line, service, tokens)
    check = SignatureCheck(line.secrets.auth_token.get_secret_value(), line.addresses.public_base_url)
    answers: dict[str, Document] = {
        "incoming": documents.incoming,
        "gather": documents.gather,
        "enter": documents.enter,
        "wait": documents.wait,
        "wait-key": documents.wait_key,
        "dequeued": documents.dequeued,
        "connect": documents.connect,
        "dialed": documents.dialed,
        "agent-status": documents.agent_status,
        "status": documents.status,
        "hunt": documents.hunt,
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
            log.warning("webhook.refused", path=request.url.path)
            return Response("signature refused", status_code=403)
        try:
            text = await to_thread.run_sync(document, hook)
        except Exception:
            log.exception("webhook.failed", path=request.url.path, call=hook.call_sid)
            if name in _ASKED_AGAIN:
                return Response(status_code=500)
            text = twiml.leave_queue() if name in _IN_QUEUE else documents.hunt()
        return Response(text, media_type="text/xml")

    return answer
