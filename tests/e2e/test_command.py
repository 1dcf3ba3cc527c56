"""`elder-channel call` and `run` as a user gives them: real commands, real exit codes, real output."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import wave
from collections.abc import Iterator, Mapping
from importlib import resources
from pathlib import Path
from typing import Any

import av
import numpy as np
import psutil
import pytest
from jsonschema import Draft202012Validator

from dialects.audio.decode import decode_audio
from elder_channel.stack import Stack, StackOptions
from elder_channel.state import find_running
from tests.e2e.conftest import QUICK, VOICES, LiveStack

pytestmark = [pytest.mark.stack, pytest.mark.model]

COMMAND = str(Path(sys.executable).with_name("elder-channel"))
VOICE = str(VOICES / "zh_accident_claim.flac")
ELDER = "059100000102"
SCHEMA = json.loads((resources.files("elder_channel") / "data" / "call_report.schema.json").read_text("utf-8"))


def elder_channel(env: Mapping[str, str], folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Give the command in `folder`."""
    return subprocess.run([COMMAND, *arguments], env=dict(env), cwd=folder, capture_output=True, text=True, timeout=150)


def reported(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """The one JSON object on standard output, which the shipped schema accepts."""
    assert done.returncode == 0, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    Draft202012Validator(SCHEMA).validate(report)
    assert len(report["dialect"]["posterior"]) <= 5
    assert sum(item["p"] for item in report["dialect"]["posterior"]) <= 1.00001
    return report


def refused(done: subprocess.CompletedProcess[str]) -> str:
    """The sentence on standard error with which the command was refused."""
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr
    sentences = [line for line in done.stderr.splitlines() if line.startswith("elder-channel: ")]
    assert len(sentences) == 1, done.stderr
    return sentences[0]


@pytest.mark.usefixtures("unhurried")
def test_a_known_elders_call_is_one_json_object(live: LiveStack, tmp_path: Path) -> None:
    """Through the running stack, found by its note: nothing but the object on standard output."""
    report = reported(elder_channel(live.stack.env, tmp_path, "call", VOICE, "--from", ELDER, "--json"))
    assert (report["entry"], report["outcome"]) == ("known_elder", "served")
    assert report["transcript"]
    assert report["agent"]["matched"] in ("exact", "group", "any")
    assert report["timings_ms"]["utterance_end_to_dialect"] is not None
    assert live.line.calls.get(report["call_sid"]), "placed in the running stack, not in one of its own"


def test_one_key_from_a_withheld_number(live: LiveStack, tmp_path: Path) -> None:
    """一键接入, with no recording at all."""
    report = reported(elder_channel(live.stack.env, tmp_path, "call", "--key", "0", "--from", "anonymous", "--json"))
    assert (report["entry"], report["outcome"], report["transcript"]) == ("one_key", "served", None)


def test_the_journey_is_told_in_words(live: LiveStack, tmp_path: Path) -> None:
    """Without --json a person reads along."""
    done = elder_channel(live.stack.env, tmp_path, "call", "--say", "我要报案", "--from", "+14155550100")
    assert done.returncode == 0, done.stderr
    for words in ("the call rings", "the line says", "in the queue", "answered by", "the call is over",
                  "outcome     served", "dialect", "我要报案", "timings"):  # fmt: skip
        assert words in done.stdout


def test_a_stack_of_its_own_is_started_and_leaves_nothing_behind(tmp_path: Path, live: LiveStack) -> None:
    """No stack runs on this state: one is started for the call, on free ports, and is gone afterwards."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    env = live.stack.env | {"ELDER_CHANNEL_STATE": str(tmp_path / "none"), "TMPDIR": str(temporary)}
    report = reported(elder_channel(env, tmp_path, "call", VOICE, "--from", ELDER, "--json"))
    assert report["outcome"] == "served"
    assert report["timings_ms"]["utterance_end_to_dialect"] is not None, "these agents let the caller finish"
    assert live.line.calls.get(report["call_sid"]) is None
    assert [path.name for path in temporary.iterdir() if path.name.startswith("elder-channel")] == []
    assert processes_of(temporary) == []
    assert find_running(live.state), "the stack that runs beside it goes on"


def processes_of(folder: Path) -> list[psutil.Process]:
    """The processes whose state lies under `folder`."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("ELDER_CHANNEL_STATE", "").startswith(str(folder)):
                found.append(process)
        except psutil.Error:
            continue
    return found


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(["text.wav", "--from", ELDER], "text.wav", id="a text file"),
        pytest.param(["empty.wav", "--from", ELDER], "empty.wav", id="an empty file"),
        pytest.param(["missing.wav", "--from", ELDER], "missing.wav", id="a missing file"),
        pytest.param(["folder", "--from", ELDER], "folder", id="a directory"),
        pytest.param(["--key", "0", "--from", "abc"], "«abc» is not a phone number", id="a number that is none"),
        pytest.param(["--key", "0", "--from", ""], "is not a phone number", id="an empty number"),
        pytest.param(["--key", "0", "--from", ELDER, "--to", "x"], "«x» is not a phone number", id="nowhere to call"),
        pytest.param(["--from", ELDER], "give AUDIO, --key or --say", id="a caller who does nothing"),
        pytest.param(["--key", "x", "--from", ELDER], "«x» is no key of a telephone", id="a key that is none"),
        pytest.param(["--key", "０", "--from", ELDER], "is no key of a telephone", id="a full-width key"),
        pytest.param(["--key", "0", "--speak-at", "inf", "--from", ELDER], "--speak-at wants seconds", id="not a time"),
    ],
)
def test_bad_input_is_refused_in_a_sentence(live: LiveStack, tmp_path: Path, arguments: list[str], words: str) -> None:
    """Exit code 2, one sentence, no traceback, and no call."""
    (tmp_path / "text.wav").write_text("this is a letter, not a recording\n" * 50, encoding="utf-8")
    (tmp_path / "empty.wav").touch()
    (tmp_path / "folder").mkdir()
    assert words in refused(elder_channel(live.stack.env, tmp_path, "call", "--json", *arguments))


@pytest.fixture
def unhurried(live: LiveStack) -> Iterator[None]:
    """Agents who let the caller finish: nobody listens in any more once they have picked up (law 7)."""
    for agent in live.line.settings.agents:
        live.simulator.set_agent(agent.contact, answer_after_seconds=12.0)
    yield
    for agent in live.line.settings.agents:
        live.simulator.set_agent(agent.contact, **QUICK)


def said(path: Path, *, seconds: float | None = None, rate_hz: int = 44_100) -> Path:
    """The demonstration's voice in another format, by the ending of `path`; repeated with pauses for `seconds`."""
    voice = decode_audio(VOICES / "zh_accident_claim.flac", rate_hz=rate_hz).samples
    voice = np.concatenate([voice, np.zeros(rate_hz, np.float32)])
    if seconds:
        voice = np.tile(voice, int(seconds * rate_hz / voice.size) + 1)
    codec, sample_format = {".mp3": ("libmp3lame", "fltp"), ".m4a": ("aac", "fltp"), ".flac": ("flac", "s16")}[
        path.suffix
    ]
    with av.open(str(path), "w") as file:
        track = file.add_stream(codec, rate=rate_hz, layout="mono")
        converter = av.AudioResampler(format=sample_format, layout="mono", rate=rate_hz)
        for start in range(0, voice.size, rate_hz * 10):
            frame = av.AudioFrame.from_ndarray(voice[None, start : start + rate_hz * 10], format="flt", layout="mono")
            frame.sample_rate = rate_hz
            for piece in converter.resample(frame):
                file.mux(track.encode(piece))
        file.mux(track.encode(None))
    return path


def said_as_wav(path: Path, *, rate_hz: int, channels: int, width: int) -> Path:
    """The demonstration's voice as an uncompressed recording."""
    voice = decode_audio(VOICES / "zh_accident_claim.flac", rate_hz=rate_hz).samples
    sound = np.repeat(voice[:, None], channels, axis=1)
    data = (sound * 127 + 128).astype(np.uint8) if width == 1 else (sound * 32_767).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(rate_hz)
        file.writeframes(data.tobytes())
    return path


@pytest.mark.usefixtures("unhurried")
@pytest.mark.parametrize("kind", ["8-bit wav", "stereo 96 kHz wav", "mp3", "m4a"])
def test_any_recording_a_user_has_is_said(live: LiveStack, tmp_path: Path, kind: str) -> None:
    """What a telephone, a studio or an old computer has recorded."""
    match kind:
        case "8-bit wav":
            recording = said_as_wav(tmp_path / "said.wav", rate_hz=8_000, channels=1, width=1)
        case "stereo 96 kHz wav":
            recording = said_as_wav(tmp_path / "said.wav", rate_hz=96_000, channels=2, width=2)
        case _:
            recording = said(tmp_path / f"said.{kind}")
    report = reported(elder_channel(live.stack.env, tmp_path, "call", str(recording), "--from", ELDER, "--json"))
    assert report["outcome"] == "served"
    assert report["transcript"], report


def test_of_an_hour_long_recording_two_minutes_are_said(live: LiveStack, tmp_path: Path) -> None:
    """The command says so on standard error and goes on."""
    recording = said(tmp_path / "hour.flac", seconds=3600, rate_hz=8_000)
    done = elder_channel(live.stack.env, tmp_path, "call", str(recording), "--from", ELDER, "--json")
    assert reported(done)["outcome"] == "served"
    assert "only its first 120 s are said" in done.stderr


def test_a_taken_port_is_named_and_nothing_is_started(tmp_path: Path, live: LiveStack) -> None:
    """`run` says which port, which process wants it and how to choose another."""
    state = tmp_path / "state"
    free = Stack(StackOptions(state, live.stack.env, free_ports=True)).env
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = str(holder.getsockname()[1])
        env = free | {"ELDER_CHANNEL_SERVER__VOICE_PORT": port, "ELDER_CHANNEL_STATE": str(state)}
        sentence = refused(elder_channel(env, tmp_path, "run", "--probe"))
    assert f"port {port} for voice is already taken" in sentence
    assert "ELDER_CHANNEL_SERVER__VOICE_PORT" in sentence
    assert processes_of(tmp_path) == []
    assert not (state / "calls.db").exists()


def test_a_second_run_on_the_same_state_leaves_the_first_alone(live: LiveStack, tmp_path: Path) -> None:
    """It is refused for the ports, and the first is still found and still answers."""
    server = live.stack.server
    done = elder_channel(live.stack.env, tmp_path, "run", "--probe")
    assert f"port {server.recognizer_port}" in done.stderr or f"port {server.simulator_port}" in done.stderr
    assert done.returncode == 2
    assert find_running(live.state)
    report = reported(elder_channel(live.stack.env, tmp_path, "call", "--key", "0", "--from", ELDER, "--json"))
    assert live.line.calls.get(report["call_sid"])


@pytest.mark.parametrize("arguments", [["agents", "list"], ["agents", "present", "lin-xiulan"]], ids=" ".join)
def test_asking_for_agents_before_the_first_start_is_a_sentence(tmp_path: Path, arguments: list[str]) -> None:
    """No line has run here yet: it says what to do, without a traceback."""
    env = {**os.environ, "ELDER_CHANNEL_STATE": str(tmp_path / "none")}
    assert "elder-channel run" in refused(elder_channel(env, tmp_path, *arguments))
