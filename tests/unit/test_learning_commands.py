"""The commands about verdicts and consents, as an operator types them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from dialects.audio.mulaw import RATE_HZ
from dialects.recognizers.port import Recognition
from dialects.train import licensed
from dialects.utterances import read_manifest
from elder_channel.cli.main import app
from elder_channel.customers.model import Customer
from elder_channel.services.consents import ShellOperator
from elder_channel.services.corrections import Corrections, Verdict
from elder_channel.services.endings import Endings
from elder_channel.services.errors import ConsentRefusedError
from elder_channel.services.line import LineService
from elder_channel.services.sound_keeping import SoundKeeping
from tests.fakes.line import LineInMemory, open_test_line

NUMBER = "+8659100000101"
SOUND = np.ones(2 * RATE_HZ, dtype=np.float32) / 8


@pytest.fixture
def at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LineInMemory]:
    """A line that keeps sound, which the commands find by their environment."""
    opened = open_test_line(tmp_path, ELDER_CHANNEL_LEARNING__KEEP_AUDIO="true")
    opened.line.customers.load([Customer(70, "某人", (NUMBER,))])
    monkeypatch.setenv("ELDER_CHANNEL_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("ELDER_CHANNEL_SITE", str(tmp_path / "site"))
    yield opened
    opened.line.databases.dispose()


def run(*arguments: str) -> Result:
    """The command, as typed."""
    return CliRunner().invoke(app, ["dialects", *arguments])


def judged_call(at: LineInMemory) -> None:
    """A call with sound and two verdicts."""
    LineService(at.line).arrive("CA1", NUMBER, "+862100000060")
    Endings(at.line).agent_answered("CA1", "chen-jiaming")
    assert SoundKeeping(at.line).keep("CA1", SOUND, Recognition("喂", "zh", recognizer="whisper"))
    operator = ShellOperator()
    for number, dialect in enumerate(("minnan", "fuzhou")):
        verdict = Verdict("CA1", dialect, None, f"t{number}", on_top_of=number)
        Corrections(at.line, operator).judge(verdict, by=operator.ACCOUNT)


def test_the_way_of_an_operator(at: LineInMemory, tmp_path: Path) -> None:
    """Consent, verdicts, export, withdrawal, export again."""
    assert run("consent", "give", "70", "--basis", "form of 2026-11-02").output.endswith("recorded: yes\n")
    judged_call(at)
    rows = json.loads(run("corrections", "list", "--json").output)
    assert [(row["to_dialect"], row["kept_seconds"]) for row in rows] == [("minnan", 2.0), ("fuzhou", 2.0)]
    listed = run("corrections", "list").output
    assert "-> minnan" in listed
    assert "1 calls judged" in listed
    out = tmp_path / "export"
    assert "1 utterances of 1 speakers" in run("corrections", "export", "--out", str(out)).output
    assert [clip.dialect_id for clip in read_manifest(out / "manifest.tsv")] == ["fuzhou"]
    assert "0 utterances" in run("corrections", "export", "--out", str(tmp_path / "b"), "--since", "2026-11-23").output
    assert "1 utterances deleted" in run("consent", "withdraw", "70").output
    assert "1 of the earlier export taken away" in run("corrections", "export", "--out", str(out)).output
    assert "1 customers asked, 0 agreed" in run("consent", "list").output


def test_what_cannot_be_is_said(at: LineInMemory) -> None:
    """A sentence, which the program prints; a day that is none is refused by its form."""
    assert isinstance(run("consent", "give", "99", "--basis", "form").exception, ConsentRefusedError)
    assert run("corrections", "list", "--since", "yesterday").exit_code == 2


def test_callers_voices_never_enter_the_licensed_head(at: LineInMemory, tmp_path: Path) -> None:
    """Consent to train one's own line is no licence to give a model away."""
    run("consent", "give", "70", "--basis", "form")
    judged_call(at)
    run("corrections", "export", "--out", str(tmp_path / "export"))
    clips = read_manifest(tmp_path / "export" / "manifest.tsv")
    assert clips
    assert licensed(clips) == []
