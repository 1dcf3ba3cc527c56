"""A dialect's wording is held to the rules of the Chinese it stands for."""

from __future__ import annotations

import pytest

from bilingual.messages import load_messages
from bilingual.prompt_lint import Severity, lint_wording

INVITATION = load_messages()["invitation"]
PROMPT = load_messages()["hearing_choice"]


def rules_broken(phrases: list[str], *, message=INVITATION, is_checked: bool = True) -> set[str]:
    """Ids of the rules that these phrases break."""
    return {finding.rule for finding in lint_wording(message, "guangzhou", phrases, is_checked=is_checked)}


def test_a_checked_wording_in_two_phrases_keeps_the_rules() -> None:
    """Written with the dialect's own characters, which no list of common ones knows."""
    assert rules_broken(["而家帮你揾人听。", "你有咩事，慢慢讲。"]) == set()


def test_a_draft_is_a_note_and_no_error() -> None:
    """Somebody still has to say that it is said so."""
    [finding] = lint_wording(INVITATION, "guangzhou", ["而家帮你揾人听。", "你有咩事，慢慢讲。"], is_checked=False)
    assert (finding.rule, finding.severity, finding.language) == ("not_heard", Severity.NOTE, "guangzhou")
    assert finding.where == "invitation"


@pytest.mark.parametrize(
    ("phrases", "rule"),
    [
        pytest.param(["而家帮你揾人听，你有咩事慢慢讲。"], "other_phrases", id="one phrase less"),
        pytest.param(["{line}帮你揾人。", "你讲。"], "other_variables", id="a variable of its own"),
        pytest.param(["揾人听，请按零。", "你讲。"], "other_keys", id="a key of its own"),
        pytest.param(["而家有优惠。", "你讲。"], "advertising", id="advertising"),
        pytest.param(["坐席而家听。", "你讲。"], "jargon", id="jargon"),
        pytest.param(["而家<break/>。", "你讲。"], "unspeakable", id="markup"),
        pytest.param(["好" * 40], "too_fast", id="without a pause"),
        pytest.param(["你讲。" * 20, "你讲。" * 10], "too_long", id="too long"),
    ],
)
def test_what_breaks_a_rule_is_found_in_a_dialect_too(phrases: list[str], rule: str) -> None:
    """Each with the dialect's id."""
    assert rule in rules_broken(phrases)


def test_the_keys_of_a_prompt_stay() -> None:
    """Who records a prompt must name the key it names."""
    assert "other_keys" in rules_broken(["揾人，就讲嘢。"], message=PROMPT)
    assert "other_keys" not in rules_broken(["揾人，请按零。"], message=PROMPT)
