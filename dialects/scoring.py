"""How right a list of answers is: shares of clips right, per dialect and source, calibration, confusion, intervals.

Credit is given per group of dialects that these recordings cannot tell apart or do not name more closely: Shanghai,
Suzhou and unspecified Wu are one, Sichuan and Chongqing are one. An id that has no training data of its own
(`henan`, `min_unspecified`) is credited when the answer lies in its group of the catalogue; it is listed, but does not
count in the means.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from dialects.catalogue import Catalogue

CREDITED_AS_ONE: Final = {"shanghai": "wu", "suzhou": "wu", "wu_unspecified": "wu", "chongqing": "sichuan"}
_UNSPECIFIED = "_unspecified"
_BINS = 10
_DRAWS = 2_000
_LEAST = 1e-6
_Z = 1.96  # 95%


@dataclass(frozen=True)
class Answer:
    """What one utterance was taken for."""

    dialect_id: str
    """What it is, an id of the manifest."""
    source: str
    probabilities: Mapping[str, float]
    """Class id to probability."""


@dataclass(frozen=True)
class Judged:
    """One answer held against the truth."""

    dialect_id: str
    source: str
    credit: str
    """Group the utterance counts for; the catalogue's group, with a star, where there is no training data."""
    named: str
    """Credit group named first."""
    confidence: float
    first: bool
    among_three: bool
    best: float = 0.0
    """Probability of the most probable single dialect, which is what the line holds against its threshold."""
    truth: float = 0.0
    """Probability of what it is: of its group, wherever in it."""

    @property
    def counts(self) -> bool:
        """Whether it counts in the means."""
        return not self.credit.endswith("*")


def credit_group(dialect_id: str) -> str:
    """The group an id is credited with: `wu` for Shanghai, mostly the id itself."""
    return CREDITED_AS_ONE.get(dialect_id, dialect_id)


def judge(answer: Answer, *, trained: Sequence[str], catalogue: Catalogue) -> Judged:
    """Hold an answer against the truth; `trained` are the class ids with training data."""
    by_credit: dict[str, float] = defaultdict(float)
    for class_id, p in answer.probabilities.items():
        by_credit[credit_group(class_id)] += p
    ranked = sorted(by_credit, key=lambda group: (-by_credit[group], group))
    credit = credit_group(answer.dialect_id)
    own_data = credit in {credit_group(class_id) for class_id in trained}
    if own_data:
        holds = {group: group == credit for group in ranked}
    else:
        wide = _catalogue_group(answer.dialect_id, catalogue)
        credit = f"{wide}*"
        holds = {g: g == answer.dialect_id or _catalogue_group(g, catalogue) == wide for g in ranked}
    right = [holds[group] for group in ranked[:3]]
    return Judged(
        dialect_id=answer.dialect_id,
        source=answer.source,
        credit=credit,
        named=ranked[0],
        confidence=min(1.0, by_credit[ranked[0]]),
        first=right[0],
        among_three=any(right),
        best=max(answer.probabilities.values()),
        truth=sum(by_credit[group] for group in ranked if holds[group]),
    )


def _catalogue_group(dialect_id: str, catalogue: Catalogue) -> str:
    """The catalogue's group of a class, a credit group or an unspecified id; the id itself when it has none."""
    plain = dialect_id.removesuffix(_UNSPECIFIED)
    if plain in catalogue.groups:
        return plain
    return catalogue.group_of(plain) if plain in catalogue.classes else plain


def score(judged: Sequence[Judged], *, repeats: int = 1) -> dict[str, Any]:
    """`top1`, `top3`, `ece`, `log_probability` of the truth (nats), `n`, intervals, rows, `confusion`, ready for JSON.

    Rows are `per_group`, `per_dialect` and `per_source`. Means are over credit groups, each group the same; `ece`
    weighs utterances so that groups weigh the same. None where nothing counts. `repeats` is how often each utterance
    was judged, with other numbers: `n` and intervals are of utterances, for drawing numbers tells nothing about other
    callers.
    """
    counted = [one for one in judged if one.counts]
    groups = _by(counted, "credit")
    low, high = _interval(groups, "first", repeats)
    low3, high3 = _interval(groups, "among_three", repeats)
    return {
        "top1": _mean(groups, "first"),
        "top1_interval": [low, high],
        "top3": _mean(groups, "among_three"),
        "top3_interval": [low3, high3],
        "ece": calibration_error(groups),
        "log_probability": _log_probability(groups),
        "n": len(counted) // repeats,
        "n_all": len(judged) // repeats,
        "per_group": {key: _summary(rows, repeats) for key, rows in sorted(groups.items())},
        "per_dialect": {
            key: {**_summary(rows, repeats), "credit": rows[0].credit}
            for key, rows in sorted(_by(judged, "dialect_id").items())
        },
        "per_source": {key: _summary(rows, repeats) for key, rows in sorted(_by(judged, "source").items())},
        "confusion": {
            key: dict(Counter(row.named for row in rows).most_common())
            for key, rows in sorted(_by(judged, "dialect_id").items())
        },
    }


def calibration_error(groups: Mapping[str, Sequence[Judged]]) -> float | None:
    """Expected calibration error of the first answers in ten bins of confidence, every group the same weight."""
    total = len(groups)
    if not total:
        return None
    bins: dict[int, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for rows in groups.values():
        for row in rows:
            weight = 1 / (total * len(rows))
            cell = bins[min(_BINS - 1, int(row.confidence * _BINS))]
            cell[0] += weight * row.confidence
            cell[1] += weight * row.first
    return round(sum(abs(confidence - right) for confidence, right in bins.values()), 4)


def wilson(right: float, count: int) -> tuple[float, float]:
    """95% interval of a share (Wilson 1927); the whole range when nothing was counted."""
    if not count:
        return 0.0, 1.0
    share, spread = right / count, _Z**2 / count
    middle = (share + spread / 2) / (1 + spread)
    half = _Z * math.sqrt(share * (1 - share) / count + spread / (4 * count)) / (1 + spread)
    return round(max(0.0, middle - half), 4), round(min(1.0, middle + half), 4)


def _summary(rows: Sequence[Judged], repeats: int) -> dict[str, Any]:
    right = sum(row.first for row in rows)
    return {
        "n": len(rows) // repeats,
        "top1": round(right / len(rows), 4),
        "top1_interval": list(wilson(right / repeats, len(rows) // repeats)),
        "top3": round(sum(row.among_three for row in rows) / len(rows), 4),
    }


def _mean(groups: Mapping[str, Sequence[Judged]], of: str) -> float | None:
    shares = [sum(getattr(row, of) for row in rows) / len(rows) for rows in groups.values()]
    return round(sum(shares) / len(shares), 4) if shares else None


def _log_probability(groups: Mapping[str, Sequence[Judged]]) -> float | None:
    """The mean over groups of the logarithm of what was given to the truth: calibration and sharpness in one figure."""
    means = [sum(math.log(max(row.truth, _LEAST)) for row in rows) / len(rows) for rows in groups.values()]
    return round(sum(means) / len(means), 4) if means else None


def _interval(groups: Mapping[str, Sequence[Judged]], of: str, repeats: int) -> tuple[float | None, float | None]:
    """95% interval of the mean over groups: each group's share drawn from its posterior, Jeffreys' prior.

    A bootstrap would give groups of two clips that are both right no spread at all. Clips of one source are taken for
    independent, which they are not: the true interval is wider.
    """
    if not groups:
        return None, None
    draw = np.random.default_rng(7)
    means = np.zeros(_DRAWS)
    for rows in groups.values():
        right = sum(getattr(row, of) for row in rows) / repeats
        means += draw.beta(right + 0.5, len(rows) / repeats - right + 0.5, _DRAWS) / len(groups)
    low, high = np.percentile(means, [2.5, 97.5])
    return round(float(low), 4), round(float(high), 4)


def _by(judged: Sequence[Judged], attribute: str) -> dict[str, list[Judged]]:
    found: dict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        found[getattr(one, attribute)].append(one)
    return dict(found)
