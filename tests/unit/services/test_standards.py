"""The standards as data: the same rows as the documentation shows."""

from __future__ import annotations

from pathlib import Path

from elder_channel.calls.levels import Level
from elder_channel.services.standards import Clause, Measure, Met, judge_standards, load_standards

PAGE = (Path(__file__).parents[3] / "docs" / "accessibility.md").read_text(encoding="utf-8")


def test_the_page_shows_the_same_rows() -> None:
    """Whoever changes one changes the other."""
    shown = [line for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith("| asked")]
    assert [as_row(clause) for standard in load_standards() for clause in standard.clauses] == shown
    titles = [line.removeprefix("## ").replace("*", "") for line in PAGE.splitlines() if line.startswith("## ")]
    assert [standard.title.en for standard in load_standards()] == titles


def test_what_depends_on_staffing_has_a_figure() -> None:
    """And nothing else is decided by one."""
    clauses = [clause for standard in load_standards() for clause in standard.clauses]
    assert all((clause.met is Met.STAFFING) == (clause.measure is not None) for clause in clauses)
    assert {clause.measure for clause in clauses} == {None, *Measure}


def test_without_calls_nothing_is_judged() -> None:
    """No call is no breach."""
    judged = [each for standard in judge_standards(Level()) for each in standard.clauses]
    assert {each.kept for each in judged} == {None}


def test_a_reach_that_is_met_is_kept() -> None:
    """Exactly 85 of 100 will do."""
    level = Level(calls=100, asked=100, answered=95, within=(80, 85, 90))
    judged = [each for standard in judge_standards(level) for each in standard.clauses if each.clause.reach]
    assert [(each.share, each.kept) for each in judged] == [(0.95, True), (0.85, True)]


def as_row(clause: Clause) -> str:
    """The row of the documentation's table."""
    proof = ", ".join(f"`{name}`" for name in clause.proof)
    return (
        f"| {clause.asked.en} | {clause.here.en} | {proof} |"
        if proof
        else f"| {clause.asked.en} | {clause.here.en} | |"
    )
