"""Every dependency is explained to whoever has to answer for it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
PAGE = (CHECKOUT / "docs" / "dependencies.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CORE = [re.split(r"[<>=!~ ]", requirement)[0] for requirement in PROJECT["dependencies"]]
PINS = [
    requirement
    for extra, requirements in PROJECT["optional-dependencies"].items()
    if extra in {"whisper", "paddle", "sherpa", "ray"}
    for requirement in requirements
]


@pytest.mark.parametrize("name", CORE)
def test_a_core_dependency_has_one_line(name: str):
    """What it is for, its licence, and why it and not another."""
    rows = [line for line in PAGE.splitlines() if line.startswith(f"| `{name}` |")]
    assert len(rows) == 1
    cells = [cell.strip() for cell in rows[0].strip("|").split("|")]
    assert len(cells) == 4
    assert all(cells)


def test_the_page_explains_no_package_that_is_gone():
    """A line about a package nobody installs any more misleads."""
    core = PAGE.split("## Core")[1].split("## Extras")[0]
    assert set(re.findall(r"^\| `([^`]+)` \|", core, flags=re.MULTILINE)) == set(CORE)


@pytest.mark.parametrize("requirement", PINS)
def test_a_pin_has_its_reason(requirement: str):
    """Whoever wants to lift a pin learns what would break."""
    assert f"`{requirement}`" in PAGE.split("## Pins")[1]


@pytest.mark.parametrize("extra", [extra for extra in PROJECT["optional-dependencies"] if extra != "all"])
def test_an_extra_is_explained(extra: str):
    """Nobody installs gigabytes without knowing what for."""
    assert f"| `{extra}` |" in PAGE
