"""The report to read, and the same for programs."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from elder_channel.simulator.scenarios.checks import Check
from elder_channel.simulator.scenarios.facts import PlayedCall
from elder_channel.simulator.scenarios.format import Scenario
from elder_channel.simulator.scenarios.html import page, write_html
from elder_channel.simulator.scenarios.performance import Clock, Judged, Performance
from elder_channel.simulator.scenarios.reading import ScenarioFile
from elder_channel.simulator.scenarios.results import results_of
from elder_channel.simulator.scenarios.telling import failure_lines

BEGAN = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
RECORD = {"from": "<b>", "to": "+862100000060"}
EVENTS = [
    {"n": 1, "at": 10.0, "name": "call.ringing", "from": "<b>", "to": "+862100000060"},
    {"n": 2, "at": 10.5, "name": "prompt.started", "text": "请说话 <script>", "place": "main"},
    {"n": 3, "at": 12.0, "name": "call.ended", "by": "caller"},
]


def performance(*, ok: bool, problem: str | None = None) -> Performance:
    scenario = Scenario.model_validate({"name": "A <b>name</b>", "caller": {"from": "anonymous"}, "tags": ["x"]})
    call = PlayedCall("caller 1", RECORD, EVENTS)
    judged = Judged(call, (Check("entry", "voice", "it was prompted", ok),))
    file = ScenarioFile(Path("folder/one.yaml"), scenario)
    return Performance(file, () if problem else (judged,), 2.0, problem)


def test_the_page_tells_who_passed_and_needs_nothing_else() -> None:
    """No address is fetched, what callers and services say is text and not markup, failures come first."""
    text = page([performance(ok=True), performance(ok=False)], began_at=BEGAN)
    assert "1 of 2 scenarios passed" in text
    assert "http://" not in text
    assert "<script>" not in text
    assert "<b>name</b>" not in text
    assert text.index("expected voice, but it was prompted") < text.index("<b>✓</b> entry: voice")
    assert text.index("✗ failed") < text.index("✓ passed")
    assert "the caller hears «请说话 &lt;script&gt;»" in text
    assert "请说话" in text


def test_a_scenario_that_could_not_be_played_has_failed() -> None:
    """With the reason, on the page and in the terminal."""
    broken = performance(ok=True, problem="CannotPlayError: no books")
    assert not broken.passed
    assert "no books" in page([broken], began_at=BEGAN)
    assert list(failure_lines(broken)) == ["CannotPlayError: no books"]


def test_a_failure_is_told_with_the_timeline() -> None:
    """What was expected, what happened, and everything that came before."""
    lines = list(failure_lines(performance(ok=False)))
    assert lines[0] == "caller 1: entry: expected voice, but it was prompted"
    assert "0.50 s  prompt.started" in lines[2]
    assert list(failure_lines(performance(ok=True))) == []


def test_which_clock_it_was_is_told() -> None:
    """On the page and to programs; the virtual one is no measure of a machine."""
    virtual = replace(performance(ok=True), clock=Clock.VIRTUAL)
    assert "on the virtual clock" in page([virtual], began_at=BEGAN)
    assert "clock" not in page([performance(ok=True)], began_at=BEGAN)
    assert [each.clock for each in results_of([virtual, performance(ok=True)]).performances] == ["virtual", "real"]


def test_programs_get_the_same(tmp_path: Path) -> None:
    """Counts, checks and events, as JSON; the page is written where it was asked for."""
    told = json.loads(results_of([performance(ok=True), performance(ok=False)]).model_dump_json())
    assert (told["scenarios"], told["passed"]) == (2, 1)
    assert told["performances"][1]["calls"][0]["checks"][0]["happened"] == "it was prompted"
    assert told["performances"][0]["calls"][0]["events"][1]["seconds"] == 0.5
    write_html(tmp_path / "new" / "report.html", [performance(ok=True)], began_at=BEGAN)
    assert "1 of 1" in (tmp_path / "new" / "report.html").read_text(encoding="utf-8")


def test_a_phone_that_did_not_ring_leaves_no_empty_picture() -> None:
    """The page says so in words; what was expected of the scenario as a whole stands above its calls."""
    silent = Judged(
        PlayedCall.never_placed("the phone", "+8657100000302"), (Check("rung", "rings", "did not", ok=False),)
    )
    rings = Check("rings", "+8657100000302 is rung once", "it was not at all", ok=False)
    failed = Performance(performance(ok=True).file, (silent,), 2.0, checks=(rings,))
    assert not failed.passed
    text = page([failed], began_at=BEGAN)
    assert "which was not rung" in text
    assert "<svg" not in text
    assert "0 steps" not in text
    assert "expected +8657100000302 is rung once, but it was not at all" in text
    assert next(iter(failure_lines(failed))) == "rings: expected +8657100000302 is rung once, but it was not at all"
    assert json.loads(results_of([failed]).model_dump_json())["performances"][0]["checks"][0]["what"] == "rings"
