"""Streams: `<Start>` forks the caller's sound while the call goes on, `<Connect>` holds it, `<Stop>` ends a fork."""

from __future__ import annotations

from elder_channel.simulator.document import Scene
from elder_channel.simulator.legs import StatusCallback
from elder_channel.simulator.registry import performs
from elder_channel.simulator.steps import Step
from elder_channel.simulator.stream import MediaStream
from elder_channel.simulator.stream_opening import AskedStream, StreamRefusedError, open_stream
from elder_channel.simulator.twiml import Verb
from elder_channel.simulator.two_way import TwoWayStream


@performs("Start", answers=False)
async def start(verb: Verb, scene: Scene) -> Step | None:
    """`<Start>`: begin the streams inside and go on at once."""
    for noun in verb.children:
        if noun.name == "Stream":
            _start_stream(noun, scene)
        else:
            scene.call.warn(f"<Start> of <{noun.name}> is not simulated")
    return None


@performs("Stop", in_wait=False, answers=False)
async def stop(verb: Verb, scene: Scene) -> Step | None:
    """`<Stop>`: end the streams with these names."""
    for noun in verb.named("Stream"):
        name = noun.attributes.get("name")
        running = [each for each in scene.call.streams if each.name == name and each.status == "in-progress"]
        if name is None or not running:
            scene.call.warn(f"no stream named {name} to stop")
        for stream in running:
            stream.stop()
    return None


@performs("Connect")
async def connect(verb: Verb, scene: Scene) -> Step | None:
    """`<Connect><Stream>`: both directions; what comes next waits until the service closes the stream.

    Source: telephony.md S1, S2. The action, where there is one, is asked then.
    """
    for noun in verb.children:
        if noun.name != "Stream":
            scene.call.warn(f"<Connect> to <{noun.name}> is not simulated")
            continue
        stream = _start_stream(noun, scene, TwoWayStream)
        if isinstance(stream, TwoWayStream):
            try:
                await stream.over.wait()
            finally:
                if stream.status == "in-progress":
                    stream.stop()
    action = verb.attributes.get("action")
    return scene.go_to(action, {}, verb.attributes.get("method")) if action else None


def _start_stream(noun: Verb, scene: Scene, kind: type[MediaStream] = MediaStream) -> MediaStream | None:
    """Open a stream; None with a warning when the carrier would refuse it."""
    attributes = noun.attributes
    callback = None
    if told := attributes.get("statusCallback"):
        callback = StatusCallback(scene.address(told), attributes.get("statusCallbackMethod", "POST").upper())
    asked = AskedStream(
        url=attributes.get("url", ""),
        name=attributes.get("name"),
        track=attributes.get("track", "inbound_track"),
        parameters={e.attributes.get("name", ""): e.attributes.get("value", "") for e in noun.named("Parameter")},
        callback=callback,
    )
    try:
        return open_stream(scene.call, asked, kind)
    except StreamRefusedError as error:
        scene.call.warn(str(error))
        return None
