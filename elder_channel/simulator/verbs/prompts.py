"""What the caller hears: speech, recordings and pauses."""

from __future__ import annotations

import asyncio
import io
from typing import Any

import av

from elder_channel.simulator.document import Scene
from elder_channel.simulator.errors import WebhookFailedError
from elder_channel.simulator.played import PlayedRecording
from elder_channel.simulator.registry import performs
from elder_channel.simulator.speech_length import say_seconds
from elder_channel.simulator.steps import Step
from elder_channel.simulator.twiml import Verb

_MOST_LOOPS = 1000  # the carrier's own limit for loop="0"


@performs("Say", in_wait=True)
async def say(verb: Verb, scene: Scene) -> Step | None:
    """`<Say>`: takes as long as the text takes to speak."""
    seconds = say_seconds(verb)
    for _ in range(_loops(verb)):
        await _hear(scene, seconds, text=verb.text, language=verb.attributes.get("language"))
    return None


@performs("Play", in_wait=True)
async def play(verb: Verb, scene: Scene) -> Step | None:
    """`<Play>`: fetched, and as long as the recording; one that cannot be had is passed over with a warning."""
    url = scene.address(verb.text)
    try:
        recording = await _recording_at(url, scene)
    except (WebhookFailedError, av.error.FFmpegError, ValueError) as error:
        scene.call.warn(f"<Play> passed over: {error}", url=url)
        return None
    for _ in range(_loops(verb)):
        await _hear(scene, recording.seconds, url=url, **recording.told())
    return None


@performs("Pause", in_wait=True)
async def pause(verb: Verb, scene: Scene) -> Step | None:
    """`<Pause>`: silence."""
    await scene.call.pace.sleep(verb.number("length", default=1.0))
    return None


async def _hear(scene: Scene, seconds: float, **what: Any) -> None:
    """The caller hears something, to its end or until it is cut short."""
    call = scene.call
    call.prompt_started(**what, place=scene.place, seconds=round(seconds, 3))
    try:
        await call.pace.sleep(seconds)
    finally:
        call.journey.add("prompt.ended")


async def play_prompts(verbs: tuple[Verb, ...], scene: Scene) -> None:
    """The prompts nested in a `<Gather>`, in order."""
    performers = {"Say": say, "Play": play, "Pause": pause}
    for verb in verbs:
        if (performer := performers.get(verb.name)) is None:
            scene.call.warn(f"<{verb.name}> is not allowed inside <Gather>")
        else:
            await performer(verb, scene)


async def _recording_at(url: str, scene: Scene) -> PlayedRecording:
    known = scene.call.exchange.recordings_played
    if url in known:
        return known[url]
    data, may_keep = await scene.call.exchange.webhooks.media(url)
    recording = await asyncio.to_thread(_decoded, data)
    if may_keep:
        known[url] = recording
    return recording


def _decoded(data: bytes) -> PlayedRecording:
    """The length of a recording by its decoded samples: headers of telephone recordings are often wrong."""
    with av.open(io.BytesIO(data), mode="r") as container:
        if not container.streams.audio:
            raise ValueError("the recording holds no sound")
        seconds = float(sum(frame.samples / frame.sample_rate for frame in container.decode(audio=0)))
        told = container.metadata
        return PlayedRecording(seconds, told.get("title", ""), told.get("language", ""))


def _loops(verb: Verb) -> int:
    return int(verb.number("loop", default=1)) or _MOST_LOOPS
