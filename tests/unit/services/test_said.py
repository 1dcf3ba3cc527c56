"""What a caller said, put together from who heard it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from dialects.evidence import Identification
from dialects.recognizers.port import Recognition, Stretch
from dialects.settings import RecognitionSettings
from elder_channel.calls.model import Call, CallState, SaidStretch
from elder_channel.services.said import what_was_said, worth_hearing_again

FIRST = Recognition("喂你好", "zh", {"zh": 0.9}, {"shanghai": 0.8}, recognizer="whisper-base-int8", seconds=1.0)
SECOND = Recognition("我要保单", "zh", {"zh": 0.6}, {"shanghai": 0.2}, recognizer="whisper-base-int8", seconds=3.0)
AGAIN = Recognition("侬好", "zh", recognizer="wenetspeech-wu", seconds=1.0)
CALL = Call("CA1", "+862100000103", "+862100000060", CallState.WAITING, datetime(2026, 11, 22, tzinfo=UTC))


def identified(dialect: str, probability: float, *, abstained: bool = False) -> Call:
    return replace(CALL, identification=Identification({dialect: probability, "putonghua": 0.01}, abstained))


def test_without_a_second_hearing_it_is_what_whisper_wrote() -> None:
    """Texts in order, evidence weighted by length."""
    said = what_was_said([FIRST, SECOND], {})
    assert (said.text, said.recognizer, said.first_text) == ("喂你好 我要保单", "whisper-base-int8", None)
    assert said.language_posterior["zh"] == pytest.approx(0.675)
    assert said.acoustic["shanghai"] == pytest.approx(0.35)


def test_what_was_heard_again_replaces_its_own_utterance_only() -> None:
    """Both are named; Whisper's words and its ear stay the evidence."""
    said = what_was_said([FIRST, SECOND], {0: AGAIN})
    assert (said.text, said.recognizer) == ("侬好 我要保单", "wenetspeech-wu + whisper-base-int8")
    assert said.first_text == "喂你好 我要保单"
    assert said.acoustic["shanghai"] == pytest.approx(0.35)
    assert what_was_said([FIRST], {0: AGAIN}).recognizer == "wenetspeech-wu"


def test_an_utterance_without_words_names_who_listened() -> None:
    """And adds nothing to the text."""
    silent = replace(FIRST, text="")
    assert what_was_said([silent], {}).recognizer == "whisper-base-int8"
    assert what_was_said([silent, SECOND], {1: replace(AGAIN, text="我要报案")}).text == "我要报案"


def test_names_fit_into_the_books() -> None:
    """More than two long names become the last one."""
    parts = [replace(FIRST, recognizer=f"a-recognizer-of-a-long-name-{number}") for number in range(3)]
    assert what_was_said(parts, {}).recognizer == "a-recognizer-of-a-long-name-2"


@pytest.mark.parametrize(
    ("call", "dialect"),
    [
        pytest.param(CALL, None, id="nothing known"),
        pytest.param(identified("shanghai", 0.7), "shanghai", id="probable"),
        pytest.param(identified("shanghai", 0.5), None, id="not probable enough"),
        pytest.param(identified("shanghai", 0.7, abstained=True), None, id="law 5: an abstention"),
        pytest.param(replace(identified("shanghai", 0.7), language="en"), None, id="speaks English"),
    ],
)
def test_only_a_probable_dialect_is_heard_again(call: Call, dialect: str | None) -> None:
    """The threshold is a setting."""
    assert worth_hearing_again(call, RecognitionSettings(specialist_probability=0.6)) == dialect


def test_words_keep_the_times_of_who_wrote_them() -> None:
    """Of the second hearing where there is one; as a whole where times are missing or belong to other words."""
    timed = replace(FIRST, stretches=(Stretch("喂", 0.1, 0.4), Stretch("你好", 0.4, 0.9)))
    said = what_was_said([timed, SECOND], {}, ["a", "b"])
    assert said.stretches == (
        SaidStretch("a", "喂", 0.1, 0.4),
        SaidStretch("a", "你好", 0.4, 0.9),
        SaidStretch("b", "我要保单", 0.0, 3.0),
    )
    assert what_was_said([timed], {0: AGAIN}, ["a"]).stretches == (SaidStretch("a", "侬好", 0.0, 1.0),)
    cut = replace(timed, text="喂")
    assert what_was_said([cut], {}, ["a"]).stretches == (SaidStretch("a", "喂", 0.0, 1.0),)
    assert what_was_said([replace(timed, text="")], {}, ["a"]).stretches == ()
    assert what_was_said([timed], {}).stretches == ()
