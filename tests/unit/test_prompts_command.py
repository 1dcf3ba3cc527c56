"""`elder-channel prompts record`, `import` and `coverage`, as somebody on the server types them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs
from typer.testing import CliRunner

from elder_channel.cli.prompts import app
from elder_channel.errors import ElderChannelError
from elder_channel.services.errors import NotAllowedError
from tests.fakes.line import SECRETS, LineInMemory, open_test_line
from tests.fakes.takes import speech, wav

GIVEN = ("--message", "invitation", "--voice", "minnan")
WHO = ("--speaker", "阿陈", "--consent", "form of 2026-11-20")


@pytest.fixture
def at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LineInMemory]:
    """A line whose state folder the command finds."""
    opened = open_test_line(tmp_path)
    for name, value in {**SECRETS, "ELDER_CHANNEL_STATE": str(opened.line.state), "LOGNAME": "chen"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("ELDER_CHANNEL_SITE", str(tmp_path / "site"))
    yield opened
    opened.line.databases.dispose()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A good recording."""
    made = tmp_path / "guangzhou.wav"
    made.write_bytes(wav(speech()))
    return made


def run(*arguments: object, code: int = 0) -> str:
    """What the command prints; a refusal is raised as `main` would tell it."""
    with capture_logs():
        done = CliRunner().invoke(app, [str(each) for each in arguments], catch_exceptions=False)
    assert done.exit_code == code, done.output
    return done.output


def answer(*arguments: object) -> Any:
    """The JSON the command prints."""
    return json.loads(run(*arguments, "--json"))


def test_a_recording_goes_its_way_by_command(
    at: LineInMemory, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Checked, handed in, listed, approved by somebody else, taken out, put back, saved, withdrawn; all of it told."""
    assert "would be kept" in run("record", "check", file, *GIVEN, "--no-recognizer")
    assert "version 1" in run("record", "add", file, *GIVEN, *WHO, "--no-recognizer")
    [listed] = answer("record", "list", "--waiting")
    number = listed["id"]
    assert (listed["speaker"], listed["recorded_by"], listed["played"]) == ("阿陈", "chen (command line)", False)
    with pytest.raises(NotAllowedError, match="second person"):
        run("record", "approve", number)
    monkeypatch.setenv("LOGNAME", "lin")
    assert "next call" in run("record", "approve", number)
    assert "no more" in run("record", "rollback", *GIVEN, "--none", "--reason", "wrong word")
    assert "again" in run("record", "rollback", *GIVEN, "--to", 1, "--reason", "was right")
    with pytest.raises(ElderChannelError, match="version 7"):
        run("record", "rollback", *GIVEN, "--to", 7, "--reason", "x")
    run("record", "save", number, "--out", tmp_path / "out.wav")
    assert (tmp_path / "out.wav").read_bytes()[:4] == b"RIFF"
    assert "deleted" in run("record", "withdraw", number, "--reason", "she wishes it")
    acts = answer("record", "history", *GIVEN)
    assert [act["act"] for act in acts] == ["recorded", "approved", "taken_out", "put_back", "withdrawn"]
    assert "withdrawn by lin" in run("record", "history", *GIVEN)
    assert "withdrawn" in run("record", "list")


def test_a_bad_recording_ends_with_exit_code_1(at: LineInMemory, tmp_path: Path) -> None:
    """And says in a sentence what to do."""
    quiet = tmp_path / "quiet.wav"
    quiet.write_bytes(wav(speech() * 0))
    assert "microphone" in run("record", "check", quiet, *GIVEN, "--no-recognizer", code=1)
    found = json.loads(run("record", "check", quiet, *GIVEN, "--no-recognizer", "--json", code=1))
    assert found["findings"][0]["code"] == "no_voice"


def test_a_folder_is_taken_in(at: LineInMemory, file: Path, tmp_path: Path) -> None:
    """Exit code 1 when a file was refused, 2 for half a speaker."""
    folder = tmp_path / "takes"
    (folder / "minnan").mkdir(parents=True)
    file.rename(folder / "minnan" / "invitation.wav")
    assert "1 kept" in run("import", folder, *WHO, "--no-recognizer")
    (folder / "minnan" / "no_such.wav").write_bytes(b"x")
    told = json.loads(run("import", folder, *WHO, "--no-recognizer", "--json", code=1))
    assert told["counts"] == {"kept": 1, "refused": 1}
    run("import", folder, "--speaker", "x", code=2)
    run("record", "rollback", *GIVEN, "--reason", "x", code=2)


def test_what_is_missing_is_told(at: LineInMemory, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A row for each of the 42, and what had best be recorded next."""
    run("record", "add", file, *GIVEN, *WHO, "--no-recognizer")
    told = answer("coverage", "--best", 3)
    rows = {row["id"]: row for row in told["dialects"]}
    assert len(rows) == 42
    assert rows["minnan"]["waiting"] == 1
    assert (told["dialects_with_any_recording"], len(told["best_next"])) == (0, 3)
    monkeypatch.setenv("LOGNAME", "lin")
    run("record", "approve", answer("record", "list")[0]["id"])
    assert answer("coverage")["dialects_with_any_recording"] == 1
    assert "1 of 42 dialects have a recording" in run("coverage")
    at.line.take_sounds.delete(at.line.prompt_takes.all()[0].sha256)
    assert "gone or damaged" in run("coverage")
    assert answer("coverage")["lost"] == [1]
