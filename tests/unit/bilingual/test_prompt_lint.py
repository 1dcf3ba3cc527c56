"""Whether an old caller can follow what the line says."""

from __future__ import annotations

import pytest

from bilingual.manner import SLOWER
from bilingual.messages import Language, Message, Spoken, load_messages, say
from bilingual.prompt_lint import (
    MAX_CHARACTERS_PER_MINUTE,
    MAX_PROMPT_SECONDS,
    characters_per_minute,
    lint,
    spoken_seconds,
)


def message(zh: str, en: str = "Hello.", *, both_languages: bool = False) -> Message:
    """A message of one phrase in each language."""
    return Message.model_validate(
        {"id": "x", "purpose": "x", "channel": "voice", "pause_after_ms": 500, "zh": [zh], "en": [en]}
        | {"both_languages": both_languages}
    )


@pytest.mark.parametrize("message_id", list(load_messages()))
def test_every_shipped_message_keeps_the_rules(message_id: str):
    """Short, slow, no menu, no advertising, and what one gets before its key."""
    assert lint(load_messages()[message_id]) == ()


@pytest.mark.parametrize("message_id", list(load_messages()))
def test_no_message_is_faster_than_270_characters_a_minute(message_id: str):
    """A bound from the Chinese financial-service standard, with the modelled voice."""
    assert (
        0 < characters_per_minute(load_messages()[message_id].phrases(Language.ZH)) <= MAX_CHARACTERS_PER_MINUTE == 270
    )


@pytest.mark.parametrize("first", list(Language))
@pytest.mark.parametrize("message_id", ["greeting_choice", "second_try"])
def test_a_prompt_in_both_languages_is_over_in_twelve_seconds(message_id: str, first: Language):
    """Nobody remembers what was said twenty seconds ago."""
    assert spoken_seconds(say(message_id, "zh", first=first)) <= MAX_PROMPT_SECONDS


def test_the_second_try_is_shorter_and_slower():
    """Who did not understand the first time is not told more, and not faster."""
    first, second = say("greeting_choice", "zh"), say("second_try", "zh")
    assert sum(len(phrase.text) for phrase in second) < sum(len(phrase.text) for phrase in first)
    assert characters_per_minute(second, SLOWER) < characters_per_minute(first)


def test_only_the_prompts_and_the_offer_of_a_callback_name_keys():
    """Keys do nothing while an agent's telephone rings, so nothing said then may name one."""
    naming = {item.id for item in load_messages().values() if "按" in "".join(item.zh) or "press" in " ".join(item.en)}
    assert naming == {"greeting_choice", "second_try", "hearing_choice", "callback_offer"}


@pytest.mark.parametrize(
    ("zh", "en", "rule"),
    [
        pytest.param("请按零，找人工。", "Hello.", "key_before_option", id="key-first-zh"),
        pytest.param("您好。按零。", "Hello.", "key_before_option", id="key-without-option-zh"),
        pytest.param("您好。", "Please press nine for English.", "key_before_option", id="key-first-en"),
        pytest.param("查保单，请按一。", "Hello.", "strange_key", id="another-key-zh"),
        pytest.param("确认，请按井号。", "Hello.", "strange_key", id="hash-key-zh"),
        pytest.param("您好。", "For claims, press two.", "strange_key", id="another-key-en"),
        pytest.param("需要人工，请按0。", "Hello.", "digit", id="digit-instead-of-word"),
        pytest.param("请拨10000。", "Hello.", "digit", id="number-in-a-sentence"),
        pytest.param("请听菜单。", "Hello.", "menu", id="menu-zh"),
        pytest.param("您好。", "Listen to the following options.", "menu", id="menu-en"),
        pytest.param("新产品有优惠。", "Hello.", "advertising", id="advertising-zh"),
        pytest.param("您好。", "Visit our website.", "advertising", id="advertising-en"),
        pytest.param("好" * 40, "Hello.", "too_fast", id="no-pause"),
        pytest.param("您好，请讲。" * 12, "Hello.", "too_long", id="endless"),
    ],
)
def test_what_breaks_a_rule_is_found(zh: str, en: str, rule: str):
    """Each rule catches the sentence it was written for."""
    assert rule in {finding.rule for finding in lint(message(zh, en))}


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("需要人工，请按零。", "To speak to a person, press zero."),
        ("听英语，请按九。", "For English, press nine."),
        ("我们按规定给您办。", "We pressed on."),
    ],
)
def test_what_keeps_the_rules_is_left_alone(zh: str, en: str):
    """A lint that cries at good sentences is switched off soon."""
    assert lint(message(zh, en)) == ()


def test_a_prompt_in_both_languages_is_measured_as_a_whole():
    """Each half may be short enough and the whole still too long."""
    half = message("您好，请讲。" * 4, "Hello, please talk. " * 3)
    whole = message("您好，请讲。" * 4, "Hello, please talk. " * 3, both_languages=True)
    assert "too_long" not in {finding.rule for finding in lint(half)}
    assert "too_long" in {finding.rule for finding in lint(whole)}


def test_a_phrase_without_chinese_has_no_character_rate():
    """English is counted in words."""
    assert characters_per_minute((Spoken("Hello.", "en-US", 500),)) == 0
