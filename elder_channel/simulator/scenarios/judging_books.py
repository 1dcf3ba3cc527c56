"""Compares what the line's books say of a call with what was expected."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from elder_channel.simulator.scenarios.checks import Check, holds, in_short, one_of, or_
from elder_channel.simulator.scenarios.expectations import Expect, ExpectedDialect, ExpectedOrder, ExpectedRecording
from elder_channel.simulator.scenarios.facts import BookFacts


def of_books(books: BookFacts | None, expect: Expect) -> Iterator[Check]:
    """Every expectation of the books that was named, compared; all fail for a call the books do not know."""
    named = {name: check for name, check in _BOOK_CHECKS.items() if getattr(expect, name) not in (None, ())}
    for name, check in named.items():
        if books is None:
            yield Check(name, repr(getattr(expect, name)), "the books do not know the call", ok=False)
        else:
            yield from check(books, getattr(expect, name))


def _plain(name: str) -> Callable[[BookFacts, Any], Iterator[Check]]:
    return lambda books, expected: iter([one_of(name, expected, getattr(books, name))])


def _all_words(name: str) -> Callable[[BookFacts, Any], Iterator[Check]]:
    return lambda books, expected: (holds(name, words, getattr(books, name) or "") for words in expected)


def _not_agent(books: BookFacts, expected: tuple[str, ...]) -> Iterator[Check]:
    yield Check("not_agent", f"not {or_(expected)}", f"{books.agent} answered", books.agent not in expected)


def _understood(books: BookFacts, expected: bool) -> Iterator[Check]:
    happened = f"was written down: {in_short(books.transcript)}" if books.transcript else "nothing was written down"
    yield Check("understood", "words" if expected else "no words", happened, bool(books.transcript) is expected)


def _dialect(books: BookFacts, expected: ExpectedDialect) -> Iterator[Check]:
    best = ", ".join(f"{id_} {p:.2f}" for id_, p in list(books.posterior)[:3]) or "nothing"
    top, probability = books.posterior[0] if books.posterior else ("", 0.0)
    if expected.top is not None:
        yield Check("dialect.top", or_(expected.top), f"the posterior is {best}", top in expected.top)
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
        yield Check("dialect.only_evidence", f"at most {or_(expected.only_evidence)}", f"{sources} spoke", only)


def _work_order(books: BookFacts, expected: ExpectedOrder | bool) -> Iterator[Check]:
    order = books.work_order
    there = "there was none" if order is None else f"there was one: {order.kind}, owned by {order.owner or 'nobody'}"
    if isinstance(expected, bool) or order is None:
        wanted = expected is not False
        yield Check("work_order", "an order" if wanted else "no order", there, (order is not None) is wanted)
        return
    if expected.kind is not None:
        yield one_of("work_order.kind", expected.kind, order.kind)
    yield Check(
        "work_order.owned", "an owner" if expected.owned else "none", there, bool(order.owner) is expected.owned
    )
    for words in expected.note:
        yield holds("work_order.note", words, order.note)


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
        yield one_of("recording.ground", expected.ground, kept.ground)
    if expected.state is not None:
        yield one_of("recording.state", expected.state, kept.state)
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
