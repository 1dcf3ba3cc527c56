"""Say it once: what was known at pick-up, kept and counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from elder_channel.calls.desk import PickUp
from elder_channel.line_report import books_results, line_results, write_line_report
from elder_channel.reports import read_results, result
from elder_channel.services.endings import Endings
from elder_channel.services.knowing import Knowing
from elder_channel.services.line import LineService
from elder_channel.services.say_once import SayOnceReport, say_once
from tests.fakes.line import LineInMemory

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
ELDER = "+862000000101"
KNOWN = PickUp("CA1", NOW, "a", True, "report_claim", "guangzhou", 0.9, "zh", "exact")


def heard(at: LineInMemory, text: str) -> None:
    """The elder's words are recognized."""
    Knowing(at.line).heard("CA1", text=text, recognizer="ours", language_posterior={"zh": 0.95}, final=True)


@pytest.mark.parametrize(
    ("pick_ups", "rate", "rate_heard", "match", "match_group"),
    [
        ([], None, None, None, None),
        ([KNOWN], 1.0, 1.0, 1.0, 1.0),
        ([KNOWN, replace(KNOWN, heard=False, need=None)], 0.5, 1.0, 1.0, 1.0),
        ([KNOWN, replace(KNOWN, matched="group")], 1.0, 1.0, 0.5, 1.0),
        ([KNOWN, replace(KNOWN, dialect=None, matched="any")], 1.0, 1.0, 1.0, 1.0),
        ([KNOWN, replace(KNOWN, dialect="putonghua", matched="any")], 1.0, 1.0, 1.0, 1.0),
        ([KNOWN, replace(KNOWN, dialect=None, language="en", matched="any")], 1.0, 1.0, 0.5, 0.5),
        ([replace(KNOWN, matched=None)], 1.0, 1.0, 0.0, 0.0),
    ],
    ids=["none", "all", "said_nothing", "near", "abstained", "putonghua", "english", "stranger"],
)
def test_the_figures(
    pick_ups: list[PickUp], rate: float | None, rate_heard: float | None, match: float | None, match_group: float | None
) -> None:
    """Who said nothing counts against saying it once; who has no dialect to meet does not count for the match."""
    found = say_once(pick_ups)
    assert (found.say_once_rate, found.say_once_rate_heard) == (rate, rate_heard)
    assert (found.dialect_match, found.dialect_match_group) == (match, match_group)


def test_what_is_learned_after_the_pick_up_changes_nothing(at: LineInMemory) -> None:
    """The need came a second too late: the caller had to say it twice."""
    calls, ends = LineService(at.line), Endings(at.line)
    calls.arrive("CA1", ELDER, "+862100000060")
    ends.agent_answered("CA1", "chen-jiaming")
    heard(at, "我要报案")
    ends.agent_answered("CA1", "chen-jiaming")
    found = SayOnceReport(at.line).between(at.clock() - timedelta(days=1), at.clock() + timedelta(seconds=1))
    assert (found.picked_up, found.need_known, found.heard) == (1, 0, 0)
    assert found.dialect_match == 1.0  # Guangzhou by the books, and this agent speaks it


def test_what_was_known_in_time_counts(at: LineInMemory) -> None:
    """Also when the word of the pick-up was lost and the carrier had to be asked."""
    LineService(at.line).arrive("CA1", ELDER, "+862100000060")
    heard(at, "我要报案")
    contact = next(agent.contact for agent in at.line.settings.agents if agent.id == "chen-jiaming")
    at.carrier.answerers["CA1"] = contact
    Endings(at.line).ended("CA1")
    found = SayOnceReport(at.line).between(at.clock() - timedelta(days=1), at.clock() + timedelta(seconds=1))
    assert found.say_once_rate == 1.0


def test_a_period_is_from_its_first_moment_to_before_its_last(at: LineInMemory) -> None:
    """No call is in two months."""
    at.line.desk.keep_pick_up(KNOWN)
    report = SayOnceReport(at.line)
    assert report.between(NOW, NOW + timedelta(seconds=1)).picked_up == 1
    assert report.between(NOW - timedelta(days=1), NOW).picked_up == 0


def test_a_pick_up_that_cannot_be_kept_costs_only_the_figure(at: LineInMemory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Law 1: the call is answered all the same."""

    def fail(*_: object) -> None:
        raise OSError("disk")

    monkeypatch.setattr(type(at.line.desk), "keep_pick_up", fail)
    LineService(at.line).arrive("CA1", ELDER, "+862100000060")
    Endings(at.line).agent_answered("CA1", "chen-jiaming")
    call = at.line.calls.get("CA1")
    assert call
    assert call.answered_at


def test_line_json_keeps_what_others_measured(tmp_path: Path) -> None:
    """The bench and the books write their own results of it, under the names the report promises."""
    bench = [result("line.onset_to_enqueue_p95_ms", 431.0, "ms"), result("line.webhook_p99_ms", 18.0, "ms")]
    write_line_report(line_results(bench), command="bench", directory=tmp_path)
    write_line_report(books_results(say_once([KNOWN])), command="books", directory=tmp_path)
    names = {each["name"]: each["value"] for each in read_results(tmp_path / "line.json")}
    assert names["onset_to_enqueue_p95_ms"] == 431.0
    assert names["say_once_rate"] == names["dialect_match"] == 1.0
