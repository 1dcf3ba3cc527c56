"""`<Dial><Queue>`: talk with the caller at the front of a queue, waiting for one when it is empty."""

from __future__ import annotations

import asyncio

from elder_channel.simulator.document import Scene
from elder_channel.simulator.queues import Bridge, Member, Queue
from elder_channel.simulator.steps import HangUp, Step
from elder_channel.simulator.twiml import Verb

DEFAULT_TIMEOUT_SECONDS = 30.0


async def dial_queue(verb: Verb, noun: Verb, scene: Scene) -> Step | None:
    """Take the first caller; the person on this phone hangs up when they have talked enough.

    Without a caller in time the dial counts as unanswered. What the caller hears first (`url` of the noun) is not
    played: it would only delay both.
    """
    call = scene.call
    if noun.attributes.get("url"):
        call.warn("what the caller hears before <Dial><Queue> connects is not played")
    queue = call.exchange.queues.existing(noun.text)
    if queue is None:
        return _after(verb, scene, {"DialCallStatus": "failed", "DialBridged": "false"})
    member = await _front(queue, verb, scene)
    if member is None:
        return _after(verb, scene, {"DialCallStatus": "no-answer", "DialBridged": "false"})
    bridge = Bridge(call.to)
    member.connect(bridge)
    talk_seconds = call.exchange.agents.profile(call.to, changes=member.call.plan.agents).talk_seconds
    hung_up_here = False
    try:
        async with call.pace.timeout(talk_seconds):
            await bridge.over.wait()
    except TimeoutError:
        hung_up_here = True
    finally:
        bridge.over.set()
    form = {"DialCallStatus": "completed", "DialCallSid": member.call.sid, "DialBridged": "true"}
    after = _after(verb, scene, form)
    return HangUp() if hung_up_here else after


async def _front(queue: Queue, verb: Verb, scene: Scene) -> Member | None:
    """The first caller whom nobody else has taken, taken out of the queue."""
    timeout_seconds = verb.number("timeout", default=DEFAULT_TIMEOUT_SECONDS)
    try:
        async with scene.call.pace.timeout(timeout_seconds):
            while True:
                await queue.joined.wait()
                if (member := queue.member("Front")) is not None and member.bridge is None:
                    queue.leave(member)
                    return member
                await asyncio.sleep(0)
    except TimeoutError:
        return None


def _after(verb: Verb, scene: Scene, form: dict[str, str]) -> Step | None:
    action = verb.attributes.get("action")
    return scene.go_to(action, form, verb.attributes.get("method")) if action else None
