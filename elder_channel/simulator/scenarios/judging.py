"""Compares a played call with what was expected; every comparison says what was expected and what happened."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from elder_channel.simulator.scenarios.expectations import (
    SILENCE,
    WORDS,
    Expect,
    ExpectedDialect,
    ExpectedOrder,
    ExpectedRecording,
    Happening,
    parse_happening,
)
from elder_channel.simulator.scenarios.facts import BookFacts, Event, PlayedCall
from elder_channel.simulator.scenarios.silences import longest_silence


@dataclass(frozen=True)
class Check:
    """One expectation and what came of it."""

    what: str
    """The key of the expectation."""
    expected: str
    happened: str
    ok: bool

    def __str__(self) -> str:
        """In one line."""
        return f"{self.what}: expected {self.expected}, {'and so it was' if self.ok else f'but {self.happened}'}"


def judge(call: PlayedCall, expect: Expect) -> list[Check]:
    """Every expectation that was named, compared; none of them is passed over."""
    return [*_of_carrier(call, expect), *_of_books(call.books, expect)]


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


def _of_carrier(call: PlayedCall, expect: Expect) -> Iterator[Check]:
    record = call.record
    if expect.answered is not None:
        yield _same("answered", expect.answered, record["served"])
    if expect.answered_by is not None:
        yield _one_of("answered_by", expect.answered_by, record["answered_by"])
    for what, bound, from_, to in (
        ("answered_within", expect.answered_within, call.began_at, record["agent_answered_at"]),
        ("queued_within", expect.queued_within, call.began_at, record["enqueue_received_at"]),
        ("entered_within", expect.entered_within, record["first_voiced_sent_at"], record["enqueue_received_at"]),
    ):
        if bound is not None:
            yield _within(what, bound, from_, to)
    if expect.ended_by is not None:
        yield _one_of("ended_by", expect.ended_by, record["ended_by"])
    if expect.status is not None:
        yield _one_of("status", expect.status, record["status"])
    if expect.fallback is not None:
        yield _same("fallback", expect.fallback, record["fallback_used"])
    if expect.questions is not None:
        asked = [event for event in call.named("gather.started") if event.get("place") == "main"]
        yield _same("questions", expect.questions, len(asked))
    yield from _of_words(call, expect)
    if expect.steps:
        yield _in_order(call, [parse_happening(step) for step in expect.steps])
    for never in expect.never:
        yield _never(call, never)


def _of_words(call: PlayedCall, expect: Expect) -> Iterator[Check]:
    for words in expect.hears:
        yield _holds("hears", words, call.told)
    for words in expect.hears_not:
        found = _holds("hears_not", words, call.told)
        yield Check("hears_not", f"not {found.expected}", f"the caller was told {_short(call.told)}", not found.ok)
    for words in expect.warnings:
        yield _holds("warnings", words, "\n".join(call.record["warnings"]))


def _of_books(books: BookFacts | None, expect: Expect) -> Iterator[Check]:
    named = {name: check for name, check in _BOOK_CHECKS.items() if getattr(expect, name) not in (None, ())}
    for name, check in named.items():
        if books is None:
            yield Check(name, repr(getattr(expect, name)), "the books do not know the call", ok=False)
        else:
            yield from check(books, getattr(expect, name))


def _plain(name: str) -> Callable[[BookFacts, Any], Iterator[Check]]:
    return lambda books, expected: iter([_one_of(name, expected, getattr(books, name))])


def _all_words(name: str) -> Callable[[BookFacts, Any], Iterator[Check]]:
    return lambda books, expected: (_holds(name, words, getattr(books, name) or "") for words in expected)


def _not_agent(books: BookFacts, expected: tuple[str, ...]) -> Iterator[Check]:
    yield Check("not_agent", f"not {_or(expected)}", f"{books.agent} answered", books.agent not in expected)


def _understood(books: BookFacts, expected: bool) -> Iterator[Check]:
    happened = f"was written down: {_short(books.transcript)}" if books.transcript else "nothing was written down"
    yield Check("understood", "words" if expected else "no words", happened, bool(books.transcript) is expected)


def _dialect(books: BookFacts, expected: ExpectedDialect) -> Iterator[Check]:
    best = ", ".join(f"{id_} {p:.2f}" for id_, p in list(books.posterior)[:3]) or "nothing"
    top, probability = books.posterior[0] if books.posterior else ("", 0.0)
    if expected.top is not None:
        yield Check("dialect.top", _or(expected.top), f"the posterior is {best}", top in expected.top)
    if expected.at_least is not None:
        likely = probability >= expected.at_least
        yield Check("dialect.at_least", f"p >= {expected.at_least}", f"the posterior is {best}", likely)
    if expected.abstained is not None:
        said = "it abstained" if books.abstained else f"it said {best}"
        yield Check(
            "dialect.abstained",
            "an abstention" if expected.abstained else "a dialect",
            said,
            books.abstained is expected.abstained,
        )
    sources = ", ".join(sorted(books.evidence)) or "nothing"
    for source in expected.evidence or ():
        yield Check("dialect.evidence", source, f"{sources} spoke", source in books.evidence)
    if expected.only_evidence is not None:
        only = books.evidence <= set(expected.only_evidence)
        yield Check("dialect.only_evidence", f"at most {_or(expected.only_evidence)}", f"{sources} spoke", only)


def _work_order(books: BookFacts, expected: ExpectedOrder | bool) -> Iterator[Check]:
    order = books.work_order
    there = "there was none" if order is None else f"there was one: {order.kind}, owned by {order.owner or 'nobody'}"
    if isinstance(expected, bool) or order is None:
        wanted = expected is not False
        yield Check("work_order", "an order" if wanted else "no order", there, (order is not None) is wanted)
        return
    if expected.kind is not None:
        yield _one_of("work_order.kind", expected.kind, order.kind)
    yield Check(
        "work_order.owned", "an owner" if expected.owned else "none", there, bool(order.owner) is expected.owned
    )
    for words in expected.note:
        yield _holds("work_order.note", words, order.note)


def _passed_on(books: BookFacts, expected: tuple[str, ...]) -> Iterator[Check]:
    there = ", ".join(books.passed_on) or "nobody"
    yield Check("passed_on", ", ".join(expected) or "nobody", f"it was {there}", tuple(books.passed_on) == expected)


def _recording(books: BookFacts, expected: ExpectedRecording | bool) -> Iterator[Check]:
    kept = books.recording
    there = f"there is one of {kept.seconds:.1f} s ({kept.state})" if kept else "there is none"
    if isinstance(expected, bool) or kept is None:
        wanted = expected is not False
        yield Check("recording", "a recording" if wanted else "none", there, (kept is not None) is wanted)
        return
    if expected.ground is not None:
        yield _one_of("recording.ground", expected.ground, kept.ground)
    heard = {"caller_heard": kept.caller_voiced_seconds, "agent_heard": kept.agent_voiced_seconds}
    for what, seconds in heard.items():
        if (wanted := getattr(expected, what)) is not None:
            happened = f"{seconds:.1f} s of voice are there, {there}"
            yield Check(f"recording.{what}", "a voice" if wanted else "no voice", happened, bool(seconds) is wanted)


_BOOK_CHECKS: dict[str, Callable[[BookFacts, Any], Iterator[Check]]] = {
    **{name: _plain(name) for name in ("outcome", "entry", "language", "matched", "agent", "need")},
    "not_agent": _not_agent,
    "dialect": _dialect,
    "transcript": _all_words("transcript"),
    "understood": _understood,
    "note": _all_words("note"),
    "tried": _all_words("tried"),
    "work_order": _work_order,
    "passed_on": _passed_on,
    "recording": _recording,
}


def _never(call: PlayedCall, never: str) -> Check:
    expected = f"no {never}"
    if silent := SILENCE.fullmatch(never):
        since, seconds = longest_silence(call)
        return Check("never", expected, f"{seconds:.1f} s from {since:.1f} s on", seconds <= float(silent.group(1)))
    if words := WORDS.fullmatch(never):
        return Check("never", expected, f"the caller was told {_short(call.told)}", words.group(1) not in call.told)
    wanted = parse_happening(never)
    at = next((call.seconds(event["at"]) for event in call.events if _matches(event, wanted)), None)
    return Check("never", expected, "" if at is None else f"it happened at {at:.2f} s", at is None)


def _in_order(call: PlayedCall, steps: list[Happening]) -> Check:
    events = iter(call.events)
    missing = next((step for step in steps if not any(_matches(event, step) for event in events)), None)
    order = " → ".join(map(str, steps))
    return Check("steps", order, "" if missing is None else f"{missing} did not come in its turn", missing is None)


def _matches(event: Event, wanted: Happening) -> bool:
    return event["name"] == wanted.name and all(str(event.get(key)) == value for key, value in wanted.fields)


def _same(what: str, expected: object, happened: object) -> Check:
    return Check(what, _said(expected), f"it was {_said(happened)}", expected == happened)


def _one_of(what: str, expected: tuple[str, ...], happened: object) -> Check:
    return Check(what, _or(expected), f"it was {_said(happened)}", str(happened) in expected)


def _within(what: str, bound: float, from_: float | None, to: float | None) -> Check:
    if from_ is None or to is None:
        return Check(what, f"within {bound:g} s", "it never happened", ok=False)
    return Check(what, f"within {bound:g} s", f"it took {to - from_:.2f} s", 0 <= to - from_ <= bound)


def _holds(what: str, words: str, text: str) -> Check:
    return Check(what, f"the words «{words}»", f"there is only {_short(text)}", words in text)


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "nothing" if value is None else str(value)


def _or(values: tuple[str, ...]) -> str:
    return " or ".join(values)


def times(count: int) -> str:
    """How often, in words."""
    return "not at all" if not count else "once" if count == 1 else f"{count} times"


def _short(text: str | None) -> str:
    line = " / ".join((text or "").split("\n"))
    return f"«{line[:200]}{'…' if len(line) > 200 else ''}»"
