"""Every way in, as whole calls over HTTP and websocket."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import ELDER, STRANGER, LiveStack

pytestmark = [pytest.mark.stack, pytest.mark.model]


def test_law_3_a_known_elder_reaches_a_person_with_no_prompt(live: LiveStack) -> None:
    """一线即通: the first document enqueues, nothing is asked, the agent speaks the elder's dialect."""
    sid = live.place(ELDER, audio="zh_policy_question.flac")
    report = live.report(sid)
    assert (report.entry, report.outcome) == ("known_elder", "served")
    assert report.dialect.posterior[0].id == "guangzhou"
    assert report.agent
    assert report.agent.matched == "exact"
    assert report.timings_ms.onset_to_enqueue is None
    assert "长者" in report.handover.text
    assert not [event for event in live.simulator.events(sid) if event.get("place") == "main"], "nothing is asked"


def test_the_dedicated_line_reaches_a_person_with_no_prompt(live: LiveStack) -> None:
    """Whoever calls the dedicated number is asked nothing."""
    report = live.call(to=live.line.settings.line.dedicated_numbers[0], key="5")
    assert (report.entry, report.outcome) == ("dedicated_line", "served")


@pytest.mark.parametrize(
    ("key", "entry", "language"),
    [("0", "one_key", "zh-CN"), ("9", "english", "en"), ("7", "prompted", "zh-CN")],
)
def test_one_key_reaches_a_person(live: LiveStack, key: str, entry: str, language: str) -> None:
    """一键接入: 0 is a person, 9 one who speaks English, and a wrong key a person too."""
    report = live.call(key=key)
    assert (report.entry, report.language, report.outcome) == (entry, language, "served")


def test_any_spoken_word_reaches_a_person(live: LiveStack) -> None:
    """一声直达: the onset of a voice enqueues; what was said is written down meanwhile."""
    report = live.call(audio="zh_accident_claim.flac")
    assert (report.entry, report.outcome) == ("voice", "served")
    assert report.timings_ms.onset_to_enqueue is not None
    assert report.transcript
    assert report.recognizer
    assert "acoustic" in {line.source for line in report.dialect.evidence}


def test_english_speech_reaches_an_english_speaker(live: LiveStack) -> None:
    """Nobody has to find the right key: spoken English is enough, from any number."""
    report = live.call(STRANGER, audio="en_policy_help.flac")
    assert (report.entry, report.language, report.outcome) == ("english", "en", "served")


@pytest.mark.parametrize(
    ("say", "entry", "language"),
    [("我要报案", "voice", "zh-CN"), ("I need some help please", "english", "en")],
)
def test_the_carriers_own_recognition_is_the_fallback_path(
    live: LiveStack, say: str, entry: str, language: str
) -> None:
    """Words that come with the Gather's result count like a voice on the stream."""
    report = live.call(say=say)
    assert (report.entry, report.language, report.outcome) == (entry, language, "served")
    assert report.transcript == say
    assert report.recognizer == "carrier"


def test_a_call_for_help_is_told_first_in_the_note(live: LiveStack) -> None:
    """Whoever answers reads that it is urgent before anything else; a likeness is told as one."""
    report = live.call(say="救命啊，我老伴晕倒了")
    assert report.outcome == "served"
    assert report.handover.text.startswith("【紧急】请立即接听。")
    likeness = live.call(say="我要专人公")
    assert likeness.outcome == "served"
    assert "像「转人工」,听写为「专人公」" in likeness.handover.text


def test_silence_twice_reaches_a_person(live: LiveStack) -> None:
    """Who says and presses nothing hears two prompts, then a person."""
    sid = live.place()
    report = live.report(sid)
    assert (report.entry, report.outcome) == ("prompted", "served")
    assert report.transcript is None


@pytest.mark.parametrize("number", ["anonymous", "+14155550100", "+85200000000", "no number", "+86123"])
def test_any_number_reaches_a_person(live: LiveStack, number: str) -> None:
    """Withheld, foreign, or no number at all: the dialect is unknown, the person is there."""
    report = live.call("anonymous", key="0", **{"from": number})
    assert (report.entry, report.outcome) == ("one_key", "served")
    assert abs(sum(item.p for item in report.dialect.posterior)) <= 1.0001
