"""One expectation and what came of it, and the comparisons every judge makes."""

from __future__ import annotations

from dataclasses import dataclass


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


def same(what: str, expected: object, happened: object) -> Check:
    """The two are the same."""
    return Check(what, said(expected), f"it was {said(happened)}", expected == happened)


def one_of(what: str, expected: tuple[str, ...], happened: object) -> Check:
    """It is one of these words."""
    return Check(what, or_(expected), f"it was {said(happened)}", str(happened) in expected)


def within(what: str, bound: float, from_: float | None, to: float | None) -> Check:
    """It came within so many seconds."""
    if from_ is None or to is None:
        return Check(what, f"within {bound:g} s", "it never happened", ok=False)
    return Check(what, f"within {bound:g} s", f"it took {to - from_:.2f} s", 0 <= to - from_ <= bound)


def holds(what: str, words: str, text: str) -> Check:
    """The text holds these words."""
    return Check(what, f"the words «{words}»", f"there is only {in_short(text)}", words in text)


def said(value: object) -> str:
    """A value as a person says it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "nothing" if value is None else str(value)


def or_(values: tuple[str, ...]) -> str:
    """One of these."""
    return " or ".join(values)


def times(count: int) -> str:
    """How often, in words."""
    return "not at all" if not count else "once" if count == 1 else f"{count} times"


def in_short(text: str | None) -> str:
    """The beginning of a text, in one line."""
    line = " / ".join((text or "").split("\n"))
    return f"«{line[:200]}{'…' if len(line) > 200 else ''}»"
