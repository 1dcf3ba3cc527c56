"""Ways in that the library of calls has not, or tells less of, as whole calls over HTTP and websocket.

Every other one is a scenario: tests/data/calls/entry_*.yaml.
"""

from __future__ import annotations

import pytest

from tests.e2e.conftest import LiveStack

pytestmark = [pytest.mark.stack, pytest.mark.model]


def test_any_spoken_word_reaches_a_person(live: LiveStack) -> None:
    """一声直达: the onset of a voice enqueues; what was said is written down meanwhile."""
    report = live.call(audio="zh_accident_claim.flac")
    assert (report.entry, report.outcome) == ("voice", "served")
    assert report.timings_ms.onset_to_enqueue is not None
    assert report.transcript
    assert report.recognizer
    assert "acoustic" in {line.source for line in report.dialect.evidence}


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


@pytest.mark.parametrize("number", ["no number", "+86123"])
def test_any_number_reaches_a_person(live: LiveStack, number: str) -> None:
    """What is no number at all: the dialect is unknown, the person is there."""
    report = live.call("anonymous", key="0", **{"from": number})
    assert (report.entry, report.outcome) == ("one_key", "served")
    assert abs(sum(item.p for item in report.dialect.posterior)) <= 1.0001
