"""A language posterior says something about the group and nothing within it."""

from __future__ import annotations

import math

import pytest

from dialects.catalogue import PUTONGHUA, Catalogue
from dialects.evidence import Source
from dialects.sound import Pattern, language_evidence, load_language_table, pattern_of


@pytest.mark.parametrize(
    ("posterior", "pattern"),
    [
        ({"zh": 0.98}, Pattern.CHINESE),
        ({"zh": 0.5, "yue": 0.45}, Pattern.CHINESE),
        ({"zh": 0.7, "my": 0.2}, Pattern.MOSTLY_CHINESE),
        ({"zh": 0.2, "my": 0.4, "bo": 0.2}, Pattern.BURMESE),
        ({"zh": 0.2, "vi": 0.4, "th": 0.2}, Pattern.SOUTHEAST),
        ({"zh": 0.2, "ja": 0.3, "ko": 0.3}, Pattern.SCATTERED),
        ({"en": 0.8, "zh": 0.1}, None),
        ({}, None),
    ],
)
def test_posteriors_fall_into_patterns(posterior: dict[str, float], pattern: Pattern | None) -> None:
    """English and silence say nothing about a dialect."""
    assert pattern_of(posterior) is pattern


def test_speech_unlike_mandarin_speaks_for_other_groups(catalogue: Catalogue) -> None:
    """Where Whisper hears Vietnamese, Min and Hakka are likelier than Mandarin."""
    evidence = language_evidence({"zh": 0.2, "vi": 0.6}, catalogue)
    assert evidence is not None
    assert evidence.source is Source.ACOUSTIC
    assert evidence.likelihood["minnan"] > evidence.likelihood["beijing"]
    assert "闽语" in evidence.text


def test_dialects_of_a_group_are_not_told_apart(catalogue: Catalogue) -> None:
    """What the sound cannot separate it does not claim; Putonghua is heard as Mandarin."""
    evidence = language_evidence({"zh": 0.99}, catalogue)
    assert evidence is not None
    for group in catalogue.groups:
        assert len({evidence.likelihood[class_id] for class_id in catalogue.members(group)}) == 1
    assert evidence.likelihood[PUTONGHUA] == evidence.likelihood["sichuan"]


@pytest.mark.parametrize("pattern", list(Pattern))
def test_the_table_is_a_probability_per_group_and_never_sure(pattern: Pattern) -> None:
    """Shares sum to one, and no pattern excludes a group."""
    table = load_language_table()
    for row in (*table.likelihood.values(), table.elsewhere):
        assert math.isclose(sum(row.values()), 1.0, abs_tol=0.005)
        assert 0.01 < row[pattern] < 0.9


def test_the_table_speaks_of_groups_of_the_catalogue(catalogue: Catalogue) -> None:
    """Groups without recordings take the mean of the others, and most of the rest is theirs."""
    assert set(load_language_table().likelihood) == {"mandarin", "wu", "min", "yue", "hakka"} & set(catalogue.groups)
