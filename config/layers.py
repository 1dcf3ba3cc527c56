"""Layers of settings and how they are laid over one another, remembering where each value came from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from config.errors import Problem

KeyPath = tuple[str | int, ...]
"""Where a value lies in the settings: `("line", "elder_age")`, `("agents", 2, "contact")`."""


@dataclass(frozen=True)
class Origin:
    """The place a value was written down."""

    source: str
    """The file as it was named to us, or the environment variable."""

    line: int | None = None
    """Line in the file, from 1; None for the environment and for a file as a whole."""

    in_file: bool = True

    def __str__(self) -> str:
        """Return `file:line`, or the source alone."""
        return self.source if self.line is None else f"{self.source}:{self.line}"


@dataclass
class Layer:
    """Some of the settings from one kind of source, with their places and what is wrong with them."""

    values: dict[str, Any] = field(default_factory=dict)
    """Field of the settings to its tree of mappings, lists and scalars."""

    origins: dict[KeyPath, Origin] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    refused: set[KeyPath] = field(default_factory=set)
    """Paths already reported here, so that validation does not report them a second time."""

    sources: list[str] = field(default_factory=list)
    """The files or variables that were read."""

    def refuse(self, path: KeyPath, origin: Origin, reason: str) -> None:
        """Report the value at `path` as wrong, once."""
        self.problems.append(Problem(origin.source, origin.line, dotted(path), reason))
        self.refused.add(path)


def dotted(path: Iterable[str | int]) -> str:
    """Return a path as people write it: `agents[2].contact`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def locate(origins: Mapping[KeyPath, Origin], path: KeyPath) -> Origin | None:
    """Return where `path`, or the nearest thing around it, was written; None when it stands nowhere."""
    for length in range(len(path), 0, -1):
        if path[:length] in origins:
            return origins[path[:length]]
    return None


def lay_over(base: Layer, upper: Layer) -> Layer:
    """Return both layers as one: the upper one wins, mappings are merged deeply, lists are replaced whole."""
    merged = Layer(
        values=dict(base.values),
        origins=dict(base.origins),
        problems=base.problems + upper.problems,
        refused={path for path in base.refused if path not in upper.origins} | upper.refused,
        sources=base.sources + upper.sources,
    )
    _merge(merged, merged.values, upper.values, path=())
    merged.origins.update(upper.origins)
    return merged


def _merge(merged: Layer, below: dict[str, Any], above: Mapping[str, Any], *, path: KeyPath) -> None:
    for key, value in above.items():
        here = (*path, key)
        if isinstance(value, dict) and isinstance(below.get(key), dict):
            below[key] = dict(below[key])  # the layer below stays as it was
            _merge(merged, below[key], value, path=here)
        else:
            _forget_below(merged, here)
            below[key] = value


def _forget_below(merged: Layer, path: KeyPath) -> None:
    """Drop the places of what a replaced list or mapping held, or they would be blamed for its successor."""
    depth = len(path)
    for known in [known for known in merged.origins if len(known) > depth and known[:depth] == path]:
        del merged.origins[known]
