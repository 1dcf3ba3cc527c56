"""TaskRouter's expressions, read and evaluated (twilio.com/docs/taskrouter/expression-syntax)."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from elder_channel.simulator.errors import SimulatorError

Names = Mapping[str, Any]
"""What references are resolved in: the attributes of a worker or a task, or `worker` and `task` with theirs."""
Test = Callable[[Names], bool]
_Value = Callable[[Names], Any]

_TOKEN = re.compile(
    r"""\s*(?:(?P<text>"[^"]*"|'[^']*')|(?P<number>[0-9]+(?:\.[0-9]+)?)|(?P<word>[A-Za-z_][\w.]*(?:\[[0-9]+\])*)"""
    r"""|(?P<sign>==|!=|>=|<=|>|<|\(|\)|\[|\]|,))"""
)
_SCALAR: dict[str, Callable[[Any, Any], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "CONTAINS": lambda left, right: str(right) in str(left),
}
_CONSTANTS = {"true": True, "false": False, "null": None}


class ExpressionError(SimulatorError):
    """The text is no expression of TaskRouter's; the message says what and where."""


@lru_cache(maxsize=4096)
def compiled(text: str) -> Test:
    """The expression as a test; raises ExpressionError. A workflow has the same ones many times."""
    if "-" in text:
        raise ExpressionError(f"hyphens are not supported in expressions: {text}")
    reader = _Reader(text)
    test = reader.either()
    reader.end()
    return test


@dataclass
class _Token:
    kind: str
    text: str


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(_tokens(text))
        self._at = 0

    def either(self) -> Test:
        tests = [self._both()]
        while self._takes("OR"):
            tests.append(self._both())
        return tests[0] if len(tests) == 1 else lambda names: any(test(names) for test in tests)

    def end(self) -> None:
        if self._at < len(self._tokens):
            raise self._wrong("the end")

    def _both(self) -> Test:
        tests = [self._one()]
        while self._takes("AND"):
            tests.append(self._one())
        return tests[0] if len(tests) == 1 else lambda names: all(test(names) for test in tests)

    def _one(self) -> Test:
        if self._takes("("):
            test = self.either()
            self._needs(")")
            return test
        left = self._value()
        word = self._operator()
        right = self._value()
        return lambda names: _compare(word, left(names), right(names))

    def _operator(self) -> str:
        if self._takes("NOT"):
            self._needs("IN")
            return "NOT IN"
        for word in ("==", "!=", *_SCALAR, "HAS", "IN"):
            if self._takes(word):
                return word
        raise self._wrong("a comparison")

    def _value(self) -> _Value:
        if self._takes("["):
            values = [] if self._peek("]") else [self._value()]
            while self._takes(","):
                values.append(self._value())
            self._needs("]")
            return lambda names: [value(names) for value in values]
        if self._at >= len(self._tokens):
            raise self._wrong("a value")
        token = self._tokens[self._at]
        self._at += 1
        match token.kind:
            case "text":
                return lambda _names: token.text[1:-1]
            case "number":
                number = float(token.text)
                return lambda _names: number
            case "word" if token.text.lower() in _CONSTANTS:
                return lambda _names: _CONSTANTS[token.text.lower()]
            case "word":
                path = [part for part in re.split(r"[.\[\]]+", token.text) if part]
                return lambda names: resolve(path, names)
        self._at -= 1
        raise self._wrong("a value")

    def _peek(self, word: str) -> bool:
        return self._at < len(self._tokens) and self._tokens[self._at].text.upper() == word

    def _takes(self, word: str) -> bool:
        if self._peek(word) and self._tokens[self._at].kind != "text":
            self._at += 1
            return True
        return False

    def _needs(self, word: str) -> None:
        if not self._takes(word):
            raise self._wrong(word)

    def _wrong(self, wanted: str) -> ExpressionError:
        found = self._tokens[self._at].text if self._at < len(self._tokens) else "the end"
        return ExpressionError(f"{wanted} is wanted where {found} stands: {self._text}")


def _tokens(text: str) -> list[_Token]:
    found, at = [], 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None:
            raise ExpressionError(f"{text[at:].strip()[:20]} cannot be read: {text}")
        kind = str(match.lastgroup)
        found.append(_Token(kind, match.group(kind)))
        at = match.end()
    return found


def resolve(path: list[str], names: Names) -> Any:
    """What lies at the path; None where nothing does."""
    value: Any = names
    for part in path:
        if isinstance(value, Mapping):
            value = value.get(part)
        elif isinstance(value, list) and part.isdigit() and int(part) < len(value):
            value = value[int(part)]
        else:
            return None
    return value


def _compare(word: str, left: Any, right: Any) -> bool:
    """Scalar operators on arrays, array operators on scalars, and unlike types are false."""
    if word in ("IN", "NOT IN"):
        return isinstance(right, list) and not isinstance(left, list) and ((left in right) is (word == "IN"))
    if word == "HAS":
        return isinstance(left, list) and not isinstance(right, list) and right in left
    if isinstance(left, list) or isinstance(right, list):
        return False
    if word == "==":
        return bool(left == right)
    if word == "!=":
        return bool(left != right)
    try:
        return _SCALAR[word](left, right)
    except TypeError:
        return False
