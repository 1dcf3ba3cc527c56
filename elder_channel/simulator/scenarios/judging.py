"""Compares a played call with what was expected; every comparison says what was expected and what happened."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from elder_channel.simulator.scenarios.called import Called
from elder_channel.simulator.scenarios.checks import Check, holds, in_short, one_of, same, times, within
from elder_channel.simulator.scenarios.expectations import (
    SILENCE,
    WORDS,
    Expect,
    Happening,
    parse_happening,
)
from elder_channel.simulator.scenarios.facts import Event, PlayedCall
from elder_channel.simulator.scenarios.format import Scenario
from elder_channel.simulator.scenarios.judging_books import of_books
from elder_channel.simulator.scenarios.silences import longest_silence


def judge(call: PlayedCall, expect: Expect) -> list[Check]:
    """Every expectation that was named, compared; none of them is passed over."""
    return [*_of_carrier(call, expect), *of_books(call.books, expect)]


def judge_order(calls: Sequence[PlayedCall], wanted: Sequence[str]) -> Check:
    """Whether callers were answered in this order; one who was never answered was not."""
    moments = {call.caller: call.record.get("agent_answered_at") for call in calls}
    answered = sorted((at, caller) for caller, at in moments.items() if at is not None and caller in wanted)
    order = [caller for _, caller in answered]
    return Check(
        "answered_in_order", ", ".join(wanted), f"it was {', '.join(order) or 'nobody'}", order == list(wanted)
    )


def judge_rings(number: str, expected: int, happened: int) -> Check:
    """Whether a phone rang as often as it was to, and not once more."""
    return Check("rings", f"{number} is rung {times(expected)}", f"it was {times(happened)}", expected == happened)


def judge_ringing(called: Called, *, was: bool) -> Check:
    """Whether a phone rang that was to ring, and none that was not."""
    how = "rings within" if called.rung else "stays silent for"
    expected = f"the phone {how} {called.within:g} s"
    return Check("rung", expected, "it rang" if was else "it did not ring", was is called.rung)


def judge_together(scenario: Scenario, calls: Sequence[PlayedCall], rung: Mapping[str, int]) -> Iterator[Check]:
    """What is expected of all calls together; `rung` says how often the service rang each number."""
    if scenario.answered_in_order:
        yield judge_order(calls, scenario.answered_in_order)
    for number in dict.fromkeys(each.number for each in scenario.called):
        expected = sum(each.rung for each in scenario.called if each.number == number)
        yield judge_rings(number, expected, rung[number])


def _of_carrier(call: PlayedCall, expect: Expect) -> Iterator[Check]:
    record = call.record
    if expect.answered is not None:
        yield same("answered", expect.answered, record["served"])
    if expect.answered_by is not None:
        yield one_of("answered_by", expect.answered_by, record["answered_by"])
    for what, bound, from_, to in (
        ("answered_within", expect.answered_within, call.began_at, record["agent_answered_at"]),
        ("queued_within", expect.queued_within, call.began_at, record["enqueue_received_at"]),
        ("entered_within", expect.entered_within, record["first_voiced_sent_at"], record["enqueue_received_at"]),
    ):
        if bound is not None:
            yield within(what, bound, from_, to)
    if expect.ended_by is not None:
        yield one_of("ended_by", expect.ended_by, record["ended_by"])
    if expect.status is not None:
        yield one_of("status", expect.status, record["status"])
    if expect.fallback is not None:
        yield same("fallback", expect.fallback, record["fallback_used"])
    if expect.questions is not None:
        asked = [event for event in call.named("gather.started") if event.get("place") == "main"]
        yield same("questions", expect.questions, len(asked))
    yield from _of_words(call, expect)
    if expect.steps:
        yield _in_order(call, [parse_happening(step) for step in expect.steps])
    for never in expect.never:
        yield _never(call, never)


def _of_words(call: PlayedCall, expect: Expect) -> Iterator[Check]:
    for words in expect.hears:
        yield holds("hears", words, call.told)
    for words in expect.hears_not:
        found = holds("hears_not", words, call.told)
        yield Check("hears_not", f"not {found.expected}", f"the caller was told {in_short(call.told)}", not found.ok)
    for words in expect.warnings:
        yield holds("warnings", words, "\n".join(call.record["warnings"]))


def _never(call: PlayedCall, never: str) -> Check:
    expected = f"no {never}"
    if silent := SILENCE.fullmatch(never):
        since, seconds = longest_silence(call)
        return Check("never", expected, f"{seconds:.1f} s from {since:.1f} s on", seconds <= float(silent.group(1)))
    if words := WORDS.fullmatch(never):
        return Check("never", expected, f"the caller was told {in_short(call.told)}", words.group(1) not in call.told)
    wanted = parse_happening(never)
    at = next((call.seconds(event["at"]) for event in call.events if _matches(event, wanted)), None)
    return Check("never", expected, "" if at is None else f"it happened at {at:.2f} s", at is None)


def _in_order(call: PlayedCall, steps: list[Happening]) -> Check:
    events = iter(call.events)
    missing = next((step for step in steps if not any(_matches(event, step) for event in events)), None)
    order = " → ".join(map(str, steps))
    return Check("steps", order, "" if missing is None else f"{missing} did not come in its turn", missing is None)


def _matches(event: Event, wanted: Happening) -> bool:
    return event["name"] == wanted.name and all(_carries(event, key, value) for key, value in wanted.fields)


def _carries(event: Event, key: str, value: str) -> bool:
    """Whether a field is what is wanted; a language may be wanted by its range (`en` is also `en-US`, RFC 4647)."""
    found = str(event.get(key))
    return found == value or (key == "language" and found.startswith(f"{value}-"))
