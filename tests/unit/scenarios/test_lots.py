"""Which scenarios share a line."""

from __future__ import annotations

from pathlib import Path

from elder_channel.rehearsal.groups import MOST_ALONE, lots_of
from elder_channel.simulator.scenarios.format import Scenario
from elder_channel.simulator.scenarios.playing import may_hurry
from elder_channel.simulator.scenarios.reading import ScenarioFile


def scenario(name: str = "one", **more: object) -> ScenarioFile:
    values = {"name": f"scenario {name}", "caller": {"from": "anonymous"}, **more}
    return ScenarioFile(Path(f"{name}.yaml"), Scenario.model_validate(values))


def test_the_same_settings_share_a_line() -> None:
    """In whatever order they are written."""
    files = [
        scenario("a", settings={"line.elder_age": 65, "line.prompt_attempts": 1}),
        scenario("b", settings={"line.prompt_attempts": 1, "line.elder_age": 65}),
        scenario("c"),
    ]
    assert [[file.id for file in lot.files] for lot in lots_of(files)] == [["a", "b"], ["c"]]


def test_who_wants_the_line_to_itself_is_played_one_by_one() -> None:
    """Faults of the service, and questions about who was chosen; at most so many in a row."""
    files = [scenario(str(number), service=[{"absent": "all"}]) for number in range(MOST_ALONE + 1)]
    files += [scenario("together"), scenario("who", expect={"agent": "somebody"})]
    lots = lots_of(files)
    assert [(len(lot.files), lot.alone) for lot in lots] == [(MOST_ALONE, True), (2, True), (1, False)]


def test_settings_become_variables() -> None:
    """Texts as they stand, everything else as JSON."""
    (lot,) = lots_of([scenario(settings={"line.elder_age": 65, "line.recording_notice": True, "server.host": "::1"})])
    assert lot.env() == {
        "ELDER_CHANNEL_LINE__ELDER_AGE": "65",
        "ELDER_CHANNEL_LINE__RECORDING_NOTICE": "true",
        "ELDER_CHANNEL_SERVER__HOST": "::1",
    }


def test_what_takes_longest_is_begun_first() -> None:
    """By the waits that are written down; scenarios played at the same time take as long as the longest."""
    rung = scenario("rung", called=[{"number": "+8657100000301", "within": 100}], settings={"line.elder_age": 61})
    alone = [scenario(f"alone{n}", alone=True) for n in range(6)]
    together = [scenario(f"together{n}") for n in range(6)]
    assert [len(lot.files) for lot in lots_of([*together, rung, *alone])] == [6, 1, 6]
    assert [lot.alone for lot in lots_of([*together, rung, *alone])] == [True, False, False]
    assert not may_hurry(rung.scenario)


def test_only_calls_without_sound_times_and_faults_of_the_service_are_hurried() -> None:
    """Sound and the service live in real time."""
    assert may_hurry(scenario(expect={"outcome": "served"}).scenario)
    assert not may_hurry(scenario(expect={"answered_within": 5}).scenario)
    assert not may_hurry(scenario(service=[{"stop": "voice"}]).scenario)
    speaks = {"from": "anonymous", "does": [{"sound": {"voice": "zh_hello"}}]}
    assert not may_hurry(scenario(caller=speaks).scenario)


def test_what_only_the_books_tell_is_known() -> None:
    """Such scenarios are refused where there are no books."""
    assert not scenario(expect={"answered": True}).scenario.needs_books
    assert scenario(expect={"outcome": "served"}).scenario.needs_books
    assert scenario(settings={"line.elder_age": 70}).scenario.needs_books
