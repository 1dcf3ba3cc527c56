"""The six packages are the ones of this checkout, and the wheel carries what they need."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("elder_channel", "dialects", "bilingual", "greeting_sms", "ui", "config")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("package", PACKAGES)
def test_package_resolves_inside_this_checkout(package: str) -> None:
    """`config` and `ui` are common names; another installed package of that name would be taken for ours."""
    spec = find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    assert Path(spec.origin).resolve().is_relative_to(ROOT.resolve())


@pytest.mark.parametrize("package", PACKAGES)
def test_package_says_that_it_is_typed(package: str) -> None:
    """Without py.typed a type checker would pass our annotations over."""
    assert (files(package) / "py.typed").is_file()


def test_wheel_is_made_of_the_six_packages_and_nothing_else() -> None:
    """Hatchling ships every file of the packages listed, data too, unless something excludes it."""
    wheel = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert sorted(wheel["packages"]) == sorted(PACKAGES)
    assert "exclude" not in wheel
    assert "only-include" not in wheel
    assert "exclude" not in PROJECT["tool"]["hatch"]["build"]


def test_wheel_holds_the_data_files(tmp_path: Path) -> None:
    """YAML and py.typed are in the wheel as built, tests are not."""
    builders = pytest.importorskip("hatchling.builders.wheel", reason="hatchling is not installed here")
    included = {entry.distribution_path for entry in builders.WheelBuilder(str(ROOT)).recurse_included_files()}
    assert {f"{package}/py.typed" for package in PACKAGES} <= included
    assert {"config/defaults/agents.yaml", "config/defaults/line.yaml"} <= included
    data = {str(path.relative_to(ROOT)) for package in PACKAGES for path in (ROOT / package).rglob("*.yaml")}
    assert data <= included
    assert not any(path.startswith("tests/") for path in included)


def test_git_ignores_no_data_file_of_the_packages() -> None:
    """Hatchling leaves out what git ignores, so no ignore rule may name a data file's folder or suffix."""
    rules = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    assert not {"*.yaml", "*.typed", "data/", "defaults/", "config/"} & set(rules)


def test_project_can_not_be_uploaded_by_mistake() -> None:
    """The classifier keeps a project with such common package names off the public index."""
    assert "Private :: Do Not Upload" in PROJECT["project"]["classifiers"]
