"""`elder-channel doctor` tells what is there, what is missing and how to get it."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

import config
from dialects.recognizers import specialists
from dialects.recognizers.models import load_models
from dialects.recognizers.specialists import find_specialists
from dialects.recognizers.weights import ModelState, ModelStatus
from dialects.settings import RecognitionSettings
from elder_channel import doctor, model_checks
from elder_channel.cli.doctor import app
from elder_channel.findings import Finding, State
from elder_channel.state import Running, RunningProcess, own_birth


def stack(*, pid: int, port: int) -> Running:
    """Return a stack of this process and a voice with the given pid and port."""
    return Running(os.getpid(), own_birth(), "2026-11-22T08:00:00Z", "var", {"voice": RunningProcess(pid, port, None)})


@pytest.fixture
def dead_pid() -> int:
    """Return a process id beyond any the system hands out."""
    return 2**30


@pytest.mark.parametrize(("version", "state"), [((3, 11, 7), State.OK), ((3, 12, 1), State.WRONG)])
def test_only_python_3_11_will_do(version: tuple[int, int, int], state: State) -> None:
    """Another Python is wrong, because the pins were made for 3.11."""
    assert doctor.check_python(version).state is state


def test_a_missing_extra_is_named_with_the_way_to_get_it() -> None:
    """Extras are missed, yet the line answers without them."""
    findings = {each.part: each for each in doctor.check_extras({"sherpa-onnx": "2.0.1"}.get)}
    assert findings["extra sherpa"].text == "Installed: sherpa-onnx 2.0.1."
    assert findings["extra whisper"].state is State.MISSING
    assert "setup-full" in findings["extra whisper"].remedy
    assert doctor.healthy(findings.values())


@pytest.mark.parametrize(
    ("engine", "installed", "state"),
    [("local", {}, None), ("ray", {"ray": "2.60.0"}, None), ("ray", {}, State.WRONG)],
    ids=["on this machine", "on Ray", "on Ray, which is absent"],
)
def test_law_1_a_recognizer_wanted_on_ray_without_ray(
    engine: str, installed: dict[str, str], state: State | None
) -> None:
    """It is said with its remedy, and the line runs all the same."""
    findings = model_checks.check_engine(engine, installed.get)
    assert [each.state for each in findings] == ([state] if state else [])
    assert doctor.healthy(findings)


@pytest.mark.parametrize(
    ("model", "state"),
    [(ModelState.VERIFIED, State.OK), (ModelState.ABSENT, State.MISSING), (ModelState.DAMAGED, State.WRONG)],
)
def test_law_1_a_missing_model_does_not_stop_the_line(tmp_path: Path, model: ModelState, state: State) -> None:
    """Without a model calls still reach a person, so the doctor reports it and does not fail."""
    finding = model_checks.check_model(ModelStatus(model, tmp_path, "text"))
    assert finding.state is state
    assert not finding.fatal


WU = load_models()["sherpa-onnx-wenetspeech-wu-u2pp-conformer-ctc-zh-int8-2026-02-03"]


def add_wu(folder: Path, *files: str) -> Mapping[str, str]:
    """Put files of the Wu model into a folder of models; the environment that names it."""
    (folder / WU.id).mkdir(parents=True)
    for name in files:
        (folder / WU.id / name).write_bytes(b"something")
    return {"ELDER_CHANNEL_MODELS": str(folder), "PPSPEECH_HOME": str(folder / "none")}


@pytest.mark.parametrize(
    ("files", "settings", "state", "text"),
    [
        (("model.int8.onnx", "tokens.txt"), {}, State.OK, "not every hash is known"),
        (("tokens.txt",), {}, State.MISSING, "model.int8.onnx is missing"),
        (("model.int8.onnx", "tokens.txt"), {"specialists_mb": 0}, State.MISSING, "specialists_mb"),
    ],
    ids=["whole", "a file is missing", "too large"],
)
def test_an_added_model_is_looked_at(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    files: tuple[str, ...],
    settings: dict[str, int],
    state: State,
    text: str,
) -> None:
    """Whether it is whole and fits; the line runs without it (law 1)."""
    monkeypatch.setattr(specialists, "engine_installed", lambda _: True)
    added = find_specialists(RecognitionSettings(**settings), env=add_wu(tmp_path, *files))
    (finding,) = doctor.check_specialists(added)
    assert (finding.part, finding.state, finding.fatal) == ("model wenetspeech-wu", state, False)
    assert text in finding.text


def test_what_the_running_recognizer_has_found_out_is_told() -> None:
    """A model that is whole on disk and crashes when loaded shows only there."""
    trouble = {"name": "wenetspeech-wu", "loaded": False, "megabytes": 0, "trouble": "It cannot be loaded."}
    good = {"name": "sense-voice-yue", "loaded": True, "megabytes": 312, "trouble": ""}
    health = {"status": "ready", "text": "whisper", "specialists": [trouble, good]}
    parts = {each.part: each for each in doctor.check_recognizer(health)}
    assert parts["recognizer"].state is State.OK
    assert "sense-voice-yue (312 MB)" in parts["recognizer"].text
    assert parts["running wenetspeech-wu"].text == "It cannot be loaded."
    assert len(parts) == 2
    (gone,) = doctor.check_recognizer({"status": "unreachable", "text": "No answer."})
    assert (gone.state, gone.fatal) == (State.WRONG, False)
    assert doctor.check_recognizer(None) == []


def test_clock_says_what_it_cannot_measure() -> None:
    """Offline nobody knows the clock's error; a time before this program was written is certainly wrong."""
    (finding,) = doctor.check_clock(datetime(2026, 11, 22, 10, tzinfo=UTC), monotonic=lambda: 1.0)
    assert "18:00 at the hotline" in finding.text
    assert "cannot be measured" in finding.text
    ticks = iter([2.0, 1.0])
    past = doctor.check_clock(datetime(1970, 1, 1, tzinfo=UTC), monotonic=lambda: next(ticks))
    assert [each.fatal for each in past] == [True, True]


def test_state_folder_that_cannot_be_made_is_wrong(tmp_path: Path) -> None:
    """A state folder below a file can never be made."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert doctor.check_state_folder(tmp_path / "file" / "var").fatal
    assert doctor.check_state_folder(tmp_path / "var" / "line").state is State.OK


def test_law_7_secrets_that_others_can_read_are_wrong(tmp_path: Path) -> None:
    """The secrets file is for its owner only."""
    file = tmp_path / "secrets.env"
    assert doctor.check_secrets(file).state is State.OK
    file.write_text("", encoding="utf-8")
    file.chmod(0o644)
    assert "chmod 600" in doctor.check_secrets(file).remedy
    file.chmod(0o600)
    assert doctor.check_secrets(file).state is State.OK


def test_a_taken_port_is_named_with_who_holds_it() -> None:
    """Whoever finds a port taken learns by whom and how to choose another."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        settings = config.ServerSettings(voice_port=port, console_port=0, simulator_port=0, recognizer_port=0)
        finding = doctor.check_ports(settings, running=None)[0]
        ours = doctor.check_ports(settings, running=stack(pid=os.getpid(), port=port))[0]
    assert finding.fatal
    assert f"process {os.getpid()}" in finding.text
    assert "ELDER_CHANNEL_SERVER__VOICE_PORT" in finding.remedy
    assert ours.text == "Used by our own voice."


def test_stack_is_up_down_or_incomplete(dead_pid: int) -> None:
    """A dead process of a running line is wrong; a line that is not running is only missing."""
    assert doctor.check_stack(None).state is State.MISSING
    assert doctor.check_stack(stack(pid=os.getpid(), port=1)).state is State.OK
    assert "without voice" in doctor.check_stack(stack(pid=dead_pid, port=1)).text


def test_law_8_wrong_settings_are_among_the_findings(tmp_path: Path) -> None:
    """The doctor tells each problem of the site's settings, and goes on with the packaged ones."""
    (tmp_path / "line.yaml").write_text("schema: 1\nelder_age: 1\n", encoding="utf-8")
    (finding,), settings = doctor.check_settings(tmp_path, {})
    assert finding.fatal
    assert "line.yaml:2" in finding.text
    assert settings == config.Settings()


@pytest.mark.parametrize("arguments", [[], ["--json"]])
def test_command_ends_with_0_only_when_the_line_can_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, arguments: list[str]
) -> None:
    """Scripts read the exit code or the JSON, people the lines; what is in brackets is not lost on the way."""
    findings = [Finding("extra x", State.MISSING, "Not there.", "pip install 'elder-channel[x]'")]
    monkeypatch.setattr("elder_channel.cli.doctor.examine", lambda env: findings)
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0
    assert "elder-channel[x]" in done.output
    findings.append(Finding("python", State.WRONG, "Old.", needed=True))
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 1
    if arguments:
        assert json.loads(done.output)["healthy"] is False


def test_examine_looks_at_everything_on_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole examination runs here, on an empty state folder."""
    monkeypatch.chdir(tmp_path)
    parts = {finding.part for finding in doctor.examine({"ELDER_CHANNEL_STATE": str(tmp_path / "var")})}
    assert {"python", "speech model", "clock", "state folder", "secrets", "stack", "port 8080", "settings"} <= parts
    assert not (tmp_path / "var").exists()
