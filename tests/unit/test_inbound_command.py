"""`elder-channel inbound evaluate`: which set is measured, and what is told of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from elder_channel.cli.inbound import FrozenSet
from elder_channel.cli.main import app

HEADER = "id,text,label,language,style,note\n"
OWN = HEADER + "a,退订,opt_out,zh-Hans,real,\nb,救命,urgent,zh-Hans,real,\nc,谢谢,thanks,zh-Hans,real,\n"


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small set of one's own, with no ordinary texts at hand."""
    monkeypatch.setenv("ELDER_CHANNEL_REFERENCE", str(tmp_path))
    file = tmp_path / "own.csv"
    file.write_text(OWN, encoding="utf-8")
    return file


@pytest.mark.parametrize("version", FrozenSet)
def test_every_frozen_set_is_there(version: FrozenSet) -> None:
    """A version that can be chosen has its file."""
    assert version.file.is_file()


def test_figures_come_with_intervals_and_without_messages(own: Path) -> None:
    """Whoever measures does not read the set by the way."""
    told = CliRunner().invoke(app, ["inbound", "evaluate", "--frozen", str(own)])
    assert told.exit_code == 0, told.output
    assert "95% intervals (Wilson)" in told.output
    assert "opt_out       recall 1.000 (0.207 to 1.000, 1 of 1)" in told.output
    assert not any(text in told.output for text in ("退订", "救命", "谢谢"))


def test_the_json_names_the_set(own: Path) -> None:
    """So that figures of two sets are not taken for each other."""
    told = CliRunner().invoke(app, ["inbound", "evaluate", "--frozen", str(own), "--json"])
    assert json.loads(told.stdout)["set"] == str(own)


@pytest.mark.parametrize("options", [["--set", "v9"], ["--frozen", "own.csv", "--report"]], ids=["unknown", "report"])
def test_what_cannot_be_measured_or_reported_is_refused(options: list[str]) -> None:
    """A set there is not; a report of a set nobody froze."""
    assert CliRunner().invoke(app, ["inbound", "evaluate", *options]).exit_code == 2
