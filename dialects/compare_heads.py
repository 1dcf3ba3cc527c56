"""Whether a new head may take the place of the one in use: both judged on the same frozen utterances.

The rule (docs/learning.md): a new head is worse, and refused, when on the mean over dialect groups its first answers
are right less often by more than the margin, or its log-likelihood of the truth is lower by more than the margin; when
either loss, however small, shows in nearly all bootstrap draws; when a dialect with enough frozen utterances loses too
much; or when it no longer knows a class. Utterances are drawn in pairs (both heads' answers on one utterance) within
their group, so that groups keep their weight.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from dialects.acoustics import AcousticHead
from dialects.catalogue import Catalogue
from dialects.evaluate import Heard, probabilities
from dialects.scoring import Answer, Judged, credit_group, judge, score
from dialects.utterances import SEED

_FLOOR: Final = 1e-4
"""No answer counts as less likely than this; the line floors evidence too."""


@dataclass(frozen=True)
class Rule:
    """What counts as worse."""

    top1_margin: float = 0.02
    """Mean top-1 may fall by this."""
    likelihood_margin: float = 0.05
    """Mean log-likelihood may fall by this, nats an utterance."""
    surely: float = 0.95
    """A loss within the margins is refused all the same when this share of draws shows it."""
    dialect_margin: float = 0.05
    """A dialect's top-1 may fall by this."""
    dialect_counts_from: int = 20
    """Frozen utterances from which a dialect is looked at alone."""
    fewest: int = 30
    """Frozen utterances below which nothing is decided."""
    draws: int = 2_000


@dataclass(frozen=True)
class _Pair:
    """Both heads' answers to one utterance."""

    old: Judged
    new: Judged
    log_old: float
    log_new: float


def compare(
    heard: Sequence[Heard], old: AcousticHead, new: AcousticHead, *, catalogue: Catalogue, rule: Rule | None = None
) -> dict[str, Any]:
    """Figures of both heads on the same utterances, their difference, and `refusals`: why the new one is worse.

    JSON-ready: `old` and `new` as `scoring.score` gives them, `difference` with 95% intervals of a paired bootstrap,
    `per_dialect` changes; an empty `refusals` says that the new head may replace the old one; `reasons` are the same
    as codes and figures.
    """
    rule = rule or Rule()
    union = tuple(sorted({*old.classes, *new.classes}))
    pairs = _pairs(heard, old, new, union, catalogue)
    groups = _by_group([pair for pair in pairs if pair.old.counts])
    top1 = {
        key: np.array([float(one.new.first) - float(one.old.first) for one in rows]) for key, rows in groups.items()
    }
    likelihood = {key: np.array([one.log_new - one.log_old for one in rows]) for key, rows in groups.items()}
    dialects = _per_dialect([pair for pair in pairs if pair.old.counts], rule)
    difference = {"top1": _difference(top1, rule), "log_likelihood": _difference(likelihood, rule)}
    counted = sum(len(rows) for rows in groups.values())
    lost = sorted(set(old.classes) - set(new.classes))
    reasons = _reasons(difference, dialects, lost, counted, groups, rule)
    return {
        "n": counted,
        "old": score([pair.old for pair in pairs]),
        "new": score([pair.new for pair in pairs]),
        "difference": difference,
        "per_dialect": dialects,
        "rule": asdict(rule),
        "reasons": reasons,
        "refusals": [_sentence(reason) for reason in reasons],
    }


def _pairs(
    heard: Sequence[Heard], old: AcousticHead, new: AcousticHead, union: Sequence[str], catalogue: Catalogue
) -> list[_Pair]:
    even = 1 / len({credit_group(class_id) for class_id in union})
    pairs = []
    for one, row_old, row_new in zip(heard, probabilities(heard, old), probabilities(heard, new), strict=True):
        judged, logs = [], []
        for row in (row_old, row_new):
            answer = Answer(one.utterance.dialect_id, one.utterance.source, row)
            judged.append(judge(answer, trained=union, catalogue=catalogue))
            logs.append(_log_likelihood(row, one.utterance.dialect_id, even))
        pairs.append(_Pair(judged[0], judged[1], logs[0], logs[1]))
    return pairs


def _log_likelihood(row: Mapping[str, float], dialect_id: str, even: float) -> float:
    """Log probability of the truth's credit group; a head that does not know it claims nothing: an even share."""
    credit = credit_group(dialect_id)
    own = [p for class_id, p in row.items() if credit_group(class_id) == credit]
    return math.log(max(_FLOOR, sum(own) if own else even))


def _by_group(pairs: Sequence[_Pair]) -> dict[str, list[_Pair]]:
    groups: dict[str, list[_Pair]] = defaultdict(list)
    for pair in pairs:
        groups[pair.old.credit].append(pair)
    return dict(sorted(groups.items()))


def _difference(groups: Mapping[str, NDArray[np.float64]], rule: Rule) -> dict[str, float]:
    """Mean over groups of new minus old, its 95% interval, and the share of draws in which it is a loss."""
    if not groups:
        return {"mean": 0.0, "low": 0.0, "high": 0.0, "worse_in": 0.0}
    draw = np.random.default_rng(SEED)
    means = np.zeros(rule.draws)
    for values in groups.values():
        means += draw.choice(values, (rule.draws, values.size)).mean(axis=1) / len(groups)
    low, high = np.percentile(means, [2.5, 97.5])
    mean = float(np.mean([values.mean() for values in groups.values()]))
    return {
        "mean": round(mean, 4),
        "low": round(float(low), 4),
        "high": round(float(high), 4),
        "worse_in": round(float((means < -1e-9).mean()), 4),
    }


def _per_dialect(pairs: Sequence[_Pair], rule: Rule) -> dict[str, dict[str, Any]]:
    rows: dict[str, list[float]] = defaultdict(list)
    for pair in pairs:
        rows[pair.old.dialect_id].append(float(pair.new.first) - float(pair.old.first))
    return {
        key: {"n": len(values), **_difference({key: np.array(values)}, rule)} for key, values in sorted(rows.items())
    }


def _reasons(
    difference: Mapping[str, Mapping[str, float]],
    dialects: Mapping[str, Mapping[str, Any]],
    lost: Sequence[str],
    counted: int,
    groups: Mapping[str, Sequence[_Pair]],
    rule: Rule,
) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if counted < rule.fewest or len(groups) < 2:
        found.append({"code": "too_few", "n": counted, "groups": len(groups), "needed": rule.fewest})
    for key, margin in (("top1", rule.top1_margin), ("log_likelihood", rule.likelihood_margin)):
        change = difference[key]
        told = {"fall": -change["mean"], "margin": margin, "worse_in": change["worse_in"]}
        if change["mean"] < -margin:
            found.append({"code": f"{key}_falls", **told})
        elif change["worse_in"] >= rule.surely and change["mean"] < 0:
            found.append({"code": f"{key}_falls_surely", **told})
    found += [
        {"code": "dialect", "dialect": id_, "fall": -row["mean"], "n": row["n"], "margin": rule.dialect_margin}
        for id_, row in dialects.items()
        if row["n"] >= rule.dialect_counts_from and row["mean"] < -rule.dialect_margin
    ]
    if lost:
        found.append({"code": "lost", "dialects": list(lost)})
    return found


_MEANS: Final = {"top1": "mean top-1", "log_likelihood": "mean log-likelihood"}


def _sentence(reason: Mapping[str, Any]) -> str:
    """One of `_reasons` in words."""
    code = str(reason["code"])
    if code == "too_few":
        return (
            f"the frozen set has {reason['n']} utterances of {reason['groups']} dialect groups that count; at least "
            f"{reason['needed']} of two are needed to decide anything"
        )
    if code == "lost":
        return f"it no longer knows {', '.join(reason['dialects'])}"
    if code == "dialect":
        return (
            f"{reason['dialect']} loses {reason['fall']:.3f} of its top-1 over {reason['n']} utterances, "
            f"more than {reason['margin']}"
        )
    name = _MEANS[code.partition("_falls")[0]]
    if code.endswith("_surely"):
        return f"{name} falls by {reason['fall']:.3f}: little, but in {reason['worse_in']:.0%} of draws"
    return f"{name} falls by {reason['fall']:.3f}, more than {reason['margin']}"
