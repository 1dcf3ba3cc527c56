"""Whether the newest event of a call is the moment something waits for."""

from __future__ import annotations

from collections.abc import Sequence

from elder_channel.simulator.journey import Event as JourneyEvent
from elder_channel.simulator.scenarios.facts import Event
from elder_channel.simulator.script import Moment, moments_of


def is_due(when: Moment | None, nth: int, events: Sequence[Event]) -> bool:
    """Whether the newest of `events` is that moment, for the `nth` time."""
    meant = [when in moments_of(_as_journey_event(event)) for event in events]
    return meant[-1] and sum(meant) == nth


def _as_journey_event(event: Event) -> JourneyEvent:
    return JourneyEvent(int(event["n"]), float(event["at"]), str(event["name"]), dict(event))
