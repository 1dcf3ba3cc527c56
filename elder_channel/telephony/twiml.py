"""Steps become TwiML: nothing is decided here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from twilio.twiml.voice_response import Dial, Enqueue, Gather, VoiceResponse

from bilingual.formatting import Value
from bilingual.manner import PLAIN, Manner
from bilingual.messages import Spoken
from elder_channel.calls.steps import Ask, EnterQueue, Listen, Step
from elder_channel.telephony.speech import CARRIER_ONLY, PATH, Piece, Speech

QUEUE = "elder-channel"
HUNT_ROUNDS = 3
WAIT_SECONDS = 10
"""Silence between two sentences of the wait document, where nothing asks for less."""
NOTICE_SECONDS = 1
"""So soon after the recording notice the carrier says that it was heard to its end."""
_GATHER_LANGUAGE = {"zh": "cmn-Hans-CN", "en": "en-US"}
_HINTS = "人工,客服,听不懂,听不清,报案,保单,English,operator"
_OFFER_HINTS = "打给我,回电,回拨,打回来,call me back"


@dataclass(frozen=True)
class Addresses:
    """Where the carrier finds us."""

    public_base_url: str
    overrides: str = ""
    """How long the carrier waits for us: the fragment behind every address it asks for an answer; empty: its own."""

    def url(self, path: str, **query: str | int) -> str:
        """The absolute address of a document of ours."""
        address = f"{self.public_base_url.rstrip('/')}{path}" + (f"?{urlencode(query)}" if query else "")
        return f"{address}#{self.overrides}" if self.overrides else address

    def sound_url(self, name: str) -> str:
        """The address of a sound of ours."""
        return self.url(f"{PATH}/{name}.wav")

    def media_url(self, token: str) -> str:
        """The websocket address of a call's stream; the carrier takes no overrides there."""
        return f"ws{self.public_base_url.rstrip('/').removeprefix('http')}/media/{token}"


@dataclass(frozen=True)
class QueueTask:
    """The call as a task of the carrier's TaskRouter, in whose workflow it waits."""

    workflow_sid: str
    attributes: str
    """A JSON object."""
    priority: int
    timeout_seconds: int


def answer(
    steps: Iterable[Step],
    addresses: Addresses,
    *,
    token: str,
    timeout_seconds: int,
    task: QueueTask | None = None,
    speech: Speech = CARRIER_ONLY,
) -> str:
    """The document that carries out `steps`; `token` opens the call's audio stream.

    Who enters the queue waits in ours, or, with `task`, in TaskRouter's.
    """
    response = VoiceResponse()
    for step in steps:
        match step:
            case Listen():
                response.start().stream(
                    url=addresses.media_url(token),
                    track="inbound_track",
                    status_callback=addresses.url("/voice/stream-status"),
                    status_callback_method="POST",
                )
            case Ask():
                response.append(_gather(step, addresses, timeout_seconds, speech))
                # Reached only if the carrier answers no Gather at all: a person, not the end of the document (law 1).
                response.redirect(addresses.url("/voice/enter", why="silence"), method="POST")
            case EnterQueue():
                response.append(_enqueue(addresses, task=task))
    return str(response)


def _gather(ask: Ask, addresses: Addresses, timeout_seconds: int, speech: Speech) -> Gather:
    gather = Gather(
        input="dtmf speech",
        num_digits=1,
        finish_on_key="",  # # is a wrong key like any other, not silence
        timeout=timeout_seconds,
        speech_timeout="auto",
        language=_gather_language(ask.first_language),
        hints=_HINTS,
        action_on_empty_result=True,
        action=addresses.url("/voice/gather", attempt=ask.attempt, replays=ask.replays),
        method="POST",
    )
    _speak(gather, speech.message(ask.message_id, ask.first_language, ask.manner), addresses, ask.manner)
    return gather


def _enqueue(
    addresses: Addresses, first_round: int = 0, *, task: QueueTask | None = None, **first_wait: int
) -> Enqueue:
    wait_url = addresses.url("/voice/wait", round=first_round, **first_wait)
    waits = {"wait_url": wait_url, "wait_url_method": "POST", "method": "POST"}
    if task is None:
        return Enqueue(QUEUE, action=addresses.url("/voice/dequeued"), **waits)
    action = addresses.url("/voice/dequeued", workflow=1)
    enqueue = Enqueue(None, workflow_sid=task.workflow_sid, action=action, **waits)
    enqueue.task(task.attributes, priority=task.priority, timeout=task.timeout_seconds)
    return enqueue


def wait_document(
    message_ids: Sequence[str],
    languages: Sequence[str],
    addresses: Addresses,
    *,
    round_: int,
    manner: Manner = PLAIN,
    keys: int = 0,
    keys_heeded: int | None = None,
    offer: bool = False,
    dialect: str | None = None,
    speech: Speech = CARRIER_ONLY,
    quiet_seconds: int = WAIT_SECONDS,
) -> str:
    """What is heard while waiting: it takes 0, 8 and 9 at any moment, and with `offer` one key or word more.

    `keys` is how many were pressed in a row. From `keys_heeded` on the sentence is said before keys are taken again:
    else who presses keys without end would never hear anything, and would have us fetched for every key.
    """
    heeded = keys_heeded is None or keys < keys_heeded
    then = {"round": round_ + 1}
    said = _Said(message_ids, languages, manner, dialect, speech)
    return _waiting(said, addresses, round_, quiet_seconds, then=then, keys=keys, interruptible=heeded, offer=offer)


def notice_document(
    message_ids: Sequence[str],
    languages: Sequence[str],
    addresses: Addresses,
    *,
    manner: Manner = PLAIN,
    dialect: str | None = None,
    speech: Speech = CARRIER_ONLY,
) -> str:
    """The first wait document where a recording notice is due: right after it the carrier comes to say it was played.

    A key or a move ends the document sooner; then the address with `noticed` is never asked for.
    """
    said = _Said(message_ids, languages, manner, dialect, speech)
    return _waiting(said, addresses, 0, NOTICE_SECONDS, then={"round": 1, "noticed": 1})


def quiet_document(addresses: Addresses, *, round_: int, quiet_seconds: int = WAIT_SECONDS - NOTICE_SECONDS) -> str:
    """The pause after the notice, in which keys count as ever."""
    return _waiting(_Said((), (), PLAIN), addresses, round_, quiet_seconds, then={"round": round_})


@dataclass(frozen=True)
class _Said:
    """Messages, the languages they are said in, and how."""

    message_ids: Sequence[str]
    languages: Sequence[str]
    manner: Manner
    dialect: str | None = None
    """Whose wording is said where there is one that may be."""
    speech: Speech = CARRIER_ONLY


def _waiting(
    said: _Said,
    addresses: Addresses,
    round_: int,
    timeout_seconds: int,
    *,
    then: Mapping[str, int],
    keys: int = 0,
    interruptible: bool = True,
    offer: bool = False,
) -> str:
    response = VoiceResponse()
    action, listening = addresses.url("/voice/wait-key", round=round_, keys=keys), {}
    if offer:
        action = addresses.url("/voice/wait-key", round=round_, keys=keys, offer=1)
        language = _gather_language(said.languages[0])
        listening = {"speech_timeout": "auto", "language": language, "hints": _OFFER_HINTS}
    gather = Gather(
        input="dtmf speech" if offer else "dtmf",
        num_digits=1,
        finish_on_key="",
        timeout=timeout_seconds,
        action=action,
        method="POST",
        **listening,
    )
    speaker = gather if interruptible else response
    for language in said.languages:
        for message_id in said.message_ids:
            pieces = said.speech.message(message_id, language, said.manner, dialect=said.dialect)
            _speak(speaker, pieces, addresses, said.manner)
    response.append(gather)
    response.redirect(addresses.url("/voice/wait", **then), method="POST")
    return str(response)


def farewell(
    message_ids: Sequence[str],
    language: str,
    addresses: Addresses,
    *,
    values: Mapping[str, Mapping[str, Value]] | None = None,
    manner: Manner = PLAIN,
    dialect: str | None = None,
    speech: Speech = CARRIER_ONLY,
) -> str:
    """Last sentences, and the end of a call that was served or has become an order; `values` by message id."""
    response = VoiceResponse()
    for message_id in message_ids:
        given = (values or {}).get(message_id)
        pieces = speech.message(message_id, language, manner, dialect=dialect, values=given)
        _speak(response, pieces, addresses, manner)
    response.hangup()
    return str(response)


def forward_document(number: str, addresses: Addresses, *, agent_id: str, caller_id: str) -> str:
    """Ring another line instead of our people; `agent_id` stands for it in the books."""
    response = VoiceResponse()
    dial = Dial(
        action=addresses.url("/voice/forwarded"), method="POST", timeout=30, answer_on_bridge=True, caller_id=caller_id
    )
    _noun(dial, number, **_callbacks(agent_id, addresses))
    response.append(dial)
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
    people: Sequence[Hunted],
    *,
    caller_id: str,
    again_url: str,
    report_to: Addresses | None = None,
    speech: Speech = CARRIER_ONLY,
) -> str:
    """Dial people directly, all at once: needs nothing of ours to be up (architecture, fallback).

    It is kept at the carrier and used when we do not answer. Then it rings three times over, and asks who was helped
    to hang up: the carrier goes on to the next verb when an agent has hung up first. While we answer, `report_to` asks
    for word of who picked up, and decides after one round. `again_url` is a front door of ours: the call tries us once
    more, and comes back while we are down. The carrier's own voice speaks: our sounds could not be had then.
    """
    response = VoiceResponse()
    for round_ in range(1 if report_to else HUNT_ROUNDS):
        pieces = speech.without_sounds().message("once_more" if round_ else "sorry_hold", "zh")
        _speak(response, pieces, Addresses(""))
        action = {"action": report_to.url("/voice/hunted"), "method": "POST"} if report_to else {}
        dial = Dial(timeout=30, answer_on_bridge=True, caller_id=caller_id, **action)
        for person in people:
            _noun(dial, person.contact, **_callbacks(person.agent_id, report_to))
        response.append(dial)
    response.redirect(again_url, method="POST")
    return str(response)


def enqueue_again(
    message_id: str,
    languages: Sequence[str],
    addresses: Addresses,
    *,
    manner: Manner = PLAIN,
    dialect: str | None = None,
    task: QueueTask | None = None,
    speech: Speech = CARRIER_ONLY,
) -> str:
    """Back to the queue after an agent did not answer, without the invitation; our own books keep the place."""
    response = VoiceResponse()
    for language in languages:
        _speak(response, speech.message(message_id, language, manner, dialect=dialect), addresses, manner)
    response.append(_enqueue(addresses, first_round=1, task=task))
    return str(response)


def enqueue_in_new_language(addresses: Addresses, *, task: QueueTask | None = None) -> str:
    """Back to the queue, whose first sentence is in the language that the caller was just found to speak."""
    response = VoiceResponse()
    response.append(_enqueue(addresses, first_round=1, task=task, switched=1))
    return str(response)


def leave_queue() -> str:
    """Leave the queue; the queue's action then decides where to (`QueueResult` is `leave`)."""
    response = VoiceResponse()
    response.leave()
    return str(response)


def called_document(
    greeting: Sequence[Spoken],
    addresses: Addresses,
    *,
    token: str,
    task: QueueTask | None = None,
    speech: Speech = CARRIER_ONLY,
) -> str:
    """Who was rung by us has picked up: say who calls, and into the queue; every word from the first is listened to."""
    response = VoiceResponse()
    response.start().stream(url=addresses.media_url(token), track="inbound_track")
    _speak(response, speech.phrases(greeting), addresses)
    response.append(_enqueue(addresses, task=task))
    return str(response)


def nothing() -> str:
    """An answer that moves nothing."""
    return str(VoiceResponse())


def hang_up() -> str:
    """End the call."""
    response = VoiceResponse()
    response.hangup()
    return str(response)


def _gather_language(language: str) -> str:
    return _GATHER_LANGUAGE.get(language, _GATHER_LANGUAGE["zh"])


def _speak(
    target: VoiceResponse | Gather, pieces: Sequence[Piece], addresses: Addresses, manner: Manner = PLAIN
) -> None:
    for piece in pieces:
        voice = {"voice": piece.carrier_voice, "language": piece.carrier_language}
        if piece.sound:  # its manner is in the sound
            target.play(addresses.sound_url(piece.sound.name))
        elif manner.is_plain:
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
