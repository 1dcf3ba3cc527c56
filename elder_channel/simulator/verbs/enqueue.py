"""`<Enqueue>`: the call waits in a queue, hearing the wait document, until something takes it out."""

from __future__ import annotations

import asyncio

from elder_channel.simulator.clock import epoch_seconds, stopwatch
from elder_channel.simulator.document import Scene, follow
from elder_channel.simulator.errors import WebhookFailedError
from elder_channel.simulator.queues import Bridge, Member, Queue
from elder_channel.simulator.registry import performs
from elder_channel.simulator.steps import Finished, HangUp, Place, Step
from elder_channel.simulator.taskrouter.calls import make_task, why_not
from elder_channel.simulator.twiml import Verb

_SHORTEST_ROUND_SECONDS = 1.0
"""A wait document that says nothing is not asked for more often than this; assumed, the carrier gives no figure."""
TASKROUTER_MAX_SIZE = 100
"""Calls that wait for one workflow, unless its queue is set to more (twilio.com/docs/taskrouter/limits)."""
_RESULTS: dict[type, str] = {HangUp: "hangup", Bridge: "bridged"}


@performs("Enqueue")
async def enqueue(verb: Verb, scene: Scene) -> Step | None:
    """Wait; then ask the action, whose document is followed only after `<Leave>` or when the queue was full."""
    call = scene.call
    _note_enqueue(scene)
    workflow_sid = verb.attributes.get("workflowSid")
    if workflow_sid and (refused := why_not(verb, call)) is not None:
        call.warn(refused)
        return _action(verb, scene, {"QueueResult": "system-error"})
    queue = call.exchange.queues.named(workflow_sid or verb.text, TASKROUTER_MAX_SIZE if workflow_sid else None)
    if queue.is_full:
        call.warn(f"the queue {queue.name} is full")
        return _action(verb, scene, {"QueueResult": "queue-full"})
    if (fault := call.troubles.of_queue()) is not None:
        call.warn(f"the queue {queue.name}: {fault} (a fault of the plan)")
        return _action(verb, scene, {"QueueResult": fault.value})
    member = queue.join(call)
    call.journey.add("queue.entered", queue=queue.name, position=queue.position(member))
    if workflow_sid:
        make_task(verb, call)
    result = "system-error"
    try:
        ending = await _wait_or_bridge(verb, scene, queue, member)
        result = _RESULTS.get(type(ending), "leave")
    except asyncio.CancelledError:
        result = "redirected" if call.is_being_redirected else "hangup"
        raise
    finally:
        queue.leave(member)
        if workflow_sid:
            call.exchange.taskrouter.left_queue(call, result)
        call.journey.add("queue.left", queue=queue.name, result=result, seconds=member.wait_seconds)
        if result in ("hangup", "redirected"):
            _tell_action(verb, scene, _outcome(queue, member, result))
    if isinstance(ending, HangUp):
        return ending
    if isinstance(ending, Bridge):
        await _talk(ending, scene)
    return _action(verb, scene, _outcome(queue, member, result))


async def _wait_or_bridge(verb: Verb, scene: Scene, queue: Queue, member: Member) -> Step | Bridge:
    """Hear the wait document until it ends, or until somebody takes the call."""
    waiting = asyncio.create_task(_wait(verb, scene, queue, member))
    taken = asyncio.create_task(member.taken.wait())
    try:
        await asyncio.wait({waiting, taken}, return_when=asyncio.FIRST_COMPLETED)
        return member.bridge or waiting.result()
    finally:
        waiting.cancel()
        taken.cancel()
        await asyncio.gather(waiting, taken, return_exceptions=True)


async def _talk(bridge: Bridge, scene: Scene) -> None:
    """Talk with whoever took the call, until one of the two hangs up."""
    call = scene.call
    call.record.served = True
    if call.record.agent_answered_at is None:
        call.record.agent_answered_at, call.record.answered_by = epoch_seconds(), bridge.contact
    call.journey.add("agent.answered", contact=bridge.contact)
    try:
        await bridge.over.wait()
        call.behaviour.agent_hung_up()
    finally:
        bridge.over.set()
        call.journey.add("agent.hung_up", contact=bridge.contact)


async def _wait(verb: Verb, scene: Scene, queue: Queue, member: Member) -> Step:
    """Follow the wait document again and again until it leaves the queue or hangs up."""
    call = scene.call
    wait_url = verb.attributes.get("waitUrl", "").strip()
    while wait_url:
        started = stopwatch()
        extra = _place_in_queue(queue, member)
        first = scene.go_to(wait_url, {}, verb.attributes.get("waitUrlMethod"))
        try:
            ending = await follow(call, first, Place.WAIT, extra)
        except WebhookFailedError as error:
            call.warn(f"wait document failed, the caller waits in silence: {error}", url=error.url)
            break
        if not isinstance(ending, Finished):
            return ending
        lasted_seconds = (stopwatch() - started) * call.pace.speed
        await call.pace.sleep(max(0.0, _SHORTEST_ROUND_SECONDS - lasted_seconds))
    await asyncio.Event().wait()  # only an interruption ends this
    raise AssertionError("unreachable")


def _note_enqueue(scene: Scene) -> None:
    record, now = scene.call.record, epoch_seconds()
    if record.enqueue_received_at is None:
        record.enqueue_received_at = now
    if record.enqueue_after_onset_at is None and record.first_voiced_sent_at is not None:
        record.enqueue_after_onset_at = now
    scene.call.behaviour.stay_on()


def _place_in_queue(queue: Queue, member: Member) -> dict[str, str]:
    return {
        "QueueSid": queue.sid,
        "QueuePosition": str(queue.position(member)),
        "QueueTime": str(member.wait_seconds),
        "AvgQueueTime": str(queue.average_wait_seconds),
        "CurrentQueueSize": str(len(queue.members)),
    }


def _outcome(queue: Queue, member: Member, result: str) -> dict[str, str]:
    return {"QueueResult": result, "QueueSid": queue.sid, "QueueTime": str(member.wait_seconds)}


def _action(verb: Verb, scene: Scene, form: dict[str, str]) -> Step | None:
    action = verb.attributes.get("action")
    return scene.go_to(action, form, verb.attributes.get("method")) if action else None


def _tell_action(verb: Verb, scene: Scene, form: dict[str, str]) -> None:
    """Tell the action without following its answer: the call is elsewhere, or over."""
    if action := verb.attributes.get("action"):
        over = {"CallStatus": "completed"} if form["QueueResult"] == "hangup" else {}
        scene.call.tell(scene.go_to(action, {**form, **over}, verb.attributes.get("method")))
