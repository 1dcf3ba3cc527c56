"""`<Gather>`: prompts during which, and a while after which, keys and speech are taken."""

from __future__ import annotations

import asyncio

from elder_channel.simulator.document import Scene
from elder_channel.simulator.gathering import Gathering
from elder_channel.simulator.pace import Pace
from elder_channel.simulator.registry import performs
from elder_channel.simulator.steps import Step
from elder_channel.simulator.twiml import Verb
from elder_channel.simulator.verbs.prompts import play_prompts


@performs("Gather", in_wait=True)
async def gather(verb: Verb, scene: Scene) -> Step | None:
    """Listen; what was heard goes to the action, silence falls through unless `actionOnEmptyResult`."""
    gathering = Gathering(verb, scene.call.pace)
    scene.call.gather = gathering
    scene.call.journey.add("gather.started", place=scene.place, input=verb.attributes.get("input", "dtmf"))
    if scene.call.behaviour.words is not None:
        gathering.hear_speech()
    try:
        await _prompt(verb, scene, gathering)
        await _listen(gathering, scene.call.pace)
    finally:
        gathering.close()
        scene.call.gather = None
    result = gathering.result()
    scene.call.journey.add("gather.finished", heard=sorted(result) if result else [])
    if result is None and not verb.flag("actionOnEmptyResult"):
        return None
    return scene.go_to(verb.attributes.get("action"), result or {"Digits": ""}, verb.attributes.get("method"))


async def _prompt(verb: Verb, scene: Scene, gathering: Gathering) -> None:
    """Play the nested prompts until they end or the caller barges in."""
    prompting = asyncio.create_task(play_prompts(verb.children, scene))
    touching = asyncio.create_task(gathering.touched.wait())
    try:
        await asyncio.wait({prompting, touching}, return_when=asyncio.FIRST_COMPLETED)
        if prompting.done():
            prompting.result()
    finally:
        prompting.cancel()
        touching.cancel()


async def _listen(gathering: Gathering, pace: Pace) -> None:
    """Wait until the input is complete, or nothing came for `timeout`; that clock rests while the caller speaks."""
    while not gathering.is_complete:
        gathering.touched.clear()
        if gathering.is_hearing_speech:
            await gathering.touched.wait()
            continue
        try:
            async with pace.timeout(gathering.timeout_seconds):
                await gathering.touched.wait()
        except TimeoutError:
            if not gathering.is_hearing_speech:  # without barge-in, speech may have begun unannounced
                return
