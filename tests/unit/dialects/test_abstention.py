"""What abstaining buys, as a curve and at the threshold of the settings."""

from __future__ import annotations

import pytest

from dialects.abstention import at_threshold, coverage
from dialects.scoring import Judged


def judged(credit: str, confidence: float, right: bool, best: float | None = None) -> Judged:
    """An answer that sure."""
    return Judged(credit, "a/b", credit, credit, confidence, right, right, confidence if best is None else best)


ANSWERS = [judged("hakka", 0.1 * n, n > 5) for n in range(1, 11)]


def test_the_surest_are_answered_first() -> None:
    """Half of the answers are right, and the surest half all of them."""
    points = coverage(ANSWERS)
    assert [point["share"] for point in points] == pytest.approx([0.1 * n for n in range(1, 11)])
    assert (points[4]["top1"], points[-1]["top1"]) == (1.0, 0.5)


def test_every_group_weighs_the_same_on_the_curve() -> None:
    """One Min answer weighs as much as ten of Hakka; what counts in no mean counts in no curve."""
    points = coverage([*ANSWERS, judged("minnan", 2.0, False), judged("wu*", 3.0, True)])
    assert points[0] == {"share": 0.5, "top1": 0.0, "threshold": 2.0}
    assert [point["share"] for point in points[1:]] == pytest.approx([0.6, 0.7, 0.8, 0.9, 1.0])


def test_the_threshold_is_held_against_single_dialects() -> None:
    """Shanghai and Suzhou together may be sure where neither is: the line names none."""
    sure, split = judged("wu", 0.9, True, 0.9), judged("wu", 0.9, False, 0.44)
    assert at_threshold([sure, split], 0.45) == {"abstain_below": 0.45, "share": 0.5, "top1": 1.0}
    assert at_threshold([split], 0.45) == {"abstain_below": 0.45, "share": 0.0, "top1": None}
    assert at_threshold([], 0.45)["share"] == 0.0
    assert coverage([]) == []
