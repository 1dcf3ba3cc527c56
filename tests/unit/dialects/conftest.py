"""What the tests of the dialects share."""

from __future__ import annotations

import shutil
from importlib import resources
from pathlib import Path

import pytest

from dialects.catalogue import Catalogue, load_catalogue
from dialects.settings import IdentificationSettings


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """The packaged catalogue."""
    return load_catalogue()


@pytest.fixture(scope="session")
def settings() -> IdentificationSettings:
    """The settings as shipped."""
    return IdentificationSettings()


@pytest.fixture
def catalogue_folder(tmp_path: Path) -> Path:
    """A copy of the catalogue's files to spoil."""
    folder = tmp_path / "data"
    shutil.copytree(Path(str(resources.files("dialects"))) / "data", folder)
    return folder
