"""The library of scenarios as a whole: scenarios are played at the same time, so none may be in another's way."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from elder_channel.simulator.scenarios.reading import read_scenarios

LIBRARY = {file.id: file.scenario for file in read_scenarios([Path(__file__).parents[2] / "data" / "calls"])}


def test_every_scenario_has_a_name_of_its_own() -> None:
    """The file's name, in whichever folder, is what tests and pages call it by."""
    names = [path.stem for path in (Path(__file__).parents[2] / "data" / "calls").glob("**/[!_]*.yaml")]
    assert sorted(names) == sorted(LIBRARY)


def test_no_two_scenarios_ring_the_same_phone() -> None:
    """The plan of one would be used up by the call of the other."""
    rung = Counter(number for scenario in LIBRARY.values() for number in {each.number for each in scenario.called})
    assert [number for number, times in rung.items() if times > 1] == []


def test_no_two_scenarios_put_the_same_customer_into_the_books() -> None:
    """The later would overwrite the earlier."""
    ids = Counter(person.id for scenario in LIBRARY.values() for person in scenario.customers)
    assert [id_ for id_, times in ids.items() if times > 1] == []


def test_every_number_is_fictitious() -> None:
    """Chinese numbers of the library have a subscriber number that begins with 0; nobody can be rung by mistake."""
    rung = {each.number for scenario in LIBRARY.values() for each in (*scenario.called, *scenario.taps)}
    assert [number for number in rung if not number.startswith(("+86571000", "+12025550"))] == []
