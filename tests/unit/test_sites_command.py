"""`elder-channel sites way` tells whom a call would reach at an hour, and why."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from elder_channel.cli.sites import _moment, app
from elder_channel.clock import HOTLINE_ZONE
from tests.fakes.line import open_test_line
from tests.fakes.sites import write_sites

NOW = datetime(2026, 11, 23, 5, 18, tzinfo=HOTLINE_ZONE)


@pytest.fixture
def books(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command's state folder: three sites, one of them for the nights."""
    write_sites(tmp_path / "site")
    open_test_line(tmp_path).line.databases.dispose()
    monkeypatch.setenv("ELDER_CHANNEL_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("ELDER_CHANNEL_SITE", str(tmp_path / "site"))


def give(*arguments: str) -> Result:
    """What the command answers."""
    return CliRunner().invoke(app, ["way", *arguments])


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("", "2026-11-23T05:18"),
        ("06:00", "2026-11-23T06:00"),
        ("02:00", "2026-11-24T02:00"),
        ("2026-12-24T02:00", "2026-12-24T02:00"),
    ],
)
def test_a_time_of_day_is_the_next_one(text: str, meant: str) -> None:
    """Nobody asks where a call of last night would go."""
    assert f"{_moment(text, now=NOW):%Y-%m-%dT%H:%M}" == meant


@pytest.mark.parametrize("text", ["25:00", "noon", "2026-13-01T02:00"])
def test_what_is_no_time_is_refused_with_the_form_wanted(text: str) -> None:
    """In one sentence."""
    with pytest.raises(typer.BadParameter, match="2026-12-24T02:00"):
        _moment(text, now=NOW)


@pytest.mark.usefixtures("books")
def test_the_night_site_and_the_speakers_are_told() -> None:
    """For people, and for programs."""
    told = give("福建", "--at", "2026-11-23T02:00")
    assert told.exit_code == 0
    assert "its own site is closed, the night sites are asked first: 北京中心" in told.output
    assert "福州话: 成 (成都中心)" in told.output
    route = json.loads(give("福建", "--at", "2026-11-23T02:00", "--json").output)
    assert (route["way"], route["first"], route["people"]) == ("night", ["北京中心"], 3)
    assert route["at"] == "2026-11-23T02:00:00+08:00"
