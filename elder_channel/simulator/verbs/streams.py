"""Streams: `<Start>` forks the caller's sound while the call goes on, `<Connect>` holds it, `<Stop>` ends a fork."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

from elder_channel.simulator.document import Scene
from elder_channel.simulator.legs import StatusCallback
from elder_channel.simulator.registry import performs
from elder_channel.simulator.steps import Step
from elder_channel.simulator.stream import MediaStream
from elder_channel.simulator.twiml import Verb
from elder_channel.simulator.two_way import TwoWayStream

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


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
    call, attributes = scene.call, noun.attributes
    url = _websocket_address(attributes.get("url", ""), scene)
    if url is None:
        return None
    name = attributes.get("name")
    if name is not None and any(each.name == name and each.status == "in-progress" for each in call.streams):
        call.warn(f"a stream named {name} is running already")
        return None
    if attributes.get("track", "inbound_track") != "inbound_track":
        call.warn("only the inbound track is streamed")
    parameters = {each.attributes.get("name", ""): each.attributes.get("value", "") for each in noun.named("Parameter")}
    if call.plan.faults.bad_stream_token:
        url, parameters = _tamper(url), {each: _tamper(value) for each, value in parameters.items()}
    callback = None
    if told := attributes.get("statusCallback"):
        callback = StatusCallback(scene.address(told), attributes.get("statusCallbackMethod", "POST").upper())
    stream = kind(call, url=url, name=name, parameters=parameters, callback=callback)
    call.streams.append(stream)
    stream.start()
    return stream


def _websocket_address(url: str, scene: Scene) -> str | None:
    """The address to connect to, or None with a warning when the carrier would refuse it.

    The carrier insists on wss and takes no query; ws is let through to this machine, for trying things out.
    """
    parts = urlsplit(url.strip())
    if parts.scheme != "wss" and not (parts.scheme == "ws" and parts.hostname in _LOOPBACK):
        scene.call.warn(f"a stream needs a wss address, not {parts.scheme or 'none'}")
        return None
    if parts.query:
        scene.call.warn("a stream address takes no query; it was dropped")
    return urlunsplit(parts._replace(query="", fragment=""))


def _tamper(text: str) -> str:
    """The text with its last character changed."""
    return text[:-1] + ("A" if text[-1:] != "A" else "B")
