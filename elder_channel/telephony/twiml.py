"""Steps become TwiML: nothing is decided here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from twilio.twiml.voice_response import Dial, Enqueue, Gather, VoiceResponse

from bilingual.manner import PLAIN, Manner
from bilingual.messages import Spoken, say
from elder_channel.calls.steps import Ask, EnterQueue, Listen, Step

QUEUE = "elder-channel"
HUNT_ROUNDS = 3
_VOICES = {"zh-CN": "Polly.Zhiyu-Neural", "en-US": "Polly.Joanna-Neural"}
_GATHER_LANGUAGE = {"zh": "cmn-Hans-CN", "en": "en-US"}
_HINTS = "人工,客服,听不懂,听不清,报案,保单,English,operator"


@dataclass(frozen=True)
class Addresses:
    """Where the carrier finds us."""

    public_base_url: str

    def url(self, path: str, **query: str | int) -> str:
        """The absolute address of a document of ours."""
        return f"{self.public_base_url.rstrip('/')}{path}" + (f"?{urlencode(query)}" if query else "")

    def media_url(self, token: str) -> str:
        """The websocket address of a call's stream."""
        return f"ws{self.public_base_url.rstrip('/').removeprefix('http')}/media/{token}"


def answer(steps: Iterable[Step], addresses: Addresses, *, token: str, timeout_seconds: int) -> str:
    """The document that carries out `steps`; `token` opens the call's audio stream."""
    response = VoiceResponse()
    for step in steps:
        match step:
            case Listen():
                response.start().stream(url=addresses.media_url(token), track="inbound_track")
            case Ask():
                response.append(_gather(step, addresses, timeout_seconds))
                # Reached only if the carrier answers no Gather at all: a person, not the end of the document (law 1).
                response.redirect(addresses.url("/voice/enter", why="silence"), method="POST")
            case EnterQueue():
                response.append(_enqueue(addresses))
    return str(response)


def _gather(ask: Ask, addresses: Addresses, timeout_seconds: int) -> Gather:
    gather = Gather(
        input="dtmf speech",
        num_digits=1,
        finish_on_key="",  # # is a wrong key like any other, not silence
        timeout=timeout_seconds,
        speech_timeout="auto",
        language=_GATHER_LANGUAGE[ask.first_language],
        hints=_HINTS,
        action_on_empty_result=True,
        action=addresses.url("/voice/gather", attempt=ask.attempt, replays=ask.replays),
        method="POST",
    )
    _speak(gather, say(ask.message_id, ask.first_language), ask.manner)
    return gather


def _enqueue(addresses: Addresses, first_round: int = 0) -> Enqueue:
    return Enqueue(
        QUEUE,
        wait_url=addresses.url("/voice/wait", round=first_round),
        wait_url_method="POST",
        action=addresses.url("/voice/dequeued"),
        method="POST",
    )


def wait_document(
    message_ids: Sequence[str],
    languages: Sequence[str],
    addresses: Addresses,
    *,
    round_: int,
    manner: Manner = PLAIN,
    keys: int = 0,
    keys_heeded: int | None = None,
) -> str:
    """What is heard while waiting: it names no key, yet takes 0, 8 and 9 at any moment.

    `keys` is how many were pressed in a row. From `keys_heeded` on the sentence is said before keys are taken again:
    else who presses keys without end would never hear anything, and would have us fetched for every key.
    """
    response = VoiceResponse()
    action = addresses.url("/voice/wait-key", round=round_, keys=keys)
    gather = Gather(input="dtmf", num_digits=1, finish_on_key="", timeout=10, action=action, method="POST")
    speaker = response if keys_heeded is not None and keys >= keys_heeded else gather
    for language in languages:
        for message_id in message_ids:
            _speak(speaker, say(message_id, language), manner)
    response.append(gather)
    response.redirect(addresses.url("/voice/wait", round=round_ + 1), method="POST")
    return str(response)


def connect_document(contact: str, addresses: Addresses, *, agent_id: str, caller_id: str, ring_seconds: int) -> str:
    """Ring the agent at once; the caller hears the ringing, not a sentence that would keep both waiting."""
    response = VoiceResponse()
    dial = Dial(
        action=addresses.url("/voice/dialed", agent=agent_id),
        method="POST",
        timeout=ring_seconds,
        answer_on_bridge=True,
        caller_id=caller_id,
    )
    _noun(dial, contact, **_callbacks(agent_id, addresses))
    response.append(dial)
    return str(response)


@dataclass(frozen=True)
class Hunted:
    """A person of the hunt group."""

    agent_id: str
    contact: str


def hunt_group_document(
    people: Sequence[Hunted], *, caller_id: str, again_url: str, report_to: Addresses | None = None
) -> str:
    """Dial people directly, all at once: needs nothing of ours to be up (architecture, fallback).

    It is kept at the carrier and used when we do not answer. Then it rings three times over, and asks who was helped
    to hang up: the carrier goes on to the next verb when an agent has hung up first. While we answer, `report_to` asks
    for word of who picked up, and decides after one round. `again_url` is a front door of ours: the call tries us once
    more, and comes back while we are down.
    """
    response = VoiceResponse()
    for round_ in range(1 if report_to else HUNT_ROUNDS):
        _speak(response, say("once_more" if round_ else "sorry_hold", "zh"))
        action = {"action": report_to.url("/voice/hunted"), "method": "POST"} if report_to else {}
        dial = Dial(timeout=30, answer_on_bridge=True, caller_id=caller_id, **action)
        for person in people:
            _noun(dial, person.contact, **_callbacks(person.agent_id, report_to))
        response.append(dial)
    response.redirect(again_url, method="POST")
    return str(response)


def enqueue_again(message_id: str, languages: Sequence[str], addresses: Addresses, *, manner: Manner = PLAIN) -> str:
    """Back to the queue after an agent did not answer, without the invitation; our own books keep the place."""
    response = VoiceResponse()
    for language in languages:
        _speak(response, say(message_id, language), manner)
    response.append(_enqueue(addresses, first_round=1))
    return str(response)


def leave_queue() -> str:
    """Leave the queue; the queue's action then decides where to (`QueueResult` is `leave`)."""
    response = VoiceResponse()
    response.leave()
    return str(response)


def called_document(greeting: Sequence[Spoken], addresses: Addresses, *, token: str) -> str:
    """Who was rung by us has picked up: say who calls, and into the queue; every word from the first is listened to."""
    response = VoiceResponse()
    response.start().stream(url=addresses.media_url(token), track="inbound_track")
    _speak(response, greeting)
    response.append(_enqueue(addresses))
    return str(response)


def nothing() -> str:
    """An answer that moves nothing."""
    return str(VoiceResponse())


def hang_up() -> str:
    """End the call."""
    response = VoiceResponse()
    response.hangup()
    return str(response)


def _speak(target: VoiceResponse | Gather, spoken: Sequence[Spoken], manner: Manner = PLAIN) -> None:
    for piece in spoken:
        voice = {"voice": _VOICES[piece.language], "language": piece.language}
        if manner.is_plain:
            target.say(piece.text, **voice)
        else:
            target.say(**voice).prosody(piece.text, rate=f"{manner.rate_percent}%", volume=manner.volume)
        if piece.pause_after_ms:
            target.pause(length=max(1, round(piece.pause_after_ms / 1000)))


def _callbacks(agent_id: str, addresses: Addresses | None) -> dict[str, str]:
    if addresses is None:
        return {}
    url = addresses.url("/voice/agent-status", agent=agent_id)
    return {"status_callback": url, "status_callback_event": "ringing answered completed"}


def _noun(dial: Dial, contact: str, **callbacks: str) -> None:
    if contact.startswith("sip:"):
        dial.sip(contact, **callbacks)
    elif contact.startswith("client:"):
        dial.client(contact.removeprefix("client:"), **callbacks)
    else:
        dial.number(contact, **callbacks)
