"""Whether the words of a take are the right ones, as far as who listens can tell."""

from __future__ import annotations

import pytest

from bilingual.messages import load_messages
from dialects.catalogue import load_catalogue
from elder_channel.prompts.findings import Severity
from elder_channel.prompts.voices import voices, wording_of
from elder_channel.prompts.word_checks import Heard, judge_words

OTHER = "现在电话很忙。请别挂断，会有人接您的电话。"


@pytest.mark.parametrize(
    ("voice", "heard", "code", "severity"),
    [
        ("zh", "正在为您接人。您先说说有什么事。", "words_heard", Severity.NOTE),
        ("zh", "正在為您接人 您先說說有什麼事", "words_heard", Severity.NOTE),
        ("zh", "正在为您接人。你先说有什么事吗好。", "some_other_words", Severity.CAUTION),
        ("zh", "今天天气真不错，我们去公园吧。", "other_words", Severity.REFUSED),
        ("zh", OTHER, "another_message", Severity.REFUSED),
        ("zh", "", "nothing_heard", Severity.REFUSED),
        ("en", "Connecting you to a person. Please tell us what you are calling about.", "words_heard", Severity.NOTE),
        ("en", "Many people are calling now. Please stay on the line, a person will answer you.", "another_message",
         Severity.REFUSED),
        ("sichuan", "正在给你接人，你先说一下有啥子事情。", "words_uncertain", Severity.NOTE),
        ("sichuan", OTHER, "another_message", Severity.REFUSED),
        ("guangzhou", "今天天气真不错，我们去公园吧。", "words_uncertain", Severity.NOTE),
        ("guangzhou", "", "nothing_heard", Severity.CAUTION),
        ("minnan", OTHER, "words_unchecked", Severity.NOTE),
    ],
)  # fmt: skip
def test_the_words_are_judged_as_far_as_the_voice_is_known(
    voice: str, heard: str, code: str, severity: Severity
) -> None:
    """Mandarin and English by their words, near dialects only for another message, the others not at all (law 5)."""
    messages, catalogue = load_messages(), load_catalogue()
    [finding] = judge_words(
        Heard(heard, "whisper"),
        messages["invitation"],
        voices(catalogue)[voice],
        messages=messages,
        catalogue=catalogue,
    )
    assert (finding.code, finding.severity) == (code, severity)


def test_a_recognizer_made_for_the_dialect_notices_another_message() -> None:
    """An operator may have added one for Southern Min."""
    messages, catalogue = load_messages(), load_catalogue()
    heard = Heard(OTHER, "its own", made_for_it=True)
    voice = voices(catalogue)["minnan"]
    [finding] = judge_words(heard, messages["invitation"], voice, messages=messages, catalogue=catalogue)
    assert (finding.code, finding.fields["other"]) == ("another_message", "all_busy_stay")


def test_a_dialect_s_own_wording_is_what_is_recorded() -> None:
    """With its reading and whether a speaker has read it; where there is none, the Chinese in other words."""
    messages, known = load_messages(), voices(load_catalogue())
    own = [message for message in messages.values() if "guangzhou" in message.dialects]
    assert own, "no message has a wording in Cantonese"
    wording = wording_of(own[0], known["guangzhou"])
    assert (wording.texts, wording.review) == (
        own[0].dialects["guangzhou"].phrases,
        own[0].dialects["guangzhou"].review,
    )
    assert wording.key == wording_of(own[0], known["zh"]).key
    assert wording.seconds > 0
    assert wording_of(own[0], known["dongbei"]).texts == own[0].zh
