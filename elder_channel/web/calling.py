"""What the webhooks of calls we placed are answered with; every function runs in a worker thread."""

from __future__ import annotations

import time

from elder_channel.bootstrap import Line
from elder_channel.calls.model import Entry
from elder_channel.services.greeting import greeting_words
from elder_channel.services.outbound import GREETINGS, OutboundService
from elder_channel.services.queue_tasks import QueueTasks
from elder_channel.telephony import twiml
from elder_channel.telephony.tokens import StreamTokens
from elder_channel.web.forms import Webhook


class CalledDocuments:
    """The documents `/voice/called` and `/voice/called-status`."""

    def __init__(self, line: Line, outbound: OutboundService, tokens: StreamTokens) -> None:
        self._line = line
        self._outbound = outbound
        self._tokens = tokens
        self._tasks = QueueTasks(line)

    def picked_up(self, hook: Webhook) -> str:
        """Who was rung has picked up: they hear who calls, and are in the queue."""
        entered = self._outbound.answered(
            hook.number("request"),
            hook.number("attempt"),
            hook.call_sid,
            number=hook.caller,
            answered_by=hook.form.get("AnsweredBy", ""),
        )
        if entered is None:
            return twiml.hang_up()
        message = GREETINGS.get(entered.entry, GREETINGS[Entry.CALLED_BACK])
        greeting = greeting_words(message, entered.language, self._line.settings.one_tap)
        token = self._tokens.issue(hook.call_sid, now=time.time())
        task = self._tasks.task_for(hook.call_sid)
        return twiml.called_document(greeting, self._line.addresses, token=token, task=task, speech=self._line.speech)

    def status(self, hook: Webhook) -> str:
        """Word of a call we placed."""
        seconds = hook.form.get("CallDuration", "")
        self._outbound.reported(
            hook.number("request"),
            hook.number("attempt"),
            hook.call_sid,
            number=hook.caller,
            status=hook.form.get("CallStatus", ""),
            seconds=int(seconds) if seconds.isascii() and seconds.isdecimal() and len(seconds) < 8 else 0,
        )
        return twiml.nothing()
