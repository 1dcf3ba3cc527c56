"""Adds outcomes up: cut-offs by pause and by condition, turns merged, onsets missed, and how long everything took."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np

from dialects.endpointing.disturbances import Condition
from dialects.endpointing.measure import Outcome
from dialects.endpointing.scenes import Kind
from dialects.settings import EndpointingSettings

Key = TypeVar("Key", bound=Hashable)

APART = Condition.TELEVISION
"""Told in its own row only: who is never silent is never cut off, and would flatter every sum."""


def figures_of(outcomes: Sequence[Outcome], profile: EndpointingSettings) -> dict[str, Any]:
    """One profile's figures, ready for JSON; sums leave the television out."""
    counted = [outcome for outcome in outcomes if outcome.scene.condition is not APART]
    paused = [outcome for outcome in counted if outcome.scene.kind is Kind.PAUSES]
    turns = [outcome for outcome in counted if outcome.scene.kind is Kind.TURNS]
    return {
        "settings": profile.model_dump(),
        "cutoffs": share([cut for outcome in paused for cut in outcome.cut_at_pause]),
        "cutoffs_elsewhere": sum(outcome.cut_elsewhere for outcome in counted),
        "sentences_cut": share([any(each.cut_at_pause) or each.cut_elsewhere > 0 for each in paused]),
        "by_pause": _by(paused, lambda each: each.scene.silence_seconds, lambda each: each.cut_at_pause),
        "by_condition": {
            key: _condition([each for each in outcomes if each.scene.condition is key]) for key in Condition
        },
        "merged": share([each.merged for each in turns]),
        "merged_by_gap": _by(turns, lambda each: each.scene.silence_seconds, lambda each: (each.merged,)),
        "onsets_missed": share([each.onset_seconds is None for each in counted]),
        "onsets_false": share([each.false_onset for each in counted]),
        "never_ended": share([each.end_seconds is None for each in counted]),
        "onset_ms": _times(each.onset_seconds for each in counted),
        "end_ms": _times(each.end_seconds for each in counted),
        "known_from_ms": _times(each.known_from_seconds for each in counted),
        "recognitions_per_scene": round(float(np.mean([each.recognitions for each in counted])), 2)
        if counted
        else None,
    }


def share(counted: Sequence[bool]) -> dict[str, Any]:
    """How many of how many, with Wilson's 95% interval (Wilson, JASA 1927)."""
    n, hits = len(counted), sum(counted)
    if not n:
        return {"n": 0, "count": 0, "share": None, "interval": None}
    z = 1.96
    middle, spread = hits / n + z * z / (2 * n), z * ((hits / n * (1 - hits / n) + z * z / (4 * n)) / n) ** 0.5
    low, high = ((middle + sign * spread) / (1 + z * z / n) for sign in (-1, 1))
    return {
        "n": n,
        "count": hits,
        "share": round(hits / n, 4),
        "interval": [round(max(0.0, low), 4), round(min(1.0, high), 4)],
    }


def _by(
    outcomes: Iterable[Outcome], key_of: Callable[[Outcome], Key], counted: Callable[[Outcome], Sequence[bool]]
) -> dict[Key, dict[str, Any]]:
    rows: dict[Key, list[bool]] = {}
    for outcome in outcomes:
        rows.setdefault(key_of(outcome), []).extend(counted(outcome))
    return {key: share(row) for key, row in rows.items()}


def _condition(outcomes: Sequence[Outcome]) -> Mapping[str, Any]:
    return {
        "cutoffs": share([cut for outcome in outcomes for cut in outcome.cut_at_pause]),
        "onsets_missed": share([each.onset_seconds is None for each in outcomes]),
        "onsets_false": share([each.false_onset for each in outcomes]),
        "never_ended": share([each.end_seconds is None for each in outcomes]),
        "onset_ms": _times(each.onset_seconds for each in outcomes),
        "known_from_ms": _times(each.known_from_seconds for each in outcomes),
    }


def _times(seconds: Iterable[float | None]) -> dict[str, float | None]:
    """Median and 95th percentile in ms; what never happened counts as later than anything that did."""
    values = [np.inf if each is None else each * 1000 for each in seconds]
    if not values:
        return {"p50": None, "p95": None}
    found = {f"p{at}": float(np.percentile(values, at, method="lower")) for at in (50, 95)}
    return {name: round(value) if np.isfinite(value) else None for name, value in found.items()}
