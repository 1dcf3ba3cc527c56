"""`<Dial>`: ring one or more phones; the first to answer talks with the caller."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable

from elder_channel.simulator.document import Scene
from elder_channel.simulator.legs import StatusCallback
from elder_channel.simulator.pace import Pace
from elder_channel.simulator.phones import DialledPhone
from elder_channel.simulator.registry import performs
from elder_channel.simulator.steps import Step
from elder_channel.simulator.twiml import Verb
from elder_channel.simulator.verbs.dial_queue import dial_queue

_DEFAULT_TIMEOUT_SECONDS = 30.0
_DEFAULT_TIME_LIMIT_SECONDS = 4 * 3600.0
_MOST_NOUNS = 10  # twilio.com/docs/voice/twiml/number
_NOUNS = ("Number", "Sip", "Client")


@performs("Dial", answers=False)
async def dial(verb: Verb, scene: Scene) -> Step | None:
    """Ring, bridge, and ask the action with the outcome; without an action go on with the next verb."""
    call = scene.call
    if not verb.flag("answerOnBridge"):
        call.answer()
    if queued := next(iter(verb.named("Queue")), None):
        return await dial_queue(verb, queued, scene)
    call.behaviour.stay_on()
    phones = _phones(verb, scene)
    for phone in phones:
        call.exchange.add(phone)
    winner: DialledPhone | None = None
    try:
        winner = await _first_to_answer(phones, verb, call.pace)
        if winner is not None:
            call.answer()
            await winner.talk(verb.number("timeLimit", default=_DEFAULT_TIME_LIMIT_SECONDS))
            call.behaviour.agent_hung_up()
    except asyncio.CancelledError:
        _finish(phones)
        if action := verb.attributes.get("action"):  # asked after a redirect too, and its answer goes nowhere
            over = {} if call.is_being_redirected else {"CallStatus": "completed"}
            call.tell(scene.go_to(action, {**_outcome(phones), **over}, verb.attributes.get("method")))
        raise
    if action := verb.attributes.get("action"):
        return scene.go_to(action, _outcome(phones), verb.attributes.get("method"))
    return None


async def _first_to_answer(phones: list[DialledPhone], verb: Verb, pace: Pace) -> DialledPhone | None:
    timeout_seconds = verb.number("timeout", default=_DEFAULT_TIMEOUT_SECONDS)
    if verb.flag("sequential"):
        for phone in phones:
            if (answered := await _race([phone], timeout_seconds, pace)) is not None:
                return answered
        return None
    return await _race(phones, timeout_seconds, pace)


async def _race(phones: list[DialledPhone], timeout_seconds: float, pace: Pace) -> DialledPhone | None:
    """Ring all at once; the phones that lose stop ringing."""
    answered: DialledPhone | None = None
    claims = iter([True])
    ringing = {asyncio.create_task(phone.ring(lambda: next(claims, False))): phone for phone in phones}
    left = set(ringing)
    try:
        async with pace.timeout(timeout_seconds):
            while left and answered is None:
                done, left = await asyncio.wait(left, return_when=asyncio.FIRST_COMPLETED)
                answered = next((ringing[task] for task in done if task.result()), None)
    except TimeoutError:
        pass
    finally:
        for task in left:
            task.cancel()
    for phone in phones:
        if phone is not answered:
            phone.finish("no-answer")
    return answered


def _finish(phones: Iterable[DialledPhone]) -> None:
    for phone in phones:
        phone.finish("completed" if phone.status == "in-progress" else "canceled")


def _outcome(phones: list[DialledPhone]) -> dict[str, str]:
    """The Dial fields: of the phone that answered, or else of the one that came closest to it."""
    order = ["completed", "canceled", "no-answer", "busy", "failed"]
    phone = min(phones, key=lambda each: order.index(each.status), default=None)
    if phone is None:
        return {"DialCallStatus": "failed", "DialBridged": "false"}
    form = {"DialCallSid": phone.sid, "DialCallStatus": phone.status, "DialBridged": "false"}
    if phone.answered_at is not None:
        form |= {"DialCallDuration": str(phone.duration_seconds), "DialBridged": "true"}
    return form


def _phones(verb: Verb, scene: Scene) -> list[DialledPhone]:
    nouns = verb.named(*_NOUNS)
    for other in verb.children:
        if other.name not in _NOUNS:
            scene.call.warn(f"<Dial> to <{other.name}> is not simulated")
    if not verb.children and verb.text:
        nouns = (Verb("Number", {}, verb.text),)
    if len(nouns) > _MOST_NOUNS:
        scene.call.warn(f"<Dial> rings at most {_MOST_NOUNS} phones; the rest were dropped")
    from_ = verb.attributes.get("callerId") or scene.call.from_
    return [
        DialledPhone(scene.call, contact=_contact(noun), from_=from_, callback=_callback(noun, scene))
        for noun in nouns[:_MOST_NOUNS]
    ]


def _contact(noun: Verb) -> str:
    if noun.name == "Client":
        identity = next((child.text for child in noun.named("Identity")), noun.text)
        return identity if identity.startswith("client:") else f"client:{identity}"
    return re.sub(r"[\s()-]", "", noun.text) if noun.name == "Number" else noun.text


def _callback(noun: Verb, scene: Scene) -> StatusCallback | None:
    url = noun.attributes.get("statusCallback")
    if not url:
        return None
    events = frozenset(noun.attributes.get("statusCallbackEvent", "completed").split())
    return StatusCallback(scene.address(url), noun.attributes.get("statusCallbackMethod", "POST").upper(), events)
