"""How wrong transcripts are: edits, rates, intervals; one definition for evaluation and bench.

A rate is substitutions, deletions and insertions of the shortest alignment (Levenshtein 1966) over the units that were
said, all clips together: a long clip weighs more than a short one, and a recognizer that invents text can exceed 1.
Units are those of `spoken_form`. The alignment is our own forty lines: a library would be one more package in every
installation of the line for what two commands need, on a few hundred short texts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

GAP: Final = ""
"""The other side of a unit that was left out or added."""
_DRAWS = 2_000
_SEED = 7
_PERCENTILES = (2.5, 97.5)

Pair = tuple[str, str]
"""A unit said and the unit written for it; one of them may be `GAP`."""


@dataclass(frozen=True)
class Edits:
    """What separates one transcript from what was said."""

    units: int
    """Units said."""
    substitutions: int = 0
    deletions: int = 0
    insertions: int = 0

    @property
    def errors(self) -> int:
        """All three together."""
        return self.substitutions + self.deletions + self.insertions


def aligned(said: Sequence[str], heard: Sequence[str]) -> list[Pair]:
    """The shortest alignment, in order; of several the same one every time."""
    costs = _costs(said, heard)
    pairs: list[Pair] = []
    row, column = len(said), len(heard)
    while row or column:
        here = costs[row][column]
        if row and column and costs[row - 1][column - 1] + (said[row - 1] != heard[column - 1]) == here:
            row, column = row - 1, column - 1
            pairs.append((said[row], heard[column]))
        elif row and costs[row - 1][column] + 1 == here:
            row -= 1
            pairs.append((said[row], GAP))
        else:
            column -= 1
            pairs.append((GAP, heard[column]))
    return pairs[::-1]


def _costs(said: Sequence[str], heard: Sequence[str]) -> list[list[int]]:
    """[said + 1][heard + 1], the fewest edits between the beginnings of both."""
    costs = [list(range(len(heard) + 1))]
    for number, unit in enumerate(said, start=1):
        above, row = costs[-1], [number]
        for column, other in enumerate(heard, start=1):
            row.append(min(above[column] + 1, row[-1] + 1, above[column - 1] + (unit != other)))
        costs.append(row)
    return costs


def edits(said: Sequence[str], heard: Sequence[str]) -> Edits:
    """The edits of the shortest alignment."""
    wrong = [(left, right) for left, right in aligned(said, heard) if left != right]
    deletions, insertions = sum(right == GAP for _, right in wrong), sum(left == GAP for left, _ in wrong)
    return Edits(len(said), len(wrong) - deletions - insertions, deletions, insertions)


def error_rate(clips: Sequence[Edits]) -> float | None:
    """Errors over units said, all clips together; None where nothing was said."""
    units = sum(clip.units for clip in clips)
    return sum(clip.errors for clip in clips) / units if units else None


def error_interval(clips: Sequence[Edits]) -> list[float] | None:
    """95% interval of the rate, a bootstrap over clips with a fixed seed; None below two clips.

    Clips of one voice are taken for independent, which they are not: the true interval is wider.
    """
    said = [clip for clip in clips if clip.units]
    if len(said) < 2:
        return None
    draw = np.random.default_rng(_SEED).integers(len(said), size=(_DRAWS, len(said)))
    errors, units = (np.array([getattr(clip, of) for clip in said]) for of in ("errors", "units"))
    rates = errors[draw].sum(axis=1) / units[draw].sum(axis=1)
    return [round(float(edge), 4) for edge in np.percentile(rates, _PERCENTILES)]


def most_confused(pairs: Sequence[Pair], count: int = 5) -> dict[str, int]:
    """What is written for what more than once, `侬→农`, of what was neither left out nor added."""
    wrong = Counter(f"{said}→{heard}" for said, heard in pairs if said != heard and GAP not in (said, heard))
    wrong = Counter({pair: times for pair, times in wrong.items() if times > 1})
    return dict(sorted(wrong.items(), key=lambda item: (-item[1], item[0]))[:count])
