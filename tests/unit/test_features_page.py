"""The pages that promise: every scenario and test they name exists, and every scenario is named."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CALLS = {path.stem for path in (ROOT / "tests/data/calls").glob("**/*.yaml") if not path.name.startswith("_")}
PAGES = ("features.md", "accessibility.md")
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
