"""`elder-channel config` says what the settings are, and what is wrong with them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from elder_channel.cli.config import app

run = CliRunner().invoke


@pytest.fixture(autouse=True)
def _no_settings_around(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("ELDER_CHANNEL_SITE", raising=False)
    monkeypatch.chdir(tmp_path)


def test_check_says_ok_and_what_was_read() -> None:
    """Good settings end with exit code 0."""
    done = run(app, ["check"])
    assert done.exit_code == 0
    assert done.output.startswith("OK")
    assert "defaults/line.yaml" in done.output


def test_check_tells_every_problem(tmp_path: Path) -> None:
    """Wrong settings end with exit code 2 and one line for each problem."""
    (tmp_path / "line.yaml").write_text("schema: 1\nelder_age: 1\nx: 2\n", encoding="utf-8")
    done = run(app, ["check", "--site", str(tmp_path)])
    assert done.exit_code == 2
    assert "line.yaml:2: line.elder_age" in done.stderr
    assert "line.yaml:3: line.x" in done.stderr


def test_show_names_the_source_of_each_value(tmp_path: Path) -> None:
    """Whoever wonders about a value learns where it stands."""
    (tmp_path / "line.yaml").write_text("schema: 1\nelder_age: 66\n", encoding="utf-8")
    shown = json.loads(run(app, ["show", "--json", "--site", str(tmp_path)]).stdout)
    assert shown["line.elder_age"] == {"value": 66, "from": f"{tmp_path}/line.yaml:2"}
    assert shown["agents[0].id"]["from"].startswith("defaults/agents.yaml:")


def test_law_7_show_keeps_the_database_password_to_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """A password in the environment is not printed."""
    monkeypatch.setenv("ELDER_CHANNEL_SERVER__DATABASE_URL", "postgresql://line:hush@db/line")
    done = run(app, ["show"])
    assert "postgresql://line:***@db/line" in done.output
    assert "hush" not in done.output


def test_reference_renews_the_table_of_a_document(tmp_path: Path) -> None:
    """The table between the markers is written from the schema; the rest of the document stays."""
    document = tmp_path / "configuration.md"
    head = "before\n<!-- settings: begin (written by `elder-channel config reference`) -->\nold\n"
    document.write_text(f"{head}<!-- settings: end -->\nafter\n", encoding="utf-8")
    assert run(app, ["reference", "--write", str(document)]).exit_code == 0
    text = document.read_text(encoding="utf-8")
    assert text.startswith("before\n")
    assert text.endswith("after\n")
    assert "`line.elder_age`" in text
    assert "old\n" not in text
