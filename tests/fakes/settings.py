"""What is said of a site's settings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from config import ConfigError, load
from dialects.catalogue import load_catalogue

DIALECTS = (*load_catalogue().classes, "nan")  # a site might bring a dialect whose id careless readers lose

SiteWriter = Callable[..., Path]
"""Writes the site's files, by name, and returns the folder."""


def complaints(folder: Path | None, **env: str) -> list[str]:
    """Return what is said against the settings, with the folder's name cut off."""
    with pytest.raises(ConfigError) as caught:
        load(site=folder, env=env, dialect_ids=DIALECTS)
    return [str(problem).removeprefix(f"{folder}/") for problem in caught.value.problems]
