"""What came of scenarios, as text."""

from __future__ import annotations

from collections.abc import Iterator

from elder_channel.simulator.scenarios.facts import Event, PlayedCall
from elder_channel.simulator.scenarios.performance import Performance

_HIDDEN = {"n", "at", "name", "call_sid", "stream_sid"}


def told(performance: Performance) -> str:
    """What went otherwise than expected, as text; for whoever asserts that nothing did."""
    return "\n".join(failure_lines(performance))


def failure_lines(performance: Performance) -> Iterator[str]:
    """What went otherwise than expected, and the timeline of each call that did; nothing for a passed one."""
    if performance.problem:
        yield performance.problem
    yield from (str(check) for check in performance.checks if not check.ok)
    for judged in performance.calls:
        if judged.passed:
            continue
        for check in judged.checks:
            if not check.ok:
                yield f"{judged.call.caller}: {check}"
        yield from (f"  {line}" for line in timeline(judged.call))


def timeline(call: PlayedCall) -> Iterator[str]:
    """What happened, line by line, in seconds from the beginning of the call."""
    for event in call.events:
        yield f"{event['at'] - call.began_at:7.2f} s  {event['name']:<26} {fields_of(event)}".rstrip()


def fields_of(event: Event) -> str:
    """What an event carries, in short."""
    return ", ".join(f"{key} {_short(value)}" for key, value in event.items() if key not in _HIDDEN and value != "")


def _short(value: object) -> str:
    text = ",".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= 80 else f"{text[:79]}…"
