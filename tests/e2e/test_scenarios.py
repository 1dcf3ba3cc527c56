"""The library of calls in tests/data/calls: every scenario played through real processes, and judged."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from elder_channel.rehearsal.groups import rehearse
from elder_channel.simulator.scenarios.performance import Performance
from elder_channel.simulator.scenarios.reading import ScenarioFile, read_scenarios
from elder_channel.simulator.scenarios.telling import failure_lines

pytestmark = [pytest.mark.stack, pytest.mark.model]

LIBRARY = Path(__file__).parents[1] / "data" / "calls"
SCENARIOS = {file.id: file for file in read_scenarios([LIBRARY])}


@pytest.fixture(scope="module")
def played(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Performance]:
    """Every scenario asked for, played on first request: many at the same time, so that the library is quick.

    One that is asked for again, because its test is tried again, is played again, alone.
    """
    site = tmp_path_factory.mktemp("site")
    env = {**os.environ, "ELDER_CHANNEL_SITE": str(site)}
    wanted = [SCENARIOS[item.callspec.params["id_"]] for item in request.session.items if _is_scenario(item)]
    performances: dict[str, Performance] = {}

    def perform(id_: str) -> Performance:
        if id_ not in performances:
            to_play = wanted or [SCENARIOS[id_]]
            performances.update((each.file.id, each) for each in rehearse(to_play, env, tell=print))
            wanted.clear()
        return performances.pop(id_)

    return perform


def _is_scenario(item: pytest.Item) -> bool:
    return isinstance(item, pytest.Function) and item.originalname == test_a_scenario_of_the_library.__name__


@pytest.mark.parametrize("id_", SCENARIOS)
def test_a_scenario_of_the_library(id_: str, played: Callable[[str], Performance]) -> None:
    """Everything its file expects came true; what did not is told with the timeline of the call."""
    performance = played(id_)
    assert performance.passed, "\n" + "\n".join(failure_lines(performance))


def test_the_library_is_as_large_as_promised() -> None:
    """At least forty scenarios, each with something to check."""
    assert len(SCENARIOS) >= 40
    assert [id_ for id_, file in SCENARIOS.items() if not _expects(file)] == []


def _expects(file: ScenarioFile) -> bool:
    scenario = file.scenario
    return bool(scenario.called) or any(each.model_fields_set - {"never"} for each in scenario.expectations)
