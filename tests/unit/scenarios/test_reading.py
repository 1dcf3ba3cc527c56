"""Scenario files: what is wrong is told with file, line and key."""

from __future__ import annotations

from pathlib import Path

import pytest

from elder_channel.simulator.scenarios.errors import InvalidScenarioError
from elder_channel.simulator.scenarios.reading import read_scenario, read_scenarios
from elder_channel.simulator.scenarios.schema import FOLDER, schemas, text

GOOD = """name: One key reaches a person
caller:
  from: "+8659100000155"
  does:
    - {when: question, after: 1.0, press: "0"}
expect:
  entry: one_key
"""


def written(folder: Path, content: str, name: str = "call.yaml") -> Path:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


def refused(path: Path) -> str:
    with pytest.raises(InvalidScenarioError) as caught:
        read_scenario(path)
    return str(caught.value).removeprefix(f"{path}")


def test_a_scenario_is_read(tmp_path: Path) -> None:
    """Who calls, what they do, what is expected."""
    file = read_scenario(written(tmp_path, GOOD))
    assert file.id == "call"
    assert [caller.name for caller in file.scenario.everybody] == ["caller 1"]
    assert file.scenario.expect.entry == ("one_key",)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('press: "0"', "press: 0", ":5: caller.does[1].press: 0 is no text; put it in quotes"),
        ('press: "0"', "pres: '0'", ":5: caller.does[1].pres: there is no such key here"),
        ("when: question", "when: someday", ":5: caller.does[1].when"),
        (', press: "0"', "", ":5: caller.does[1]: says when, and not what"),
        ("entry: one_key", "entry: []", ":7: expect.entry"),
        ("entry: one_key", "never: [boredom]", ":7: expect.never[1]: no event is called boredom"),
        ("entry: one_key", "steps: [queue.entered, lunch]", ":7: expect.steps[2]: no event is called lunch"),
        ("name: One key reaches a person", "about: x", ":1: name: Field required"),
        ("caller:", "callers:", ":2: callers"),
        ('  from: "+8659100000155"', '  from: "1"\n  from: "2"', ":4: from: is written twice"),
        ("expect:", "settings: {elder_age: 65}\nexpect:", "a setting is written section.key"),
        ("name: One", "name: [One", ":2: "),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, old: str, new: str, told: str) -> None:
    """File, line, key, and what would be right."""
    assert told in refused(written(tmp_path, GOOD.replace(old, new)))


def test_every_problem_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    """Nobody has to run it again and again to find the next one."""
    written(tmp_path, GOOD.replace("entry:", "entri:"), "a.yaml")
    written(tmp_path, GOOD.replace("press:", "pres:"), "b.yaml")
    with pytest.raises(InvalidScenarioError) as caught:
        read_scenarios([tmp_path, tmp_path / "nowhere"])
    assert {problem.file.name for problem in caught.value.problems} == {"a.yaml", "b.yaml", "nowhere"}


def test_a_folder_has_things_in_common(tmp_path: Path) -> None:
    """Settings, agents and expectations of `_common.yaml` hold for all; a scenario's own go before."""
    written(
        tmp_path,
        "settings: {line.elder_age: 65, line.prompt_attempts: 1}\nexpect: {outcome: served, never: [agent.ringing]}",
        "_common.yaml",
    )
    file = read_scenario(
        written(tmp_path, GOOD + "  never: [queue.entered]\n  outcome: callback\nsettings: {line.elder_age: 70}\n")
    )
    assert file.scenario.settings == {"line.elder_age": 70, "line.prompt_attempts": 1}
    expect = file.scenario.expected_of(file.scenario.everybody[0])
    assert (expect.outcome, expect.never) == (("callback",), ("agent.ringing", "queue.entered"))


def test_what_is_not_text_or_not_there_is_refused(tmp_path: Path) -> None:
    """Bytes that are no UTF-8, a list, nothing at all."""
    (tmp_path / "bytes.yaml").write_bytes(b"\xff\xfe\x00")
    assert "is not UTF-8" in refused(tmp_path / "bytes.yaml")
    assert "key: value" in refused(written(tmp_path, "- a\n- b\n", "list.yaml"))
    assert "key: value" in refused(written(tmp_path, "", "empty.yaml"))


def test_the_schema_is_that_of_the_format() -> None:
    """`python -m elder_channel.simulator.scenarios.schema` writes it anew."""
    for name, schema in schemas().items():
        assert (FOLDER / name).read_text(encoding="utf-8") == text(schema)


CALLED = """name: One tap rings the phone
taps:
  - {number: "+8657100000301"}
called:
  - name: the phone
    number: "+8657100000301"
    phone: busy
desk:
  - {call: the phone, when: ended, calls_back: true}
"""


def test_whom_the_service_rings_is_read(tmp_path: Path) -> None:
    """Nobody need call for it; every call has a name, given or counted."""
    scenario = read_scenario(written(tmp_path, CALLED)).scenario
    assert [person.name for person in scenario.people] == ["the phone"]
    assert scenario.needs_books
    unnamed = CALLED.replace("  - name: the phone\n    number", "  - number").replace("call: the phone, ", "")
    assert read_scenario(written(tmp_path, unnamed, "two.yaml")).scenario.people[0].name == "called 1"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("phone: busy", "phone: asleep", ":7: called[1].phone"),
        ("phone: busy", "rung: false\n    phone: busy", "a phone that must not ring does nothing"),
        ('number: "+8657100000301"\n', 'number: "0571"\n', ":6: called[1].number"),
        ("calls_back: true", "calls_back: true, declines: true", ":9: desk[1]: give exactly one of passes_on"),
        ("calls_back: true", "passes_on: {note: x}", "name one company, one agent or one queue"),
        ("call: the phone", "call: somebody", "nobody is called somebody; there are the phone"),
    ],
)
def test_what_is_wrong_with_whom_the_service_rings_is_told(tmp_path: Path, old: str, new: str, told: str) -> None:
    """With the place in the file, and what could have been meant."""
    assert told in refused(written(tmp_path, CALLED.replace(old, new)))


def test_words_are_waited_for_only_where_something_is_said(tmp_path: Path) -> None:
    """No words are heard in a ringing phone."""
    ringing = GOOD.replace("when: question", "when: ringing, hearing: 您好")
    assert "hearing words needs something that is said" in refused(written(tmp_path, ringing))
