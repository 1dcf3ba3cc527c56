"""What the model for replies learns from: seeds written here, filled in their own ways."""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

import yaml

from greeting_sms.inbound.labels import Label

FILE = "data/inbound/seeds.yaml"
_SLOT = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True)
class Example:
    """One text the model learns from."""

    text: str
    label: Label
    seed: int
    """Which seed it was made of: those of one seed are held out together."""


def examples(text: str | None = None) -> tuple[Example, ...]:
    """All examples, the same every time."""
    told = yaml.safe_load(text or files("greeting_sms").joinpath(FILE).read_text(encoding="utf-8"))
    lists, most = told["lists"], int(told["most_of_a_seed"])
    drawn = random.Random(20261122)  # noqa: S311 - no secret: the same examples every time
    written = {label: [*of_label, *told["plain"][label].split(" / ")] for label, of_label in told["seeds"].items()}
    seeds = ((Label(label), str(seed).strip()) for label, of_label in written.items() for seed in of_label)
    made = [
        Example(filled, label, number)
        for number, (label, seed) in enumerate(seeds)
        for filled in _some(list(_filled(seed, lists)), most, drawn)
    ]
    return tuple(made)


def _filled(seed: str, lists: Mapping[str, Sequence[str]]) -> Iterator[str]:
    names = _SLOT.findall(seed)
    for words in itertools.product(*(lists[name] for name in names)):
        filling = iter(words)
        yield _SLOT.sub(lambda _, filling=filling: next(filling), seed)  # type: ignore[misc]


def _some(ways: list[str], most: int, drawn: random.Random) -> list[str]:
    return ways if len(ways) <= most else drawn.sample(ways, most)
