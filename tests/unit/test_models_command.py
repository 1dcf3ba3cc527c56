"""`elder-channel models` tells an operator which file goes where."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from dialects.catalogue import load_catalogue
from dialects.recognizers import specialists
from dialects.recognizers.models import load_models
from elder_channel.cli import dialects as dialects_command
from elder_channel.cli import models as models_command
from elder_channel.cli.models import EXIT_WRONG, app

WU = "sherpa-onnx-wenetspeech-wu-u2pp-conformer-ctc-zh-int8-2026-02-03"
DOLPHIN = "sherpa-onnx-dolphin-small-ctc-multi-lang-int8-2025-04-02"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of models, and every library installed."""
    monkeypatch.setenv("ELDER_CHANNEL_MODELS", str(tmp_path))
    monkeypatch.setenv("PPSPEECH_HOME", str(tmp_path / "paddle"))
    whisper = tmp_path / "whisper"  # there, whether or not this machine has assembled its own yet
    whisper.mkdir()
    for name in ("model.bin", "config.json", "tokenizer.json", "vocabulary.txt"):
        (whisper / name).touch()
    monkeypatch.setenv("ELDER_CHANNEL_WHISPER_MODEL", str(whisper))
    for module in (models_command, dialects_command, specialists):
        monkeypatch.setattr(module, "engine_installed", lambda _: True)
    return tmp_path


def add(folder: Path, model_id: str) -> None:
    for file in load_models()[model_id].files:
        path = folder / model_id / file.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"something")


def asked(*arguments: str, exit_code: int = 0) -> Any:
    result = CliRunner().invoke(app, [*arguments, "--json"])
    assert result.exit_code == exit_code, result.output
    return json.loads(result.stdout)


def test_the_list_has_42_dialects_and_every_model(folder: Path) -> None:
    """Each dialect has a bundle somebody can fetch; the nine that no model knows say so."""
    told = asked("list")
    assert [row["id"] for row in told["dialects"]] == list(load_catalogue().dialects)
    assert all(row["models"] for row in told["dialects"])
    assert sum(not row["reliable"] for row in told["dialects"]) == 9
    assert [row["id"] for row in told["models"]] == list(load_models())
    text = CliRunner().invoke(app, ["list"]).stdout
    assert "a person" in text
    assert str(folder) in text.replace("\n", "")


def test_a_model_that_is_put_there_is_used(folder: Path) -> None:
    """For its dialects, and for no others; `dialects list` counts it too."""
    add(folder, WU)
    rows = {row["id"]: row for row in asked("list")["dialects"]}
    assert rows["shanghai"]["used_now"] == {"model": WU, "fitness": "recommended"}
    assert (rows["shanghai"]["heard_again_by"], rows["shanghai"]["trust"]) == ([WU], "unsure")
    assert (rows["guangzhou"]["heard_again_by"], rows["guangzhou"]["trust"]) == ([], "key_words")
    assert rows["fuzhou"]["trust"] == "person"
    listed = CliRunner().invoke(dialects_command.app, ["list", "--json"])
    available = {row["id"]: row["recognizers"]["available"] for row in json.loads(listed.stdout)}
    assert WU in available["suzhou"]
    assert WU not in available["guangzhou"]


def test_verify_tells_what_is_wrong_and_what_cannot_be_known(folder: Path) -> None:
    """A file of the wrong size fails; a file nobody published a hash of is called present, not verified."""
    add(folder, WU)
    assert {row["id"]: row["presence"] for row in asked("verify", WU)} == {WU: "present"}
    add(folder, DOLPHIN)
    (row,) = asked("verify", DOLPHIN, exit_code=EXIT_WRONG)
    assert (row["presence"], row["wrong"]) == ("damaged", ["model.int8.onnx", "tokens.txt"])
    (folder / WU / "tokens.txt").unlink()
    output = CliRunner().invoke(app, ["verify", WU])
    assert output.exit_code == EXIT_WRONG
    assert "missing: tokens.txt" in output.stdout


def test_what_the_line_would_not_use_is_said(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A model with a file missing, or one that the settings leave out, hears nobody again."""
    add(folder, WU)
    (folder / WU / "tokens.txt").unlink()
    told = asked("list")
    (trouble,) = told["troubles"]
    assert trouble["model"] == WU
    assert "tokens.txt is missing" in trouble["text"]
    assert f"{WU} is not used" in CliRunner().invoke(app, ["list"]).stdout
    add(folder, WU)
    monkeypatch.setenv("ELDER_CHANNEL_RECOGNITION__SPECIALISTS", json.dumps([DOLPHIN]))
    told = asked("list")
    assert not any(row["heard_again_by"] for row in told["dialects"])
    assert [each["model"] for each in told["troubles"]] == [DOLPHIN]


@pytest.mark.parametrize("class_id", ["shanghai", "minnan", "hakka"])
def test_path_of_a_dialect_names_every_file(folder: Path, class_id: str) -> None:
    """Where it goes, its size and hash where known, where it is published, under which licence."""
    places = asked("path", class_id)
    assert places
    for place in places:
        assert place["licence"]
        assert place["archive"]["url"].startswith("https://")
        assert all(file["path"].startswith(str(folder / place["id"])) for file in place["files"])
    text = CliRunner().invoke(app, ["path", class_id]).stdout
    assert places[0]["files"][0]["path"] in text
    assert "licence" in text


def test_an_unknown_name_is_refused() -> None:
    """In a sentence, with exit code 2."""
    result = CliRunner().invoke(app, ["path", "nowhere"])
    assert result.exit_code == EXIT_WRONG
    assert "no model and no dialect" in result.stderr
