"""Verbs that lead elsewhere or end the call."""

from __future__ import annotations

from elder_channel.simulator.document import Scene
from elder_channel.simulator.registry import performs
from elder_channel.simulator.steps import HangUp, LeaveQueue, Step
from elder_channel.simulator.twiml import Verb


@performs("Redirect", in_wait=True, answers=False)
async def redirect(verb: Verb, scene: Scene) -> Step | None:
    """`<Redirect>`: on with another document."""
    return scene.go_to(verb.text, {}, verb.attributes.get("method"))


@performs("Hangup", in_wait=True, answers=False)
async def hang_up(verb: Verb, scene: Scene) -> Step | None:  # noqa: ARG001 (the verb says all)
    """`<Hangup>`: the service ends the call."""
    return HangUp()


@performs("Reject", answers=False)
async def reject(verb: Verb, scene: Scene) -> Step | None:
    """`<Reject>`: the call is never picked up; on a call in progress it only ends it."""
    if scene.call.status == "in-progress":
        return HangUp()
    return HangUp(status="busy" if verb.attributes.get("reason") == "busy" else "failed")


@performs("Leave", in_wait=True, in_main=False)
async def leave(verb: Verb, scene: Scene) -> Step | None:  # noqa: ARG001 (the verb says all)
    """`<Leave>`: out of the queue."""
    return LeaveQueue()
