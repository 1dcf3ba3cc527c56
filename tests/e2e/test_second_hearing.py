"""Whole calls of a caller from Shanghai, with a model for Wu that is good, not whole, or ends its process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from elder_channel import doctor
from elder_channel.customers.model import Customer
from elder_channel.placing import wait_until
from elder_channel.services.call_report import CallReport, report_call
from tests.e2e.conftest import LiveStack, running, start_stack
from tests.fakes.tiny_ctc import CHARACTERS, write_tiny_ctc

pytest.importorskip("sherpa_onnx", reason="the extra sherpa is not installed")
pytest.importorskip("onnx", reason="onnx comes with the extra paddle; it builds the tiny model")
pytestmark = [pytest.mark.stack, pytest.mark.model]

WU = "sherpa-onnx-wenetspeech-wu-u2pp-conformer-ctc-zh-int8-2026-02-03"
FROM_SHANGHAI = "+862100000188"
SETTINGS = {
    "ELDER_CHANNEL_LINE__PROMPT_TIMEOUT_SECONDS": "3",
    "ELDER_CHANNEL_RECOGNITION__SPECIALIST_PROBABILITY": "0",  # the voice is synthetic Mandarin; the books say Shanghai
    "ELDER_CHANNEL_RECOGNITION__SPECIALIST_SECONDS": "60",
}


@contextmanager
def line_with(models: Path, folder: Path) -> Iterator[LiveStack]:
    """A running line with a customer who speaks Shanghainese, and the models of a folder."""
    settings = SETTINGS | {"ELDER_CHANNEL_MODELS": str(models), "PPSPEECH_HOME": str(models / "none")}
    with start_stack(folder, **settings) as stack:
        live = running(stack, folder)
        live.line.customers.load([Customer(9, "沪示例", (FROM_SHANGHAI,), dialect="shanghai")])
        yield live
        live.close()


def call(live: LiveStack) -> tuple[str, CallReport]:
    sid = live.place(FROM_SHANGHAI, audio="zh_policy_question.flac")
    return sid, live.report(sid)


def health(live: LiveStack) -> dict[str, Any]:
    port = live.stack.server.recognizer_port
    told: dict[str, Any] = httpx.get(f"http://127.0.0.1:{port}/health", trust_env=False).json()["specialists"][0]
    return told


def test_the_model_for_wu_writes_what_the_agent_reads(tmp_path: Path) -> None:
    """Whisper's text first; a moment later the other's, named, and the dialect is judged as before."""
    write_tiny_ctc(tmp_path / "models" / WU)
    with line_with(tmp_path / "models", tmp_path / "line") as live:
        sid, first = call(live)

        def heard_again() -> bool:
            kept = live.line.calls.get(sid)
            return kept is not None and kept.recognizer == "wenetspeech-wu"

        wait_until(heard_again, seconds=60)
        last = report_call(live.line, live.simulator.record(sid))
    assert first.outcome == last.outcome == "served"
    assert last.recognizer == "wenetspeech-wu"
    assert last.transcript
    assert set(last.transcript.replace(" ", "")) <= set("".join(CHARACTERS))
    assert f"引擎 wenetspeech-wu):「{last.transcript}」" in last.handover.text
    assert "check with the caller" in last.handover.text  # the catalogue calls it partial
    assert first.dialect == last.dialect


@pytest.mark.parametrize("damage", ["a file is missing", "a file is corrupt"])
def test_law_1_a_broken_model_leaves_whispers_words(tmp_path: Path, damage: str) -> None:
    """The line starts, says what is wrong, and serves the call."""
    folder = tmp_path / "models" / WU
    write_tiny_ctc(folder)
    if damage == "a file is missing":
        (folder / "tokens.txt").unlink()
    else:
        (folder / "model.int8.onnx").write_bytes(b"no model at all")
    with line_with(tmp_path / "models", tmp_path / "line") as live:
        sid, report = call(live)
        wait_until(lambda: bool(health(live)["trouble"]), seconds=60)
        trouble = health(live)["trouble"]
        findings = {each.part: each for each in doctor.examine(live.stack.env)}
        kept = live.line.calls.get(sid)
    assert report.outcome == "served"
    assert kept
    assert kept.transcript
    assert kept.recognizer == "whisper-base-int8"
    assert "a key word may be right" in report.handover.text
    if damage == "a file is missing":
        assert "tokens.txt is missing" in findings["model wenetspeech-wu"].text
    else:
        assert "cannot be loaded by sherpa-onnx" in trouble
        assert findings["running wenetspeech-wu"].text == trouble
    assert findings["recognizer"].state is doctor.State.OK
