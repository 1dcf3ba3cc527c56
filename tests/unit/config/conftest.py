"""A site's settings, written for one test."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes.settings import SiteWriter


@pytest.fixture
def site(tmp_path: Path) -> SiteWriter:
    """Return a function that writes the site's files and returns the folder."""

    def write(**files: str | bytes) -> Path:
        folder = tmp_path / "site"
        folder.mkdir(exist_ok=True)
        for name, content in files.items():
            data = content.encode() if isinstance(content, str) else content
            (folder / f"{name}.yaml").write_bytes(data)
        return folder

    return write
