"""Which function performs which verb, and where it may stand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from elder_channel.simulator.steps import Place, Step
from elder_channel.simulator.twiml import Verb

if TYPE_CHECKING:
    from elder_channel.simulator.document import Scene

Performer = Callable[[Verb, "Scene"], Awaitable[Step | None]]
"""Performs a verb; returns where to go, or None to go on with the next verb."""


@dataclass(frozen=True)
class Performance:
    """How a verb is performed."""

    perform: Performer
    places: frozenset[Place]
    answers: bool
    """The carrier picks an incoming call up before it performs this verb."""


PERFORMANCES: dict[str, Performance] = {}


def performs(
    name: str, *, in_wait: bool = False, in_main: bool = True, answers: bool = True
) -> Callable[[Performer], Performer]:
    """Register the decorated function as the performer of `<name>`."""
    places = {Place.MAIN: in_main, Place.WAIT: in_wait}

    def register(performer: Performer) -> Performer:
        allowed = frozenset(place for place, may in places.items() if may)
        PERFORMANCES[name] = Performance(performer, allowed, answers)
        return performer

    return register
