"""What abstaining buys: how right the answers are that remain when the least sure are left to a person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dialects.scoring import Judged


def coverage(judged: Sequence[Judged], steps: int = 10) -> list[dict[str, float]]:
    """Points of the accuracy-coverage curve, `{share, top1, threshold}`, surest first; groups weigh the same.

    A point is where a further tenth (of ten `steps`) is reached; an answer that weighs several tenths makes one point.
    """
    counted = [one for one in judged if one.counts]
    weights = _weights(counted)
    ranked = sorted(zip(counted, weights, strict=True), key=lambda item: -item[0].confidence)
    points: list[dict[str, float]] = []
    total, seen, right, step = sum(weights), 0.0, 0.0, 1
    for one, weight in ranked:
        seen += weight
        right += weight * one.first
        if seen >= total * step / steps - 1e-9:
            share = round(seen / total, 3)
            points.append({"share": share, "top1": round(right / seen, 4), "threshold": round(one.confidence, 4)})
            step = int(seen / total * steps + 1e-9) + 1
    return points


def at_threshold(judged: Sequence[Judged], abstain_below: float) -> dict[str, Any]:
    """What the line does at its threshold: the share it names a dialect for, and how right those are (None of none).

    The line holds the threshold against the most probable *dialect*; the curve ranks by *group*, as right and wrong are
    counted. So this point lies near the curve and not always on it.
    """
    counted = [one for one in judged if one.counts]
    weights = _weights(counted)
    named = [(one, weight) for one, weight in zip(counted, weights, strict=True) if one.best >= abstain_below]
    total, seen = sum(weights), sum(weight for _, weight in named)
    return {
        "abstain_below": abstain_below,
        "share": round(seen / total, 4) if total else 0.0,
        "top1": round(sum(weight * one.first for one, weight in named) / seen, 4) if seen else None,
    }


def _weights(counted: Sequence[Judged]) -> list[float]:
    sizes: dict[str, int] = {}
    for one in counted:
        sizes[one.credit] = sizes.get(one.credit, 0) + 1
    return [1 / sizes[one.credit] for one in counted]
