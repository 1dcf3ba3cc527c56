"""Which examples are variants of one sentence: they are held out together, or the figures would flatter."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Sequence

from greeting_sms.inbound.folding import fold
from greeting_sms.inbound.labels import Label
from greeting_sms.inbound.seeds import Example

_TRIMMINGS = re.compile(
    r"请|麻烦|拜托|劳驾|您好|你好|喂|哎|谢谢|多谢|谢|你们|了|啊|吧|啦|呀|哦|哈|呢|嘛|吗|的|再|给我|我|都|就|please|pls|plz|thanks|thankyou|thx|hello|hi|just"
)
"""What may be added to a sentence without making it another one."""


def families(examples: Sequence[Example]) -> list[int]:
    """For every example the number of its family: what was made of one seed, or is equal but for trimmings."""
    joined = _Joined()
    for each in examples:
        compact = fold(each.text).compact
        joined.join(("seed", each.seed), ("core", _TRIMMINGS.sub("", compact) or compact))
    roots = [joined.root(("seed", each.seed)) for each in examples]
    numbers = {root: number for number, root in enumerate(dict.fromkeys(roots))}
    return [numbers[root] for root in roots]


def folds(of_family: Sequence[int], count: int) -> list[int]:
    """For every example its fold, families kept whole and the folds of like size: the largest family first."""
    sizes: dict[int, int] = {}
    for family in of_family:
        sizes[family] = sizes.get(family, 0) + 1
    load, chosen = [0] * count, dict[int, int]()
    for family in sorted(sizes, key=lambda each: (-sizes[each], each)):
        chosen[family] = load.index(min(load))
        load[chosen[family]] += sizes[family]
    return [chosen[family] for family in of_family]


class _Joined:
    """Sets that grow together (union-find)."""

    def __init__(self) -> None:
        self._above: dict[Hashable, Hashable] = {}

    def root(self, of: Hashable) -> Hashable:
        """The one that stands for all that were joined with this."""
        path = [of]
        while (above := self._above.get(path[-1], path[-1])) != path[-1]:
            path.append(above)
        self._above.update((each, path[-1]) for each in path)
        return path[-1]

    def join(self, first: Hashable, second: Hashable) -> None:
        """Make the sets of two into one."""
        self._above[self.root(first)] = self.root(second)


def distinct(examples: Iterable[Example]) -> tuple[Example, ...]:
    """One example of every spelling, with the label whose missing does most harm where seeds disagree."""
    order = {label: number for number, label in enumerate(Label)}
    kept: dict[str, Example] = {}
    for each in examples:
        words = fold(each.text).words
        if words not in kept or order[each.label] < order[kept[words].label]:
            kept[words] = each
    return tuple(kept.values())
