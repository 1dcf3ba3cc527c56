"""Lists and nested mappings in a shape people can edit in a field of text, and what they wrote read strictly again."""

from __future__ import annotations

import textwrap
from typing import Any

import yaml

from config.fields import FieldSpec, Kind
from config.reading import read_yaml
from elder_channel.services.errors import SettingsRefusedError

_NUMBERS = {Kind.WHOLE: int, Kind.NUMBER: float}


class ShapeError(SettingsRefusedError):
    """A line of a field cannot be understood."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__("settings_shape", reason)
        self.line = line
        """From 1, in the field."""


def shaped(spec: FieldSpec | None, value: Any) -> str:
    """The value as text: one thing a line, `word: number` a line, or YAML for what is nested and for items."""
    if spec is not None and spec.kind is Kind.LINES:
        return "\n".join(map(str, value))
    if spec is not None and spec.kind is Kind.PAIRS:
        return "\n".join(f"{word}: {number}" for word, number in value.items())
    if not value:
        return ""
    return yaml.safe_dump(value, allow_unicode=True, sort_keys=False, default_flow_style=None, width=100).strip()


def read_shape(spec: FieldSpec | None, text: str) -> Any:
    """What such a text says; raises `ShapeError` naming the line."""
    if spec is not None and spec.kind is Kind.LINES:
        number = _NUMBERS.get(spec.holds or Kind.TEXT)
        lines = [(place, line.strip()) for place, line in enumerate(text.splitlines(), start=1) if line.strip()]
        return [line if number is None else _number(line, place, number) for place, line in lines]
    if spec is not None and spec.kind is Kind.PAIRS:
        return dict(_pair(line, place) for place, line in enumerate(text.splitlines(), start=1) if line.strip())
    if not text.strip():
        return [] if spec is not None and isinstance(spec.default, list) else {}
    return _nested(spec, text)


def _nested(spec: FieldSpec | None, text: str) -> Any:
    layer = read_yaml(f"value:\n{textwrap.indent(text, '  ')}\n".encode(), source="field")
    if layer.problems:
        problem = layer.problems[0]
        raise ShapeError(max(1, (problem.line or 2) - 1), problem.reason)
    value = layer.values["value"]
    wanted = list if spec is not None and isinstance(spec.default, list) else dict
    if not isinstance(value, wanted):
        raise ShapeError(1, "must be a list, each thing behind a dash" if wanted is list else "must be `key: value`")
    return value


def _pair(line: str, place: int) -> tuple[str, float]:
    word, colon, number = line.rpartition(":")
    if not colon or not word.strip():
        raise ShapeError(place, "must be `word: number`")
    return word.strip().strip("\"'"), _number(number.strip(), place, float)


def _number(text: str, place: int, kind: type[int] | type[float]) -> float:
    try:
        return kind(text)
    except ValueError:
        raise ShapeError(place, f"{text[:20]} is no {'whole ' if kind is int else ''}number") from None
