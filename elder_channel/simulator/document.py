"""Follow a document verb by verb, and the documents it leads to."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from elder_channel.simulator.registry import PERFORMANCES
from elder_channel.simulator.steps import Ending, Finished, GoTo, Inline, Place, Step
from elder_channel.simulator.twiml import Verb

if TYPE_CHECKING:
    from elder_channel.simulator.call import Call


@dataclass(frozen=True)
class Scene:
    """Where a verb is performed: on which call, in whose document, found at which address."""

    call: Call
    base_url: str
    place: Place
    extra: Mapping[str, str] = field(default_factory=dict)
    """Fields that every request from here carries (the caller's place in the queue)."""

    def address(self, reference: str | None) -> str:
        """An address in the document; an empty one is the document itself."""
        return urljoin(self.base_url, reference.strip()) if reference and reference.strip() else self.base_url

    def go_to(self, reference: str | None, form: Mapping[str, str], method: str | None) -> GoTo:
        """The step to an address in the document."""
        return GoTo(self.address(reference), form, (method or "POST").strip().upper())


async def follow(call: Call, step: Step, place: Place, extra: Mapping[str, str] | None = None) -> Ending:
    """Follow documents until one ends; raises WebhookFailedError when one cannot be had."""
    while True:
        if isinstance(step, GoTo):
            base_url, verbs = step.url, await call.fetch(step, extra or {})
        elif isinstance(step, Inline):
            base_url, verbs = step.base_url, step.verbs
        else:
            return step
        step = await perform(verbs, Scene(call, base_url, place, extra or {}))


async def perform(verbs: tuple[Verb, ...], scene: Scene) -> Step:
    """Perform verbs in order until one leads elsewhere."""
    for verb in verbs:
        if scene.call.interruption is not None:
            raise asyncio.CancelledError
        performance = PERFORMANCES.get(verb.name)
        if performance is None or scene.place not in performance.places:
            scene.call.warn(f"<{verb.name}> is not followed in the {scene.place} document")
            continue
        if performance.answers:
            scene.call.answer()
        step = await performance.perform(verb, scene)
        if step is not None:
            return step
    return Finished()
