"""What happened on a call, as a sentence for who reads the report; the event's own name stands beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from elder_channel.simulator.scenarios.facts import Event

_GATHERED = {"Digits": "keys", "SpeechResult": "words", "FinishedOnKey": "", "Confidence": ""}
_LEFT = {
    "redirected": "the service moved the call out of the queue",
    "hangup": "the call left the queue by hanging up",
    "leave": "the service's document left the queue",
    "bridged": "somebody took the call out of the queue",
}


def sentence(event: Event) -> str:
    """The event in words; the name itself for one that has no words of its own."""
    told = _TOLD.get(str(event["name"]))
    if told is None:
        return str(event["name"])
    return told(event) if callable(told) else told


def _path(event: Event) -> str:
    return urlsplit(str(event.get("url") or "")).path or "a document it was given"


def _prompt(event: Event) -> str:
    seconds = event.get("seconds")
    lasts = "" if seconds is None else f" ({float(seconds):.1f} s)"
    text = event.get("text")
    return f"the caller hears «{text}»{lasts}" if text else f"the caller hears a recording{lasts}"


def _webhook(event: Event) -> str:
    how = ", and expects no answer" if event.get("answer_ignored") else ""
    return f"the carrier asks {_path(event)}{how}"


def _answer(event: Event) -> str:
    verbs = event.get("verbs") or ["an empty document"]
    return f"the service answers {', '.join(map(str, verbs))} after {float(event['took_ms']):.0f} ms"


def _gathered(event: Event) -> str:
    heard = [_GATHERED.get(str(each), str(each)) for each in event.get("heard") or ()]
    return f"the listening ends with {' and '.join(filter(None, heard)) or 'nothing heard'}"


def _key(event: Event) -> str:
    lost = "" if event.get("delivered") else ", which reaches nobody"
    return f"key {event['key']} is pressed{lost}"


def _hung_up(event: Event) -> str:
    if event.get("by") == "service":
        return f"the service takes the call away from {event['contact']}"
    return f"{event['contact']} hangs up"


def _ended(event: Event) -> str:
    return f"the call is over, ended by the {event['by']}"


_TOLD: Mapping[str, str | Callable[[Event], str]] = {
    "call.ringing": lambda event: f"{event['from']} rings {event['to']}",
    "call.answered": "the call is picked up",
    "call.detected": lambda event: f"the carrier takes who picked up for: {event['answered_by']}",
    "call.redirected": lambda event: f"the service moves the call to {_path(event)}",
    "call.ended": _ended,
    "webhook.sent": _webhook,
    "twiml.received": _answer,
    "fallback.used": lambda event: f"the carrier follows the fallback: error {event.get('ErrorCode', '')}",
    "prompt.started": _prompt,
    "prompt.ended": "that is over, or cut short",
    "gather.started": "the carrier listens for an answer",
    "gather.finished": _gathered,
    "key.pressed": _key,
    "stream.started": "the sound of the call is streamed",
    "stream.stopped": "the stream is over",
    "speech.started": lambda event: f"the caller makes a sound of {float(event['seconds']):.1f} s",
    "speech.first_voiced_frame": "the first frame with a voice is sent",
    "speech.last_voiced_frame": "the last frame with a voice is sent",
    "speech.ended": "the caller falls silent",
    "queue.entered": lambda event: f"the call waits in the queue, at place {event['position']}",
    "queue.left": lambda event: _LEFT.get(str(event["result"]), f"the call left the queue: {event['result']}"),
    "task.reserved": lambda event: f"TaskRouter offers the call to {event['worker']}",
    "agent.ringing": lambda event: f"{event['contact']} rings",
    "agent.answered": lambda event: f"{event['contact']} picks up and talks with the caller",
    "agent.not_reached": lambda event: f"{event['contact']} is not reached: {event['status']}",
    "agent.hung_up": _hung_up,
    "recording.started": "the conversation is recorded from here on",
    "recording.stopped": "the recording is ended, the conversation goes on",
    "desk.act": lambda event: f"at the desk, somebody {event['act']}",
    "warning": lambda event: str(event["message"]),
}
