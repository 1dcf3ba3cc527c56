"""The pages that promise: every scenario and test they name exists, and every scenario is named."""

from __future__ import annotations

import ast
import os
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CALLS = {path.stem for path in (ROOT / "tests/data/calls").glob("**/*.yaml") if not path.name.startswith("_")}
PAGES = ("features.md", "accessibility.md", "greetings-tests.md")
REFERENCE = Path(os.environ.get("ELDER_CHANNEL_REFERENCE") or ROOT.parent / "shared" / "data").parent
CASES = REFERENCE / "design" / "greeting-sms.md"
_NAMED = re.compile(r"`([a-z]+_[a-z0-9_]+|tests/[^`]+)`")


def named(page: str) -> set[str]:
    """Scenarios and tests named on a page."""
    return set(_NAMED.findall((ROOT / "docs" / page).read_text(encoding="utf-8")))


def exists(name: str) -> bool:
    """Whether there is a scenario, a test file, or a test function of this name."""
    file, _, function = name.partition("::")
    if not file.startswith("tests/"):
        return name in CALLS
    path = ROOT / file
    if not function:
        return path.exists()
    return path.is_file() and function in {
        node.name for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.FunctionDef)
    }


@pytest.mark.parametrize("page", PAGES)
def test_every_proof_exists(page: str) -> None:
    """A promise points to what proves it."""
    assert named(page)
    assert sorted(name for name in named(page) if not exists(name)) == []


def test_every_scenario_is_told_of() -> None:
    """Whoever reads the page of features learns what is tried."""
    assert sorted(CALLS - named("features.md")) == []


@pytest.mark.skipif(not CASES.is_file(), reason="the reference is not here")
def test_every_case_for_greetings_is_told_of() -> None:
    """The reference ends with a list of cases worth a test; the table has each of them, in its words."""
    listed = CASES.read_text(encoding="utf-8").split("## 7. Test list worth having")[1].split("##")[0]
    cases = [case.strip().rstrip(".") for case in listed.split(";")]
    table = (ROOT / "docs/greetings-tests.md").read_text(encoding="utf-8")
    assert len(cases) > 20
    assert [case for case in cases if f"| {case} |" not in table] == []
