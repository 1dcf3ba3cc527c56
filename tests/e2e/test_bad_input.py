"""Whole calls with what is no calm caller on the line; each of them reaches a person."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from dialects.audio.telephone import to_telephone
from elder_channel.calls.model import Call
from elder_channel.placing import CallOrder, Sound
from elder_channel.services.call_report import CallReport
from tests.e2e.conftest import ELDER, STRANGER, LiveStack, running, start_stack
from tests.fakes import bad_sounds

pytestmark = [pytest.mark.stack, pytest.mark.model]

NO_VOICE = {
    "silence": bad_sounds.silence(8),
    "a bad line": bad_sounds.noise(8, 0.05),
    "keys on the line": bad_sounds.keys("150915091509"),
    "music": bad_sounds.music(10),
    "an engaged tone": bad_sounds.tone(8, on=0.35, off=0.35),
}


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveStack]:
    """A stack with prompts that do not wait long."""
    folder = tmp_path_factory.mktemp("bad-input")
    quick = {"ELDER_CHANNEL_LINE__PROMPT_TIMEOUT_SECONDS": "3", "ELDER_CHANNEL_LISTENING__MAX_LISTENING_SECONDS": "20"}
    with start_stack(folder, **quick) as stack:
        started = running(stack, folder)
        yield started
        started.close()


def call_with(stack: LiveStack, sound: np.ndarray, from_: str = STRANGER, **more: float) -> tuple[CallReport, Call]:
    """Place a call that sounds like this, and follow it to its end."""
    data = to_telephone(np.asarray(sound, dtype=np.float32), rate_hz=bad_sounds.RATE_HZ)
    order = CallOrder(from_, sound=Sound(data, len(data) / bad_sounds.RATE_HZ, False))
    report = stack.report(stack.simulator.place(order, **more))
    call = stack.line.calls.get(report.call_sid)
    assert call is not None
    return report, call


@pytest.mark.parametrize("kind", NO_VOICE)
def test_law_1_who_says_nothing_reaches_a_person(calm: LiveStack, kind: str) -> None:
    """No word is made up, no dialect claimed of the sound; the prompts end, and somebody answers."""
    report, call = call_with(calm, NO_VOICE[kind])
    assert (report.entry, report.outcome) == ("prompted", "served")
    assert report.transcript is None
    assert call.identification
    assert all(each.source == "number" for each in call.identification.evidence)


def test_law_1_a_fifth_of_a_second_reaches_a_person(calm: LiveStack) -> None:
    """One syllable is enough to be connected, and not enough to be told a dialect by."""
    report, call = call_with(calm, bad_sounds.syllable(0.2), "anonymous")
    # One of them speaks English: which of the two the recognizer makes out first decides the language, not the person.
    assert report.entry in ("voice", "english")
    assert report.outcome == "served"
    assert call.identification is None or call.identification.abstained


def test_law_2_two_people_at_once_reach_a_person(calm: LiveStack) -> None:
    """The line neither breaks nor guesses."""
    both = bad_sounds.together(bad_sounds.voice("zh_policy_question"), bad_sounds.voice("en_policy_help"))
    report, call = call_with(calm, both, "anonymous")
    # One of them speaks English: which of the two the recognizer makes out first decides the language, not the person.
    assert report.entry in ("voice", "english")
    assert report.outcome == "served"
    assert call.identification is None or call.identification.abstained


def test_law_1_a_shouting_caller_is_served_and_understood(calm: LiveStack) -> None:
    """Clipped sound is still a sentence."""
    report, _ = call_with(calm, bad_sounds.shouted(bad_sounds.voice("zh_accident_claim")))
    assert (report.entry, report.outcome) == ("voice", "served")
    assert report.transcript


def test_law_2_three_minutes_without_a_pause_wait_for_nothing(calm: LiveStack) -> None:
    """Who never stops is connected at the onset, known within seconds, and listened to no longer than configured."""
    for agent in calm.line.settings.agents:
        calm.simulator.set_agent(agent.contact, answer_after_seconds=14.0, talk_seconds=0.5)
    report, call = call_with(calm, bad_sounds.without_pause(180), ELDER)
    for agent in calm.line.settings.agents:
        calm.simulator.set_agent(agent.contact, answer_after_seconds=2.5, talk_seconds=0.5)
    record = calm.simulator.record(report.call_sid)
    assert (report.entry, report.outcome) == ("known_elder", "served")
    assert report.transcript
    assert call.identified_finally
    assert call.identified_at
    assert (
        record["agent_ringing_at"] - record["enqueue_received_at"]
        < calm.line.settings.routing.identify_hold_seconds + 2
    )


def test_an_elder_who_pauses_is_one_utterance(calm: LiveStack, tmp_path: Path) -> None:
    """Two seconds of thought in the middle of a sentence: nothing is lost, and the note has all of it."""
    for agent in calm.line.settings.agents:
        calm.simulator.set_agent(agent.contact, answer_after_seconds=9.0, talk_seconds=0.5)
    sentence = bad_sounds.voice("zh_policy_question")
    silent = int(np.argmin(np.convolve(np.square(sentence[4_000:-8_000]), np.ones(800), mode="valid"))) + 4_400
    sound = np.concatenate([sentence[:silent], bad_sounds.silence(2.0), sentence[silent:], bad_sounds.silence(4.0)])
    report, call = call_with(calm, sound, ELDER)
    for agent in calm.line.settings.agents:
        calm.simulator.set_agent(agent.contact, answer_after_seconds=2.5, talk_seconds=0.5)
    assert report.outcome == "served"
    assert "保险" in (report.transcript or "")
    assert call.identified_finally
