"""A line on real books behind its voice process, and the carrier that speaks to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.line import LineInMemory, open_test_line
from tests.fakes.webhooks import PUBLIC, Carrier, TestClient, carrier_of


@pytest.fixture
def at(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[LineInMemory]:
    """A line with a public address; `@pytest.mark.parametrize("at", [{...}], indirect=True)` gives it settings."""
    opened = open_test_line(tmp_path, **PUBLIC, **getattr(request, "param", {}))
    yield opened
    opened.line.databases.dispose()


@pytest.fixture
def carrier(at: LineInMemory) -> Iterator[Carrier]:
    """The carrier of the running voice process."""
    with carrier_of(at.line) as opened:
        yield opened


@pytest.fixture
def http(carrier: Carrier) -> TestClient:
    """A browser on the running voice process."""
    return carrier.http
