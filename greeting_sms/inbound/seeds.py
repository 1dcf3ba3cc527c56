"""What the model for replies learns from: seeds written here, filled in their own ways."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import yaml

from greeting_sms.inbound.labels import Label

FOLDER = "data/inbound/seeds"
_SLOT = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True)
class Example:
    """One text the model learns from."""

    text: str
    label: Label
    seed: int
    """Which seed it was made of."""


def examples(texts: Sequence[str] | None = None) -> tuple[Example, ...]:
    """All examples, the same every time; of the files that come with the program, or of these."""
    told = [yaml.safe_load(text) for text in texts or _shipped()]
    drawn = random.Random(20261122)  # noqa: S311 - no secret: the same examples every time
    seeds = [(label, seed, each) for each in told for label, seed in _seeds(each)]
    made = (
        Example(filled, label, number)
        for number, (label, seed, each) in enumerate(seeds)
        for filled in _filled(seed, each.get("lists", {}), int(each.get("most_of_a_seed", 1)), drawn)
    )
    return tuple(made)


def _shipped() -> list[str]:
    folder = files("greeting_sms").joinpath(FOLDER)
    names = sorted(each.name for each in folder.iterdir() if each.name.endswith(".yaml"))
    return [folder.joinpath(name).read_text(encoding="utf-8") for name in names]


def _seeds(told: Mapping[str, Any]) -> Iterator[tuple[Label, str]]:
    for label in Label:
        yield from ((label, str(seed)) for seed in told.get("seeds", {}).get(label, ()))
        plain = (each.strip() for each in str(told.get("plain", {}).get(label, "")).split(" / "))
        yield from ((label, each.removesuffix(" /")) for each in plain if each)


def _filled(seed: str, lists: Mapping[str, Sequence[str]], most: int, drawn: random.Random) -> Iterator[str]:
    """A seed with its slots filled in every way, or in so many of them drawn at random."""
    parts = [lists[name] for name in _SLOT.findall(seed)]
    ways = math.prod(len(part) for part in parts)
    for way in range(ways) if ways <= most else drawn.sample(range(ways), most):
        filling = iter(_words_of(way, parts))
        yield _SLOT.sub(lambda _, filling=filling: next(filling), seed).strip()  # type: ignore[misc]


def _words_of(way: int, parts: Sequence[Sequence[str]]) -> Iterator[str]:
    """The words of the way with this number, counted like the digits of a number."""
    for part in parts:
        way, at = divmod(way, len(part))
        yield str(part[at])
