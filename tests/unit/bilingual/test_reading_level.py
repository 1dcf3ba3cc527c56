"""How hard a text is, in characters, sentences and school grades."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilingual.prompt_lint.reading import english_grade, rare_characters


def test_the_characters_of_everyday_are_common():
    """The list has what a first reader has; what a specialist writes is outside."""
    assert rare_characters("您好，需要人工，请直接说话，或者按零。") == ()
    assert rare_characters("缴费、缴款") == ("缴",)


@pytest.mark.parametrize(
    ("phrases", "lowest", "highest"),
    [
        pytest.param(["Please stay on the line."], -3, 2, id="a short sentence"),
        pytest.param(["The cat sat on the mat."], -3, 1, id="monosyllables"),
        pytest.param(
            ["The authorization of supplementary documentation is administered by the responsible department."],
            12,
            40,
            id="an office's sentence",
        ),
    ],
)
def test_the_grade_tells_plain_from_office_english(phrases: list[str], lowest: float, highest: float):
    """Rough for a dozen words, and far apart where it matters."""
    assert lowest <= english_grade(phrases) <= highest


def test_a_text_without_english_has_no_grade():
    """Nothing to divide by."""
    assert english_grade(["您好。", ""]) == 0


@given(st.lists(st.text(max_size=80), max_size=4))
def test_any_text_has_a_finite_grade(phrases: list[str]):
    """Emoji, marks alone, ten thousand blanks: a number, never a fault."""
    assert abs(english_grade(phrases)) < 10_000
