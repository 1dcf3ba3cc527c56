"""Errors are counted as everybody counts them, and the alignment shows which they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialects.error_rates import GAP, Edits, aligned, edits, error_interval, error_rate, most_confused

UNITS = st.lists(st.sampled_from("abc"), max_size=9)


@pytest.mark.parametrize(
    ("said", "heard", "expected"),
    [
        pytest.param("kitten", "sitting", Edits(6, 2, 0, 1), id="the textbook's"),
        pytest.param("", "", Edits(0), id="nothing"),
        pytest.param("abc", "", Edits(3, 0, 3, 0), id="nothing heard"),
        pytest.param("", "ab", Edits(0, 0, 0, 2), id="invented"),
        pytest.param("abc", "abc", Edits(3), id="right"),
        pytest.param("abcd", "acd", Edits(4, 0, 1, 0), id="one left out"),
    ],
)
def test_edits_are_counted_by_kind(said: str, heard: str, expected: Edits) -> None:
    """What was taken for something else, left out, and added."""
    assert edits(list(said), list(heard)) == expected


@given(UNITS, UNITS)
def test_the_alignment_is_whole_and_short(said: list[str], heard: list[str]) -> None:
    """Both sides can be read back from it; it is symmetric in length and within the bounds of any distance."""
    pairs = aligned(said, heard)
    assert [left for left, _ in pairs if left != GAP] == said
    assert [right for _, right in pairs if right != GAP] == heard
    count = edits(said, heard).errors
    assert count == edits(heard, said).errors
    assert abs(len(said) - len(heard)) <= count <= max(len(said), len(heard))


@given(UNITS, UNITS, UNITS)
def test_a_detour_is_never_shorter(one: list[str], two: list[str], three: list[str]) -> None:
    """The triangle inequality: the alignment found is the shortest."""
    assert edits(one, three).errors <= edits(one, two).errors + edits(two, three).errors


def test_a_rate_is_of_all_units_together() -> None:
    """A long clip weighs more than a short one; invented text can bring more than one error a unit."""
    assert error_rate([Edits(9, 1), Edits(1, 1)]) == pytest.approx(0.2)
    assert error_rate([Edits(2, 0, 0, 4)]) == 2.0
    assert error_rate([]) is None
    assert error_rate([Edits(0, 0, 0, 3)]) is None


def test_intervals_are_bootstraps_over_clips() -> None:
    """Between the best and the worst clip, the same every time; one clip tells nothing of others."""
    clips = [Edits(10, 1), Edits(10, 3), Edits(10, 8)] * 4
    low, high = error_interval(clips) or []
    assert 0.1 < low < 0.4 < high < 0.8
    assert error_interval(clips) == [low, high]
    assert error_interval([Edits(10, 3)]) is None
    assert error_interval([Edits(10, 3), Edits(0, 0, 0, 1)]) is None


def test_what_is_confused_more_than_once_is_named() -> None:
    """The habits of a recognizer, not its single slips."""
    pairs = [("侬", "农")] * 3 + [("是", "四")] * 2 + [("我", "握"), ("好", "好"), ("了", GAP), (GAP, "啊")] * 2
    assert most_confused([*pairs, ("天", "田")]) == {"侬→农": 3, "我→握": 2, "是→四": 2}
    assert list(most_confused(pairs, 1)) == ["侬→农"]
