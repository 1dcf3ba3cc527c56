"""The commands on training runs."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from elder_channel.cli.main import app
from elder_channel.learning.runs import Failure, Phase, RunProgress, RunState, TrainingRun
from elder_channel.storage.training_runs import FOLDER, TrainingRunFiles
from tests.fakes.learning import learning_line

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TrainingRunFiles:
    """The runs of a state folder."""
    monkeypatch.setenv("ELDER_CHANNEL_STATE", str(tmp_path))
    return TrainingRunFiles(tmp_path / FOLDER)


def test_runs_are_listed_newest_first(runs: TrainingRunFiles) -> None:
    """With how far each is, or why it could not be done."""
    failed = TrainingRun(
        id="1", token="a", state=RunState.FAILED, asked_by="wu.lan", asked_at=NOW, failure=Failure.DISK_FULL
    )
    running = TrainingRun(id="2", token="b", state=RunState.RUNNING, asked_by="lin.fang", asked_at=NOW)
    for run in (failed, running):
        runs.write(run)
    runs.tell("2", RunProgress(phase=Phase.HEARING, done=1, total=4, at=NOW))
    first, second = CliRunner().invoke(app, ["dialects", "runs", "list"]).output.splitlines()
    assert first == "2  running hearing 25%  asked by lin.fang 2026-11-22 16:00"
    assert second == "1  failed (disk_full)  asked by wu.lan 2026-11-22 16:00"
    listed = CliRunner().invoke(app, ["dialects", "runs", "list", "--json"]).output.splitlines()
    assert [json.loads(line)["state"] for line in listed] == ["running", "failed"]


def test_a_damaged_run_hides_no_other(runs: TrainingRunFiles) -> None:
    """It is left out."""
    runs.write(TrainingRun(id="1", token="a", state=RunState.QUEUED, asked_by="wu.lan", asked_at=NOW))
    (runs.folder / "2").mkdir()
    (runs.folder / "2" / "run.json").write_text("{")
    assert [run.id for run in runs.all()] == ["1"]


def test_a_run_nobody_has_begun_is_not_worked_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker begins runs, not whoever knows the command."""
    with learning_line(tmp_path) as at:
        monkeypatch.setenv("ELDER_CHANNEL_STATE", str(at.line.state))
        done = CliRunner().invoke(app, ["dialects", "runs", "work", "1"])
    assert "there is no run '1' that the worker has begun" in str(done.exception)
