"""What the services stand on in tests: real books in SQLite files, a carrier in memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.line import LineInMemory, open_test_line


@pytest.fixture
def at(tmp_path: Path) -> Iterator[LineInMemory]:
    """A line of the test's own."""
    opened = open_test_line(tmp_path)
    yield opened
    opened.line.databases.dispose()
