"""The page of rules says what the rules are."""

from __future__ import annotations

from pathlib import Path

import pytest

from bilingual.errors import LintFileError
from bilingual.prompt_lint import rules as rules_module
from bilingual.prompt_lint.rule_table import page
from bilingual.prompt_lint.rules import load_rules, load_sources

ROOT = Path(__file__).parents[3]


def test_the_page_is_made_from_the_rules():
    """`python -m bilingual.prompt_lint.rule_table > docs/prompt-lint.md` renews it."""
    assert (ROOT / "docs/prompt-lint.md").read_text(encoding="utf-8") == page()


def test_every_rule_names_a_source_and_every_source_says_how_it_is_known():
    """What was read only in a copy is told as such."""
    used = {source for rule in load_rules().values() for source in rule.source}
    assert used == set(load_sources())
    assert {source.kind for source in load_sources().values()} == {"read", "secondary", "ours"}
    assert load_sources()["S78"].kind == "secondary"


def test_a_profile_with_a_rule_nobody_wrote_is_refused(monkeypatch: pytest.MonkeyPatch):
    """With the name of file, profile and rule."""
    profiles = {"profiles": [{"id": "ours", "title": "x", "source": "ours", "rules": ["no_such"], "figures": {}}]}
    real = rules_module.read_lint_file
    monkeypatch.setattr(
        rules_module, "read_lint_file", lambda name: profiles if name == "profiles.yaml" else real(name)
    )
    rules_module.load_profiles.cache_clear()
    try:
        with pytest.raises(LintFileError, match=r"profiles\.yaml.*`ours` names the rule `no_such`"):
            rules_module.load_profiles()
    finally:
        rules_module.load_profiles.cache_clear()
