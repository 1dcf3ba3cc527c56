"""What was measured of each dialect, as it is shipped."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

import pytest

from dialects.measured import MeasuredDialect, commands, from_reports, measured

REPORTS = Path(__file__).parents[3] / "docs" / "reports"


def test_what_is_shipped_is_what_the_reports_say() -> None:
    """After a report has changed: `python -m dialects.measured docs/reports > dialects/data/measured.json`."""
    shipped = (resources.files("dialects") / "data" / "measured.json").read_text(encoding="utf-8")
    assert json.loads(shipped) == from_reports(REPORTS)


def test_both_accuracies_with_count_and_day() -> None:
    """Of Shanghai both were measured; of Fuzhou the writing only, it has one source; of Ningbo neither."""
    shanghai, fuzhou = measured()["shanghai"], measured()["fuzhou"]
    assert shanghai.written
    assert shanghai.sound
    assert {each.report for each in fuzhou.written} == {"recognition_sentences", "recognition_words"}
    assert fuzhou.sound == ()
    assert measured().get("ningbo", MeasuredDialect()) == MeasuredDialect()
    assert all(each.clips > 0 for one in measured().values() for each in one.written)
    assert all(each.utterances > 0 for one in measured().values() for each in one.sound)


@pytest.mark.parametrize("report", list(commands()))
def test_every_report_names_its_command(report: str) -> None:
    """So that anybody can measure it again."""
    assert commands()[report].startswith("elder-channel dialects evaluate")
