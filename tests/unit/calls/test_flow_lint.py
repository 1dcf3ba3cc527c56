"""What callers can be led through, held to the rules that no single message can keep."""

from __future__ import annotations

import pytest

from bilingual.prompt_lint import load_profile
from elder_channel.calls import flow_lint, prompt_flows
from elder_channel.calls.flow_lint import flows, lint_flows
from elder_channel.calls.inputs import Arrived, CallerInput, Keyed, Spoke
from elder_channel.calls.prompt_flows import paths
from elder_channel.calls.settings import LineSettings, RecordingSettings
from elder_channel.calls.steps import Ask, Session, Step, next_steps

SHIPPED = LineSettings()
OFF = RecordingSettings()


def rules_broken(line: LineSettings = SHIPPED, recording: RecordingSettings = OFF) -> set[str]:
    return {finding.rule for finding in lint_flows(line, recording)}


def test_the_shipped_flows_keep_every_rule() -> None:
    """Person first and at any time, three levels at most, none for elders, seven seconds to the first choice."""
    assert lint_flows(SHIPPED, OFF) == ()
    assert flows(SHIPPED) > 50


def test_law_3_no_path_asks_an_elder_anything() -> None:
    """A known elder and the dedicated line have one path each, and nothing on it."""
    of_elders = [path for path in paths(SHIPPED) if path.caller.never_asked]
    assert [path.asked for path in of_elders] == [(), ()]


def test_law_1_every_path_ends_with_the_people() -> None:
    """Whatever is pressed or said, whatever the site has set."""
    for attempts, replays in ((1, 0), (2, 2), (3, 5)):
        settings = LineSettings(prompt_attempts=attempts, prompt_replays=replays)
        assert all(path.end for path in paths(settings))


@pytest.mark.parametrize(
    ("line", "recording", "rule"),
    [
        pytest.param(LineSettings(prompt_replays=0), OFF, "no_replay", id="nothing plays again"),
        pytest.param(LineSettings(prompt_timeout_seconds=3), OFF, "little_time", id="three seconds to react"),
        pytest.param(SHIPPED, RecordingSettings(enabled=True), "no_recording_notice", id="recorded without a word"),
    ],
)
def test_a_site_s_settings_are_linted_too(line: LineSettings, recording: RecordingSettings, rule: str) -> None:
    """The flow is what the settings make of it."""
    assert rule in rules_broken(line, recording)


def swapped(step_after: dict[object, tuple[Step, ...]]):
    """The decisions, with other steps after some inputs."""

    def steps(session: Session, given: CallerInput, settings: LineSettings) -> tuple[Step, ...]:
        return step_after[given] if given in step_after else next_steps(session, given, settings)

    return steps


@pytest.mark.parametrize(
    ("after", "rule"),
    [
        pytest.param({Arrived(known_elder=True): (Ask("second_try", 1, "zh"),)}, "elders_asked", id="elder asked"),
        pytest.param({Keyed("0"): (Ask("second_try", 2, "zh"),)}, "no_way_to_person", id="zero asks again"),
        pytest.param({Spoke(): (Ask("second_try", 2, "zh"),)}, "no_way_to_person", id="a voice asks again"),
        pytest.param({Keyed("5"): ()}, "dead_end", id="a wrong key ends the call"),
        pytest.param({Arrived(): (Ask("callback_offer", 1, "zh"),)}, "person_not_first", id="no person first"),
        pytest.param({Arrived(): (Ask("callback_offer", 1, "zh"),)}, "no_english", id="no English"),
    ],
)
def test_a_flow_that_leads_elsewhere_is_found(
    after: dict[object, tuple[Step, ...]], rule: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each rule catches the decision it was written for."""
    monkeypatch.setattr(prompt_flows, "next_steps", swapped(after))
    assert rule in rules_broken()


def test_a_late_first_choice_and_too_many_levels_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the figures of the profile."""
    strict = load_profile().model_copy(
        update={
            "figures": load_profile().figures.model_copy(update={"max_seconds_to_first_choice": 1.0, "max_levels": 1})
        }
    )
    found = {finding.rule for finding in flow_lint.lint_flows(SHIPPED, OFF, strict)}
    assert {"late_choice", "menu_levels"} <= found


def test_a_finding_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many paths lead through one prompt."""
    monkeypatch.setattr(prompt_flows, "next_steps", swapped({Keyed("5"): ()}))
    found = lint_flows(SHIPPED, OFF)
    assert len(found) == len(set(found))
