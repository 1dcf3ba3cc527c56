"""What goes wrong on a call, and the person it leads to all the same.

Most of it is in the library of calls (tests/data/calls: fault_*, service_*, agent_*, webhook_*, stream_*); here is what
looks deeper than a scenario does.
"""

from __future__ import annotations

from pathlib import Path

import httpx
import psutil
import pytest

from elder_channel.agents.model import Presence
from elder_channel.placing import wait_until
from tests.e2e.conftest import ELDER, STRANGER, LiveStack, running, start_stack

pytestmark = [pytest.mark.stack, pytest.mark.model]


def test_frames_that_come_twice_do_not_lose_the_caller(live: LiveStack) -> None:
    """The voice is still heard; nonsense and the wrong order are scenarios."""
    report = live.call(audio="zh_accident_claim.flac", faults={"media": "repeated"})
    assert (report.entry, report.outcome) == ("voice", "served")


def test_a_forged_signature_is_refused_and_nothing_is_stored(live: LiveStack) -> None:
    """403, no row; the carrier, getting no document, rings people by itself."""
    sid = live.place(key="0", faults={"bad_signature": True})
    report = live.report(sid)
    assert live.line.calls.get(sid) is None
    assert report.outcome == "served"
    assert live.simulator.record(sid)["fallback_used"]


def test_requests_without_signature_get_403(live: LiveStack) -> None:
    """The voice process answers the carrier alone."""
    url = f"http://127.0.0.1:{live.stack.server.voice_port}/voice/incoming"
    form = {"CallSid": "CAforged", "From": STRANGER, "To": "+862100000060"}
    assert httpx.post(url, data=form).status_code == 403
    assert httpx.post(url, data=form, headers={"X-Twilio-Signature": "bm9wZQ=="}).status_code == 403
    assert live.line.calls.get("CAforged") is None


def test_law_1_without_a_speech_model_the_line_works(tmp_path: Path) -> None:
    """The model's files are not there: every process comes up, the call is served, the note says why it is bare."""
    (tmp_path / "model").mkdir()
    folder = tmp_path / "stack"
    with start_stack(folder, ELDER_CHANNEL_WHISPER_MODEL=str(tmp_path / "model")) as stack:
        bare = running(stack, folder)
        report = bare.call(ELDER, audio="zh_policy_question.flac")
        bare.close()
    assert (report.entry, report.outcome, report.transcript) == ("known_elder", "served", None)
    assert "recognition was off" in report.handover.text


def test_law_1_a_voice_process_that_dies_comes_back_and_closes_its_books(own: LiveStack) -> None:
    """The call it lost sight of is closed from the carrier's word, and the next call is served."""
    sid = own.place(ELDER, audio="zh_policy_question.flac")
    assert wait_until(lambda: (call := own.line.calls.get(sid)) is not None and call.dialed_at is not None, seconds=10)
    own.stack.supervisor.stop(["voice"])
    for _ in own.simulator.events(sid):
        pass
    own.stack.supervisor.restart("voice")
    own.stack.supervisor.wait_ready(30)
    assert wait_until(lambda: (call := own.line.calls.get(sid)) is not None and call.outcome is not None, seconds=10)
    assert own.call(key="0").outcome == "served"


def test_law_8_a_wrong_configuration_never_goes_live(own: LiveStack) -> None:
    """A bad file in the site folder changes nothing; a good one is taken while running."""
    site = own.state.parent / "site"
    (site / "routing.yaml").write_text("schema: 1\nidentify_hold_seconds: 60\n", encoding="utf-8")
    log = own.state / "log" / "voice.log"
    assert wait_until(lambda: "settings.refused" in log.read_text(encoding="utf-8"), seconds=8)
    assert own.call(key="0").outcome == "served"
    (site / "routing.yaml").write_text("schema: 1\nidentify_hold_seconds: 1\n", encoding="utf-8")
    assert wait_until(lambda: "settings.taken" in log.read_text(encoding="utf-8"), seconds=8)


def test_law_7_no_number_and_no_word_of_a_caller_reaches_the_logs(live: LiveStack) -> None:
    """What was said, keyed and called from is masked in every log of every process."""
    report = live.call("+8659100000177", audio="zh_accident_claim.flac")
    live.call("+8659100000178", say="我要退保险")
    logs = "".join(file.read_text(encoding="utf-8") for file in (live.state / "log").glob("*.log"))
    assert report.call_sid in logs
    for private in ("59100000177", "59100000178", "退保险", *(report.transcript or "").split("，")):
        assert not private or private not in logs


def test_an_agent_who_does_not_answer_is_absent_and_another_takes_the_call(own: LiveStack) -> None:
    """The phone that rings in vain is not rung again; the call keeps its place."""
    cantonese = [agent for agent in own.line.settings.agents if agent.dialects.get("guangzhou", 0) >= 3]
    first = max(cantonese, key=lambda agent: agent.dialects["guangzhou"])
    own.simulator.set_agent(first.contact, behaviour="no_answer")
    report = own.call(ELDER, audio="zh_policy_question.flac")
    assert report.outcome == "served"
    assert report.agent
    assert report.agent.id != first.id
    assert own.line.agents.states()[first.id].presence is Presence.ABSENT
    assert "未接通" in report.handover.tried


def test_law_2_a_recognizer_that_hangs_delays_nobody(own: LiveStack) -> None:
    """The recognizer takes the utterance and never answers: the caller is queued and answered as ever."""
    recognizer = psutil.Process(own.stack.supervisor.pids()["recognizer"])
    family = [recognizer, *recognizer.children(recursive=True)]
    for process in family:
        process.suspend()
    try:
        report = own.call(audio="zh_accident_claim.flac")
    finally:
        for process in family:
            process.resume()
    record = own.simulator.record(report.call_sid)
    assert (report.entry, report.outcome, report.transcript) == ("voice", "served", None)
    waited = record["agent_ringing_at"] - record["enqueue_received_at"]
    assert waited < own.line.settings.recognition.timeout_seconds  # it was not the recognizer that was waited for


def test_law_1_with_voice_recognizer_and_database_gone_the_carrier_rings_people(own: LiveStack) -> None:
    """Nothing of ours is up: the document at the carrier dials the hunt group directly."""
    own.stack.supervisor.stop(["voice", "recognizer", "worker"])
    for file in own.state.glob("calls.db*"):
        file.unlink()
    sid = own.place(key="0")
    for _ in own.simulator.events(sid):
        pass
    record = own.simulator.record(sid)
    assert record["served"]
    assert record["fallback_used"]
