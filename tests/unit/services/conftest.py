"""What the services stand on in tests: real books in SQLite files, a carrier in memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from elder_channel.services.corrections import Corrections
from tests.fakes.desk_scene import Scene, desk_scene
from tests.fakes.learning import PEOPLE
from tests.fakes.line import LineInMemory, open_test_line


@pytest.fixture
def at(tmp_path: Path) -> Iterator[LineInMemory]:
    """A line of the test's own."""
    opened = open_test_line(tmp_path)
    yield opened
    opened.line.databases.dispose()


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """A line with two agents, one of whom answers on the desk."""
    with desk_scene(tmp_path) as opened:
        yield opened


@pytest.fixture
def corrections(at: LineInMemory) -> Corrections:
    """Where an agent's verdicts go."""
    return Corrections(at.line, PEOPLE)
