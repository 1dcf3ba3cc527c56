"""What the line says: one file, two languages, nothing missing."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilingual.errors import MessagesFileError, UnknownLanguageError, UnknownMessageError
from bilingual.message_table import message_table
from bilingual.messages import Language, load_messages, parse_language, parse_messages, say

CHECKOUT = Path(__file__).parents[3]

ONE = """
messages:
  - id: hello
    purpose: To test.
    channel: voice
    pause_after_ms: 500
    zh: ["您好。", "请讲。"]
    en: ["Hello."]
"""


def test_every_message_has_both_languages():
    """A message written in one language only would leave somebody without words."""
    for message in load_messages().values():
        assert re.search(r"[一-鿿]", "".join(message.zh)), message.id
        english = re.sub(r"\{[a-z]+\}", "word", " ".join(message.en))
        assert re.fullmatch(r"[A-Za-z ,.'?-]+", english), message.id


def test_messages_are_read_once():
    """Every call says the same sentences; the file is not read again for each."""
    assert load_messages() is load_messages()


def test_a_message_is_spoken_phrase_by_phrase_with_its_pauses():
    """Each phrase carries its voice and the quiet after it."""
    spoken = say("invitation", "zh")
    assert [phrase.text for phrase in spoken] == ["正在为您接人。", "您先说说有什么事。"]
    assert {phrase.language for phrase in spoken} == {"zh-CN"}
    assert all(phrase.pause_after_ms >= 1000 for phrase in spoken)


@pytest.mark.parametrize(
    ("language", "first", "order"),
    [
        pytest.param("zh", None, ["zh-CN", "en-US"], id="chinese-caller"),
        pytest.param("zh", "en", ["en-US", "zh-CN"], id="number-from-abroad"),
        pytest.param("en", None, ["en-US", "zh-CN"], id="english-in-the-books"),
        pytest.param("en", "zh", ["zh-CN", "en-US"], id="order-given-beats-language"),
    ],
)
def test_the_first_prompt_is_heard_in_both_languages(language: str, first: str | None, order: list[str]):
    """Whatever we believe about a stranger, both languages are said; belief only changes their order."""
    spoken = say("greeting_choice", language, first=first)
    assert [phrase.language for phrase in spoken] == order


def test_other_messages_come_in_the_callers_language_alone():
    """Once the language is known nobody has to sit through the other one."""
    assert {phrase.language for phrase in say("still_connecting", "en")} == {"en-US"}


@pytest.mark.parametrize("message_id", ["", "menu", "greeting", "GREETING_CHOICE"])
def test_an_unknown_message_is_an_error_that_names_it(message_id: str):
    """A misspelt id is found by its name, not by silence on the line."""
    with pytest.raises(UnknownMessageError, match=f"`{message_id}`"):
        say(message_id, "zh")


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("zh", Language.ZH),
        ("zh-CN", Language.ZH),
        ("yue-Hant-HK", Language.ZH),
        ("nan", Language.ZH),
        ("zh_TW", Language.ZH),
        ("en", Language.EN),
        ("en-GB", Language.EN),
        ("EN-us", Language.EN),
    ],
)
def test_a_language_tag_becomes_one_of_the_two(tag: str, language: Language):
    """Southern Min is `nan`, and it is a Chinese language, not a missing number."""
    assert parse_language(tag) is language


@pytest.mark.parametrize("tag", ["fr", "", "english", "ja-JP"])
def test_a_third_language_is_refused(tag: str):
    """The line does not pretend to speak what it cannot."""
    with pytest.raises(UnknownLanguageError):
        parse_language(tag)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        pytest.param(("    en: [", "    fr: ["), r"messages\.0\.", id="a-language-missing"),
        pytest.param(('en: ["Hello."]', "en: []"), r"messages\.0\.en", id="a-language-empty"),
        pytest.param(('en: ["Hello."]', 'en: [" "]'), "a phrase is empty", id="an-empty-phrase"),
        pytest.param(
            ("    purpose: To test.\n", "    purpose: x\n    volume: 3\n"), r"messages\.0\.volume", id="strange-key"
        ),
        pytest.param(("pause_after_ms: 500", "pause_after_ms: -1"), "pause_after_ms", id="negative-pause"),
        pytest.param(("channel: voice", "channel: pigeon"), "channel", id="unknown-channel"),
        pytest.param(("messages:", "messages: ["), "line", id="not-yaml"),
        pytest.param((ONE, ""), "the whole file", id="empty-file"),
        pytest.param((ONE, ONE + ONE.split("messages:\n")[1]), "given twice", id="an-id-twice"),
    ],
)
def test_a_damaged_file_is_refused_with_a_reason(change: tuple[str, str], reason: str):
    """Whoever edits the sentences learns where the mistake is before a caller does."""
    with pytest.raises(MessagesFileError, match=reason) as caught:
        parse_messages(ONE.replace(*change), source="site/messages.yaml")
    assert "site/messages.yaml" in str(caught.value)
    assert not caught.value.retryable


@given(st.text(max_size=80))
def test_no_text_makes_the_reader_fail_in_another_way(text: str):
    """Whatever is in the file: messages, or the one error that explains itself."""
    with suppress(MessagesFileError):
        parse_messages(text, source="any")


def test_the_page_of_messages_is_up_to_date():
    """docs/messages.md shows what is really said; `python -m bilingual.message_table` writes it."""
    page = (CHECKOUT / "docs" / "messages.md").read_text(encoding="utf-8")
    assert page == message_table(load_messages(None).values())
