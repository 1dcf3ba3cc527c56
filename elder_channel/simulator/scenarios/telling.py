"""What came of scenarios, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from elder_channel.simulator.scenarios.facts import Event, PlayedCall
from elder_channel.simulator.scenarios.playing import Judged, Performance

_HIDDEN = {"n", "at", "name", "call_sid", "stream_sid"}


def failure_lines(performance: Performance) -> Iterator[str]:
    """What went otherwise than expected, and the timeline of each call that did; nothing for a passed one."""
    if performance.problem:
        yield performance.problem
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


def as_json(performances: Sequence[Performance]) -> dict[str, Any]:
    """Everything, for programs: what was expected, what happened, and every event."""
    return {
        "scenarios": len(performances),
        "passed": sum(each.passed for each in performances),
        "performances": [_performance(each) for each in performances],
    }


def _performance(performance: Performance) -> dict[str, Any]:
    scenario = performance.file.scenario
    return {
        "id": performance.file.id,
        "file": str(performance.file.path),
        "name": scenario.name,
        "tags": list(scenario.tags),
        "laws": list(scenario.laws),
        "passed": performance.passed,
        "problem": performance.problem,
        "seconds": round(performance.seconds, 3),
        "speed": performance.speed,
        "calls": [_call(judged) for judged in performance.calls],
    }


def _call(judged: Judged) -> dict[str, Any]:
    call = judged.call
    return {
        "caller": call.caller,
        "passed": judged.passed,
        "checks": [vars(check) for check in judged.checks],
        "record": dict(call.record),
        "events": [{**event, "seconds": round(event["at"] - call.began_at, 3)} for event in call.events],
    }


def _short(value: object) -> str:
    text = ",".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= 80 else f"{text[:79]}…"
