"""`elder-channel prompts lint` tells what a caller would stumble over."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bilingual.messages import Channel, Message, load_messages
from bilingual.prompt_audio.manifest import read_manifest
from bilingual.prompt_audio.shelf import shipped_folder
from elder_channel.cli import prompt_lint
from elder_channel.cli.prompts import app


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A state folder of its own, without a site's settings."""
    monkeypatch.setenv("ELDER_CHANNEL_STATE", str(tmp_path))
    return tmp_path


def test_what_ships_is_clean() -> None:
    """Exit code 0, and how much was looked at."""
    result = CliRunner().invoke(app, ["lint"])
    assert result.exit_code == 0, result.output
    assert "0 errors, 0 warnings" in result.stdout


@pytest.mark.parametrize("profile", ["ours", "finance", "government", "coga"])
def test_the_profiles_print_one_json_document(profile: str) -> None:
    """For a report, or a build."""
    result = CliRunner().invoke(app, ["lint", "--json", "--profile", profile])
    told = json.loads(result.stdout)
    assert told["profile"] == profile
    assert told["messages"] > 20
    assert (told["errors"], told["warnings"], result.exit_code) == (0, 0, 0)


def test_an_error_makes_the_build_red(monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 1, and each finding with its place, its words, its rule and what to do."""
    bad = Message(
        id="bad",
        purpose="x",
        channel=Channel.VOICE,
        both_languages=False,
        pause_after_ms=500,
        zh=("按一，查保单。",),
        en=("Press one for your policy.",),
    )
    monkeypatch.setattr(prompt_lint, "load_messages", lambda _: {"bad": bad})
    result = CliRunner().invoke(app, ["lint"])
    assert result.exit_code == 1
    for told in ("error: bad (zh)", "「按一，查保单。」", "[key_before_option]", "Turn the sentence around"):
        assert told in result.stdout
    found = json.loads(CliRunner().invoke(app, ["lint", "--json"]).stdout)
    assert found["errors"] == len(found["findings"]) == 4
    assert {"rule", "severity", "where", "language", "phrase", "found", "advice", "advice_zh"} <= set(
        found["findings"][0]
    )


def test_a_site_s_own_settings_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line that plays nothing again is told so; a warning alone is no reason to stop."""
    monkeypatch.setenv("ELDER_CHANNEL_LINE__PROMPT_REPLAYS", "0")
    result = CliRunner().invoke(app, ["lint"])
    assert "[no_replay]" in result.stdout
    assert result.exit_code == 0


def test_an_unknown_profile_is_named() -> None:
    """With those there are."""
    result = CliRunner().invoke(app, ["lint", "--profile", "space"])
    assert result.exit_code != 0
    assert "ours, finance, government, coga" in str(result.exception)


def test_the_page_has_every_message_and_plays_what_ships(state: Path) -> None:
    """One file, with a player for every prompt that has a sound and the linter's findings beside the words."""
    file = state / "page" / "prompts.html"
    result = CliRunner().invoke(app, ["page", "--write", str(file)])
    assert result.exit_code == 0, result.output
    html = file.read_text(encoding="utf-8")
    assert [id_ for id_ in load_messages(None) if f'<section id="{id_}">' not in html] == []
    shipped = {(each.message, each.language, each.manner) for each in read_manifest(shipped_folder()).entries}
    assert html.count("<audio ") == len(shipped)
    assert f"{len(shipped)} of " in result.stdout
