"""A running line takes good changes over and keeps the last good settings when a change is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from config import ConfigError, Reload, SettingsSource


@pytest.fixture
def line(tmp_path: Path) -> Path:
    """Return the site's line.yaml, saying that elders begin at 65."""
    file = tmp_path / "line.yaml"
    file.write_text("schema: 1\nelder_age: 65\n", encoding="utf-8")
    return file


def test_a_good_change_is_taken_over(line: Path) -> None:
    """A changed file counts at the next look."""
    source = SettingsSource(site=line.parent, env={})
    line.write_text("schema: 1\nelder_age: 70 \n", encoding="utf-8")
    assert source.reload() is Reload.CHANGED
    assert source.settings.line.elder_age == 70


def test_nothing_changed_means_nothing_read(line: Path) -> None:
    """A look at unchanged files leaves the very same settings in use."""
    source = SettingsSource(site=line.parent, env={})
    before = source.settings
    assert source.reload() is Reload.UNCHANGED
    assert source.settings is before


def test_law_8_a_wrong_change_never_goes_live(line: Path) -> None:
    """The last good settings keep serving, and the problem is told with file, line and key, at every look."""
    source = SettingsSource(site=line.parent, env={})
    line.write_text("schema: 1\nelder_age: 7\n", encoding="utf-8")
    assert [source.reload(), source.reload()] == [Reload.REFUSED, Reload.REFUSED]
    assert source.settings.line.elder_age == 65
    assert str(source.problem) == f"{line}:2: line.elder_age: must be at least 40, not 7"


def test_law_8_a_mended_file_is_taken_over_and_the_problem_is_gone(line: Path) -> None:
    """After a refused change the line takes the next good one."""
    source = SettingsSource(site=line.parent, env={})
    line.write_text("elder_age: 7\n", encoding="utf-8")
    source.reload()
    line.write_text("schema: 1\nelder_age: 80 # mended\n", encoding="utf-8")
    assert source.reload() is Reload.CHANGED
    assert source.problem is None
    assert source.settings.line.elder_age == 80


def test_law_8_a_vanished_site_folder_changes_nothing(line: Path) -> None:
    """When the folder disappears under a running line its settings stay."""
    source = SettingsSource(site=line.parent, env={})
    line.unlink()
    line.parent.rmdir()
    assert source.reload() is Reload.REFUSED
    assert source.settings.line.elder_age == 65


def test_law_8_a_line_does_not_start_on_wrong_settings(line: Path) -> None:
    """At the start there is no last good configuration, so the line refuses to start."""
    line.write_text("schema: 9\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"line\.yaml:1: line\.schema"):
        SettingsSource(site=line.parent, env={})


def test_without_a_site_there_is_nothing_to_reload() -> None:
    """The packaged defaults do not change while the line runs."""
    assert SettingsSource(site=None, env={}).reload() is Reload.UNCHANGED
