"""Every scenario beside this file, in milliseconds: `pytest` needs nothing running."""

from __future__ import annotations

from pathlib import Path

import pytest
from hotline import app

from elder_channel.simulator.in_process import play, told


@pytest.mark.parametrize("scenario", sorted(Path(__file__).parent.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_call_goes_as_it_is_written(scenario: Path) -> None:
    """What is expected in the file; else the failure tells the whole timeline."""
    performance = play(scenario, app)
    assert performance.passed, told(performance)
